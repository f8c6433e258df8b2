#include "reference/json_values.h"

#include <utility>

#include "wpi/utf8.h"

namespace understudy::reference {

tl::unexpected<std::string> wrong(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

tl::expected<std::string, std::string> scalar(const Poco::Dynamic::Var& value, const std::string& what) {
  if (value.isString() || value.isInteger() || value.isNumeric() || value.isBoolean())
    return value.toString();
  return wrong(what + " is no text, number or boolean");
}

bool is_xml_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint point = wpi::decode_utf8(text, at);
    if (!point.valid || !wpi::is_xml_character(point.value)) return false;
    at += point.length;
  }
  return true;
}

}  // namespace understudy::reference
