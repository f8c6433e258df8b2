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
  exit_nothing_selected = 7,
  exit_interrupted = 130,
};

// Which rules are judged, and where the result goes: the same for every command that ends in a verdict.
struct ReportOptions {
  std::vector<std::string> only, skip, require;
  bool strict = false;
  std::string junit, json, transcript;  // paths; empty: not written
  bool show_secrets = false;
  bool every_rule = false;              // lists rules one by one
};

// NUMBER:PASSWORD of somebody who may log on at any phone.
struct MobileUserOption {
  std::string e164, password;
};

struct CheckOptions {
  std::string url;
  ReportOptions report;
  std::string model, firmware, mac, e164, bind;
  std::optional<MobileUserOption> mobile_user;
  std::uint64_t seed = 1;
  microseconds wait{};                  // tries so long until the service answers
  microseconds timeout = std::chrono::seconds(30);
  std::vector<std::string> allow_target;
  std::vector<std::string> set;         // ITEM[INDEX]=VALUE, as typed
  bool refuse_unknown_items = false;
  std::vector<std::string> quirks;
};

struct JudgeOptions {
  std::string file;
  ReportOptions report;
};

struct ServiceOptions {
  std::vector<MobileUserOption> mobile_users;
  std::string address = "127.0.0.1";
  std::uint16_t port = 18443;
  std::vector<std::string> defects;
  bool list_defects = false;
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

using Command =
    std::variant<CheckOptions, JudgeOptions, ServiceOptions, RulesOptions, ItemsOptions, ModelsOptions, QuirksOptions>;

// Nothing to carry out: a text for the user, and the status to end with (0 for --help and --version).
struct Refusal {
  int exit = exit_wrong_command_line;
  std::string text;
};

tl::expected<Command, Refusal> read_command_line(int argc, const char* const* argv);

// "60s", "500ms", "2m", "1.5s"; a number alone is seconds. The error is one line.
tl::expected<microseconds, std::string> duration_of(std::string_view text);

}  // namespace understudy::tools
