#include "command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "command_options.h"
#include "listening_place.h"
#include "rules/nearest.h"
#include "scenarios/duration.h"

namespace understudy::tools {

using scenarios::duration_of;

namespace {

constexpr std::pair<std::string_view, Suite> suites[] = {
    {"quick", Suite::quick}, {"full", Suite::full}, {"hostile", Suite::hostile}, {"all", Suite::all}};

}  // namespace

std::string_view name_of(Suite suite) {
  return suites[static_cast<std::size_t>(suite)].first;
}

std::optional<Suite> suite_named(std::string_view word) {
  for (const auto& [name, suite] : suites)
    if (name == word) return suite;
  return std::nullopt;
}

namespace {

constexpr std::string_view overview = R"(understudy plays an OpenStage SIP phone against a provisioning service (WPI), and judges the service.

  understudy check URL                   is this service conforming?
  understudy run SCENARIO --service URL  play scripts (docs/scenarios.md); or --simulated, against our own service
  understudy load URL --phones N         many phones at once: rates, storms, thresholds (docs/load.md)
  understudy phone --service URL         a phone on the desk: it does what you type; --wbm ADDR:PORT serves its web pages
  understudy record --service URL        between real phones and a real service (docs/recordings.md)
  understudy judge FILE                  the rules, offline: a transcript, an HTTP archive, a capture of packets
  understudy report RESULT... --html F   a page from results that were kept (--json); several side by side
  understudy service [--defect RULE]     our own provisioning service; --list-defects
  understudy certs DIR                   a test PKI in files, for a service and its phones, right and wrong certificates
  understudy rules|items list|explain    what a service owes a phone; what can be configured
  understudy models|quirks|faults list   the phones; ways in which they differ (check --quirk NAME); what goes wrong in them
  understudy defects list|explain        what our own service can be told to do wrong (service --defect NAME)
  understudy scenarios list|show|lint    scripts for phones; also new (docs/scenarios.md)
  understudy scenario-from TRANSCRIPT    a script from what one phone did and heard (docs/field-bugs.md)
  understudy shrink SCENARIO --until R   the shortest script that still shows it; --service URL or --simulated
  understudy replay TRANSCRIPT           a recording again, --service URL: what does it do otherwise now?
  understudy diff                        the same phones against two services, --service A --service B: where these differ

URL is https://host:port with an optional path (without one: /DeploymentService/LoginService).
`understudy COMMAND --help` lists the options of a command.
Exit status: 0 conforming, 1 deviations, 2 wrong command line, 3 an input file is wrong, 4 could not run, 5 a threshold was
missed, 6 this program was the limit, 7 nothing was selected, 130 interrupted. Afterwards the first of 130, 1, 6, 5, 4, 0.
)";

constexpr const char* host_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:.-_*";

std::string with_nearest(std::string message, std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view nearest = conformance::nearest(word, views);
  if (!nearest.empty()) message.append("; did you mean ").append(nearest).append("?");
  return message;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The first word that is no command, or no option of its command: said before anything that follows from it.
std::optional<std::string> unknown_word(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* active = &app;
  for (const std::string& word : words) {
    const auto commands = active->get_subcommands(nullptr);
    if (word.starts_with("--")) {
      const std::vector<std::string> options = options_of(*active);
      const std::string name = word.substr(0, word.find('='));
      if (name != "--" && std::find(options.begin(), options.end(), name) == options.end())
        return with_nearest("there is no option " + name, name, options);
    } else if (!commands.empty() && !word.starts_with("-")) {
      const auto command = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* c) { return c->check_name(word); });
      if (command == commands.end()) {
        std::vector<std::string> names;
        for (const CLI::App* known : commands) names.push_back(known->get_name());
        return with_nearest("there is no command \"" + word + "\"", word, names);
      }
      active = *command;
    }
  }
  return std::nullopt;
}

// How often as fast as recorded; 0 for "fast". With "/s" at its end: how many phones begin a second.
std::optional<double> speed_of(std::string_view text) {
  if (text == "real") return 1;
  if (text == "fast") return 0;
  if (text.ends_with("/s")) text.remove_suffix(2);
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size() || !(number >= 1e-3 && number <= 1e6)) return std::nullopt;
  return number;
}

