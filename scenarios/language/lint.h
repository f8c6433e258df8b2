// What is right in a scenario and yet hardly meant.
#pragma once

#include <vector>

#include "scenarios/language/model.h"

namespace understudy::scenarios::language {

// In the order of the files. Each has its place.
std::vector<FileError> lint(const Scenario& scenario);
// Those alone that say what cannot be: something is expected where nothing can come, or a variable has no value yet.
std::vector<FileError> impossible(const Scenario& scenario);

}  // namespace understudy::scenarios::language
