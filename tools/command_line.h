// The command line: what a user may type, and what it means.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace understudy::tools {

using std::chrono::microseconds;

// The exit statuses, in the words of the manual.
enum Exit : int {
  exit_conforming = 0,
  exit_deviations = 1,
  exit_wrong_command_line = 2,
  exit_wrong_input_file = 3,
  exit_could_not_run = 4,
  exit_thresholds_missed = 5,
  exit_invalid = 6,
  exit_nothing_selected = 7,
  exit_interrupted = 130,
};

// Which rules are judged, and where the result goes: the same for every command that ends in a verdict.
struct ReportOptions {
  std::vector<std::string> only, skip, require;
  bool strict = false;
  std::string junit, json, html, sarif, transcript;  // paths; empty: not written
  std::string baseline, write_baseline;        // paths; empty: none
  bool github = false;                         // tells what failed as workflow commands too
  bool show_secrets = false;
  bool every_rule = false;              // lists rules one by one
};

// NUMBER:PASSWORD of somebody who may log on at any phone.
struct MobileUserOption {
  std::string e164, password;
};

// What phones are, and whom they may call: the same for every command that plays some.
struct PhoneTraits {
  std::string model, firmware;
  std::vector<std::string> set;         // ITEM[INDEX]=VALUE, as typed
  std::vector<std::string> quirks;
  std::vector<std::string> faults;      // KIND=CHANCE, as typed
  bool refuse_unknown_items = false;
  std::string certificate_password;     // empty: none
  std::uint64_t seed = 1;
  microseconds timeout = std::chrono::seconds(30);
  microseconds download_timeout = std::chrono::seconds(30);  // for each step of a download, and between its pieces
  std::vector<std::string> allow_target;
};

// Playing phones against a service that is judged: the same for every command that does so.
struct PlayOptions {
  ReportOptions report;
  PhoneTraits phones;
  std::string mac, e164, bind;
  std::optional<MobileUserOption> mobile_user;
  std::string triggers;                 // a path; empty: nobody gives the service jobs
  microseconds wait{};                  // tries so long until the service answers
  std::uint16_t door_port = 8085;
  std::vector<std::string> defects;     // of our own service, where that is played against in this process
};

// How much of a check is played: which of the scenarios that ship.
enum class Suite {
  quick,    // what every service meets, in seconds
  full,     // all that healthy phones may do
  hostile,  // what no healthy phone does
  all,
};
std::string_view name_of(Suite suite);  // "quick"
std::optional<Suite> suite_named(std::string_view word);

struct CheckOptions : PlayOptions {
  std::string url;
  std::optional<Suite> suite;           // none: all on loopback, full elsewhere
};

struct RunOptions : PlayOptions {
  std::vector<std::string> scenarios;   // files, or names of shipped ones
  std::string service;                  // URL; empty with `simulated`
  int repeat = 1;                       // each scenario so often, with new phones
  bool simulated = false;               // against our own service in this process
  bool keep_going = false;              // after a scenario that failed
};

