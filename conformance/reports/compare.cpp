#include "reports/compare.h"

#include <algorithm>
#include <map>

#include "reports/plain.h"

namespace understudy::conformance {

namespace {

bool exercised(const RuleResult* rule) {
  return rule && rule->outcome != Outcome::not_exercised;
}
bool deviates(const RuleResult* rule) {
  return rule && rule->outcome == Outcome::deviated;
}

Change change_of(const RuleResult* before, const RuleResult* after) {
  if (deviates(after) && !deviates(before)) return Change::new_one;
  if (deviates(before) && after && after->outcome == Outcome::held) return Change::fixed;
  if (!before || !after) return Change::none;  // of what one did not play nothing changed
  if (exercised(before) != exercised(after)) return Change::changed;
  if (deviates(before) && deviates(after) && before->level != after->level) return Change::changed;
  return Change::none;
}

std::string state_of(const RuleResult* rule) {
  if (!rule) return "unknown";
  switch (rule->outcome) {
    case Outcome::held:
      return "held";
    case Outcome::deviated:
      return "deviated " + std::to_string(rule->deviated) + "×";
    case Outcome::not_exercised:
      break;
  }
  return "not exercised";
}

// The files' names without what they have in common at the front.
std::string short_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string_view name_of(Change change) {
  switch (change) {
    case Change::none:
      break;
    case Change::fixed:
      return "fixed";
    case Change::new_one:
      return "new";
    case Change::changed:
      return "changed";
  }
  return "";
}

Comparison compare(const std::vector<std::string>& names, const std::vector<StoredResult>& results) {
  Comparison out;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < results.size(); ++i) {
    out.columns.push_back({i < names.size() ? names[i] : std::string(), &results[i]});
    for (const RuleResult& rule : results[i].result.verdict.rules) {
      const auto [at, fresh] = place.emplace(rule.rule, out.rules.size());
      if (fresh)
        out.rules.push_back({rule.rule, std::vector<const RuleResult*>(results.size()), Change::none});
      out.rules[at->second].in[i] = &rule;
    }
  }
  for (ComparedRule& rule : out.rules) {
    if (rule.in.size() < 2) continue;
    rule.change = change_of(rule.in.front(), rule.in.back());
    if (rule.change == Change::new_one)
      ++(rule.rule.starts_with(scenario_area) ? out.new_failures : out.new_ones);
    out.fixed += rule.change == Change::fixed;
    out.changed += rule.change == Change::changed;
    out.still_broken += deviates(rule.in.front()) && deviates(rule.in.back());
  }
  return out;
}

std::string sentence(const Comparison& comparison) {
  if (comparison.columns.size() < 2) return "";
  std::string out = "From " + shown(short_name(comparison.columns.front().name)) + " to " +
                    shown(short_name(comparison.columns.back().name)) + ": ";
  std::vector<std::string> parts;
  if (comparison.new_ones != 0) parts.push_back(counted(comparison.new_ones, "rule") + " newly broken");
  if (comparison.new_failures != 0)
    parts.push_back(counted(comparison.new_failures, "scenario") + " newly failing");
  if (comparison.fixed != 0) parts.push_back(std::to_string(comparison.fixed) + " fixed");
  if (comparison.still_broken != 0)
    parts.push_back(std::to_string(comparison.still_broken) + " still broken");
  if (comparison.changed != 0) parts.push_back(std::to_string(comparison.changed) + " otherwise changed");
  if (parts.empty()) return out + "no rule has another outcome, and none is broken.";
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : ", ") + parts[i];
  return out + ".";
}

std::string text(const Comparison& comparison, std::size_t width) {
  constexpr std::size_t most_columns = 8, state_width = 18;
  std::size_t rule_width = 20;
  for (const ComparedRule& rule : comparison.rules)
    rule_width = std::max(rule_width, std::min<std::size_t>(rule.rule.size() + 2, 44));
  const std::size_t columns = std::min({comparison.columns.size(), most_columns,
                                        std::max<std::size_t>((width - rule_width - 10) / state_width, 2)});
  // Where not all fit, the first and the newest ones do.
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    if (i == 0 || i + columns > comparison.columns.size()) chosen.push_back(i);
  std::string out = "\n";
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const Comparison::Column& column = comparison.columns[i];
    out += "  " + std::to_string(i + 1) + "  " + shown(column.name) + "   " +
           shown(column.stored->result.run.start.service) + "   " +
           shown(column.stored->result.run.start.time) + "\n     " + shown(column.stored->sentence) + "\n";
  }
  std::string rows;
  for (const ComparedRule& rule : comparison.rules) {
    const bool broken = std::any_of(rule.in.begin(), rule.in.end(), deviates);
    if (!broken && rule.change == Change::none) continue;
    rows += "  " + padded(shown(rule.rule), rule_width);
    for (const std::size_t i : chosen) rows += padded(state_of(rule.in[i]), state_width);
    rows += std::string(name_of(rule.change));
    while (rows.ends_with(' ')) rows.pop_back();
    rows += "\n";
  }
  if (!rows.empty()) {
    out += "\n  " + padded("", rule_width);
    for (const std::size_t i : chosen) out += padded(std::to_string(i + 1), state_width);
    while (out.ends_with(' ')) out.pop_back();
    out += "\n" + rows;
  }
  return out + "\n  " + sentence(comparison) + "\n";
}

}  // namespace understudy::conformance
