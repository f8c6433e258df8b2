#include "series.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <list>
#include <utility>

#include "commands.h"
#include "interrupt.h"
#include "reach.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/duration.h"
#include "scenarios/language/library.h"

namespace understudy::tools {

using How = scenarios::PlayOutcome::How;

struct Series::Tally {
  conformance::RuleResult result;
  std::vector<conformance::Finding> findings;
};

namespace {

constexpr const char* interrupted_run = "the run was interrupted";

// A file, or the name of a shipped one.
tl::expected<SharedScenario, Refusal> load(const std::string& name,
                                           const scenarios::language::Reader& reader) {
  using namespace scenarios::language;
  const auto wrong = [](const scenarios::FileError& error) {
    return tl::unexpected(Refusal{exit_wrong_input_file, shown_lines(error.with_source())});
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
    return tl::unexpected(
        Refusal{exit_wrong_command_line, "there is no scenario \"" + conformance::shown(name) + "\"" +
                                             or_nearest(name, names, "understudy scenarios list")});
  }
  auto scenario = reader.read(name);
  if (!scenario) return wrong(scenario.error());
  return *scenario;
}

conformance::Finding finding_of(const scenarios::language::Scenario& scenario,
                                const scenarios::Failure& failure) {
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
  const scenarios::FileError error = scenarios::error_in(source.path, source.bytes, failure.place.offset,
                                                         failure.place.length, failure.message);
  finding.where = source.path + ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
  finding.excerpt = error.excerpt;
  return finding;
}

void add(std::vector<conformance::Finding>& findings, const conformance::Finding& finding) {
  const auto same = std::find_if(findings.begin(), findings.end(), [&](const conformance::Finding& known) {
    return known.where == finding.where && known.message == finding.message &&
           known.expected == finding.expected;
  });
  if (same == findings.end())
    findings.push_back(finding);
  else
    ++same->count;
}

}  // namespace

tl::expected<std::vector<SharedScenario>, Refusal> load_scenarios(const std::vector<std::string>& names) {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  const scenarios::language::Reader reader(rules);
  std::vector<std::string> wanted = names;
  if (wanted.empty())
    for (const auto& shipped : scenarios::language::library()) wanted.emplace_back(shipped.name);
  std::vector<SharedScenario> out;
  for (const std::string& name : wanted) {
    auto scenario = load(name, reader);
    if (!scenario) return tl::unexpected(scenario.error());
    out.push_back(std::move(*scenario));
  }
  return out;
}

scenarios::Staging staging_of(const net::Target& target, const Traits& traits, const std::string& bind,
                              const std::string& own_address, std::uint64_t seed) {
  scenarios::Staging staging;
  staging.target = target;
  staging.service =
      std::make_shared<const phone::Service>(phone::Service{target.host_header(), target.path, traits.keys});
  staging.waits = traits.waits;
  staging.limits = brisk_limits();
  staging.quirks = traits.quirks;
  staging.faults = traits.faults;
  staging.switches = traits.switches;
  staging.model = traits.model;
  staging.firmware = traits.firmware ? &*traits.firmware : nullptr;
  staging.settings = traits.settings;
  staging.bind = bind;
  staging.on_loopback = is_on_loopback(target);
  staging.own_address = own_address;
  staging.seed = seed;
  return staging;
}

void Series::play(const std::vector<SharedScenario>& all) {
  std::list<std::pair<SharedScenario, int>> waiting;
  for (const SharedScenario& scenario : all)
    for (int round = 0; round < settings_.repeat; ++round) waiting.emplace_back(scenario, round);
  std::list<Playing> playing;
  const auto one_is_over = [&] {
    return std::any_of(playing.begin(), playing.end(), [&](const Playing& each) { return is_over(each); });
  };
  while (!(waiting.empty() || stopped_ || interrupted()) || !playing.empty()) {
    while (!waiting.empty() && playing.size() < settings_.at_once && !stopped_ && !interrupted()) {
      playing.push_back(begin(waiting.front().first, waiting.front().second));
      waiting.pop_front();
    }
    const microseconds limit = settings_.most.count() > 0
                                   ? std::min(settings_.most, microseconds(std::chrono::seconds(1)))
                                   : scenarios::longest_duration;
    means_.clock.run([&] { return one_is_over() || interrupted(); }, limit);
    for (auto each = playing.begin(); each != playing.end();)
      if (is_over(*each) || interrupted()) {
        end(*each);
        each = playing.erase(each);
      } else {
        ++each;
      }
  }
}

Series::Playing Series::begin(const SharedScenario& scenario, int round) {
  std::string prefix = settings_.names_scenarios ? scenario->name + "/" : "";
  if (settings_.repeat > 1) prefix += std::to_string(round + 1) + "/";
  const auto ids = scenarios::put_on_stage(means_.stage, *scenario, staging_, phones_, prefix);
  phones_ += ids.size();
  Playing out{scenario, ids,
              scenarios::Play::make(means_, scenario, ids, settings_.seed + plays_++, settings_.titles ? scenario->name : ""),
              means_.clock.now()};
  out.play->start();
  return out;
}

bool Series::is_over(const Playing& playing) const {
  return playing.play->over() ||
         (settings_.most.count() > 0 && means_.clock.now() - playing.begun > settings_.most);
}

void Series::end(const Playing& playing) {
  const bool too_long = !playing.play->over() && !interrupted();
  if (!playing.play->over()) playing.play->interrupt();
  for (const std::string& phone : playing.phones) served_ = served_ || means_.stage.last_end(phone) == phone::End::clean_up;
  note(*playing.scenario, playing.play->outcome());
  tallies_.at(playing.scenario->name)->result.taken += means_.clock.now() - playing.begun;
  if (too_long)
    tallies_.at(playing.scenario->name)->result.why = "takes more than " +
                                                      scenarios::in_words(settings_.most) +
                                                      ": `understudy run NAME` plays it, with the same options";
}

void Series::note(const scenarios::language::Scenario& scenario, const scenarios::PlayOutcome& outcome) {
  auto& known = tallies_[scenario.name];
  if (!known) known = std::make_shared<Tally>();
  Tally& tally = *known;
  tally.result.rule = std::string(conformance::scenario_area) + scenario.name;
  for (const scenarios::TimerValue& timer : outcome.timers) timers_[timer.name].push_back(timer.time);
  const scenarios::Failure& failure = outcome.failure;
  switch (outcome.how) {
    case How::passed:
      ++tally.result.held;
      return;
    case How::failed:
      ++tally.result.deviated;
      add(tally.findings, finding_of(scenario, failure));
      stopped_ = !settings_.keep_going;
      return;
    case How::not_exercised:
      tally.result.why = failure.message;
      return;
    case How::could_not_run: {
      const conformance::Finding finding = finding_of(scenario, failure);
      tally.result.why = "could not run: " + finding.message;
      // Where no answer ever came the result says so by itself, and nobody else need try.
      if (means_.stage.spoke()) session_.trouble(finding.where + ": " + finding.message);
      stopped_ = !settings_.keep_going || !means_.stage.spoke();
      return;
    }
    case How::interrupted:
    case How::running:
      tally.result.why = interrupted_run;
      return;
  }
}

void Series::tell(const std::vector<SharedScenario>& all) {
  for (const SharedScenario& scenario : all)
    if (auto& left = tallies_[scenario->name]; !left) {
      left = std::make_shared<Tally>();
      left->result.rule = std::string(conformance::scenario_area) + scenario->name;
      left->result.why = interrupted() ? interrupted_run : "not played: one before it failed (--keep-going)";
    }
  for (auto& [name, tally] : tallies_) {
    tally->result.outcome = tally->result.deviated > 0 ? conformance::Outcome::deviated
                            : tally->result.held > 0   ? conformance::Outcome::held
                                                       : conformance::Outcome::not_exercised;
    session_.add(tally->result, tally->findings);
  }
}

void Series::print_timers() {
  for (auto& [name, times] : timers_) {
    std::sort(times.begin(), times.end());
    std::printf("  timer %s   %s   median %s   longest %s\n", conformance::shown(name).c_str(),
                conformance::counted(times.size(), "time").c_str(),
                conformance::spoken(times[times.size() / 2]).c_str(),
                conformance::spoken(times.back()).c_str());
  }
  if (!timers_.empty()) std::puts("");
}

}  // namespace understudy::tools
