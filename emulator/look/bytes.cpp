#include "look/bytes.h"

#include <algorithm>

#include "look/html.h"
#include "look/shown.h"
#include "wpi/utf8.h"

namespace understudy::look {

namespace {

constexpr std::size_t deepest = 6;  // the stylesheet indents no further

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// To the bounds of characters, which a place in bytes need not keep.
Range widened(std::string_view text, Range range) {
  range.to = std::min(range.to, text.size());
  range.from = std::min(range.from, range.to);
  while (range.from > 0 && range.from < text.size() && continues(text[range.from])) --range.from;
  while (range.to < text.size() && continues(text[range.to])) ++range.to;
  return range;
}

bool overlap(Range a, Range b) {
  return a.from < b.to && b.from < a.to;
}

// Sorted, apart from each other, and none of them empty: where nothing stands the next character is marked, or the last.
std::vector<Range> tidied(std::string_view text, const std::vector<Range>& places) {
  std::vector<Range> out;
  if (text.empty()) return out;
  for (Range place : places) {
    if (place.from >= text.size()) place.from = text.size() - 1;
    if (place.to <= place.from) place.to = place.from + 1;
    out.push_back(widened(text, place));
  }
  std::sort(out.begin(), out.end(), [](Range a, Range b) { return a.from < b.from; });
  std::vector<Range> joined;
  for (const Range place : out) {
    if (!joined.empty() && place.from <= joined.back().to)
      joined.back().to = std::max(joined.back().to, place.to);
    else
      joined.push_back(place);
  }
  return joined;
}

// A place in white space that the layout leaves out is shown at the next character that it shows, else at the last one.
std::vector<Range> moved(std::string_view text, std::vector<Range> places, const std::vector<Row>& rows) {
  for (Range& place : places) {
    bool shown = false;
    std::size_t next = std::string_view::npos, last = 0;
    for (const Row& row : rows)
      for (const Range piece : row.pieces) {
        if (piece.from == piece.to) continue;
        shown = shown || overlap(piece, place);
        if (piece.from >= place.to) next = std::min(next, piece.from);
        last = piece.to - 1;
      }
    if (shown) continue;
    place.from = next == std::string_view::npos ? last : next;
    place.to = place.from + 1;
  }
  return tidied(text, places);
}

std::string box(std::string_view element, std::string_view css_class, std::string_view label) {
  return "<" + std::string(element) + " class=\"" + std::string(css_class) +
         "\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(label) + "\">";
}

// What is said where a text ends too early; and the places that nobody would see otherwise.
std::string left_out(std::string_view text, std::size_t from, const std::vector<Range>& places,
                     std::string_view label) {
  constexpr std::size_t around = 200;  // bytes
  if (from >= text.size()) return {};
  std::string out = "<p class=\"quiet\">" + counted(text.size() - from, "more byte") + " of " +
                    grouped(text.size()) + (text.size() - from == 1 ? " is" : " are") + " left out here.</p>";
  for (const Range place : places) {
    if (place.to <= from) continue;
    const Range near =
        widened(text, {std::max(from, place.from - std::min(place.from, around)), place.from + 2 * around});
    out += "<p>From byte " + grouped(near.from) + " on:</p>" + box("pre", "bytes", label) +
           marked(text, near, places) + "</pre>";
  }
  return out;
}

std::string rows_html(std::string_view text, const std::vector<Row>& rows, const std::vector<Range>& places,
                      std::string_view label, std::size_t most) {
  std::string out = box("div", "bytes", label);
  std::size_t room = most, end = text.size();
  for (const Row& row : rows) {
    if (room == 0) break;
    const std::size_t depth = std::min(row.depth, deepest);
    out += "<div class=\"row i" + std::to_string(depth) + "\">" + std::string(2 * depth, ' ');
    for (const Range piece : row.pieces) {
      if (room == 0) break;
      Range shown = piece;
      if (piece.to - piece.from > room) shown = widened(text, {piece.from, piece.from + room});
      out += marked(text, shown, places);
      room -= std::min(room, shown.to - shown.from);
      if (room == 0) end = shown.to;
    }
    out += "</div>";
  }
  return out + "</div>" + left_out(text, end, places, label);
}

}  // namespace

std::string marked(std::string_view text, Range range, const std::vector<Range>& places) {
  std::string out;
  std::size_t at = range.from;
  for (const Range place : places) {
    const std::size_t from = std::max(at, place.from), to = std::min(range.to, place.to);
    if (from >= to) continue;
    out += escaped(text.substr(at, from - at)) + "<mark>" + escaped(text.substr(from, to - from)) + "</mark>";
    at = to;
  }
  return out + escaped(text.substr(at, range.to - at));
}

std::string raw_html(std::string_view bytes, const std::vector<Range>& places, std::string_view label,
                     std::size_t most) {
  const std::vector<Range> tidy = tidied(bytes, places);
  const Range shown = widened(bytes, {0, most});
  // HTML leaves out a line end that stands first.
  return box("pre", "bytes", label) + "\n" + marked(bytes, shown, tidy) + "</pre>" +
         left_out(bytes, shown.to, tidy, label);
}

std::string body_html(std::string_view bytes, const std::vector<Range>& places, std::string_view label,
                      std::size_t most) {
  const auto rows = laid_out(bytes);
  if (!rows) return raw_html(bytes, places, label, most);
  return rows_html(bytes, *rows, moved(bytes, tidied(bytes, places), *rows), label, most);
}

}  // namespace understudy::look
