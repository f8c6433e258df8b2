// How far this machine's clock is from the service's, as the Date of its answers tells it: to compare machines that play together.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "transcript/entry.h"

namespace understudy::tools {

using std::chrono::microseconds;

// A Date has whole seconds, but every answer bounds the difference from both sides: after some hundred it is known to milliseconds.
class LoadClock {
 public:
  // Ours, less the service's: it lies in between. Empty where least is above most: a clock was set meanwhile.
  struct Difference {
    microseconds least{}, most{};
  };
  // `system_less_clock`: what is to be added to the moments of the exchange to have the time of day.
  void take(const transcript::Exchange& exchange, microseconds system_less_clock);
  // nullopt: no answer had a Date.
  const std::optional<Difference>& difference() const { return difference_; }

 private:
  std::string date_;         // the last, read already
  microseconds date_read_{};
  std::optional<Difference> difference_;
};

// "3 ms ahead of the service's, give or take 1 ms"; "not known" where no answer told.
std::string in_words(const std::optional<LoadClock::Difference>& difference);

}  // namespace understudy::tools
