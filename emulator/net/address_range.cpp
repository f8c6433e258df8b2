#include "net/address_range.h"

#include <algorithm>
#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>

#include "net/words.h"

namespace understudy::net {

tl::expected<AddressRange, std::string> AddressRange::of(const std::string& text) {
  AddressRange out;
  asio::error_code error;
  if (const auto v4 = asio::ip::make_network_v4(text, error); !error) {
    const auto network = v4.canonical();
    const auto bytes = network.address().to_bytes();
    std::copy(bytes.begin(), bytes.end(), out.first_.begin());
    out.bits_ = 32U - network.prefix_length();
    out.text_ = network.to_string();
    return out;
  }
  const auto v6 = asio::ip::make_network_v6(text, error);
  if (error)
    return tl::unexpected(quoted(text) + " is no range of addresses: write 10.20.0.0/16 or fd00:1::/64");
  const auto network = v6.canonical();
  out.first_ = network.address().to_bytes();
  out.v4_ = false;
  out.bits_ = 128U - network.prefix_length();
  out.text_ = network.to_string();
  return out;
}

bool AddressRange::skips_ends() const {
  return bits_ > 1;
}

std::uint64_t AddressRange::count() const {
  const std::uint64_t all = std::uint64_t{1} << std::min(bits_, 63U);
  return skips_ends() ? all - (v4_ ? 2 : 1) : all;
}

std::string AddressRange::at(std::uint64_t k) const {
  if (skips_ends()) ++k;
  std::array<std::uint8_t, 16> bytes = first_;
  for (std::size_t n = v4_ ? 4 : 16; n-- > 0 && k > 0; k >>= 8)
    bytes[n] = static_cast<std::uint8_t>(bytes[n] | (k & 0xFF));
  if (!v4_) return asio::ip::address_v6(bytes).to_string();
  return asio::ip::address_v4({bytes[0], bytes[1], bytes[2], bytes[3]}).to_string();
}

}  // namespace understudy::net
