#include "listening_place.h"

#include <charconv>
#include <string_view>
#include <system_error>

#include "reach.h"

namespace understudy::tools {

tl::expected<ListeningPlace, std::string> listening_place(const std::string& text) {
  const auto wrong = [&] { return tl::unexpected("\"" + text + "\" is no address with a port: write 127.0.0.1:8443, or [::1]:8443"); };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong();
  ListeningPlace place;
  place.address = text.substr(0, colon);
  const std::string_view port = std::string_view(text).substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return wrong();
  if (place.address.starts_with('[') && place.address.ends_with(']'))
    place.address = place.address.substr(1, place.address.size() - 2);
  else if (place.address.find(':') != std::string::npos)
    return wrong();
  if (place.address.empty()) place.address = "127.0.0.1";
  if (!is_numeric(place.address)) return wrong();
  return place;
}

}  // namespace understudy::tools
