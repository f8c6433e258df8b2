// understudy run: scenarios are played, and the service is judged meanwhile.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>

#include "cast.h"
#include "commands.h"
#include "house.h"
#include "interrupt.h"
#include "net/local_address.h"
#include "progress.h"
#include "reach.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/duration.h"
#include "scenarios/language/library.h"
#include "scenarios/language/reader.h"
#include "scenarios/run/staging.h"
#include "session.h"
#include "setting.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

using How = scenarios::PlayOutcome::How;
using scenarios::language::SharedScenario;

constexpr const char* simulated_service = "https://127.0.0.1:18443";

std::string quoted(const std::string& word) {
  return word.find_first_of(" \"'$&;|<>*?()") == std::string::npos ? word : "'" + word + "'";
}

// The same run once more.
std::string again_command(const RunOptions& options) {
  std::string out = "understudy run";
  for (const std::string& name : options.scenarios) out += " " + quoted(name);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  add("--service", options.service);
  if (options.simulated) out += " --simulated";
  add("--seed", std::to_string(options.phones.seed));
  if (options.repeat != 1) add("--repeat", std::to_string(options.repeat));
  if (options.keep_going) out += " --keep-going";
  add("--model", options.phones.model);
  add("--firmware", options.phones.firmware);
  add("--mac", options.mac);
  add("--e164", options.e164);
  if (options.mobile_user) add("--mobile-user", options.mobile_user->e164 + ":" + (options.report.show_secrets ? options.mobile_user->password : "***"));
  add("--bind", options.bind);
  for (const std::string& host : options.phones.allow_target) add("--allow-target", host);
  if (options.phones.timeout != PhoneTraits{}.timeout) out += " --timeout " + std::to_string(options.phones.timeout.count() / 1'000) + "ms";
  if (options.report.strict) out += " --strict";
  for (const std::string& setting : options.phones.set) add("--set", options.report.show_secrets ? setting : masked_setting(setting));
  if (options.phones.refuse_unknown_items) out += " --unknown-items refuse";
  for (const std::string& quirk : options.phones.quirks) add("--quirk", quirk);
  add("--triggers", options.triggers);
  return out;
}

struct Refused {
  int exit;
  std::string text;
};

// A file, or the name of a shipped one.
tl::expected<SharedScenario, Refused> load(const std::string& name, const scenarios::language::Reader& reader) {
  using namespace scenarios::language;
  const auto wrong = [](const scenarios::FileError& error) {
    return tl::unexpected(Refused{exit_wrong_input_file, shown_lines(error.with_source())});
  };
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".xml");
  if (const Shipped* shipped = is_path ? nullptr : find_shipped(name)) {
    auto scenario = read_shipped(*shipped, reader);
    if (!scenario) return wrong(scenario.error());
    return *scenario;
  }
  std::error_code ignored;
  if (!is_path && !std::filesystem::exists(name, ignored)) {
    std::vector<std::string_view> names;
    for (const Shipped& shipped : library()) names.push_back(shipped.name);
    return tl::unexpected(Refused{exit_wrong_command_line, "there is no scenario \"" + conformance::shown(name) + "\"" +
                                                               or_nearest(name, names, "understudy scenarios list")});
  }
  auto scenario = reader.read(name);
  if (!scenario) return wrong(scenario.error());
  return *scenario;
}

tl::expected<std::vector<SharedScenario>, Refused> load(const std::vector<std::string>& names) {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  const scenarios::language::Reader reader(rules);
  std::vector<SharedScenario> out;
  for (const std::string& name : names) {
    auto scenario = load(name, reader);
    if (!scenario) return tl::unexpected(scenario.error());
    out.push_back(std::move(*scenario));
  }
  return out;
}

// What the plays of one scenario came to.
struct Tally {
  conformance::RuleResult result;
  std::vector<conformance::Finding> findings;
};

conformance::Finding finding_of(const scenarios::language::Scenario& scenario, const scenarios::Failure& failure) {
  conformance::Finding finding;
  finding.rule = std::string(conformance::scenario_area) + scenario.name;
  finding.level = conformance::Level::must;
  finding.message = failure.message;
  finding.expected = failure.expected;
  finding.came = failure.came;
  finding.phone = failure.phone;
  finding.before = failure.last;
  if (failure.place.file >= scenario.sources.size()) return finding;
  const auto& source = scenario.sources[failure.place.file];
  const scenarios::FileError error = scenarios::error_in(source.path, source.bytes, failure.place.offset, failure.place.length, failure.message);
  finding.where = source.path + ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
  finding.excerpt = error.excerpt;
  return finding;
}

