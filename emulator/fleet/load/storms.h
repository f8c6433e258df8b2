// Storms: plans for what happens to a whole site at once. Each is made by a function from how many phones there are.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fleet/load/plan.h"

namespace understudy::fleet::load {

struct Storm {
  std::string_view name;  // "power-cut"
  std::string_view text;  // what it does, in a line
  microseconds usual;     // how long, where nobody says so
  // The phases and behaviours of a plan for so many phones in that time.
  Plan (*plan)(std::uint64_t phones, microseconds length);
};

// What happens to the service in the storm service-restart: a kind of trigger.
inline constexpr std::string_view restart_service = "restart-service";

std::span<const Storm> storms();
const Storm* find_storm(std::string_view name);  // nullptr: there is none

}  // namespace understudy::fleet::load
