// Findings in words, for the console and for pages. Not for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
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

// Findings of one rule that say the same, of one weight: the first of them, with the count of all, and where the others
// were.
struct Block {
  Finding shown;
  std::vector<std::pair<std::string, std::uint64_t>> others;  // place and times
};
// In the order of the findings.
std::vector<Block> blocks_of(const std::vector<Finding>& findings);
// "Also in the answer to local-changes (3×), in the CleanUp that followed WriteItems (2×)."; "" where there are none.
std::string other_places(const Block& block);
// "Seen in step "start-up" with phone-1 (V3 R5.12.0), in exchange 5."; "" where nothing is known.
std::string circumstances(const Finding& finding);
// What is wrong, as a sentence.
std::string as_sentence(std::string text);

// "documented: guide p.28"
std::string source_in_words(const RuleText& rule);
// "A phone drops the interaction."; "" where there is no effect.
std::string effect_in_words(const RuleText& rule);

}  // namespace understudy::conformance
