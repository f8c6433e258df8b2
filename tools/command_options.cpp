#include "command_options.h"

#include <arpa/inet.h>

#include <charconv>
#include <utility>

#include "listening_place.h"
#include "scenarios/plan_file.h"
#include "scenarios/duration.h"

namespace understudy::tools {

using scenarios::duration_of;

namespace {

constexpr const char* mac_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:.-_+";

}  // namespace

std::string positive_duration_check(const std::string& text) {
  const auto duration = duration_of(text);
  if (!duration) return duration.error();
  return duration->count() > 0 ? "" : "\"" + text + "\" is no time to wait; write 500ms, 60s or 2m";
}

CLI::Validator whole_number(std::uint64_t most) {
  return CLI::Validator(
      [most](const std::string& text) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool good = error == std::errc() && end == text.data() + text.size() && number <= most;
        return good ? std::string() : "\"" + text + "\" is no whole number from 0 to " + std::to_string(most);
      },
      "");
}

CLI::Validator made_of(std::string characters, std::string what) {
  return CLI::Validator(
      [characters = std::move(characters), what = std::move(what)](const std::string& text) {
        const bool good = !text.empty() && text.find_first_not_of(characters) == std::string::npos;
        return good ? std::string() : "\"" + text + "\" is no " + what;
      },
      "");
}

CLI::Validator a_mac() { return made_of(mac_characters, "mac-addr: letters, digits and : . - _ + make one"); }

CLI::Validator numeric_address() {
  return CLI::Validator(
      [](const std::string& text) {
        in6_addr address{};
        const bool good = ::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
        return good ? std::string() : "\"" + text + "\" is no IP address";
      },
      "");
}

void add_report_options(CLI::App& app, ReportOptions& report) {
  app.add_option("--only", report.only, "judge only these rules: an id (nonce.echo) or an area (nonce)")->type_name("RULE");
  app.add_option("--skip", report.skip, "leave out these rules")->type_name("RULE");
  app.add_option("--require", report.require, "fail if such a rule was not exercised")->type_name("RULE");
  app.add_flag("--strict", report.strict, "a deviated \"should\" fails too");
  app.add_option("--junit", report.junit, "write the result as JUnit XML")->type_name("FILE");
  app.add_option("--json", report.json, "write the result as JSON (understudy.result/1)")->type_name("FILE");
  app.add_option("--html", report.html, "write the result as a page: one file, with what was said on the wire")->type_name("FILE");
  app.add_option("--sarif", report.sarif, "write the result as SARIF 2.1.0, for pages of code scanning")->type_name("FILE");
  app.add_option("--transcript", report.transcript, "write all that was said as JSON Lines")->type_name("FILE");
  app.add_option("--baseline", report.baseline, "deviations that are known, and do not fail (docs/baseline.md)")->type_name("FILE");
  app.add_option("--write-baseline", report.write_baseline, "write a baseline of all that fails now; with --baseline what it says is kept")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--format", [&report](const std::string& word) { report.github = word == "github"; },
         "text, or github: after the text, what failed as annotations of GitHub Actions (without: text)")
      ->type_name("WORD")
      ->check(CLI::Validator(
          [](const std::string& word) { return word == "text" || word == "github" ? "" : "\"" + word + "\" is neither text nor github"; }, ""));
  app.add_flag("--show-secrets", report.show_secrets, "do not mask passwords, cookies and personal items");
  app.add_flag("--every-rule", report.every_rule, "list the rules one by one, with what each says");
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, microseconds& value, const std::string& text) {
  return app
      .add_option_function<std::string>(
          name, [&value](const std::string& given) { value = *duration_of(given); }, text)
      ->type_name("TIME")
      ->check(positive_duration_check);
}

void add_door_port(CLI::App& app, std::uint16_t& port) {
  app.add_option("--door-port", port, "where the phones can be asked to call (contact-me); 0 takes a free port (without: 8085, as the guide has it)")
      ->type_name("PORT")
      ->check(whole_number(65535));
}

void add_phone_options(CLI::App& app, PhoneTraits& phones, const std::string& firmware) {
  app.add_option("--firmware", phones.firmware, firmware)->type_name("NAME");
  app.add_option("--model", phones.model, "play phones of this model: \"OpenStage 60\"; `understudy models list`")->type_name("NAME");
  app.add_option("--set", phones.set, "the first phone (of a load every one) starts with this value, as often as wanted; `understudy items list`")
      ->type_name("ITEM[INDEX]=VALUE");
  app.add_option_function<std::string>(
         "--unknown-items", [&phones](const std::string& word) { phones.refuse_unknown_items = word == "refuse"; },
         "what phones do with items of unknown names that are written: store or refuse (without: store)")
      ->type_name("WORD")
      ->check(CLI::Validator(
          [](const std::string& word) { return word == "store" || word == "refuse" ? "" : "\"" + word + "\" is neither store nor refuse"; }, ""));
  app.add_option("--certificate-password", phones.certificate_password, "what phones open certificates with that have a password (without: none)")
      ->type_name("TEXT");
  app.add_option("--quirk", phones.quirks, "phones differ in this way from the usual; as often as wanted (`understudy quirks list`)")
      ->type_name("NAME");
  app.add_option("--seed", phones.seed, "the same seed gives the same phones and nonces (without: 1)")
      ->type_name("N")
      ->check(whole_number(UINT64_MAX));
  add_duration(app, "--timeout", phones.timeout, "how long a phone waits for an answer (without: 30s, what the rule http.timely says)");
  add_duration(app, "--download-timeout", phones.download_timeout, "how long a phone waits for the next piece of a file (without: 30s; a whole file may take 10 minutes)");
  app.add_option("--allow-target", phones.allow_target, "send to this host although it is neither loopback nor private")->type_name("HOST");
}