// Of commands that show what there is: `list`, which is returned, and `explain NAME`.
CLI::App* add_list_and_explain(CLI::App& app, const char* list, const char* explain, const char* name, const char* which, std::string& into) {
  app.require_subcommand(1);
  CLI::App* out = app.add_subcommand("list", list);
  app.add_subcommand("explain", explain)->add_option(name, into, which)->required();
  return out;
}

// Of commands that tell differences.
void add_differing_options(CLI::App& app, PlayOptions& options, const std::string& defects) {
  app.add_option("--defect", options.defects, defects)->type_name("NAME");
  app.add_option("--json", options.report.json, "write the differences to this file")->type_name("FILE");
  app.add_flag("--show-secrets", options.report.show_secrets, "do not mask passwords and personal items");
  add_play_options(app, options);
  add_phone_options(app, options.phones, "the firmware of phones of which nothing says it (without: V3 R5)");
}

}  // namespace

tl::expected<Command, Refusal> read_command_line(int argc, const char* const* argv) {
  CLI::App app;
  app.name("understudy");
  app.set_version_flag("--version", "understudy " UNDERSTUDY_VERSION);
  app.require_subcommand(0, 1);

  CheckOptions check;
  CLI::App* check_app = app.add_subcommand("check", "A phone starts up, reports changes and answers what the service orders; the service is judged.");
  check_app->add_option("URL", check.url, "the service: https://host:port[/path]")->required();
  check_app
      ->add_option_function<std::string>(
          "--suite", [&check](const std::string& word) { check.suite = suite_named(word); },
          "which of the scenarios that ship (docs/library.md). quick: what takes seconds; full: all that healthy phones may do; hostile: what no "
          "healthy phone does; all (without: all on loopback, full elsewhere)")
      ->type_name("WORD")
      ->check(CLI::Validator(
          [](const std::string& word) {
            return suite_named(word) ? "" : "\"" + word + "\" is no suite: quick, full, hostile or all";
          },
          ""));
  add_play_options(*check_app, check);
  add_phone_options(*check_app, check.phones,
                    "the firmware of phones whose scenario leaves it open: \"V3 R5\", \"V2 R2.30.0\", any version (without: V3 R5)");
  add_report_options(*check_app, check.report);

  RunOptions run;
  CLI::App* run_app = app.add_subcommand("run", "Plays scenarios: scripts for phones (docs/scenarios.md). The service is judged meanwhile.");
  run_app->add_option("SCENARIO", run.scenarios, "a file, or the name of a shipped one (`understudy scenarios list`)")->required();
  run_app->add_option("--service", run.service, "the service: https://host:port[/path]")->type_name("URL");
  run_app->add_flag("--simulated", run.simulated, "against our own service in this process, in simulated time");
  run_app->add_option("--repeat", run.repeat, "each scenario so often, with new phones (without: 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000).description(""));
  run_app->add_option("--defect", run.defects, "of our own service with --simulated, as often as wanted (`understudy defects list`)")->type_name("NAME");
  run_app->add_flag("--keep-going", run.keep_going, "go on after a scenario that failed");
  add_play_options(*run_app, run);
  add_phone_options(*run_app, run.phones, "the firmware of phones whose scenario leaves it open (without: V3 R5)");
  add_fault_option(*run_app, run.phones);
  add_report_options(*run_app, run.report);

  LoadOptions load;
  CLI::App* load_app = app.add_subcommand("load", "Many phones at once, each of them judging: how much does a service carry, and does it stay right?");
  add_load_options(*load_app, load);
  add_phone_options(*load_app, load.phones, "the phones' firmware: \"V3 R5\", \"V2 R2.30.0\", any version (without: V3 R5)");
  add_fault_option(*load_app, load.phones);
  add_report_options(*load_app, load.report);

  PhoneOptions phone;
  CLI::App* phone_app = app.add_subcommand("phone", "A phone on the desk, until Ctrl-C: it calls its service, can be asked to call, and does what you type.");
  phone_app->add_option("--service", phone.service, "its service: https://host:port[/path] (without: what --discover finds)")->type_name("URL");
  phone_app->add_option("--phones", phone.count, "so many phones, each at an address of its own (without: 1, or as many as --mac or --bind name)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000).description(""));
  phone_app->add_option("--mac", phone.macs, "a phone's mac-addr, once a phone (without: 00:1A:E8:FF:xx:xx from the seed)")
      ->type_name("MAC")
      ->check(a_mac());
  phone_app->add_option("--e164", phone.e164s, "a phone's number, once a phone")
      ->type_name("DIGITS")
      ->check(made_of("0123456789", "number: digits make one"));
  phone_app->add_option("--bind", phone.binds, "a phone's address, once a phone: it calls from there, and is asked to call there (without: on loopback 127.0.0.11 and on)")
      ->type_name("ADDR")
      ->check(numeric_address());
  add_door_port(*phone_app, phone.door_port);
  phone_app->add_option("--web-ports", phone.web_ports, "contact-me is taken here too: a phone's ports for HTTP and HTTPS, 80,443")
      ->type_name("HTTP,HTTPS")
      ->delimiter(',')
      ->expected(1, 2)
      ->check(whole_number(65535));
  phone_app
      ->add_option_function<std::string>(
          "--contact-gap", [&phone](const std::string& text) { phone.contact_gap = *duration_of(text); },
          "how long a phone ignores contact-me after it has called back (without: 300s)")
      ->type_name("TIME")
      ->check([](const std::string& text) { const auto gap = duration_of(text); return gap ? std::string() : gap.error(); });
  phone_app->add_option("--wbm", phone.wbm, "serve the phones' web pages here, over HTTPS: 127.0.0.1:8443; port 0 takes a free one")
      ->type_name("ADDR:PORT")
      ->check([](const std::string& text) { const auto listens = listening_place(text); return listens ? std::string() : listens.error(); });
  phone_app->add_option("--state", phone.state, "keep what the phones remember in this file, and start with it")->type_name("FILE");
  phone_app->add_option("--files", phone.files, "keep the files that phones are sent in this folder: DIR/MAC/TYPE/NAME (docs/files.md)")->type_name("DIR");
  phone_app->add_option("--discover", phone.discover, "ask DHCP on this interface for an address and the service")->type_name("IFACE");
  phone_app->add_option("--transcript", phone.transcript, "write all that was said as JSON Lines")->type_name("FILE");
  phone_app->add_flag("--show-secrets", phone.show_secrets, "do not mask passwords, cookies and personal items");
  add_phone_options(*phone_app, phone.phones, "the phone's firmware: \"V3 R5\", \"V2 R2.30.0\", any version (without: V3 R5)");
  add_fault_option(*phone_app, phone.phones);

  RecordOptions record;
  CLI::App* record_app = app.add_subcommand("record", "Stands between real phones and a real service, until Ctrl-C: passes on all that they say, writes it down and judges it.");
  record_app->add_option("--listen", record.listen, "where phones call: 10.0.0.2:18443; :18443 is on 127.0.0.1, port 0 takes a free one")
      ->required()
      ->type_name("ADDR:PORT")
      ->check([](const std::string& text) { const auto listens = listening_place(text); return listens ? std::string() : listens.error(); });
  record_app->add_option("--service", record.service, "the real one: https://host:port")->required()->type_name("URL");
  record_app->add_option("--certificate", record.certificate, "shown to phones, with its chain, PEM (without: one made at the start, which phones in default mode take)")
      ->type_name("FILE");
  record_app->add_option("--key", record.key, "of the certificate, PEM")->type_name("FILE");
  record_app->add_option("--bind", record.bind, "call the service from this address")->type_name("ADDR")->check(numeric_address());
  record_app->add_flag("--as-it-is", record.as_it_is, "rewrite nothing: phones that are sent elsewhere, and contact-me, go past the recorder");
  record_app->add_option("--secure-port", record.secure_port, "the service's for Secure Mode, from the start (without: when it writes one)")->type_name("PORT")->check(CLI::Range(1, 65535).description(""));
  record_app->add_option("--phone-keys", record.phone_keys, "certificates with keys of phones that are in Secure Mode: .p12, or PEM (with --certificate)")->type_name("FILE");
  record_app->add_option("--certificate-password", record.certificate_password, "opens the PKCS#12 of phones")->type_name("TEXT");
  record_app->add_option("--pin", record.pins, "with which a phone is taken to Secure Mode")->type_name("PIN");
  record_app->add_flag("--opaque", record.opaque, "pass TLS through as it is: nothing is read or judged");
  record_app->add_option("--allow-target", record.allow_target, "send to this host although it is neither loopback nor private")->type_name("HOST");
  add_report_options(*record_app, record.report);

  JudgeOptions judge;
  CLI::App* judge_app = app.add_subcommand("judge", "Holds the rules against a transcript, offline.");
  judge_app->add_option("TRANSCRIPT", judge.file, "a file written by --transcript, or what others recorded: HAR, pcap, pcapng")->required();
  judge_app->add_option("--key-log", judge.key_log, "keys of the TLS in a packet capture, as SSLKEYLOGFILE has them")->type_name("FILE");
  judge_app->add_option("--har", judge.har, "write what was said as an HTTP archive too, for a browser or mitmproxy (docs/recordings.md)")->type_name("FILE");
  judge_app->add_flag("--anonymise", judge.anonymise, "replace numbers, names and addresses in all that is written: for everybody to read");
  add_report_options(*judge_app, judge.report);

  ReportCommandOptions report;
  CLI::App* report_app = app.add_subcommand("report", "Shows a result that was written with --json, as text and as a page; compares several; adds up the parts of a load.");
  report_app->add_option("RESULT", report.results, "JSON files, the oldest first")->required();
  report_app->add_option("--html", report.html, "write a page: one file")->type_name("FILE");
  report_app->add_option("--json", report.json, "of one result, or of the parts of a load: write it as JSON")->type_name("FILE");
  report_app->add_option("--junit", report.junit, "likewise, as JUnit XML")->type_name("FILE");
  report_app->add_option("--csv", report.csv, "of one load: a line an interval")->type_name("FILE");
  report_app->add_option("--latency-csv", report.latency_csv, "of one load: the latency table")->type_name("FILE");
  report_app->add_option("--transcript", report.transcript, "of one result: what was said, which goes onto the page")->type_name("FILE");
  report_app->add_option("--key-log", report.key_log, "of a transcript that is a packet capture: the keys of its TLS")->type_name("FILE");
  report_app->add_flag("--show-secrets", report.show_secrets, "do not mask passwords, cookies and personal items of the transcript");

  ServiceOptions service;
  CLI::App* service_app = app.add_subcommand("service", "Our own provisioning service, over HTTPS, until Ctrl-C.");
  service_app->add_option("--bind", service.address, "listen on this address (without: 127.0.0.1)")
      ->type_name("ADDR")
      ->check(numeric_address());
  service_app->add_option("--port", service.port, "listen on this port; 0 takes a free one (without: 18443)")
      ->type_name("PORT")
      ->check(whole_number(65535));
  service_app->add_option("--defect", service.defects, "have this defect: RULE or RULE/VARIANT, as often as wanted")->type_name("NAME");
  service_app
      ->add_option_function<std::vector<std::string>>(
          "--mobile-user",
          [&service](const std::vector<std::string>& texts) {
            for (const std::string& text : texts)
              for (MobileUserOption& user : mobile_users_of(text)) service.mobile_users.push_back(std::move(user));
          },
          "know somebody who may log on at any phone, as often as wanted; FIRST-LAST:PASSWORD for many")
      ->type_name("NUMBER:PASSWORD")
      ->check(mobile_users());
  service_app
      ->add_option_function<std::string>(
          "--poll", [&service](const std::string& text) { service.poll_interval = *duration_of(text); },
          "have phones poll so often, over plain HTTP, instead of asking them to call by contact-me")
      ->type_name("TIME")
      ->check([](const std::string& text) {
        const auto interval = duration_of(text);
        if (!interval) return interval.error();
        return *interval >= std::chrono::seconds(1) ? std::string() : "\"" + text + "\" is too often: 1s or more";
      });
  service_app->add_option("--poll-port", service.poll_port, "where phones poll; 0 takes a free port (without: 0)")
      ->type_name("PORT")
      ->check(whole_number(65535));
  service_app->add_flag("--resume", service.resumes, "let clients resume their TLS sessions, with tickets");
  service_app->add_flag("--gives-back", service.gives_back,
                        "give a phone that comes back with other texts than its user had set those back, as after a factory reset");
  service_app->add_option("--certificate-password", service.certificate_password, "of the PKCS#12 that phones are given in a bootstrap (without: none)")
      ->type_name("TEXT");
  service_app
      ->add_option("--secure-port", service.secure_port,
                   "where phones in Secure Mode call; 0 takes a free port (without: 18444, or a free one where --port is another)")
      ->type_name("PORT")
      ->check(whole_number(65535));
  service_app->add_option("--files", service.files, "serve the files below this folder at /files/, beside samples of its own (docs/files.md)")
      ->type_name("DIR");
  service_app
      ->add_option_function<std::string>(
          "--files-user",
          [&service](const std::string& text) {
            const std::size_t colon = text.find(':');
            service.files_user = text.substr(0, colon);
            service.files_password = text.substr(colon + 1);
          },
          "give files to this user alone; jobs of files then tell phones who that is")
      ->type_name("USER:PASSWORD")
      ->check([](const std::string& text) {
        const std::size_t colon = text.find(':');
        const bool good = colon != std::string::npos && colon > 0 && colon + 1 < text.size();
        return good ? std::string() : "\"" + text + "\" names no user with a password; write desk:secret";
      });
  service_app->add_flag("--list-defects", service.list_defects, "list the defects that there are");

  CertsOptions certs;
  CLI::App* certs_app = app.add_subcommand("certs", "Writes a test PKI: root, intermediate, a service's certificate, one a phone, and wrong ones.");
  certs_app->add_option("DIR", certs.folder, "the folder; made where it is not there, for its owner alone")
      ->required()
      ->check([](const std::string& text) { return text.empty() ? std::string("a folder has a name") : std::string(); });
  certs_app->add_option("--host", certs.hosts, "a name or an address of the service, as often as wanted (without: localhost, 127.0.0.1, ::1 and this machine's name)")
      ->type_name("NAME")
      ->check(made_of(host_characters, "host: a name, or an address without brackets, is one"));
  certs_app->add_option("--phones", certs.phones, "for so many phones (without: 1, or as many as --mac names)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000).description(""));
  certs_app->add_option("--mac", certs.macs, "a phone's mac-addr, once a phone (without: 00:1A:E8:FF:xx:xx from the seed)")
      ->type_name("MAC")
      ->check(a_mac());
  certs_app->add_option("--seed", certs.seed, "the same seed gives the mac-addrs that `understudy phone` makes up, but never the same keys (without: 1)")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX));
  certs_app->add_option("--password", certs.password, "of the PKCS#12 files (without: none)")->type_name("TEXT");
  certs_app->add_option("--key", certs.key, "the kind of all keys: p-256 or rsa-2048 (without: p-256)")
      ->type_name("KIND")
      ->check(CLI::Validator(
          [](const std::string& word) { return word == "p-256" || word == "rsa-2048" ? "" : "\"" + word + "\" is neither p-256 nor rsa-2048"; }, ""));
  certs_app->add_option("--days", certs.days, "how long the certificates are valid (without: 365)")
      ->type_name("N")
      ->check(CLI::Range(1, 36'500).description(""));
  certs_app->add_flag("--force", certs.force, "replace a PKI that is there");

  RulesOptions rules;
  CLI::App* rules_app = app.add_subcommand("rules", "What a service owes a phone.");
  add_list_and_explain(*rules_app, "all rules, by area", "text, source, effect and examples of one rule", "RULE", "the rule's id: nonce.echo", rules.explain);

  ItemsOptions items;
  CLI::App* items_app = app.add_subcommand("items", "What can be configured on a phone.");
  add_list_and_explain(*items_app, "all items, or those whose name or topic contains a text", "type, values, source and more of one item", "ITEM", "the item's name, with an index or without: key-label[3]", items.explain)
      ->add_option("TEXT", items.filter, "part of a name or topic");

  ModelsOptions models;
  CLI::App* models_app = app.add_subcommand("models", "The phones that can be played, and their firmware.");
  add_list_and_explain(*models_app, "all models and versions of firmware", "what one model, or one version of firmware, has and does", "NAME", "\"OpenStage 60\", \"60\", \"V3 R5\"", models.explain);

  FaultsOptions faults;
  CLI::App* faults_app = app.add_subcommand("faults", "What can go wrong inside phones, on purpose.");
  add_list_and_explain(*faults_app, "all kinds", "one kind, and what a service owes a phone then", "KIND", "the kind: stale-nonce", faults.explain);

  QuirksOptions quirks;
  CLI::App* quirks_app = app.add_subcommand("quirks", "Ways in which phones differ on the wire.");
  add_list_and_explain(*quirks_app, "all quirks", "text and source of one quirk", "QUIRK", "the quirk's name: fresh-nonce", quirks.explain);

  DefectsOptions defects;
  CLI::App* defects_app = app.add_subcommand("defects", "What our own service can be told to do wrong, and which rules see it.");
  CLI::App* defects_list = add_list_and_explain(*defects_app, "all defects, with the bugs of the field (F01...) that they are",
                                                "rule, consequences and occasion of one defect", "DEFECT", "the defect's name: nonce.echo/previous", defects.explain);
  defects_list->add_flag("--field", defects.of_the_field, "those alone that services in the field were seen to have");
  defects_list
      ->add_option_function<std::string>("--format", [&defects](const std::string& format) { defects.markdown = format == "markdown"; },
                                         "text, or markdown: the page docs/defects.md")
      ->check(CLI::IsMember({"text", "markdown"}));

  ScenariosOptions scenarios;
  CLI::App* scenarios_app = app.add_subcommand("scenarios", "Scripts for phones (docs/scenarios.md).");
  scenarios_app->require_subcommand(1);
  scenarios_app->add_subcommand("list", "the scenarios that come with the program")
      ->callback([&scenarios] { scenarios.wish = ScenariosOptions::Wish::list; });
  CLI::App* show_app = scenarios_app->add_subcommand("show", "the file of one of them");
  show_app->add_option("NAME", scenarios.name, "the scenario's name: start-up")->required();
  show_app->callback([&scenarios] { scenarios.wish = ScenariosOptions::Wish::show; });
  scenarios_app->add_subcommand("new", "prints a scenario with comments, to start from")
      ->callback([&scenarios] { scenarios.wish = ScenariosOptions::Wish::start; });
  CLI::App* lint_app = scenarios_app->add_subcommand("lint", "what is wrong with a scenario, and what is hardly meant; nothing is sent");
  lint_app->add_option("FILE", scenarios.name, "the scenario")->required();
  lint_app->callback([&scenarios] { scenarios.wish = ScenariosOptions::Wish::lint; });

  ScenarioFromOptions scenario_from;
  CLI::App* scenario_from_app = app.add_subcommand("scenario-from", "Makes a scenario of what one phone of a transcript did and heard (docs/field-bugs.md).");
  scenario_from_app->add_option("TRANSCRIPT", scenario_from.transcript, "a file written by --transcript, or what others recorded: HAR, pcap, pcapng")->required();
  scenario_from_app->add_option("--key-log", scenario_from.key_log, "of a packet capture: the keys of its TLS, as SSLKEYLOGFILE has them")->type_name("FILE");
  scenario_from_app->add_option("--phone", scenario_from.phone, "which one, where there are several: its mac-addr, its number or its name in the file")
      ->type_name("MAC");
  scenario_from_app->add_option("--out", scenario_from.out, "write the scenario to this file (without: to standard output)")->type_name("FILE");
  scenario_from_app->add_flag("--new-phone", scenario_from.new_phone,
                              "leave out its mac-addr and number: each play is by a phone that the service has not seen");
  scenario_from_app->add_flag("--show-secrets", scenario_from.show_secrets, "do not mask passwords and personal items that the transcript shows");
  scenario_from_app->add_flag("--anonymise", scenario_from.anonymise, "replace numbers, names and addresses too: for everybody to read");

  ShrinkOptions shrink;
  CLI::App* shrink_app = app.add_subcommand("shrink", "Takes parts of a scenario away as long as it still shows what is sought (docs/field-bugs.md).");
  shrink_app->add_option("SCENARIO", shrink.scenario, "a file, or the name of a shipped one (`understudy scenarios list`)")->required();
  shrink_app->add_option("--until", shrink.until, "what must still show: a rule that is not kept, or failure for the scenario's own")
      ->type_name("RULE|failure")
      ->required();
  shrink_app->add_option("--service", shrink.service, "the service: https://host:port[/path]")->type_name("URL");
  shrink_app->add_flag("--simulated", shrink.simulated, "against our own service in this process, in simulated time");
  shrink_app->add_option("--defect", shrink.defects, "of our own service with --simulated, as often as wanted (`understudy defects list`)")
      ->type_name("NAME");
  shrink_app->add_option("--out", shrink.out, "write the smallest scenario to this file (without: to standard output)")->type_name("FILE");
  add_play_options(*shrink_app, shrink);
  add_phone_options(*shrink_app, shrink.phones, "the firmware of phones whose scenario leaves it open (without: V3 R5)");

  ReplayOptions replay;
  CLI::App* replay_app = app.add_subcommand("replay", "What the phones of a recording did, done again: what the service does otherwise now (docs/field-bugs.md).");
  replay_app->add_option("TRANSCRIPT", replay.transcript, "a file written by --transcript, or what others recorded: HAR, pcap, pcapng")->required();
  replay_app->add_option("--key-log", replay.key_log, "of a packet capture: the keys of its TLS, as SSLKEYLOGFILE has them")->type_name("FILE");
  replay_app->add_option("--service", replay.service, "the service: https://host:port[/path]")->type_name("URL");
  replay_app->add_flag("--simulated", replay.simulated, "against our own service in this process, in simulated time");
  replay_app
      ->add_option_function<std::string>(
          "--speed", [&replay](const std::string& text) { (text.ends_with("/s") ? replay.starts : replay.speed) = *speed_of(text); },
          "the waits between what phones do: real, as recorded (without); fast, none; N times as fast; or N/s, so many phones begin a second")
      ->type_name("real|fast|N|N/s")
      ->check([](const std::string& text) {
        return speed_of(text) ? std::string() : "\"" + text + "\" is no speed: real, fast, a number above 0, or so many phones a second: 20/s";
      });
  replay_app->add_option("--phones", replay.phones, "so many play: the first of the recording, or, where it has fewer, each several times, with new mac-addrs")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  replay_app->add_option("--phone", replay.phone, "this one alone: its mac-addr, its number or its name in the file")->type_name("MAC");
  replay_app->add_flag("--new-phones", replay.new_phones, "with mac-addrs and numbers made up from --seed, not those of the recording");
  add_differing_options(*replay_app, replay, "of our own service with --simulated, as often as wanted (`understudy defects list`)");

  DiffOptions diff;
  CLI::App* diff_app = app.add_subcommand("diff", "The same phones and scenarios against two services, A and B: where these differ (docs/field-bugs.md).");
  diff_app->add_option("SCENARIO", diff.scenarios, "a file, or the name of a shipped one (without: the quick suite of `understudy check`)");
  diff_app->add_option("--service", diff.services, "A, and then B: https://host:port[/path]")->type_name("URL");
  diff_app->add_flag("--simulated", diff.simulated, "both are our own service in this process, in simulated time");
  add_differing_options(*diff_app, diff, "of B, our own service with --simulated, as often as wanted (`understudy defects list`)");

  // Only ever one value an option: `--only a b` would swallow what follows.
  for (CLI::App* sub : {check_app, run_app, load_app, phone_app, record_app, judge_app, service_app, certs_app, shrink_app, replay_app, diff_app})
    for (CLI::Option* option : sub->get_options())
      if (option->get_items_expected_max() > 2 && !option->get_positional()) option->expected(1)->take_all();

  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "help") {  // `understudy help check` is `understudy check --help`
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (const auto wrong = unknown_word(app, words)) return tl::unexpected(Refusal{exit_wrong_command_line, "understudy: " + *wrong + "\n"});
  const auto help = [&] {
    const auto commands = app.get_subcommands();
    return commands.empty() ? std::string(overview) : commands.front()->help("understudy");
  };
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(Refusal{exit_conforming, help()});
  } catch (const CLI::CallForVersion& version) {
    return tl::unexpected(Refusal{exit_conforming, std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(Refusal{exit_wrong_command_line, std::string("understudy: ") + error.what() + "\n"});
  }
  if (check_app->parsed()) return check;
  if (run_app->parsed()) return run;
  if (load_app->parsed()) return load;
  if (phone_app->parsed()) return phone;
  if (record_app->parsed()) return record;
  if (judge_app->parsed()) return judge;
  if (report_app->parsed()) return report;
  if (service_app->parsed()) return service;
  if (certs_app->parsed()) return certs;
  if (rules_app->parsed()) return rules;
  if (items_app->parsed()) return items;
  if (models_app->parsed()) return models;
  if (quirks_app->parsed()) return quirks;
  if (faults_app->parsed()) return faults;
  if (defects_app->parsed()) return defects;
  if (scenarios_app->parsed()) return scenarios;
  if (scenario_from_app->parsed()) return scenario_from;
  if (shrink_app->parsed()) return shrink;
  if (replay_app->parsed()) return replay;
  if (diff_app->parsed()) return diff;
  return tl::unexpected(Refusal{exit_conforming, std::string(overview)});
}

}  // namespace understudy::tools
