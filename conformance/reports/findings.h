// Findings as text, for the console. Not for others.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/paint.h"
#include "reports/result.h"

namespace understudy::conformance {

// All findings, each after an empty line: notes first, then what a service should, then what it must keep. Those of one
// rule with the same level and message are one, with all their places.
std::string findings(const Result& result, const Paint& paint, std::size_t width);

// One finding without its head line and without colour, as lines of at most `width` columns (an excerpt's may
// be longer).
std::vector<std::string> evidence(const Result& result, const Finding& finding, const Paint& paint,
                                  std::size_t width);

// "documented: guide p.28"
std::string source_in_words(const RuleText& rule);
// "A phone drops the interaction."; "" where there is no effect.
std::string effect_in_words(const RuleText& rule);

}  // namespace understudy::conformance
