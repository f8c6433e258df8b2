#include "unit/net/dhcp_support.h"

#include <algorithm>

namespace understudy::net::dhcp {

const std::string siemens = bytes_of("01 07 53 69 65 6D 65 6E 73");
const std::string siemens_ten = bytes_of("01 0A 53 69 65 6D 65 6E 73 00 00 00");
const std::string vlan_42 = bytes_of("02 04 00 00 00 2A");
const std::string sdlp_address = "\x03\x17sdlp://192.0.2.19:18443";

std::string bytes_of(std::string_view hex) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  int high = -1;
  for (const char c : hex) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) continue;
    if (high >= 0) out += static_cast<char>(high * 16 + static_cast<int>(digit));
    high = high >= 0 ? -1 : static_cast<int>(digit);
  }
  return out;
}

std::string option(std::uint8_t code, std::string_view data) {
  std::string out;
  out += static_cast<char>(code);
  out += static_cast<char>(data.size());
  return out.append(data);
}

std::string option(std::uint8_t code, std::initializer_list<Ipv4> addresses) {
  std::string data;
  for (const Ipv4& address : addresses) data.append(address.begin(), address.end());
  return option(code, data);
}

std::string option_seconds(std::uint8_t code, std::uint32_t seconds) {
  return option(code, {ipv4_of(seconds)});
}

std::string FromServer::options() const {
  std::string out = option(53, std::string(1, static_cast<char>(kind))) + option(54, {server});
  if (kind != Kind::nak) {
    out += option_seconds(51, lasts) + option(1, {{255, 255, 255, 0}}) + option(3, {{192, 0, 2, 254}});
    if (!vendor_options.empty()) out += option(43, vendor_options);
  }
  return out + more + '\xFF';
}

std::string FromServer::packet() const {
  std::string out = packet_with(options());
  for (std::size_t n = 0; n < 4; ++n) out[4 + n] = static_cast<char>(ipv4_of(exchange)[n]);
  for (std::size_t n = 0; n < 4; ++n) out[16 + n] = static_cast<char>(kind == Kind::nak ? 0 : given[n]);
  for (std::size_t n = 0; n < 6; ++n) out[28 + n] = static_cast<char>(mac[n]);
  return out;
}

std::string packet_with(std::string_view options, std::string_view server_name, std::string_view file) {
  std::string out =
      bytes_of("02 01 06 00  00 00 00 00  00 00 80 00  00 00 00 00  C0 00 02 32  C0 00 02 01  00 00 00 00");
  out.append(phone_mac.begin(), phone_mac.end()).append(10, '\0');
  out.append(server_name).resize(108, '\0');
  out.append(file).resize(236, '\0');
  return out.append("\x63\x82\x53\x63").append(options);
}

}  // namespace understudy::net::dhcp
