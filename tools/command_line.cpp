#include "command_line.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "rules/nearest.h"

namespace understudy::tools {

namespace {

constexpr std::string_view overview = R"(understudy plays an OpenStage SIP phone against a provisioning service (WPI), and judges the service.

  understudy check URL                   is this service conforming?
  understudy judge TRANSCRIPT            the rules, offline
  understudy service [--defect RULE]     our own provisioning service; --list-defects
  understudy rules list | explain RULE   what a service owes a phone

URL is https://host:port with an optional path (without one: /DeploymentService/LoginService).
`understudy COMMAND --help` lists the options of a command.

Exit status: 0 conforming, 1 deviations, 2 wrong command line, 3 an input file is wrong, 4 could not run
(no HTTP answer ever came, a port is taken, a report could not be written), 7 nothing was selected,
130 interrupted (reports are written). Afterwards the first that applies of 130, 1, 4, 0.
)";

std::string duration_check(const std::string& text) {
  const auto duration = duration_of(text);
  return duration ? std::string() : duration.error();
}

void add_report_options(CLI::App& app, ReportOptions& report) {
  app.add_option("--only", report.only, "judge only these rules: an id (nonce.echo) or an area (nonce)")->type_name("RULE");
  app.add_option("--skip", report.skip, "leave out these rules")->type_name("RULE");
  app.add_option("--require", report.require, "fail if such a rule was not exercised")->type_name("RULE");
  app.add_flag("--strict", report.strict, "a deviated \"should\" fails too");
  app.add_option("--junit", report.junit, "write the result as JUnit XML")->type_name("FILE");
  app.add_option("--json", report.json, "write the result as JSON (understudy.result/1)")->type_name("FILE");
  app.add_option("--transcript", report.transcript, "write all that was said as JSON Lines")->type_name("FILE");
  app.add_flag("--show-secrets", report.show_secrets, "do not mask passwords, cookies and personal items");
  app.add_flag("--every-rule", report.every_rule, "list the rules one by one, with what each says");
}

void add_duration(CLI::App& app, const std::string& name, microseconds& value, const std::string& text) {
  app.add_option_function<std::string>(
         name, [&value](const std::string& given) { value = *duration_of(given); }, text)
      ->type_name("TIME")
      ->check(duration_check);
}

// What a user may have meant: for the first word of the message that is nearly an option or a command, that one.
std::string with_hint(const CLI::App& app, std::string message) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_lnames().empty()) names.push_back("--" + option->get_lnames().front());
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::istringstream words(message.substr(message.rfind(": ") == std::string::npos ? 0 : message.rfind(": ") + 2));
  for (std::string word; words >> word;) {
    word.resize(std::min(word.size(), word.find('=')));
    if (const std::string_view nearest = conformance::nearest(word, views); !nearest.empty())
      return message.append("; did you mean ").append(nearest).append("?");
  }
  return message;
}

}  // namespace