struct LoadOptions : PlayOptions {
  std::string url;                       // empty with `simulated`
  bool simulated = false;                // against our own service in this process
  std::uint64_t count = 100;             // of phones
  std::string arrival;                   // "200/s"; empty: the usual rate
  std::uint64_t at_work = 0;             // closed: so many are at work all the time; 0: open
  microseconds length{}, ramp{};         // of the plan; before it the rate rises so long from 0
  std::vector<std::string> behaviours;   // "poll=3"; empty: start-ups
  bool by_chance = false;                // arrivals, not evenly
  std::string storm;                     // a name; empty: none
  std::string plan;                      // a path; empty: as the options above say
  std::vector<std::string> thresholds;   // "start-up.p99<800ms"
  std::string search;                    // one more, that the highest rate is looked for with; empty: none
  std::optional<microseconds> abort_after;  // from then on a missed threshold ends the run
  double validate = 0.01;                // this share of the answers is read against the schema too
  std::string addresses;                 // "10.20.0.0/16": phone k calls from the k-th of them; empty: as on_loopback and `bind` have it
  bool door_per_phone = false;           // phones that call from one address have each a port of their own for contact-me
  bool keeps_connections = false;        // from one interaction to the next
  bool resumes = false;                  // TLS sessions
  std::uint64_t threads = 1;             // that play phones
  std::string shard;                     // "2/4": the second of four parts of the plan; empty: all of it
  std::string start_at;                  // of the plan, "2026-03-01T12:00:00Z"; empty: as soon as it can
  std::string locust;                    // HOST:PORT of a Locust master that says how many phones do what; empty: none
  bool locustfile = false;               // prints the plan as its locustfile, and does nothing else
  std::string csv;                       // a path; empty: none
  std::string metrics;                   // ADDR:PORT, where Prometheus finds them; empty: nowhere
  std::vector<MobileUserOption> mobile_users;  // phone k logs on as user k, and again from the first
  std::string mobile_users_text;         // the same as typed
};

struct PhoneOptions {
  std::string service;                  // URL; may be empty where DHCP says it
  PhoneTraits phones;
  int count = 1;
  std::vector<std::string> macs, e164s, binds;  // of the phones in their order; those that are missing are made up
  std::uint16_t door_port = 8085;
  std::vector<std::uint16_t> web_ports; // plain HTTP first, then HTTPS
  std::optional<microseconds> contact_gap;
  std::string state, transcript;        // paths; empty: nothing is kept
  std::string wbm;                      // ADDR:PORT, where the phones' web pages are served; empty: nowhere
  std::string files;                    // a folder for the files that phones are sent; empty: they are kept in memory
  std::string discover;                 // the interface on which DHCP is asked; empty: it is not
  bool show_secrets = false;
};

struct RecordOptions {
  std::string listen;            // ADDR:PORT, where phones call
  std::string service;           // URL
  std::string certificate, key;  // paths, PEM; empty: made at the start
  std::string bind;              // towards the service; empty: as the system chooses
  bool opaque = false;           // TLS goes through undecoded
  bool as_it_is = false;         // nothing is rewritten
  std::uint16_t secure_port = 0;  // of the service, for Secure Mode; 0: as it writes it
  std::vector<std::string> phone_keys;  // paths: PKCS#12, or PEM with the key in it
  std::string certificate_password;     // of PKCS#12, in those files and as the service gives them
  std::vector<std::string> pins;        // of users who take their phones to Secure Mode
  std::vector<std::string> allow_target;
  ReportOptions report;
};

struct JudgeOptions {
  std::string file;
  std::string har;  // path of an HTTP archive to write; empty: none
  std::string key_log;  // path of the TLS keys of a capture; empty: none
  bool anonymise = false;  // what names people, phones and places is replaced in all that is written
  ReportOptions report;
};

struct ReportCommandOptions {
  std::vector<std::string> results;  // JSON files: one is shown, several are compared, parts of a plan added up
  std::string html, transcript;      // paths; empty: none
  std::string key_log;               // of the transcript, where it is a capture; empty: none
  std::string json, junit;           // likewise, of one result or a sum
  std::string csv, latency_csv;      // of a load: paths; empty: none
  bool show_secrets = false;
};

struct ServiceOptions {
  std::vector<MobileUserOption> mobile_users;
  std::string address = "127.0.0.1";
  std::uint16_t port = 18443;
  std::vector<std::string> defects;
  bool list_defects = false;
  std::optional<microseconds> poll_interval;  // phones are told to poll so often; none: they are asked by contact-me
  std::uint16_t poll_port = 0;                // where they poll, over plain HTTP; 0: a free one
  bool resumes = false;                       // TLS sessions of phones
  bool gives_back = false;                    // phones get back the texts that their users had set
  std::string certificate_password;           // of the PKCS#12 that phones are given; empty: none
  std::optional<std::uint16_t> secure_port;   // for phones in Secure Mode; 0: a free one; none: as `port` has it
  std::string files;                          // a folder that phones are sent files from; empty: there are samples alone
  std::string files_user, files_password;     // who may have them; no user: everybody
};

