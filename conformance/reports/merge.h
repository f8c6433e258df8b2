// The results of the parts of one load as the result of the whole.
#pragma once

#include <vector>

#include "reports/result.h"

namespace understudy::conformance {

// What the rules say is added up; findings of one kind are one, shown as it was seen first. There is at least one part; `load` is
// what they came to together. Nothing is concluded yet.
Result merge(const std::vector<Result>& parts, LoadResult load);

}  // namespace understudy::conformance