void add_fault_option(CLI::App& app, PhoneTraits& phones) {
  app.add_option("--fault", phones.faults, "so many of a phone's messages meet this fault, by chance from the seed: reset=0.5%; as often as wanted (`understudy faults list`)")
      ->type_name("KIND=CHANCE");
}

MobileUserOption mobile_user_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  return {text.substr(0, colon), text.substr(colon + 1)};
}

namespace {

bool is_user(const std::string& text) {
  const std::size_t colon = text.find(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < text.size() && text.find_first_not_of("0123456789") == colon;
}

// "4000-4999:246810": the numbers, and how many there are; 0: it is no range.
struct UserRange {
  std::uint64_t first = 0, count = 0;
  std::size_t digits = 0;
};
UserRange user_range(const std::string& text) {
  constexpr std::uint64_t most_users = 60'000;
  const std::size_t dash = text.find('-'), colon = text.find(':');
  UserRange out;
  if (dash == std::string::npos || colon == std::string::npos || dash != colon - dash - 1 || dash == 0 || dash > 18 || colon + 1 == text.size())
    return out;
  std::uint64_t last = 0;
  const auto number = [&](std::size_t from, std::size_t to, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data() + from, text.data() + to, value);
    return error == std::errc() && end == text.data() + to;
  };
  if (!number(0, dash, out.first) || !number(dash + 1, colon, last) || last < out.first || last - out.first >= most_users) return out;
  out.count = last - out.first + 1;
  out.digits = dash;
  return out;
}

}  // namespace

CLI::Validator a_mobile_user() {
  return CLI::Validator(
      [](const std::string& text) {
        return is_user(text) ? std::string() : "\"" + text + "\" names no mobile user; write 4711:246810, number and password";
      },
      "");
}

CLI::Validator mobile_users() {
  return CLI::Validator(
      [](const std::string& text) {
        return is_user(text) || user_range(text).count > 0
                   ? std::string()
                   : "\"" + text + "\" names no mobile users; write 4711:246810, number and password, or 4000-4999:246810, numbers of the same length";
      },
      "");
}

std::vector<MobileUserOption> mobile_users_of(const std::string& text) {
  const UserRange range = user_range(text);
  if (range.count == 0) return {mobile_user_of(text)};
  std::vector<MobileUserOption> out;
  for (std::uint64_t n = 0; n < range.count; ++n) {
    std::string number = std::to_string(range.first + n);
    number.insert(0, range.digits - number.size(), '0');
    out.push_back({std::move(number), text.substr(text.find(':') + 1)});
  }
  return out;
}

// Of commands that play phones against a service and judge it.
void add_play_options(CLI::App& app, PlayOptions& options) {
  app.add_option("--mac", options.mac, "the first phone's mac-addr (without: 00:1A:E8:FF:xx:xx from the seed)")
      ->type_name("MAC")
      ->check(a_mac());
  app.add_option("--e164", options.e164, "the first phone's number")
      ->type_name("DIGITS")
      ->check(made_of("0123456789", "number: digits make one"));
  app.add_option("--bind", options.bind, "call from this address (without: on loopback an address a phone)")
      ->type_name("ADDR")
      ->check(numeric_address());
  app.add_option_function<std::string>(
          "--mobile-user", [&options](const std::string& text) { options.mobile_user = mobile_user_of(text); },
          "a user whom the service knows logs on at the first phone, and off again")
      ->type_name("NUMBER:PASSWORD")
      ->check(a_mobile_user());
  app.add_option("--triggers", options.triggers,
                   "how the service is given a job for a phone, so that contact-me and polls are judged too (docs/triggers.md)")
      ->type_name("FILE");
  add_duration(app, "--wait", options.wait, "first try for so long until the service answers");
  add_door_port(app, options.door_port);
}

namespace {

// 0.1 of "10%"; nullopt: it is no share.
std::optional<double> share_of_percent(const std::string& text) {
  double percent = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || std::string_view(rest, end) != "%" || !(percent >= 0 && percent <= 100)) return std::nullopt;
  return percent / 100;
}

}  // namespace

