// What each phone of a load said last, and heard: for the first finding of a rule.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "transcript/entry.h"

namespace understudy::tools {

class LoadRecent {
 public:
  static constexpr std::size_t exchanges_kept = 4;  // of each phone: some 1 KB
  void take(const transcript::Exchange& exchange);
  // Those of that phone before exchange number `before` (0: all), two lines each, as a scenario that failed tells them. Nonces
  // stand as numbers: 1 is the phone's first.
  std::vector<std::string> lines(const std::string& phone, std::uint64_t before) const;

 private:
  struct Line {
    std::uint64_t number = 0;  // of the exchange; 0: none yet
    std::chrono::microseconds begun{}, ended{};
    std::string said, heard;
  };
  struct Phone {
    std::array<Line, exchanges_kept> ring;
    std::size_t next = 0;
    std::string nonce;         // its last
    std::uint64_t nonces = 0;  // so many had it so far
  };
  std::unordered_map<std::string, Phone> phones_;
};

}  // namespace understudy::tools
