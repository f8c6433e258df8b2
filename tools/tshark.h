// Runs tshark, which reads captures for us. It is the user's own, and need not be there.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "command_line.h"

namespace understudy::tools {

// Starts it with these arguments, without a shell, and hands each line of what it prints to `take`, without the line end;
// `take` says whether more is wanted. Names are not resolved. The error is one line, without the capture's name: tshark is
// not there, or what it said itself.
tl::expected<void, std::string> run_tshark(const std::vector<std::string>& arguments,
                                           const std::function<bool(std::string_view line)>& take);

}  // namespace understudy::tools
