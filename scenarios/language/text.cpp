#include "scenarios/language/text.h"

#include <utility>

namespace understudy::scenarios::language {

const std::vector<std::string_view>& facts() {
  static const std::vector<std::string_view> all = {"mac",     "number", "address", "phone",
                                                    "service", "pin",    "user",    "user-password",
                                                    "canary"};
  return all;
}

tl::expected<std::string, TextPart> Text::filled(const ValueOf& value_of) const {
  std::string out;
  for (const TextPart& part : parts) {
    if (part.kind == TextPart::Kind::literal) {
      out += part.text;
      continue;
    }
    auto value = value_of(part);
    if (!value) return tl::unexpected(part);
    out += *value;
  }
  return out;
}

}  // namespace understudy::scenarios::language
