// What a scenario must have so that a rule of the judge can be exercised by it.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/language/model.h"

namespace understudy::scenarios::language {

// Why no play of the scenario gives an occasion to the rule, in one line; empty: it may. A service may do of its own accord
// what a scenario did not ask for, so this is said as a warning alone.
std::string cannot_exercise(const Scenario& scenario, std::string_view rule);

}  // namespace understudy::scenarios::language
