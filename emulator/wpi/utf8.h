// UTF-8 and what XML 1.0 may carry of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::wpi {

inline constexpr char32_t replacement_character = 0xFFFD;

struct CodePoint {
  char32_t value = replacement_character;
  std::size_t length = 1;  // bytes; 1 where they are no UTF-8
  bool valid = false;
};

// The code point at that offset, which must lie inside the text. Overlong forms and surrogates are not valid.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

// Offset of the first byte from there on that is not ASCII; the text's size if there is none.
std::size_t skip_ascii(std::string_view text, std::size_t from);
// Offset of the first byte that is not UTF-8; npos if there is none.
std::size_t find_broken_utf8(std::string_view text);

void append_utf8(std::string& out, char32_t code_point);
void append_utf8(std::string& out, std::u16string_view text);  // a lone surrogate becomes U+FFFD

// XML 1.0 production 2: neither control characters nor surrogates nor U+FFFE and U+FFFF.
bool is_xml_character(char32_t code_point);

constexpr bool is_xml_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
std::string_view trimmed(std::string_view text);

}  // namespace understudy::wpi
