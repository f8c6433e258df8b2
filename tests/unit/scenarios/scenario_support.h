// Scenarios for tests: read with all rules known, from bytes alone.
#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "scenarios/language/reader.h"

namespace understudy::scenarios::language {

using Files = std::map<std::string, std::string>;

// The steps as a whole scenario; they begin on its second line.
std::string scenario_of(const std::string& steps);

// A scenario of the name scenario.xml, which finds the others in its folder.
tl::expected<SharedScenario, FileError> read_text(const std::string& text, const Files& others = {});
// The same of its steps, which must be right.
SharedScenario read_steps(const std::string& steps, const Files& others = {});

}  // namespace understudy::scenarios::language
