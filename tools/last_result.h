// What the last check or run said of each rule, kept for `understudy rules explain`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/result.h"

namespace understudy::tools {

// $XDG_STATE_HOME/understudy/last-result.json, or the same below ~/.local/state; empty where the environment names neither.
std::string last_result_path();

// Writes it, for its owner alone. Where that does not go nothing is said: it is no report.
void remember(const conformance::Result& result, const std::string& path);

// What it says of a rule, as lines of a page: when, which service, the outcome and the first finding. Nothing where there is no such
// file, or none that can be read.
std::optional<std::string> last_result_of(std::string_view rule, const std::string& path);

}  // namespace understudy::tools
