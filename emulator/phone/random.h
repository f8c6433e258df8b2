// Chance, given from outside: the same seed gives the same phone on every machine.
#pragma once

#include <cstdint>

namespace understudy::phone {

// SplitMix64: small, fast, and the same everywhere. Not for keys.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace understudy::phone
