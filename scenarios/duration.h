// Times as people write them: on the command line and in files.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace understudy::scenarios {

using std::chrono::microseconds;

inline constexpr microseconds longest_duration = std::chrono::hours(7 * 24);

// "60s", "500ms", "2m", "1.5s"; a number alone is seconds; at most a week. The error is one line.
tl::expected<microseconds, std::string> duration_of(std::string_view text);

// "10 s", "500 ms".
std::string in_words(microseconds duration);

}  // namespace understudy::scenarios
