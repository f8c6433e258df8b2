// A file that a command makes: to a path, or to standard output.
#pragma once

#include <string>

namespace understudy::tools {

// An empty path is standard output. Where it shows `secrets` in clear nobody but its owner may read the file, and standard error
// says so. The exit status: 0, or 4 where it cannot be written, which is said.
int write_made(const std::string& path, const std::string& text, bool secrets = false);

// Says so of a file that is there by now, unless its path is empty.
void warn_of_secrets(const std::string& path);

}  // namespace understudy::tools
