// What each command does. Every function returns the exit status.
#pragma once

#include <string_view>

#include "command_line.h"

namespace understudy::tools {

int run(const CheckOptions& options);
int run(const JudgeOptions& options);
int run(const ServiceOptions& options);
int run(const RulesOptions& options);
int run(const QuirksOptions& options);

// Prints "understudy: TEXT" to standard error and returns the status.
int refuse(int exit, std::string_view text);

}  // namespace understudy::tools
