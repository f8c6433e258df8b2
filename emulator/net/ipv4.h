// IPv4 and hardware addresses, and UDP datagrams as they travel below a socket: for a phone that has no address yet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::net {

using Ipv4 = std::array<std::uint8_t, 4>;
using Mac = std::array<std::uint8_t, 6>;
constexpr Ipv4 no_address{};
constexpr Ipv4 everybody{255, 255, 255, 255};  // on the link
constexpr Mac every_station{255, 255, 255, 255, 255, 255};

std::string in_words(const Ipv4& address);  // "192.0.2.1"
std::string in_words(const Mac& mac);       // "00:1A:E8:FF:00:01"
// The same as number, the first byte on top.
std::uint32_t number_of(const Ipv4& address);
Ipv4 ipv4_of(std::uint32_t number);
// How many bits of it are set: of a mask, the length of the prefix.
int bits_set(const Ipv4& mask);
// Six pairs of hexadecimal digits with colons between them. The error is one line.
tl::expected<Mac, std::string> mac_of(std::string_view text);

struct Datagram {
  Ipv4 from{}, to{};
  std::uint16_t from_port = 0, to_port = 0;
  std::string payload;
};
// An IPv4 packet with both checksums.
std::string wrapped(const Datagram& datagram);
// The datagram in an IPv4 packet; what follows the packet is padding. Nothing where it is none, or a fragment of one.
// Checksums are not looked at: between namespaces of one machine the kernel never fills them in.
std::optional<Datagram> unwrapped(std::string_view packet);

}  // namespace understudy::net
