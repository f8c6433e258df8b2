// Rates as people write them: on the command line and in files.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::scenarios {

inline constexpr double most_rate = 100'000;  // a second

// A second, of "200/s", "30/min", "3600/h", "200": above 0, at most most_rate. The error is one line.
tl::expected<double, std::string> rate_of(std::string_view text);

}  // namespace understudy::scenarios
