#include "scenarios/file_error.h"

#include <algorithm>
#include <utility>

#include "rules/excerpt.h"

namespace understudy::scenarios {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

void blank_controls(std::string& text) {
  std::replace_if(text.begin(), text.end(), is_control, ' ');
}

// The line of the excerpt that the carets belong to.
std::string marked_line(const conformance::Excerpt& excerpt) {
  std::string_view rest = excerpt.text;
  for (auto line = excerpt.line; line < excerpt.mark_line; ++line)
    rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()));
  std::string out(rest.substr(0, rest.find('\n')));
  blank_controls(out);
  return out;
}

}  // namespace

std::string FileError::one_line() const {
  return path + (line > 0 ? ":" + std::to_string(line) + ":" + std::to_string(column) : "") + ": " + text;
}

std::string FileError::with_source() const {
  if (!excerpt) return one_line();
  const std::string number = std::to_string(excerpt->mark_line);
  return one_line() + "\n  " + number + " │ " + marked_line(*excerpt) + "\n  " +
         std::string(number.size(), ' ') + " │ " + std::string(excerpt->mark_column - 1, ' ') +
         std::string(excerpt->mark_length, '^');
}

FileError error_in(std::string path, std::string_view bytes, std::size_t begin, std::size_t length,
                   std::string text) {
  blank_controls(text);
  if (bytes.starts_with(byte_order_mark)) {
    bytes.remove_prefix(byte_order_mark.size());
    begin -= std::min(begin, byte_order_mark.size());
  }
  std::string_view before = bytes.substr(0, begin);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  before.remove_prefix(before.rfind('\n') + 1);  // npos + 1 is 0
  const auto column = std::count_if(before.begin(), before.end(),
                                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }) +
                      1;
  return {std::move(path), static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column),
          std::move(text), conformance::excerpt_of(bytes, begin, length)};
}

}  // namespace understudy::scenarios
