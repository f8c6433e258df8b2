#include "rules/excerpt.h"

#include <algorithm>
#include <string>
#include <vector>

namespace understudy::conformance {

namespace {

constexpr std::string_view replacement = "\uFFFD";
constexpr std::string_view ellipsis = "\u2026";

// Length of the UTF-8 character at the front of `bytes`, 0 if there is none.
std::size_t character_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (length == 3 && ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F))) return 0;
  if (length == 4 && ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F))) return 0;
  return length;
}

// A line as characters; `starts` are the bytes where they begin, with one more for the end.
struct Characters {
  std::vector<std::string_view> each;
  std::vector<std::size_t> starts;
};

Characters characters(std::string_view line) {
  Characters out;
  for (std::size_t at = 0; at < line.size();) {
    out.starts.push_back(at);
    const std::size_t length = character_length(line.substr(at));
    out.each.push_back(length == 0 ? replacement : line.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  out.starts.push_back(line.size());
  return out;
}

struct Line {
  std::size_t begin = 0, end = 0;  // without the line end
};

Line line_at(std::string_view bytes, std::size_t offset) {
  Line line;
  if (offset > 0) {
    const std::size_t before = bytes.rfind('\n', offset - 1);
    line.begin = before == std::string_view::npos ? 0 : before + 1;
  }
  line.end = std::min(bytes.find('\n', offset), bytes.size());
  if (line.end > line.begin && bytes[line.end - 1] == '\r') --line.end;
  return line;
}

std::string join(const Characters& line, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += line.each[i];
  return out;
}

// A neighbour of the marked line: its beginning is enough.
std::string beginning(std::string_view line, std::size_t width) {
  // Longer than any `width` characters can be: what is behind need not be looked at.
  const Characters all = characters(line.substr(0, std::min(line.size(), 4 * width + 4)));
  if (all.each.size() <= width) return join(all, 0, all.each.size());
  return join(all, 0, width - 1) + std::string(ellipsis);
}

}  // namespace

Excerpt excerpt_of(std::string_view bytes, std::size_t offset, std::size_t length, std::size_t width) {
  offset = std::min(offset, bytes.size());
  const Line line = line_at(bytes, offset);
  const Characters all = characters(bytes.substr(line.begin, line.end - line.begin));
  const std::size_t size = all.each.size();

  const auto character_at =
      [&](std::size_t at) {  // the first character that begins at or behind a byte of the line
        return static_cast<std::size_t>(std::lower_bound(all.starts.begin(), all.starts.end(), at) -
                                        all.starts.begin());
      };
  const std::size_t first =
      std::min(character_at(std::min(offset - line.begin, line.end - line.begin)), size);
  const std::size_t behind =
      character_at(std::min(offset - line.begin + std::max<std::size_t>(length, 1), line.end - line.begin));
  const std::size_t marked = std::max<std::size_t>(std::min(behind, size) - std::min(first, behind), 1);

  // A window of `width` characters round the mark, with room for an ellipsis at either end.
  std::size_t from = 0, to = size;
  if (size > width) {
    const std::size_t shown = std::min(marked, width - 2);
    const std::size_t room = width - shown;
    from = first > room / 2 ? first - room / 2 : 0;
    from = std::min(from, size - width);
    to = from + width;
  }
  const bool cut_before = from > 0, cut_behind = to < size;
  std::string text = (cut_before ? std::string(ellipsis) : std::string()) +
                     join(all, from + (cut_before ? 1 : 0), to - (cut_behind ? 1 : 0)) +
                     (cut_behind ? std::string(ellipsis) : std::string());

  Excerpt out;
  const auto above = static_cast<std::uint32_t>(
      std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(line.begin), '\n'));
  out.line = out.mark_line = above + 1;
  out.mark_column = static_cast<std::uint32_t>(first - from + 1);
  out.mark_length =
      static_cast<std::uint32_t>(std::min(marked, std::max<std::size_t>(to - std::min(first, to), 1)));

  if (line.begin > 0) {
    const Line before = line_at(bytes, line.begin - 1);
    text = beginning(bytes.substr(before.begin, before.end - before.begin), width) + "\n" + text;
    --out.line;
  }
  const std::size_t next = bytes.find('\n', offset);
  if (next != std::string_view::npos && next + 1 < bytes.size()) {
    const Line after = line_at(bytes, next + 1);
    text += "\n" + beginning(bytes.substr(after.begin, after.end - after.begin), width);
  }
  out.text = std::move(text);
  return out;
}

}  // namespace understudy::conformance
