// understudy diff: the same phones against two services, and where the services differ.
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "differences/words.h"
#include "differing.h"
#include "interrupt.h"
#include "one_play.h"
#include "reach.h"
#include "reports/plain.h"
#include "scenarios/duration.h"

namespace understudy::tools {

namespace {

using namespace conformance::differences;

constexpr microseconds most = std::chrono::minutes(3);  // for one scenario in real time

struct Side {
  std::string url;
  PlayOptions options;  // B's alone have defects
  std::optional<Production> production;
  Billed played;
};

// What each scenario came to, in the words of a report.
std::vector<std::string> outcomes_of(const Side& side) {
  using How = scenarios::PlayOutcome::How;
  std::vector<std::string> out;
  for (const scenarios::PlayOutcome& outcome : side.played.outcomes) {
    const std::string why = outcome.failure.message.empty() ? "" : ": " + outcome.failure.message;
    out.push_back(outcome.how == How::passed   ? "passed"
                  : outcome.how == How::failed ? "failed" + why
                                               : "was not played to its end" + why);
  }
  return side.options.report.show_secrets ? out : covered(std::move(out), side.played.entries);
}

void add(Report& report, Kind kind, std::string what, std::string was = "", std::string is = "") {
  Difference& made = report.differences.emplace_back();
  made.kind = kind, made.what = std::move(what), made.was = std::move(was), made.is = std::move(is);
}

tl::expected<std::vector<SharedScenario>, Refusal> scenarios_of(const DiffOptions& options) {
  auto all = load_scenarios(options.scenarios);
  if (all && options.scenarios.empty())
    std::erase_if(
        *all, [](const SharedScenario& each) { return each->suite != scenarios::language::Suite::quick; });
  return all;
}

const Course* course_of(const std::vector<Course>& all, const std::string& id) {
  for (const Course& each : all)
    if (each.phone == id) return &each;
  return nullptr;
}

void compare(const Bill& bill, const Side& a, const Side& b, Report& report) {
  const std::vector<Course> then = courses_of(a.played.entries), now = courses_of(b.played.entries);
  const std::vector<std::string> outcomes[] = {outcomes_of(a), outcomes_of(b)};
  for (std::size_t n = 0; n < bill.plays.size(); ++n) {
    for (const std::string& id : a.played.phones[n]) {
      const Course *was = course_of(then, id), *is = course_of(now, id);
      if (was && is) tools::compare(*was, *is, report);
    }
    const std::string& name = bill.plays[n].scenario->name;
    const std::string &was = outcomes[0][n], &is = outcomes[1][n];
    if (was != is)
      add(report, Kind::outcome, name, was, is);
    else if (was != "passed")
      report.notes.push_back("scenario " + name + " " + was + ", with A and B");
  }
  for (const std::string& rule : a.played.deviated)
    if (!b.played.deviated.contains(rule)) add(report, Kind::rule_missing, rule);
  for (const std::string& rule : b.played.deviated)
    if (!a.played.deviated.contains(rule)) add(report, Kind::rule_added, rule);
}

}  // namespace

int run(const DiffOptions& options) {
  if (!options.simulated && options.services.size() != 2)
    return refuse(exit_wrong_command_line,
                  "which two services? --service A --service B, or --simulated for our own, of which B may "
                  "have a --defect");
  if (options.simulated && !options.services.empty())
    return refuse(exit_wrong_command_line,
                  "--simulated plays against our own service in this process: leave out --service");
  if (const std::string wrong = objection_to_defects(options.defects, options.simulated); !wrong.empty())
    return refuse(exit_wrong_command_line, wrong);
  Side sides[2];
  for (std::size_t n = 0; n < 2; ++n) {
    Side& side = sides[n];
    side.options = options;
    if (n == 0) side.options.defects.clear();
    side.url = options.simulated ? simulated_url : options.services[n];
    auto production = understand(side.options, side.url);
    if (!production) return refuse(production.error().exit, production.error().text);
    side.production = std::move(*production);
  }
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);
  const auto all = scenarios_of(options);
  if (!all) return refuse(all.error().exit, all.error().text);

  Bill bill;
  bill.keeps = true;
  bill.most = options.simulated ? scenarios::longest_duration : most;
  std::set<std::string> names;
  std::size_t phones = 0;
  for (const SharedScenario& scenario : *all) {
    std::string prefix = scenario->name + "/";
    while (!names.insert(prefix).second)
      prefix.insert(prefix.size() - 1, "'");  // a scenario that is named twice
    bill.plays.push_back({scenario, prefix});
    phones += scenario->phones.size();
  }

  watch_for_interrupt();
  for (Side& side : sides) {
    const net::Target& target = side.production->target;
    if (!is_on_loopback(target))
      std::fprintf(stderr,
                   "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu, or as options "
                   "and scenarios say\n",
                   conformance::counted(phones, "phone").c_str(), target.host.c_str(),
                   static_cast<unsigned long long>(options.phones.seed));
    const auto house = options.simulated ? simulated_house(side.options)
                                         : house_out_there(side.options, target,
                                                           side.production->traits.waits, *triggers, [] {});
    side.played = play_all(side.options, *side.production, *house, bill);
    if (interrupted()) return exit_interrupted;
    if (!side.played.spoke) return refuse(exit_could_not_run, "no answer ever came from " + target.url());
  }
  Report report;
  compare(bill, sides[0], sides[1], report);
  std::printf("A is %s, B is %s\n", conformance::shown(sides[0].production->target.url()).c_str(),
              (conformance::shown(sides[1].production->target.url()) +
               (options.defects.empty() ? "" : ", with defects"))
                  .c_str());
  return tell(std::move(report), Sides::a_and_b, options.report);
}

}  // namespace understudy::tools
