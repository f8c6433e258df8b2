// Reads the table of rules (rules.tsv): one line of column names, then a rule a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/rule.h"

namespace understudy::conformance {

struct TableError {
  std::size_t line = 1, column = 1;  // from 1; a column counts bytes
  std::string text;                  // one line for people
};

// Strict: an unknown column, level or escape, a missing or empty field and a doubled id are errors.
tl::expected<std::vector<RuleText>, TableError> parse_rules(std::string_view table);

}  // namespace understudy::conformance
