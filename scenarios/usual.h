// The phones that are played where nobody says which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::scenarios {

inline constexpr std::string_view usual_model = "OpenStage 60", usual_firmware = "V3 R5";

// The mac-addr of phone k: 00:1A:E8:FF:xx:xx from the seed, another one for each k up to 65,535.
std::string mac_of(std::uint64_t seed, std::size_t k);
// Its number: 49300000001 is the first one's.
std::string number_of(std::size_t k);
// 127.0.x.y, for phones that call a service on loopback.
std::string loopback_address(std::size_t n);

}  // namespace understudy::scenarios
