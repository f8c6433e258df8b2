// What a stand-in keeps of a text: its length and the kinds of its characters. Not for others than those who make stand-ins.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::transcript {

// The kinds of characters of a text and nothing else of it: 0 for a digit, X and x for letters.
std::string shape_of(std::string_view text);

// Counts in the digits and letters of a shape, the last of them fastest: "Xx-00" and 12 is "Xx-12".
void count_up(std::string& shape, std::uint64_t count);

}  // namespace understudy::transcript
