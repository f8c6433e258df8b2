// A range of addresses, as it is written: "10.20.0.0/16", "fd00:1::/64".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace understudy::net {

class AddressRange {
 public:
  // The error is one line.
  static tl::expected<AddressRange, std::string> of(const std::string& text);

  // Addresses that a machine can have: without the first (of the network) and, of IPv4, the last (broadcast), where there are more
  // than two. At most 2^63.
  std::uint64_t count() const;
  // The k-th of them, from 0; k is below count().
  std::string at(std::uint64_t k) const;
  bool is_v4() const { return v4_; }
  const std::string& text() const { return text_; }  // "10.20.0.0/16", whatever host of it was written

 private:
  AddressRange() = default;
  bool skips_ends() const;

  std::array<std::uint8_t, 16> first_{};  // the first four of IPv4
  bool v4_ = true;
  unsigned bits_ = 0;  // of the host
  std::string text_;
};

}  // namespace understudy::net
