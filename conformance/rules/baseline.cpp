#include "rules/baseline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

#include "wpi/writer.h"

namespace understudy::conformance {

namespace {

bool expired(const BaselineEntry& entry, std::string_view today) {
  return !entry.expires.empty() && entry.expires < today;
}

// The scenario of an occasion, by its name in the verdict.
std::string_view scenario_named(const std::string& name, const BaselineContext& context) {
  return name.empty() ? std::string_view(context.only_scenario) : std::string_view(name);
}

bool covers(const BaselineEntry& entry, const std::string& rule, std::string_view scenario) {
  return entry.rule == rule && (entry.scenario.empty() || entry.scenario == scenario);
}

const RuleResult* result_of(const Verdict& verdict, const std::string& rule) {
  const auto found = std::find_if(verdict.rules.begin(), verdict.rules.end(),
                                  [&](const RuleResult& each) { return each.rule == rule; });
  return found == verdict.rules.end() ? nullptr : &*found;
}

// Applies a baseline to one verdict.
class Applying {
 public:
  Applying(const Baseline& baseline, const BaselineContext& context, Verdict& verdict)
      : context_(context), verdict_(verdict) {
    for (const BaselineEntry& entry : baseline.entries)
      outcomes_.push_back({entry, EntryState::not_exercised, 0, ""});
  }

  std::vector<EntryOutcome> outcomes() {
    for (Finding& finding : verdict_.findings) cover(finding);
    for (RuleResult& rule : verdict_.rules) weigh(rule);
    for (EntryOutcome& outcome : outcomes_) say(outcome);
    return std::move(outcomes_);
  }

 private:
  // The entry for what came in that scenario; one that names it before one that names none.
  EntryOutcome* entry_for(const std::string& rule, std::string_view scenario) {
    EntryOutcome* found = nullptr;
    for (EntryOutcome& outcome : outcomes_)
      if (covers(outcome.entry, rule, scenario) && (!found || found->entry.scenario.empty()))
        found = &outcome;
    return found;
  }

  void cover(Finding& finding) {
    const EntryOutcome* first = nullptr;
    bool all = true;
    auto occasions = finding.scenarios;
    if (occasions.empty()) occasions.emplace("", finding.count);
    for (const auto& [scenario, times] : occasions) {
      EntryOutcome* entry = entry_for(finding.rule, scenario_named(scenario, context_));
      if (!entry || expired(entry->entry, context_.today)) all = false;
      if (!entry) continue;
      entry->times += times;
      if (!first) first = entry;
    }
    if (all && first)
      finding.known =
          KnownDeviation{first->entry.reason, first->entry.owner, first->entry.expires, first->entry.place};
  }

  // How much a rule weighs without what is known.
  void weigh(RuleResult& rule) {
    if (rule.outcome != Outcome::deviated) return;
    std::optional<Level> open;
    std::uint64_t kept = 0;
    for (const Finding& finding : verdict_.findings) {
      if (finding.rule != rule.rule) continue;
      kept += finding.count;
      if (!finding.known) open = std::min(open.value_or(finding.level), finding.level);
    }
    // Of deviations that were only counted nothing is known but their rule.
    EntryOutcome* general = entry_for(rule.rule, "");
    if (kept < rule.deviated && (!general || expired(general->entry, context_.today))) open = rule.level;
    if (kept == 0 && general)
      general->times = rule.deviated;
    rule.known = !open;
    rule.open_level = open;
  }

  void say(EntryOutcome& outcome) {
    const BaselineEntry& entry = outcome.entry;
    const RuleResult* rule = result_of(verdict_, entry.rule);
    const std::string what = entry.rule + (entry.scenario.empty() ? "" : " in " + entry.scenario);
    if (expired(entry, context_.today)) {
      outcome.state = EntryState::expired;
      outcome.text =
          what + ": the entry counted until " + entry.expires +
          (outcome.times > 0 ? ", and the deviation is still there" : "; the deviation did not come");
      return;
    }
    if (outcome.times > 0) {
      outcome.state = EntryState::matched;
      outcome.text = what + ": known";
      return;
    }
    const bool exercised = rule && rule->outcome != Outcome::not_exercised;
    const bool selected = rule && rule->why != not_selected;
    const bool played = !entry.scenario.empty() && context_.played.contains(entry.scenario);
    if (context_.whole && exercised && (entry.scenario.empty() || played)) {
      outcome.state = EntryState::held;
      outcome.text = what + ": unexpectedly held; take the entry out";
    } else if (context_.whole && played && selected) {
      outcome.state = EntryState::missed;
      outcome.text = what + ": the scenario was played, and the rule not exercised; take the entry out";
    } else {
      outcome.state = EntryState::not_exercised;
      outcome.text = what + ": not exercised";
    }
  }

