#include "rules/verdict.h"

#include <algorithm>

namespace understudy::conformance {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::held:
      return "held";
    case Outcome::deviated:
      return "deviated";
    case Outcome::not_exercised:
      return "not-exercised";
  }
  return "not-exercised";
}

bool RuleResult::fails(bool strict) const {
  const Level weighs = open_level.value_or(level);
  return outcome == Outcome::deviated && !known && (weighs == Level::must || (strict && weighs == Level::should));
}

bool Verdict::conforming(bool strict) const {
  return std::none_of(rules.begin(), rules.end(), [&](const RuleResult& rule) { return rule.fails(strict); });
}

}  // namespace understudy::conformance
