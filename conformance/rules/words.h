// Numbers in words, for findings and reports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::conformance {

// "1 rule", "2 rules".
inline std::string counted(std::uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace understudy::conformance
