// The small parts that HTTP's lines are made of (RFC 9110, 5.6), for both readers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace understudy::net {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A tab is none.
inline bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

inline bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         others.find(c) != std::string_view::npos;
}

// Without the blanks and tabs around it.
inline std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The parts of a header value between commas, trimmed; a part may be empty.
template <typename Take>
void each_part(std::string_view value, Take take) {
  while (true) {
    const std::size_t comma = value.find(',');
    take(trimmed(value.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

// "HTTP/1.1", "HTTP/1.0"
inline bool is_version_one(std::string_view text) {
  return text.size() == 8 && text.substr(0, 7) == "HTTP/1." && is_digit(text[7]);
}

struct LeadingNumber {
  std::uint64_t value = 0;
  std::size_t digits = 0;
};

// The digits that a text begins with, in base 10 or 16; nullopt where there are none, or more than surely fit
// 64 bits.
inline std::optional<LeadingNumber> leading_number(std::string_view text, unsigned base = 10) {
  LeadingNumber number;
  for (; number.digits < text.size(); ++number.digits) {
    const char c = text[number.digits];
    unsigned digit = base;
    if (is_digit(c)) digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= base) break;
    if (number.digits == 15) return std::nullopt;
    number.value = number.value * base + digit;
  }
  if (number.digits == 0) return std::nullopt;
  return number;
}

}  // namespace understudy::net
