// What phones of a load do beyond what a crew can have them do itself: a scenario, say. Somebody who knows scenarios plays it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fleet/director.h"

namespace understudy::fleet::load {

class Acts {
 public:
  struct End {
    bool done = false;
    std::string cause, example;          // why it was not done: a name by which it is counted, and one line
    std::optional<microseconds> queued;  // when the service had taken the first job that it wanted, on the clock
  };
  virtual ~Acts() = default;
  // Phone `phone` (from 0), which rests, does what that share of the plan says; `turn` is the number of its arrival. Whoever
  // comes back is told all that happens to the phone, until `over` is called: once, and from the clock.
  virtual std::shared_ptr<Director> begin(std::size_t share, std::uint64_t phone, std::uint64_t turn,
                                          std::function<void(End)> over) = 0;
};

}  // namespace understudy::fleet::load
