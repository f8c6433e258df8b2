#include "made_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "commands.h"

namespace understudy::tools {

int write_made(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return exit_conforming;
  }
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  return file ? exit_conforming
              : refuse(exit_could_not_run, path + ": cannot be written: " + std::strerror(errno));
}

}  // namespace understudy::tools
