#include "reports/plain.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "wpi/utf8.h"

namespace understudy::conformance {

namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

// Invisible, or changing the order of what is seen.
constexpr std::array<Range, 6> treacherous = {
    {{0x80, 0x9F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}}};
constexpr std::array<Range, 2> combining = {{{0x300, 0x36F}, {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 10> wide = {{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0xFFE0, 0xFFE6},
                                         {0x1F300, 0x1F64F},
                                         {0x1F900, 0x1F9FF},
                                         {0x20000, 0x3FFFD}}};

std::string escape(const char* format, unsigned code) {
  std::array<char, 16> text{};
  const int length = std::snprintf(text.data(), text.size(), format, code);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint character = wpi::decode_utf8(text, at);
    const std::string_view bytes = text.substr(at, character.length);
    const auto byte = static_cast<unsigned char>(bytes[0]);
    if (bytes == "\n")
      out.append("\\n");
    else if (bytes == "\r")
      out.append("\\r");
    else if (bytes == "\t")
      out.append(" ");
    else if (!character.valid || byte < 0x20 || byte == 0x7F)
      out.append(escape("\\x%02x", byte));
    else if (is_in(treacherous, character.value))
      out.append(
          escape(character.value < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(character.value)));
    else
      out.append(bytes);
    at += character.length;
  }
  return out;
}

std::size_t columns(std::string_view line) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < line.size();) {
    const wpi::CodePoint character = wpi::decode_utf8(line, at);
    if (!is_in(combining, character.value)) count += is_in(wide, character.value) ? 2 : 1;
    at += character.length;
  }
  return count;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(width > taken ? width - taken : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return flowed(words, width);
}

std::vector<std::string> flowed(const std::vector<std::string>& words, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& word : words) {
    if (!lines.empty() && columns(lines.back()) + 1 + columns(word) <= width)
      lines.back().append(" ").append(word);
    else
      lines.push_back(word);
  }
  return lines;
}

std::vector<std::string> dotted(std::vector<std::string> words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) words[i].append(" ·");
  return words;
}

void append_field(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  constexpr std::size_t name_width = 12;
  bool first = true;
  for (const std::string& line : wrapped(text, page_width - 2 - name_width)) {
    out.append("  ").append(padded(first ? name : "", name_width)).append(line).append("\n");
    first = false;
  }
}

std::string spoken(microseconds time) {
  const auto count = time.count();
  if (count < 0) return "-";
  if (count < 1'000) return count == 0 ? "0 ms" : "<1 ms";
  if (count < 999'500) return std::to_string((count + 500) / 1'000) + " ms";
  const auto tenths = (count + 50'000) / 100'000;
  if (tenths < 100) return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
  const auto seconds = (count + 500'000) / 1'000'000;
  if (seconds < 120) return std::to_string(seconds) + " s";
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

}  // namespace understudy::conformance
