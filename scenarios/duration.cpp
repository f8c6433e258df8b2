#include "scenarios/duration.h"

#include <charconv>
#include <cstdint>

namespace understudy::scenarios {

tl::expected<microseconds, std::string> duration_of(std::string_view text) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  double seconds = -1;
  if (unit.empty() || unit == "s") seconds = number;
  if (unit == "ms") seconds = number / 1'000;
  if (unit == "m" || unit == "min") seconds = number * 60;
  if (unit == "h") seconds = number * 3'600;
  if (error != std::errc() || !(seconds >= 0) || seconds > std::chrono::duration<double>(longest_duration).count())
    return tl::unexpected("\"" + std::string(text) + "\" is no time; write 500ms, 60s or 2m");
  return microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

std::string in_words(microseconds duration) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return milliseconds % 1'000 == 0 ? std::to_string(milliseconds / 1'000) + " s" : std::to_string(milliseconds) + " ms";
}

}  // namespace understudy::scenarios
