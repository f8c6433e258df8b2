// A share of what comes one after the other, chosen by number and seed alone.
#pragma once

#include <cstdint>

#include "phone/random.h"

namespace understudy::net {

struct Sample {
  double share = 0;  // 0 to 1
  std::uint64_t seed = 1;

  constexpr Sample() = default;
  // All or none.
  constexpr Sample(bool all) : share(all ? 1 : 0) {}
  constexpr Sample(double of_all, std::uint64_t by) : share(of_all), seed(by) {}
  // Number n belongs to it: the same with the same seed.
  bool has(std::uint64_t n) const {
    constexpr double most = 9007199254740992.0;  // 2^53
    return share >= 1 ||
           (share > 0 &&
            static_cast<double>(phone::Random(seed * 0x9E3779B97F4A7C15ULL + n).next() >> 11) / most < share);
  }
};

}  // namespace understudy::net
