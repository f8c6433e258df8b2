// understudy check: the scenarios that ship against a service, and the rule book.
#include <algorithm>
#include <utility>

#include "again.h"
#include "commands.h"
#include "house.h"
#include "production.h"
#include "reach.h"
#include "rules/rule.h"
#include "scenarios/language/walk.h"

namespace understudy::tools {

namespace {

constexpr std::string_view the_first = "first-day";  // with the phone that --mac and --e164 name
constexpr std::size_t at_once = 16;
constexpr microseconds most = std::chrono::seconds(15);  // for one of those: what waits longer is played by `understudy run`
constexpr microseconds most_of_a_siege = std::chrono::minutes(3);  // for one with hostile phones

using scenarios::language::Scenario;
using Of = scenarios::language::Suite;

// The same run once more; findings add what they are about.
std::string again_command(const CheckOptions& options) {
  std::string out = "understudy check " + quoted(options.url);
  if (options.suite) out += " --suite " + std::string(name_of(*options.suite));
  return out + again_options(options);
}

bool belongs(const Scenario& scenario, Suite suite) {
  switch (suite) {
    case Suite::quick: return scenario.suite == Of::quick;
    case Suite::full: return scenario.suite != Of::hostile;
    case Suite::hostile: return scenario.suite == Of::hostile;
    case Suite::all: return true;
  }
  return false;
}

// Of a run with --only what claims to exercise one of those rules, beside what every check begins with.
bool is_wanted(const Scenario& scenario, const std::vector<std::string>& only) {
  const auto selection = conformance::Selection::of(only, {});
  return only.empty() || scenario.suite == Of::quick || !selection ||
         std::any_of(scenario.claims.begin(), scenario.claims.end(), [&](const auto& claim) { return selection->has(claim.rule); });
}

bool has_hostile_phones(const Scenario& scenario) {
  bool found = false;
  scenarios::language::each_step(scenario.steps, [&](const auto& step) {
    found = found || std::holds_alternative<scenarios::language::Hostile>(step.what);
  });
  return found;
}

// First what every service meets, a scenario after the other and step by step in the report; then the others, many at once. What a
// hostile phone brings about must be nobody else's trouble: those come last, one at a time.
std::vector<Act> acts_of(const std::vector<SharedScenario>& all) {
  Act first, quick, others, sieges;
  first.by_name = true;
  // A service with which nothing came to a good end has been told so by now.
  others.needs_a_served = sieges.needs_a_served = true;
  for (Act* act : {&first, &quick, &others, &sieges}) act->how.keep_going = true;
  first.how.titles = quick.how.titles = false;
  others.how.at_once = at_once;
  others.how.most = most;
  sieges.how.most = most_of_a_siege;
  for (const SharedScenario& scenario : all) {
    const bool is_first = scenario->name == the_first;
    Act& act = is_first ? first : scenario->suite == Of::quick ? quick : has_hostile_phones(*scenario) ? sieges : others;
    act.scenarios.push_back(scenario);
  }
  if (first.scenarios.empty()) others.needs_a_served = sieges.needs_a_served = false;
  return {std::move(first), std::move(quick), std::move(others), std::move(sieges)};
}

}  // namespace

int run(const CheckOptions& options) {
  auto production = understand(options, options.url);
  if (!production) return refuse(production.error().exit, production.error().text);
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);
  auto all = load_scenarios({});
  if (!all) return refuse(all.error().exit, all.error().text);
  const Suite suite = options.suite.value_or(is_on_loopback(production->target) ? Suite::all : Suite::full);
  std::erase_if(*all, [&](const SharedScenario& each) { return !belongs(*each, suite) || !is_wanted(*each, options.report.only); });

  production->acts = acts_of(*all);
  production->session.again = again_command(options);
  production->session.again_scenario = "understudy run {scenario} --service " + quoted(options.url) + again_options(options);
  production->session.folds_scenarios = true;
  const net::Target target = production->target;
  const net::Waits waits = production->traits.waits;
  return put_on(options, std::move(*production), [&](std::function<void()> done) {
    return house_out_there(options, target, waits, *triggers, std::move(done));
  });
}

}  // namespace understudy::tools