void add(Tally& tally, const conformance::Finding& finding) {
  const auto same = std::find_if(tally.findings.begin(), tally.findings.end(), [&](const conformance::Finding& known) {
    return known.where == finding.where && known.message == finding.message && known.expected == finding.expected;
  });
  if (same == tally.findings.end())
    tally.findings.push_back(finding);
  else
    ++same->count;
}

// All plays of a run, one after the other.
class Series {
 public:
  Series(const RunOptions& options, House& house, scenarios::Means& means, const scenarios::Staging& staging, Session& session)
      : options_(options), house_(house), means_(means), staging_(staging), session_(session) {}

  void play(const std::vector<SharedScenario>& all) {
    for (const SharedScenario& scenario : all)
      for (int n = 0; n < options_.repeat; ++n) {
        if (stopped_ || interrupted()) return;
        play(scenario, n, all.size() > 1);
      }
  }

  // Hands the results over.
  void tell(const std::vector<SharedScenario>& all) {
    for (const SharedScenario& scenario : all) {
      if (!tallies_.contains(scenario->name)) {
        Tally& left = tallies_[scenario->name];
        left.result.rule = std::string(conformance::scenario_area) + scenario->name;
        left.result.why = interrupted() ? "the run was interrupted" : "not played: one before it failed (--keep-going)";
      }
    }
    for (auto& [name, tally] : tallies_) {
      tally.result.outcome = tally.result.deviated > 0 ? conformance::Outcome::deviated
                             : tally.result.held > 0   ? conformance::Outcome::held
                                                       : conformance::Outcome::not_exercised;
      session_.add(tally.result, tally.findings);
    }
    for (auto& [name, times] : timers_) {
      std::sort(times.begin(), times.end());
      std::printf("  timer %s   %s   median %s   longest %s\n", conformance::shown(name).c_str(), conformance::counted(times.size(), "time").c_str(),
                  conformance::spoken(times[times.size() / 2]).c_str(), conformance::spoken(times.back()).c_str());
    }
    if (!timers_.empty()) std::puts("");
  }

 private:
  void play(const SharedScenario& scenario, int round, bool one_of_several) {
    std::string prefix = one_of_several ? scenario->name + "/" : "";
    if (options_.repeat > 1) prefix += std::to_string(round + 1) + "/";
    const auto ids = scenarios::put_on_stage(means_.stage, *scenario, staging_, phones_, prefix);
    phones_ += ids.size();
    const auto play = scenarios::Play::make(means_, scenario, ids, options_.phones.seed + plays_++, one_of_several ? scenario->name : "");
    play->start();
    house_.clock().run([&] { return play->over() || interrupted(); }, scenarios::longest_duration);
    if (!play->over()) play->interrupt();
    note(*scenario, play->outcome());
  }

  void note(const scenarios::language::Scenario& scenario, const scenarios::PlayOutcome& outcome) {
    Tally& tally = tallies_[scenario.name];
    tally.result.rule = std::string(conformance::scenario_area) + scenario.name;
    for (const scenarios::TimerValue& timer : outcome.timers) timers_[timer.name].push_back(timer.time);
    const scenarios::Failure& failure = outcome.failure;
    switch (outcome.how) {
      case How::passed: ++tally.result.held; return;
      case How::failed:
        ++tally.result.deviated;
        add(tally, finding_of(scenario, failure));
        stopped_ = !options_.keep_going;
        return;
      case How::not_exercised: tally.result.why = failure.message; return;
      case How::could_not_run: {
        const conformance::Finding finding = finding_of(scenario, failure);
        tally.result.why = "could not run: " + finding.message;
        session_.trouble(finding.where + ": " + finding.message);
        stopped_ = !options_.keep_going;
        return;
      }
      case How::interrupted:
      case How::running: tally.result.why = "the run was interrupted"; return;
    }
  }