void add_load_options(CLI::App& app, LoadOptions& load) {
  app.add_option("URL", load.url, "the service: https://host:port[/path]");
  app.add_flag("--simulated", load.simulated, "against our own service in this process, in simulated time: to try a plan out");
  app.add_option("--phones", load.count, "so many (without: 100)")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, scenarios::most_phones).description(""));
  app.add_option("--arrival", load.arrival, "so often one of them does something, whatever the service does: 200/s, 30/min (without: 10/s)")->type_name("RATE");
  app.add_option("--at-work", load.at_work, "in place of --arrival: so many do something all the time, and the next begins when one is done")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, scenarios::most_phones).description(""));
  add_duration(app, "--for", load.length, "for so long (without: 30s, or as the storm says)");
  add_duration(app, "--ramp", load.ramp, "before that the rate rises so long, from 0");
  app.add_option("--behaviour", load.behaviours,
                 "what phones do, with its weight, as often as wanted: start-up=3, poll, local-change, call-back, deploy, log-on, the name of a scenario or FILE.xml (without: start-up)")
      ->type_name("NAME=N");
  app.add_flag("--by-chance", load.by_chance, "arrivals come by chance (Poisson), not evenly");
  app.add_option("--storm", load.storm, "what happens to a whole site at once: power-cut, poll-stampede, contact-me-all, service-restart, firmware-wave, certificate-change, morning (docs/load.md)")
      ->type_name("NAME");
  app.add_option("--plan", load.plan, "the plan is in this file: phases, behaviours, kinds of phones (docs/load.md)")->type_name("FILE");
  app.add_option("--threshold", load.thresholds, "must hold, as often as wanted: 'start-up.p99<800ms', 'errors<0.1%', 'rule.nonce.echo=0' (docs/load.md)")
      ->type_name("TEXT");
  app.add_option("--search", load.search, "find the highest steady rate at which this and every --threshold holds, from --arrival on: 'p99<1s'")
      ->type_name("TEXT");
  app.add_option_function<std::string>(
         "--abort-after", [&load](const std::string& given) { load.abort_after = *duration_of(given); },
         "from then on a threshold that is missed ends the run")
      ->type_name("TIME")
      ->check(positive_duration_check);
  app.add_option_function<std::string>(
         "--validate", [&load](const std::string& given) { load.validate = *share_of_percent(given); },
         "read this share of the answers against the schema too: 100% is all of them; the rules judge every message anyway (without: 1%)")
      ->type_name("SHARE")
      ->check([](const std::string& text) { return share_of_percent(text) ? "" : "\"" + text + "\" is no share: write 10%, or 0% to 100%"; });
  app.add_option_function<std::string>(
         "--connections", [&load](const std::string& given) { load.keeps_connections = given == "kept"; },
         "per-interaction: each has one of its own, as phones do; kept: a phone goes on with the one it has, polls too (without: per-interaction)")
      ->check(CLI::IsMember({"per-interaction", "kept"}))
      ->type_name("HOW");
  app.add_flag("--resume", load.resumes, "a phone's next connection resumes its TLS session (without: full handshakes, as phones do)");
  app.add_option("--addresses", load.addresses, "each calls from an address of its own in this range, which this machine must have: 10.20.0.0/16, fd00:1::/64")
      ->type_name("CIDR");
  app.add_flag("--door-per-phone", load.door_per_phone,
               "phones that call from one address can each be asked to call, at ports from --door-port on (0: free ones); the guide has 8085 for all");
  app.add_option("--bind", load.bind, "all call from this address (without: on loopback an address a phone)")
      ->type_name("ADDR")
      ->check(numeric_address());
  app.add_option_function<std::string>(
         "--mobile-user",
         [&load](const std::string& text) {
           load.mobile_users_text = text;
           load.mobile_users = mobile_users_of(text);
         },
         "users whom the service knows, for behaviours that log on: one, or FIRST-LAST:PASSWORD, one a phone")
      ->type_name("NUMBER:PASSWORD")
      ->check(mobile_users());
  app.add_option("--triggers", load.triggers, "how the service is given a job for a phone, for behaviours that want one, and how it is restarted (docs/triggers.md)")
      ->type_name("FILE");
  add_duration(app, "--wait", load.wait, "first try for so long until the service answers");
  add_door_port(app, load.door_port);
  app.add_option("--threads", load.threads, "so many play the phones: where one core is not enough (without: 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 64).description(""));
  app.add_option("--shard", load.shard, "play the second of four parts of the plan: 2/4; `understudy report PART.json ...` adds them up")->type_name("K/N");
  app.add_option("--start-at", load.start_at, "the plan begins then, on every machine that plays a part of it: 2026-03-01T12:00:00Z")->type_name("TIME");
  app.add_option("--locust", load.locust, "be a worker of this Locust master, which says how many phones do what; it may say the URL too (docs/load.md)")->type_name("HOST:PORT");
  app.add_flag("--locustfile", load.locustfile, "print the locustfile of such a master, with the plan's behaviours and their weights, and play nothing");
  app.add_option("--metrics", load.metrics, "serve the load as metrics for Prometheus here, over HTTP: 127.0.0.1:9464")
      ->type_name("ADDR:PORT")
      ->check([](const std::string& text) { const auto listens = listening_place(text); return listens ? std::string() : listens.error(); });
  app.add_option("--csv", load.csv, "write the load second by second as CSV")->type_name("FILE");
}

}  // namespace understudy::tools
