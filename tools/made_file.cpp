#include "made_file.h"

#include <cstdio>
#include <cstring>

#include "commands.h"
#include "transcript/written_file.h"

namespace understudy::tools {

int write_made(const std::string& path, const std::string& text, bool secrets) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return exit_conforming;
  }
  const auto written = transcript::write_file(path, text, secrets);
  if (!written) return refuse(exit_could_not_run, path + ": cannot be written: " + std::strerror(written.error()));
  if (secrets) warn_of_secrets(path);
  return exit_conforming;
}

void warn_of_secrets(const std::string& path) {
  if (!path.empty()) std::fprintf(stderr, "understudy: %s shows secrets in clear: do not pass it on\n", path.c_str());
}

}  // namespace understudy::tools
