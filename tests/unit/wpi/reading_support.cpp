#include "reading_support.h"

namespace understudy::wpi {

Document read_service(std::string_view bytes, bool validate) {
  return Reader().read(bytes, Sender::service, {.validate = validate});
}

Document read_phone(std::string_view bytes, bool validate) {
  return Reader().read(bytes, Sender::phone, {.validate = validate});
}

std::string oddities(const Document& document) {
  std::string all;
  for (const OddText& odd : document.oddities) all.append(all.empty() ? "" : " ").append(name_of(odd.oddity));
  return all;
}

std::string_view bytes_at(std::string_view message, const Place& place, std::uint32_t length) {
  return message.substr(place.offset, length);
}

std::string where(const Place& place) {
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

}  // namespace understudy::wpi
