#include "load_clock.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <algorithm>

#include "reports/plain.h"
#include "wpi/http.h"

namespace understudy::tools {

namespace {

std::optional<microseconds> read(const std::string& date) {
  Poco::DateTime moment;
  int zone = 0;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, date, moment, zone)) return std::nullopt;
  return microseconds(moment.timestamp().epochMicroseconds());
}

}  // namespace

// The answer was made after the request had gone and before its first byte came, in the second that it names.
void LoadClock::take(const transcript::Exchange& exchange, microseconds system_less_clock) {
  constexpr microseconds a_second = std::chrono::seconds(1);
  if (!exchange.response || exchange.first_byte.count() == 0 || exchange.first_byte < exchange.sent) return;
  const std::string* date = wpi::find_header(exchange.response->headers, "Date");
  if (!date || date->empty()) return;
  if (*date != date_) {
    const auto moment = read(*date);
    if (!moment) return;
    date_ = *date;
    date_read_ = *moment;
  }
  const Difference one{exchange.sent + system_less_clock - date_read_ - a_second, exchange.first_byte + system_less_clock - date_read_};
  if (!difference_)
    difference_ = one;
  else
    difference_ = Difference{std::max(difference_->least, one.least), std::min(difference_->most, one.most)};
}

std::string in_words(const std::optional<LoadClock::Difference>& difference) {
  if (!difference) return "not known: no answer has a Date";
  if (difference->least > difference->most) return "not known: a clock was set meanwhile";
  const microseconds middle = (difference->least + difference->most) / 2, radius = (difference->most - difference->least) / 2;
  const std::string about = ", give or take " + conformance::spoken(radius);
  if (std::chrono::abs(middle) <= radius) return "the service's" + about;
  return conformance::spoken(std::chrono::abs(middle)) + (middle.count() > 0 ? " ahead of the service's" : " behind the service's") + about;
}

}  // namespace understudy::tools