struct RulesOptions {
  std::string explain;  // a rule; empty: list them
};

struct ItemsOptions {
  std::string filter;   // lists those whose name or topic has it; empty: all
  std::string explain;  // NAME or NAME[INDEX]; empty: list
};

struct ModelsOptions {
  std::string explain;  // a model, or a version of firmware; empty: list them
};

struct QuirksOptions {
  std::string explain;  // a quirk; empty: list them
};

struct FaultsOptions {
  std::string explain;  // a kind of fault; empty: list them
};

struct DefectsOptions {
  std::string explain;        // a defect, or a rule for its first; empty: list them
  bool of_the_field = false;  // those alone that services in the field were seen to have
  bool markdown = false;      // the page docs/defects.md
};

struct ScenariosOptions {
  enum class Wish { list, show, start, lint };
  Wish wish = Wish::list;
  std::string name;  // show: a shipped one; lint: a file
};

struct ScenarioFromOptions {
  std::string transcript;
  std::string key_log;  // of the transcript, where it is a capture; empty: none
  std::string phone;  // its mac-addr, its number or its id in the transcript; empty: the only one
  std::string out;    // a path; empty: standard output
  bool new_phone = false;  // without its mac-addr and number
  bool show_secrets = false;
  bool anonymise = false;  // what names people, phones and places is replaced
};

struct ShrinkOptions : PlayOptions {
  std::string scenario;    // a file, or the name of a shipped one
  std::string service;     // URL; empty with `simulated`
  bool simulated = false;  // against our own service in this process
  std::string until;       // a rule, or failure: the scenario's own
  std::string out;         // a path; empty: standard output
};

struct ReplayOptions : PlayOptions {
  std::string transcript;
  std::string key_log;     // of the transcript, where it is a capture; empty: none
  std::string service;     // URL; empty with `simulated`
  bool simulated = false;  // against our own service in this process
  std::string phone;       // its mac-addr, its number or its id in the transcript; empty: all of them
  bool new_phones = false; // with other mac-addrs and numbers than recorded
  int phones = 0;          // that play: some of the recording's, or several each; 0: each of them once
  double speed = 1;        // waits are divided by it; 0: there are none
  double starts = 0;       // phones that begin a second; 0: as recorded
};

struct DiffOptions : PlayOptions {
  std::vector<std::string> scenarios;  // files, or names of shipped ones; empty: the quick suite
  std::vector<std::string> services;   // URLs of A and B; empty with `simulated`
  bool simulated = false;              // both are our own service in this process; B has the defects
};

struct CertsOptions {
  std::string folder;
  std::vector<std::string> hosts;  // of the service; empty: this machine's
  int phones = 1;
  std::vector<std::string> macs;   // of the phones in their order; those that are missing are made up
  std::uint64_t seed = 1;
  std::string password;            // of the PKCS#12; empty: none
  std::string key = "p-256";       // or rsa-2048
  int days = 365;
  bool force = false;              // replaces a PKI that is there
};

using Command = std::variant<CheckOptions, RunOptions, LoadOptions, PhoneOptions, RecordOptions, JudgeOptions, ReportCommandOptions, ServiceOptions, CertsOptions,
                             RulesOptions, ItemsOptions, ModelsOptions, QuirksOptions, FaultsOptions, DefectsOptions, ScenariosOptions,
                             ScenarioFromOptions, ShrinkOptions, ReplayOptions, DiffOptions>;

// Nothing to carry out: a text for the user, and the status to end with (0 for --help and --version).
struct Refusal {
  int exit = exit_wrong_command_line;
  std::string text;
};

tl::expected<Command, Refusal> read_command_line(int argc, const char* const* argv);

}  // namespace understudy::tools
