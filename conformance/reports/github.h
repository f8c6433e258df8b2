// What failed as workflow commands of GitHub Actions, which shows them beside the files that they name.
#pragma once

#include <cstddef>
#include <string>

#include "reports/result.h"

namespace understudy::conformance {

// GitHub shows ten annotations of each kind a step and drops the rest: so many are written, the last of them saying how many there
// are more.
inline constexpr std::size_t most_annotations = 10;

// A line each: what fails as ::error, what a service should keep and does not as ::warning, notes and what a baseline covers as
// ::notice. The verdict is the last line, as ::notice or ::error. To be printed behind the text.
std::string github(const Result& result);

}  // namespace understudy::conformance
