// A DHCP server's packets, put together by hand: the reader is not tested with its own writer.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "net/dhcp.h"

namespace understudy::net::dhcp {

constexpr Mac phone_mac{0x00, 0x1A, 0xE8, 0xFF, 0x00, 0x01};
constexpr Ipv4 server_address{192, 0, 2, 1};
constexpr Ipv4 phone_address{192, 0, 2, 50};

// "01 07 53" as bytes; what is no pair of digits is left out.
std::string bytes_of(std::string_view hex);

// One option, or one tag of the vendor's: code, length, data.
std::string option(std::uint8_t code, std::string_view data);
std::string option(std::uint8_t code, std::initializer_list<Ipv4> addresses);
std::string option_seconds(std::uint8_t code, std::uint32_t seconds);

// What the administration manuals show (option 43).
extern const std::string siemens;       // tag 1, length 7
extern const std::string siemens_ten;   // tag 1, length 10: three zeros behind it
extern const std::string vlan_42;       // tag 2
extern const std::string sdlp_address;  // tag 3, sdlp://192.0.2.19:18443

struct FromServer {
  Kind kind = Kind::offer;
  std::uint32_t exchange = 0;
  Mac mac = phone_mac;
  Ipv4 given = phone_address, server = server_address;
  std::uint32_t lasts = 3600;                           // seconds
  std::string more = {};                                // further options
  std::string vendor_options = siemens + sdlp_address;  // "": no option 43

  // Kind, server, and, unless it is a nak, lease time, mask and router; the further options; 255.
  std::string options() const;
  std::string packet() const;
};
// The same with exactly these options, and these fields for names.
std::string packet_with(std::string_view options, std::string_view server_name = "",
                        std::string_view file = "");

}  // namespace understudy::net::dhcp
