#include "look/html.h"

#include "wpi/utf8.h"

namespace understudy::look {

namespace {

bool is_shown(char32_t c) {
  const bool c1 = c >= 0x7F && c < 0xA0;
  return wpi::is_xml_character(c) && !c1;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint point = wpi::decode_utf8(text, at);
    switch (point.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (point.valid && is_shown(point.value))
          out.append(text.substr(at, point.length));
        else
          wpi::append_utf8(out, wpi::replacement_character);
    }
    at += point.length;
  }
  return out;
}

}  // namespace understudy::look