  const BaselineContext& context_;
  Verdict& verdict_;
  std::vector<EntryOutcome> outcomes_;
};

void add_attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(" ").append(name).append("=\"");
  wpi::append_escaped_attribute(out, value);
  out.append("\"");
}

}  // namespace

bool BaselineEntry::has_placeholder() const {
  return reason.starts_with(baseline_placeholder) || owner.starts_with(baseline_placeholder);
}

std::string_view name_of(EntryState state) {
  constexpr std::array<std::string_view, 5> names = {"matched", "not-exercised", "held", "missed", "expired"};
  return names[static_cast<std::size_t>(state)];
}

std::vector<EntryOutcome> apply(const Baseline& baseline, const BaselineContext& context, Verdict& verdict) {
  return Applying(baseline, context, verdict).outcomes();
}

Baseline baseline_of(const Verdict& verdict, bool strict, const std::vector<EntryOutcome>& old,
                     const std::string& only_scenario, const std::string& expires) {
  Baseline out;
  for (const EntryOutcome& outcome : old)
    if (outcome.times > 0 || outcome.state == EntryState::not_exercised) out.entries.push_back(outcome.entry);
  const auto listed = [&](const std::string& rule, const std::string& scenario) {
    return std::any_of(out.entries.begin(), out.entries.end(),
                       [&](const BaselineEntry& each) { return covers(each, rule, scenario); });
  };
  for (const RuleResult& rule : verdict.rules) {
    if (!rule.fails(strict)) continue;
    std::set<std::string> scenarios;
    std::uint64_t kept = 0;
    for (const Finding& finding : verdict.findings) {
      if (finding.rule != rule.rule || finding.known) continue;
      kept += finding.count;
      for (const auto& [scenario, times] : finding.scenarios)
        scenarios.insert(scenario.empty() ? only_scenario : scenario);
    }
    // What came in one scenario alone is not excused elsewhere.
    const bool in_one = scenarios.size() == 1 && kept > 0 && !rule.rule.starts_with(scenario_area);
    BaselineEntry entry{rule.rule,
                        in_one ? *scenarios.begin() : "",
                        std::string(baseline_placeholder) + ": say why",
                        std::string(baseline_placeholder) + ": say who",
                        expires,
                        ""};
    if (!listed(entry.rule, entry.scenario)) out.entries.push_back(std::move(entry));
  }
  return out;
}

std::string xml(const Baseline& baseline) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<baseline xmlns=\"urn:understudy:baseline:1\">\n";
  for (const BaselineEntry& entry : baseline.entries) {
    out += "  <known";
    add_attribute(out, "rule", entry.rule);
    add_attribute(out, "scenario", entry.scenario);
    add_attribute(out, "expires", entry.expires);
    add_attribute(out, "owner", entry.owner);
    out += "\n        ";
    add_attribute(out, "reason", entry.reason);
    out += "/>\n";
  }
  return out + "</baseline>\n";
}

std::string day_after(std::string_view day, int days) {
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const std::string_view digits = day.substr(std::min(at, day.size()), length);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && digits.size() == length ? value
                                                                                                   : -1;
  };
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') return "";
  const int year = number(0, 4), month = number(5, 2), date = number(8, 2);
  if (year < 0 || month < 0 || date < 0) return "";
  using namespace std::chrono;
  const year_month_day given{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                             std::chrono::day(static_cast<unsigned>(date))};
  if (!given.ok()) return "";
  const year_month_day then{sys_days(given) + std::chrono::days(days)};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(then.year()),
                static_cast<unsigned>(then.month()), static_cast<unsigned>(then.day()));
  return text.data();
}

}  // namespace understudy::conformance
