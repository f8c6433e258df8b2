// understudy shrink: the shortest scenario that still shows what is sought.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "commands.h"
#include "interrupt.h"
#include "made_file.h"
#include "one_play.h"
#include "reports/plain.h"
#include "rules/rule.h"
#include "scenarios/duration.h"
#include "scenarios/language/library.h"
#include "scenarios/shrink/shrinker.h"

namespace understudy::tools {

namespace {

using scenarios::shrink::Sought;

constexpr const char* simulated_service = "https://127.0.0.1:18443";
constexpr int first_plays = 3, tries_of_a_rare_one = 5;
constexpr std::chrono::seconds least_time(30);
constexpr std::size_t known_phones = 5'000;  // that a check or a run with the same seed may have made before

// Plays scenarios, each time with phones that the service has not seen.
class Player {
 public:
  Player(const ShrinkOptions& options, const Production& production, const scenarios::Triggers& triggers)
      : options_(options), production_(production), triggers_(triggers) {}

  OnePlay play(const SharedScenario& scenario) {
    const auto done = [] {};
    const auto house = options_.simulated ? simulated_house(options_)
                                          : house_out_there(options_, production_.target,
                                                            production_.traits.waits, triggers_, done);
    options_.wait = {};  // it is there now
    // Hours of simulated time cost nothing.
    const bool is_known = !options_.simulated && knows_how_long_;
    const microseconds most = is_known ? std::max<microseconds>(least_time, 2 * longest_) : scenarios::longest_duration;
    OnePlay out = play_once(options_, production_, *house, scenario, options_.simulated ? 0 : phones_, most);
    phones_ += scenario->phones.size();
    if (!knows_how_long_) longest_ = std::max(longest_, out.taken);
    return out;
  }
  // From now on a play takes no more than twice as long as the longest so far.
  void knows_how_long() { knows_how_long_ = true; }

 private:
  ShrinkOptions options_;
  const Production& production_;
  const scenarios::Triggers& triggers_;
  std::size_t phones_ = known_phones;
  microseconds longest_{};
  bool knows_how_long_ = false;
};

std::vector<std::string_view> rule_ids() {
  std::vector<std::string_view> out;
  for (const conformance::RuleText& rule : conformance::rules()) out.push_back(rule.id);
  return out;
}

scenarios::language::OtherFile others_of(const std::string& name) {
  using namespace scenarios::language;
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".xml");
  if (is_path || !find_shipped(name)) return files_below(std::filesystem::path(name).parent_path().string());
  return [](const std::string& path) -> tl::expected<std::string, std::string> {
    const Shipped* found = find_shipped(std::filesystem::path(path).stem().string());
    if (!found) return tl::unexpected(std::string("no such scenario is shipped"));
    return std::string(found->bytes);
  };
}

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// What came instead of what is sought.
std::string what_else(const OnePlay& last) {
  std::string out =
      last.played.deviated.empty() ? "no rule deviates" : "there deviate " + joined(last.played.deviated);
  using How = scenarios::PlayOutcome::How;
  if (last.played.outcome.how == How::failed)
    return out + ", and the scenario fails: " + last.played.outcome.failure.message;
  if (last.played.outcome.how != How::passed)
    return out + ", and the scenario was not played to its end: " + last.played.outcome.failure.message;
  return out + ", and the scenario passes";
}

}  // namespace

int run(const ShrinkOptions& options) {
  if (!options.simulated && options.service.empty())
    return refuse(exit_wrong_command_line,
                  "whom do the phones call? --service https://host:port, or --simulated for our own service");
  if (options.simulated && !options.service.empty())
    return refuse(exit_wrong_command_line,
                  "--simulated plays against our own service in this process: leave out --service");
  if (const std::string wrong = objection_to_defects(options.defects, options.simulated); !wrong.empty())
    return refuse(exit_wrong_command_line, wrong);
  const std::vector<std::string_view> rules = rule_ids();
  const bool is_failure = options.until == "failure";
  if (!is_failure && std::find(rules.begin(), rules.end(), options.until) == rules.end())
    return refuse(exit_wrong_command_line, "--until: there is no rule \"" +
                                               conformance::shown(options.until) + "\"" +
                                               or_nearest(options.until, rules, "understudy rules list"));
  auto production = understand(options, options.simulated ? simulated_service : options.service);
  if (!production) return refuse(production.error().exit, production.error().text);
  const auto loaded = load_scenarios({options.scenario});
  if (!loaded) return refuse(loaded.error().exit, loaded.error().text);
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);
  const SharedScenario& whole = loaded->front();

  watch_for_interrupt();
  const auto begun = std::chrono::steady_clock::now();
  Player player(options, *production, *triggers);
  Sought sought = is_failure ? Sought::failure() : Sought::rule(options.until);
  int shown = 0, played = 0;
  OnePlay last;
  for (; played < first_plays && !interrupted(); ++played) {
    last = player.play(whole);
    if (!last.spoke)
      return refuse(exit_could_not_run, "no answer ever came from " + production->target.url());
    shown += sought.shows(last.played);
  }
  player.knows_how_long();
  if (interrupted()) return refuse(exit_interrupted, "interrupted before anything was taken away");
  if (shown == 0)
    return refuse(exit_could_not_run, options.until + " does not show in " +
                                          conformance::counted(static_cast<std::uint64_t>(played), "play") +
                                          ": " + conformance::shown(what_else(last)));
  const int tries = shown == first_plays ? 1 : tries_of_a_rare_one;
  std::fprintf(stderr, "%s shows in %d of %d plays%s\n", options.until.c_str(), shown, played,
               tries == 1 ? "" : ": each candidate is played up to 5 times");

  scenarios::shrink::Wish wish;
  wish.path = whole->sources.front().path;
  wish.bytes = whole->sources.front().bytes;
  wish.other = others_of(options.scenario);
  std::size_t runs = static_cast<std::size_t>(played);
  wish.shows = [&](const SharedScenario& candidate) {
    for (int n = 0; n < tries && !interrupted(); ++n) {
      ++runs;
      if (sought.shows(player.play(candidate).played)) return true;
    }
    return false;
  };
  wish.stop = [] { return interrupted(); };
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  wish.tell = [&](std::size_t elements) {
    if (terminal) std::fprintf(stderr, "\r\x1b[K  %zu elements after %zu runs ...", elements, runs);
  };
  const scenarios::language::Reader reader(rules);
  const auto shrunk = scenarios::shrink::shrink(reader, wish);
  if (terminal) std::fputs("\r\x1b[K", stderr);
  if (!shrunk) return refuse(shrunk.error());

  if (tries > 1 && !shrunk->stopped) {
    int again = 0;
    const auto smallest = reader.parse(wish.path, shrunk->bytes, wish.other);
    for (int n = 0; smallest && n < tries; ++n, ++runs) again += sought.shows(player.play(*smallest).played);
    std::fprintf(stderr, "%s shows in %d of %d plays of what is left\n", options.until.c_str(), again, tries);
  }
  const int exit = write_made(options.out, shrunk->bytes);
  const auto taken = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begun);
  std::fprintf(stderr, "%skept %zu of %zu elements after %zu runs, %s\n",
               shrunk->stopped ? "interrupted: " : "", shrunk->kept, shrunk->elements, runs,
               conformance::spoken(taken).c_str());
  return exit != exit_conforming ? exit : shrunk->stopped ? exit_interrupted : exit_conforming;
}

}  // namespace understudy::tools
