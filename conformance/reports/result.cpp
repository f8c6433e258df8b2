#include "reports/result.h"

#include <algorithm>
#include <array>
#include <map>

#include "reports/plain.h"
#include "rules/rule.h"

namespace understudy::conformance {

namespace {

// Rules broken at each level; a rule with findings of two levels counts at the weightier.
std::array<std::uint64_t, 3> broken(const Verdict& verdict) {
  std::map<std::string_view, Level> rules;
  for (const Finding& finding : verdict.findings) {
    if (finding.known || finding.rule.starts_with(scenario_area)) continue;
    const auto [rule, fresh] = rules.emplace(finding.rule, finding.level);
    if (!fresh) rule->second = std::min(rule->second, finding.level);
  }
  std::array<std::uint64_t, 3> count{};
  for (const auto& [rule, level] : rules) ++count[static_cast<std::size_t>(level)];
  return count;
}

std::string are_broken(std::uint64_t count, std::string_view word) {
  return counted(count, "rule") + " that a service " + std::string(word) + " keep " +
         (count == 1 ? "is" : "are") + " broken";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

// Those that failed and are known count for none.
std::uint64_t scenarios(const Verdict& verdict, Outcome outcome) {
  return static_cast<std::uint64_t>(std::count_if(verdict.rules.begin(), verdict.rules.end(), [&](const RuleResult& rule) {
    return rule.rule.starts_with(scenario_area) && rule.outcome == outcome && !rule.known;
  }));
}

std::string sentence_of_verdict(const Result& result) {
  const auto [must, should, note] = broken(result.verdict);
  if (conforms(result)) {
    const auto held = static_cast<std::uint64_t>(
        std::count_if(result.verdict.rules.begin(), result.verdict.rules.end(),
                      [](const RuleResult& rule) { return rule.outcome == Outcome::held; })) -
        scenarios(result.verdict, Outcome::held);
    const std::uint64_t ran = scenarios(result.verdict, Outcome::held);
    const bool any_known = std::any_of(result.entries.begin(), result.entries.end(), [](const EntryOutcome& entry) { return entry.times > 0; });
    if (held + ran == 0 && !any_known && must + should + note == 0)
      return "Conforming, but no rule was exercised: this says nothing of the service.";
    std::string text = "Conforming: " + (ran == 0 ? std::string() : counted(ran, "scenario") + " passed, ") + counted(held, "rule") + " held";
    if (const std::uint64_t left = scenarios(result.verdict, Outcome::not_exercised); left != 0)
      text += ", " + counted(left, "scenario") + " not exercised";
    if (should != 0) text += "; " + are_broken(should, "should") + " (--strict makes that fail)";
    if (note != 0) text += "; " + counted(note, "note");
    if (const std::string known = baseline_in_words(result); !known.empty()) text += "; " + known;
    return text + ".";
  }
  std::vector<std::string> reasons;
  if (const std::uint64_t failed = scenarios(result.verdict, Outcome::deviated); failed != 0)
    reasons.push_back(counted(failed, "scenario") + " failed");
  if (must != 0) reasons.push_back(are_broken(must, "must"));
  if (should != 0) reasons.push_back(are_broken(should, "should") + (result.strict ? " (strict)" : ""));
  std::string text = joined(reasons);
  if (!result.required_not_exercised.empty())
    text += (text.empty() ? "" : "; ") + std::string("required and not exercised: ") +
            joined(result.required_not_exercised);
  const auto wrong = static_cast<std::uint64_t>(std::count_if(
      result.entries.begin(), result.entries.end(), [](const EntryOutcome& entry) { return fails(entry.state); }));
  if (wrong != 0)
    text += (text.empty() ? "" : "; ") + std::to_string(wrong) + (wrong == 1 ? " entry" : " entries") + " of the baseline " +
            (wrong == 1 ? "does" : "do") + " not fit";
  if (const std::string known = baseline_in_words(result); !known.empty()) text += "; " + known;
  return "Not conforming: " + text + ".";
}

}  // namespace

std::string_view name_of(Ending ending) {
  constexpr std::array<std::string_view, 4> names = {"conforming", "deviations", "could-not-run",
                                                     "interrupted"};
  return names[static_cast<std::size_t>(ending)];
}

bool conforms(const Result& result) {
  return result.verdict.conforming(result.strict) && result.required_not_exercised.empty() &&
         std::none_of(result.entries.begin(), result.entries.end(), [](const EntryOutcome& entry) { return fails(entry.state); });
}

std::string baseline_in_words(const Result& result) {
  std::uint64_t known = 0, idle = 0;
  for (const EntryOutcome& entry : result.entries) known += entry.state == EntryState::matched, idle += entry.state == EntryState::not_exercised;
  std::string text;
  if (known != 0) text = counted(known, "known deviation");
  if (idle != 0) text += (text.empty() ? "" : ", ") + std::to_string(idle) + (idle == 1 ? " entry" : " entries") + " of the baseline not exercised";
  return text;
}

void conclude(Result& result) {
  std::vector<std::pair<Ending, int>> apply;
  if (result.run.interrupted && result.transcript.empty()) apply.emplace_back(Ending::interrupted, 130);
  if (result.run.spoke && !conforms(result))
    apply.emplace_back(Ending::deviations, 1);
  if (!result.run.spoke || !result.troubles.empty()) apply.emplace_back(Ending::could_not_run, 4);
  if (apply.empty()) apply.emplace_back(Ending::conforming, 0);
  result.ending = apply[0].first;
  result.exit = apply[0].second;
  result.also.clear();
  for (std::size_t i = 1; i < apply.size(); ++i) result.also.push_back(apply[i].second);
}

std::string sentence(const Result& result) {
  if (result.ending == Ending::interrupted)
    return "Interrupted" +
           (result.run.spoke ? ". Until then: " + sentence_of_verdict(result) : " before an answer came.");
  if (result.ending == Ending::could_not_run) {
    if (result.run.spoke)
      return "Could not finish: " + shown(joined(result.troubles)) + ". " + sentence_of_verdict(result);
    if (!result.transcript.empty())
      return "Could not judge: there is no answer of a service in " + shown(result.transcript) + ".";
    return "Could not run: no answer came from " + shown(result.run.start.service) +
           (result.run.first_failure.empty() ? "" : ": " + shown(result.run.first_failure)) + ".";
  }
  return sentence_of_verdict(result);
}

std::string repeat(const Result& result, const Finding& finding) {
  const bool of_a_scenario = finding.rule.starts_with(scenario_area);
  const std::size_t slash = std::min(finding.phone.find('/'), finding.phone.size());
  // A rule was broken in the scenario "first-day" where its phone is "first-day/phone".
  const std::string name = of_a_scenario                  ? finding.rule.substr(scenario_area.size())
                           : slash < finding.phone.size() ? finding.phone.substr(0, slash)
                                                          : std::string();
  std::string out = result.again;
  constexpr std::string_view place = "{scenario}";
  if (const std::size_t at = result.again_scenario.find(place); !name.empty() && at != std::string::npos)
    out = std::string(result.again_scenario).replace(at, place.size(), name);
  if (out.empty() || of_a_scenario) return out;
  return out + " --only " + finding.rule;
}

}  // namespace understudy::conformance