  const RunOptions& options_;
  House& house_;
  scenarios::Means& means_;
  const scenarios::Staging& staging_;
  Session& session_;
  std::map<std::string, Tally> tallies_;
  std::map<std::string, std::vector<microseconds>> timers_;
  std::size_t phones_ = 0;
  std::uint64_t plays_ = 0;
  bool stopped_ = false;
};

scenarios::Staging staging_of(const RunOptions& options, const net::Target& target, const Traits& traits, const std::string& own_address) {
  scenarios::Staging staging;
  staging.target = target;
  staging.service = std::make_shared<const phone::Service>(phone::Service{target.host_header(), target.path, traits.keys});
  staging.waits = traits.waits;
  staging.limits = brisk_limits();
  staging.quirks = traits.quirks;
  staging.switches = traits.switches;
  staging.model = traits.model;
  staging.firmware = traits.firmware ? &*traits.firmware : nullptr;
  staging.settings = traits.settings;
  staging.mac = options.mac;
  staging.e164 = options.e164;
  staging.bind = options.bind;
  staging.on_loopback = is_on_loopback(target);
  staging.own_address = own_address;
  staging.seed = options.phones.seed;
  return staging;
}

// Off loopback it is said beforehand who will be there.
void introduce(const std::vector<SharedScenario>& all, const RunOptions& options, const scenarios::Staging& staging) {
  if (staging.on_loopback) return;
  std::size_t phones = 0;
  for (const SharedScenario& scenario : all) phones += scenario->phones.size() * static_cast<std::size_t>(options.repeat);
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu, or as the scenarios say\n",
               conformance::counted(phones, "phone").c_str(), staging.target.host.c_str(), static_cast<unsigned long long>(options.phones.seed));
}

}  // namespace

int run(const RunOptions& options) {
  if (!options.simulated && options.service.empty())
    return refuse(exit_wrong_command_line, "whom do the phones call? --service https://host:port, or --simulated for our own service");
  if (options.simulated && !options.service.empty())
    return refuse(exit_wrong_command_line, "--simulated plays against our own service in this process: leave out --service");
  const auto target = service_at(options.simulated ? simulated_service : options.service, options.phones);
  if (!target) return refuse(exit_wrong_command_line, target.error());
  const auto traits = understand(options.phones);
  if (!traits) return refuse(exit_wrong_command_line, traits.error());
  const auto all = load(options.scenarios);
  if (!all) return refuse(all.error().exit, all.error().text);
  scenarios::Triggers triggers;
  if (!options.triggers.empty()) {
    auto read = scenarios::read_triggers(options.triggers, [&](const std::string& host) { return out_of_reach(host, options.phones.allow_target); });
    if (!read) return refuse(read.error());
    triggers = std::move(*read);
  }
  Session::Settings session_settings;
  session_settings.report = options.report;
  session_settings.again = again_command(options);
  session_settings.mask = !options.report.show_secrets;
  auto session = Session::open(session_settings);
  if (!session) return refuse(session.error().exit, session.error().text);

  watch_for_interrupt();
  scenarios::Staging staging = staging_of(options, *target, *traits, options.simulated ? "" : net::local_address_towards(*target));
  introduce(*all, options, staging);
  Progress progress(**session);
  const auto house = options.simulated ? simulated_house(options)
                                       : house_out_there(options, *target, staging.on_loopback, traits->waits, triggers, [&] { progress.done(); });
  staging.door = house->door;
  const std::string time = options.simulated ? "2026-01-01T00:00:00Z" : iso_now();
  progress.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target->url(), time, options.phones.seed, session_settings.mask});

  wpi::Reader reader;
  fleet::Stage stage(house->carrier(), house->clock(), progress, nullptr, house->downloads());
  house->stage = &stage;
  scenarios::Means means{.stage = stage, .clock = house->clock(), .reader = reader, .service = target->host_header()};
  means.switches = traits->switches;
  means.quirks = traits->quirks;
  if (options.mobile_user) {
    means.user = options.mobile_user->e164;
    means.user_password = options.mobile_user->password;
  }
  house->give_jobs(means);
  Series series(options, *house, means, staging, **session);
  series.play(*all);
  house->end_jobs();
  house->stage = nullptr;
  progress.done();
  series.tell(*all);
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
