#include "scenarios/rate.h"

#include <charconv>
#include <cmath>

namespace understudy::scenarios {

tl::expected<double, std::string> rate_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view count = text.substr(0, slash);
  const std::string_view unit = slash == std::string_view::npos ? "s" : text.substr(slash + 1);
  double number = 0;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), number);
  const double seconds = unit == "s" ? 1 : unit == "min" || unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc() || end != count.data() + count.size() || !std::isfinite(number) || number <= 0 ||
      seconds == 0)
    return tl::unexpected("\"" + std::string(text) + "\" is no rate; write 200/s, 30/min or 3600/h");
  if (number / seconds > most_rate)
    return tl::unexpected("\"" + std::string(text) + "\" is too much: 100,000/s at most");
  return number / seconds;
}

}  // namespace understudy::scenarios