tl::expected<microseconds, std::string> duration_of(std::string_view text) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  double seconds = -1;
  if (unit.empty() || unit == "s") seconds = number;
  if (unit == "ms") seconds = number / 1'000;
  if (unit == "m" || unit == "min") seconds = number * 60;
  if (unit == "h") seconds = number * 3'600;
  if (error != std::errc() || seconds < 0 || seconds > 7 * 24 * 3'600.0)
    return tl::unexpected("\"" + std::string(text) + "\" is no time; write 500ms, 60s or 2m");
  return microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

tl::expected<Command, Refusal> read_command_line(int argc, const char* const* argv) {
  CLI::App app;
  app.name("understudy");
  app.set_version_flag("--version", "understudy " UNDERSTUDY_VERSION);
  app.require_subcommand(0, 1);

  CheckOptions check;
  CLI::App* check_app = app.add_subcommand("check", "A phone starts up, reports changes and answers what the service orders; the service is judged.");
  check_app->add_option("URL", check.url, "the service: https://host:port[/path]")->required();
  check_app->add_option("--firmware", check.firmware, "play one phone of this firmware: \"V3 R5\", \"V2 R2\", \"V1 R4\" (without: one of each, the first one most)")->type_name("NAME");
  check_app->add_option("--model", check.model, "play phones of this model: \"OpenStage 60\"")->type_name("NAME");
  check_app->add_option("--mac", check.mac, "the first phone's mac-addr (without: 00:1A:E8:FF:xx:xx from the seed)");
  check_app->add_option("--e164", check.e164, "the first phone's number")->type_name("DIGITS");
  check_app->add_option("--bind", check.bind, "call from this address (without: on loopback an address a phone)")->type_name("ADDR");
  check_app->add_option("--seed", check.seed, "the same seed gives the same phones and nonces (without: 1)")->type_name("N");
  add_duration(*check_app, "--wait", check.wait, "first try for so long until the service answers");
  add_duration(*check_app, "--timeout", check.timeout, "how long a phone waits for an answer (without: 30s, what the rule http.timely says)");
  check_app->add_option("--allow-target", check.allow_target, "send to this host although it is neither loopback nor private")->type_name("HOST");
  check_app->add_flag("--reply-before-restart", check.reply_before_restart, "phones answer a Restart before they restart (the guide shows no answer, p.50)");
  check_app->add_flag("--fresh-nonce", check.fresh_nonce, "phones take a new nonce for each message (the guide's text keeps one, p.34)");
  check_app->add_flag("--strict-nonce", check.strict_nonce, "phones reject an answer with a wrong nonce (guide p.28; phones in the field do not)");
  add_report_options(*check_app, check.report);

  JudgeOptions judge;
  CLI::App* judge_app = app.add_subcommand("judge", "Holds the rules against a transcript, offline.");
  judge_app->add_option("TRANSCRIPT", judge.file, "a file written by --transcript")->required();
  add_report_options(*judge_app, judge.report);

  ServiceOptions service;
  CLI::App* service_app = app.add_subcommand("service", "Our own provisioning service, over HTTPS, until Ctrl-C.");
  service_app->add_option("--bind", service.address, "listen on this address (without: 127.0.0.1)")->type_name("ADDR");
  service_app->add_option("--port", service.port, "listen on this port; 0 takes a free one (without: 18443)")->type_name("PORT");
  service_app->add_option("--defect", service.defects, "have this defect: RULE or RULE/VARIANT, as often as wanted")->type_name("NAME");
  service_app->add_flag("--list-defects", service.list_defects, "list the defects that there are");

  RulesOptions rules;
  CLI::App* rules_app = app.add_subcommand("rules", "What a service owes a phone.");
  rules_app->require_subcommand(1);
  rules_app->add_subcommand("list", "all rules, by area");
  rules_app->add_subcommand("explain", "text, source, effect and examples of one rule")
      ->add_option("RULE", rules.explain, "the rule's id: nonce.echo")
      ->required();

  // Only ever one value an option: `--only a b` would swallow what follows.
  for (CLI::App* sub : {check_app, judge_app, service_app})
    for (CLI::Option* option : sub->get_options())
      if (option->get_items_expected_max() > 1) option->expected(1)->take_all();

  const CLI::App* active = &app;
  const auto found_command = [&] {
    for (const CLI::App* sub : app.get_subcommands()) active = sub;
  };
  try {
    app.parse(argc, argv);
    found_command();
  } catch (const CLI::CallForHelp&) {
    found_command();
    return tl::unexpected(Refusal{exit_conforming, active == &app ? std::string(overview) : active->help("understudy")});
  } catch (const CLI::CallForVersion& version) {
    return tl::unexpected(Refusal{exit_conforming, std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    found_command();
    return tl::unexpected(Refusal{exit_wrong_command_line, "understudy: " + with_hint(*active, error.what()) + "\n"});
  }
  if (check_app->parsed()) return check;
  if (judge_app->parsed()) return judge;
  if (service_app->parsed()) return service;
  if (rules_app->parsed()) return rules;
  return tl::unexpected(Refusal{exit_conforming, std::string(overview)});
}

}  // namespace understudy::tools
