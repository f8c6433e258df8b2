// What the judge found: an outcome for every rule, and the findings with their evidence.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace understudy::conformance {

enum class Outcome { held, deviated, not_exercised };
std::string_view name_of(Outcome outcome);  // "not-exercised"

// A place in what came, shown with its line and a caret under it. Secrets are masked before they get here.
struct Excerpt {
  std::string text;        // the lines shown, without the last line end
  std::uint32_t line = 1;  // number of the first line shown
  // The place of the carets: a line counted as `line` is, a column (from 1) and a length in characters of
  // `text`.
  std::uint32_t mark_line = 1, mark_column = 1, mark_length = 1;
};

// Why the user's baseline covers a finding: it is told, and does not fail.
struct KnownDeviation {
  std::string reason, owner;
  std::string expires;  // YYYY-MM-DD; empty: never
  std::string place;    // of the entry: "known.xml:3:5"
};

struct Finding {
  std::string rule;
  Level level = Level::must;   // never higher than the rule's own; a note never fails
  std::string message;         // what is wrong, in one line: "the nonce is that of another message"
  std::string expected, came;  // short; may be empty
  std::string where;           // "in the CleanUp that followed WriteItems"
  std::optional<Excerpt> excerpt;
  std::string phone, firmware, step;  // of the first time
  std::uint32_t interaction = 0;
  std::uint64_t exchange = 0;
  std::uint64_t count = 1;  // how often; findings that differ only in values are one
  std::string signature = {};       // what makes it another finding than others of its rule
  std::chrono::microseconds at{};   // of the first time, as the transcript counts it
  std::vector<std::string> before = {};  // what was said last, a line each; where the rule is a scenario's, or it was found under load
  // How often it came while which scenario was played, by the names of phones ("call/desk"); "" for phones without one.
  std::map<std::string, std::uint64_t, std::less<>> scenarios = {};
  std::optional<KnownDeviation> known = {};
};

// More scenarios of a finding are counted under "".
inline constexpr std::size_t scenarios_a_finding = 1000;
// RuleResult::why of a rule that --only or --skip left out.
inline constexpr std::string_view not_selected = "not selected";

struct RuleResult {
  std::string rule;
  Level level = Level::must;  // the rule's own; where it deviated, the weightiest of what was found
  Outcome outcome = Outcome::not_exercised;
  std::uint64_t held = 0, deviated = 0;  // times
  std::string why;                       // for not-exercised: the reason, and what it would take
  std::chrono::microseconds taken{};     // of a scenario: how long it was played; of a rule: 0
  // With a baseline: it covers every deviation; else the weightiest of those that it does not cover.
  bool known = false;
  std::optional<Level> open_level = {};

  // It deviated in something that a service must keep (or should, where strict), and no baseline covers it.
  bool fails(bool strict) const;
};

struct Verdict {
  std::vector<RuleResult> rules;       // in the order of the table
  std::vector<Finding> findings;       // in the order of the table, then of their first time
  std::uint64_t exchanges = 0;         // that were judged
  bool conforming(bool strict) const;  // no must deviated (and no should, where strict)
};

}  // namespace understudy::conformance
