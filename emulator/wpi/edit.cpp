#include "wpi/edit.h"

#include "wpi/source.h"
#include "wpi/writer.h"

namespace understudy::wpi {

namespace {

constexpr std::string_view white_space = " \t\r\n";

// What stands between the tags, but for white space around it; empty where there is nothing, or not what the reader saw.
Range value_in(std::string_view bytes, const Item& item) {
  const std::size_t end = std::size_t{item.place.offset} + item.length;
  const std::size_t begin = std::size_t{item.place.offset} + item.tag_length;
  if (end > bytes.size() || begin >= end) return {};
  const std::size_t tag = bytes.substr(0, end).rfind("</");
  if (tag == std::string_view::npos || tag <= begin) return {};
  const std::size_t first = bytes.find_first_not_of(white_space, begin);
  const std::size_t last = bytes.find_last_not_of(white_space, tag - 1);
  if (first >= tag || last < first) return {};
  return {first, last + 1};
}

}  // namespace

std::string with_values(std::string_view bytes, const Document& document, const std::vector<NewValue>& values) {
  if (!document.well_formed || document.odd(Oddity::declared_encoding) || document.odd(Oddity::not_utf8)) return std::string(bytes);
  std::string out;
  std::size_t done = 0;
  for (const NewValue& each : values) {
    const Range range = value_in(bytes, document.items[each.item]);
    if (range.begin == range.end) continue;
    out += bytes.substr(done, range.begin - done);
    append_escaped(out, each.value);
    done = range.end;
  }
  return out += bytes.substr(done);
}

}  // namespace understudy::wpi
