// A file that a command makes: to a path, or to standard output.
#pragma once

#include <string>

namespace understudy::tools {

// An empty path is standard output. The exit status: 0, or 4 where it cannot be written, which is said.
int write_made(const std::string& path, const std::string& text);

}  // namespace understudy::tools
