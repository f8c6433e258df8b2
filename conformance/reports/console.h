// The result on the terminal: who was checked, what happened, every rule, what deviated, and the verdict
// last.
#pragma once

#include <span>
#include <string>

#include "reports/result.h"
#include "rules/rule.h"

namespace understudy::conformance {

struct Style {
  bool colour = false;      // ANSI colours, on signs and levels only
  std::size_t width = 100;  // columns; fewer than 80 are taken for 80
  bool every_rule = false;  // a line for each rule instead of one for many
};

std::string console(const Result& result, const Style& style = {});

// For `understudy rules list` and `understudy rules explain`.
std::string list(std::span<const RuleText> rules);
std::string explain(const RuleText& rule);

}  // namespace understudy::conformance
