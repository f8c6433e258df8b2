#include "transcript/written_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy::transcript {

tl::expected<int, int> open_written(const std::string& path, bool secret) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0666);
  if (file < 0) return tl::unexpected(errno);
  struct ::stat found {};
  if (secret && ::fstat(file, &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 077U) != 0 &&
      ::fchmod(file, 0600) != 0) {
    const int error = errno;
    ::close(file);
    return tl::unexpected(error);
  }
  return file;
}

tl::expected<void, int> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ::ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

tl::expected<void, int> write_file(const std::string& path, std::string_view text, bool secret) {
  const auto file = open_written(path, secret);
  if (!file) return tl::unexpected(file.error());
  auto written = write_all(*file, text);
  if (::close(*file) != 0 && written) written = tl::unexpected(errno);
  return written;
}

}  // namespace understudy::transcript
