#include "rules/rule.h"

#include <stdexcept>

#include "rules/rule_table.h"

namespace understudy::rules::data {
extern const std::string_view rules_tsv;
}

namespace understudy::conformance {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::must:
      return "must";
    case Level::should:
      return "should";
    case Level::note:
      return "note";
  }
  return "must";
}

std::string_view name_of(Confidence confidence) {
  switch (confidence) {
    case Confidence::documented:
      return "documented";
    case Confidence::observed:
      return "observed";
    case Confidence::sense:
      return "sense";
    case Confidence::inferred:
      return "inferred";
  }
  return "inferred";
}

std::span<const RuleText> rules() {
  // The table is part of the program: that it can be read is a matter of its tests, not of its users.
  static const std::vector<RuleText> table = [] {
    auto parsed = parse_rules(understudy::rules::data::rules_tsv);
    if (!parsed)
      throw std::logic_error("rules.tsv:" + std::to_string(parsed.error().line) + ":" +
                             std::to_string(parsed.error().column) + ": " + parsed.error().text);
    return std::move(*parsed);
  }();
  return table;
}

const RuleText* find_rule(std::string_view id) {
  for (const RuleText& rule : rules())
    if (rule.id == id) return &rule;
  return nullptr;
}

}  // namespace understudy::conformance
