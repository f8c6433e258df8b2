// The command that repeats a run, with all that decides what happens in it.
#pragma once

#include <string>

#include "command_line.h"

namespace understudy::tools {

// As a shell takes it.
std::string quoted(const std::string& word);

// " --seed 1 --model 'OpenStage 40'": what check and run have in common. Secrets are masked unless the reports show them.
std::string again_options(const PlayOptions& options);

}  // namespace understudy::tools
