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

bool Verdict::conforming(bool strict) const {
  return std::none_of(rules.begin(), rules.end(), [&](const RuleResult& rule) {
    return rule.outcome == Outcome::deviated &&
           (rule.level == Level::must || (strict && rule.level == Level::should));
  });
}

}  // namespace understudy::conformance
