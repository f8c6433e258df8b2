// What is right in a scenario and yet hardly meant.
#pragma once

#include <vector>

#include "scenarios/language/model.h"

namespace understudy::scenarios::language {

// In the order of the files. Each has its place.
std::vector<FileError> lint(const Scenario& scenario);

}  // namespace understudy::scenarios::language
