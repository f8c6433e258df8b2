#include "scenarios/usual.h"

#include <array>
#include <cstdio>

#include "phone/random.h"

namespace understudy::scenarios {

std::string mac_of(std::uint64_t seed, std::size_t k) {
  const auto last = static_cast<unsigned>(phone::Random(seed).next() + k) & 0xFFFF;
  // 00:1A:E8 is one of the makers' prefixes that services accept (field); FF keeps clear of phones that were sold, as long as
  // there are no more than 65,536.
  const unsigned block = 0xFF - (static_cast<unsigned>(k >> 16) & 0xFF);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "00:1A:E8:%02X:%02X:%02X", block, last >> 8, last & 0xFF);
  return text.data();
}

std::string number_of(std::size_t k) {
  return std::to_string(4930'000'0000 + k);
}

std::string loopback_address(std::size_t n) {
  return "127." + std::to_string(n >> 16 & 0xFF) + "." + std::to_string(n >> 8 & 0xFF) + "." + std::to_string(n & 0xFF);
}

}  // namespace understudy::scenarios
