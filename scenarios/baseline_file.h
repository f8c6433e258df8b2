// The user's file of known deviations (docs/baseline.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/baseline.h"
#include "scenarios/file_error.h"

namespace understudy::scenarios {

// `scenarios` are the names that an entry may have: those that ship, and those of the run. The error is the first one of the
// file: also a rule or a scenario that there is none of, a reason or an owner that says nothing, a day that is none, and a second
// entry for the same.
tl::expected<conformance::Baseline, FileError> read_baseline(const std::string& path,
                                                             const std::vector<std::string_view>& scenarios);
// The same of bytes that are already there.
tl::expected<conformance::Baseline, FileError> parse_baseline(std::string path, std::string bytes,
                                                              const std::vector<std::string_view>& scenarios);

}  // namespace understudy::scenarios
