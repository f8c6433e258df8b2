#include "net/ipv4.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "net/words.h"

namespace understudy::net {

namespace {

constexpr std::size_t ip_head = 20, udp_head = 8;  // bytes, without IP options
constexpr std::uint8_t udp = 17;
constexpr std::uint8_t time_to_live = 64;

void append16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value >> 8 & 0xFF);
  out += static_cast<char>(value & 0xFF);
}

void append(std::string& out, const Ipv4& address) {
  out.append(address.begin(), address.end());
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t at16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

Ipv4 address_at(std::string_view bytes, std::size_t at) {
  return {byte_at(bytes, at), byte_at(bytes, at + 1), byte_at(bytes, at + 2), byte_at(bytes, at + 3)};
}

// The Internet checksum (RFC 1071).
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<std::uint32_t>(byte_at(bytes, i)) << (i % 2 == 0 ? 8 : 0);
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return ~sum & 0xFFFF;
}

void put16(std::string& out, std::size_t at, std::uint32_t value) {
  out[at] = static_cast<char>(value >> 8 & 0xFF);
  out[at + 1] = static_cast<char>(value & 0xFF);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string in_words(const Ipv4& address) {
  std::string out;
  for (const std::uint8_t byte : address) out.append(out.empty() ? "" : ".").append(std::to_string(byte));
  return out;
}

std::string in_words(const Mac& mac) {
  std::array<char, 18> out{};
  std::snprintf(out.data(), out.size(), "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3],
                mac[4], mac[5]);
  return out.data();
}

std::uint32_t number_of(const Ipv4& address) {
  return static_cast<std::uint32_t>(address[0]) << 24 | static_cast<std::uint32_t>(address[1]) << 16 |
         static_cast<std::uint32_t>(address[2]) << 8 | address[3];
}

Ipv4 ipv4_of(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

int bits_set(const Ipv4& mask) {
  return std::popcount(number_of(mask));
}

tl::expected<Mac, std::string> mac_of(std::string_view text) {
  const auto wrong = tl::unexpected(quoted(text) + " is no MAC address; write one like 00:1A:E8:FF:00:01");
  Mac mac{};
  if (text.size() != 17) return wrong;
  for (std::size_t n = 0; n < mac.size(); ++n) {
    const int high = digit_of(text[3 * n]), low = digit_of(text[3 * n + 1]);
    if (high < 0 || low < 0 || (n > 0 && text[3 * n - 1] != ':')) return wrong;
    mac[n] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return mac;
}

std::string wrapped(const Datagram& datagram) {
  const auto udp_size = static_cast<std::uint32_t>(udp_head + datagram.payload.size());
  std::string head("\x45\x00", 2);  // version 4, five words of head
  append16(head, static_cast<std::uint32_t>(ip_head) + udp_size);
  head.append(4, '\0');  // number and fragment: whole
  head += static_cast<char>(time_to_live);
  head += static_cast<char>(udp);
  append16(head, 0);
  append(head, datagram.from);
  append(head, datagram.to);
  put16(head, 10, checksum(head));

  std::string body;
  append16(body, datagram.from_port);
  append16(body, datagram.to_port);
  append16(body, udp_size);
  append16(body, 0);
  body += datagram.payload;
  std::string summed;  // with the pseudo head of RFC 768
  append(summed, datagram.from);
  append(summed, datagram.to);
  append16(summed, udp);
  append16(summed, udp_size);
  const std::uint32_t sum = checksum(summed + body);
  put16(body, 6, sum == 0 ? 0xFFFF : sum);
  return head + body;
}

std::optional<Datagram> unwrapped(std::string_view packet) {
  if (packet.size() < ip_head || byte_at(packet, 0) >> 4 != 4) return std::nullopt;
  const std::size_t head = std::size_t{4} * (byte_at(packet, 0) & 0x0FU), size = at16(packet, 2);
  if (head < ip_head || size < head + udp_head || size > packet.size()) return std::nullopt;
  constexpr std::uint16_t more_fragments_or_offset = 0x3FFF;
  if (byte_at(packet, 9) != udp || (at16(packet, 6) & more_fragments_or_offset) != 0) return std::nullopt;
  const std::string_view body = packet.substr(head, size - head);
  const std::size_t udp_size = at16(body, 4);
  if (udp_size < udp_head || udp_size > body.size()) return std::nullopt;
  return Datagram{address_at(packet, 12), address_at(packet, 16), at16(body, 0), at16(body, 2),
                  std::string(body.substr(udp_head, udp_size - udp_head))};
}

}  // namespace understudy::net
