// The parts of a plan that were played by themselves, made one.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "reports/read_json.h"

namespace understudy::tools {

// Some of these results is a part of a plan.
bool any_part(const std::vector<conformance::StoredResult>& results);

// The result of the whole plan, concluded: thresholds and limits are those of the sum; where a part is INVALID the whole is, and says
// which part. Refused, in a line, is what is no part, is missing, doubled, or of another plan. `files` names the results.
tl::expected<conformance::Result, std::string> merge_parts(const std::vector<std::string>& files,
                                                           const std::vector<conformance::StoredResult>& results);

}  // namespace understudy::tools
