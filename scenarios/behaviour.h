// What phones of a load do, as people write it: on the command line and in files of plans.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "fleet/load/plan.h"

namespace understudy::scenarios {

// "start-up", "poll"; "deploy" (the shipped scenario deploy-file), "log-on" or any shipped scenario; "mine.xml", a file as seen from
// `folder` (empty: from here), which is not looked at. The weight is 1. The error is one line, with "did you mean".
tl::expected<fleet::load::Share, std::string> behaviour_of(std::string_view name, const std::string& folder = "");

}  // namespace understudy::scenarios
