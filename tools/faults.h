// Faults inside phones by their names, as users type them.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "fleet/faults.h"

namespace understudy::tools {

// Of "reset=0.5%". The error is one line, with "did you mean" where a name is near.
tl::expected<fleet::Chance, std::string> chance_of(const std::string& text);

inline constexpr const char* too_many_faults = "the chances of a phone's faults are more than 100% together";

}  // namespace understudy::tools
