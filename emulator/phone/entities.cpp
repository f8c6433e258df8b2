#include "phone/entities.h"

#include <array>
#include <string>
#include <utility>

namespace understudy::phone {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 3> left = {{{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}};

// Goes through what stood on the wire and what a parser made of it side by side: each of the three entities is one character
// there. Every other reference begins with an ampersand too, and stands for what the parser made of it.
std::string value_with_entities(std::string_view raw, std::string_view decoded) {
  std::string out;
  for (std::size_t at = raw.find('&'); at != std::string_view::npos; at = raw.find('&')) {
    // Up to the reference both are the same.
    if (decoded.substr(0, at) != raw.substr(0, at)) return out.append(decoded);
    out.append(raw.substr(0, at));
    raw.remove_prefix(at);
    decoded.remove_prefix(at);
    bool is_left = false;
    for (const auto& [entity, meant] : left) {
      if (!raw.starts_with(entity) || !decoded.starts_with(meant)) continue;
      out.append(entity);
      decoded.remove_prefix(1);
      is_left = true;
    }
    const std::size_t end = raw.find(';');
    if (end == std::string_view::npos) return out.append(decoded);
    raw.remove_prefix(end + 1);
    if (is_left) continue;
    // A character, of as many bytes as it has.
    std::size_t bytes = decoded.empty() ? 0 : 1;
    while (bytes < decoded.size() && (static_cast<unsigned char>(decoded[bytes]) & 0xC0) == 0x80) ++bytes;
    out.append(decoded.substr(0, bytes));
    decoded.remove_prefix(bytes);
  }
  return out.append(decoded);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(white) + 1 - first);
}

}  // namespace

wpi::Document with_entities_left(const wpi::Document& order, std::string_view bytes) {
  wpi::Document out = order;
  for (wpi::Item& item : out.items) {
    if (item.length <= item.tag_length || item.place.offset + item.length > bytes.size()) continue;
    std::string_view content = bytes.substr(item.place.offset + item.tag_length, item.length - item.tag_length);
    content = trimmed(content.substr(0, content.rfind("</")));
    if (content.find('&') == std::string_view::npos || content.find('<') != std::string_view::npos) continue;  // or a CDATA section
    item.value = value_with_entities(content, item.value);
  }
  return out;
}

}  // namespace understudy::phone
