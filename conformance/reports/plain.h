// Text for people: harmless, measured and wrapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/words.h"
#include "transcript/entry.h"

namespace understudy::conformance {

using transcript::microseconds;

// What came from outside, fit for a terminal: control characters as \x1b, what turns or hides text (bidi,
// zero width) as \u202e, bytes that are no UTF-8 as \xff. Without line ends: a line feed is \n, a tab a
// blank.
std::string shown(std::string_view text);

// Columns of a terminal that a line takes.
std::size_t columns(std::string_view line);

// `text` and blanks up to `width` columns; not cut where it is longer.
std::string padded(std::string_view text, std::size_t width);
std::string right_aligned(std::string_view text, std::size_t width);

// The lines of a text broken at blanks. A word longer than `width` has a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// The words as lines, with a blank between them.
std::vector<std::string> flowed(const std::vector<std::string>& words, std::size_t width);

// The words with a dot behind each but the last, to be flowed.
std::vector<std::string> dotted(std::vector<std::string> words);

// Pages that explain something have this many columns, and lines of a name and what is said under it; none where nothing is.
inline constexpr std::size_t page_width = 100;
void append_field(std::string& out, std::string_view name, std::string_view text);

std::string spoken(microseconds time);                            // "182 ms", "1.3 s", "2 min 3 s"

}  // namespace understudy::conformance
