#include "certs/files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy::certs {

tl::expected<void, std::string> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const auto failed = [&] { return tl::unexpected("cannot write " + path + ": " + std::strerror(errno)); };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return failed();
  // A file that was there keeps its mode otherwise.
  bool written = ::fchmod(file, mode) == 0;
  for (std::size_t at = 0; written && at < bytes.size();) {
    const ssize_t n = ::write(file, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    written = n > 0;
    if (written) at += static_cast<std::size_t>(n);
  }
  const int error = errno;
  const bool closed = ::close(file) == 0;
  if (!written) errno = error;
  if (!written || !closed) return failed();
  return {};
}

}  // namespace understudy::certs
