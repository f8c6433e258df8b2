// What is known of where the output goes.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

namespace understudy::tools {

struct Terminal {
  bool there = false;        // else a file or a pipe
  bool colour = false;       // a terminal, and NO_COLOR is not set
  std::size_t width = 100;   // columns
};
Terminal terminal_of(std::FILE* out);

// This moment, ISO 8601 in UTC.
std::string iso_now();

}  // namespace understudy::tools
