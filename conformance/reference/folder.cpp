#include "reference/folder.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "reference/served_files.h"

namespace understudy::reference {

namespace {

using Found = tl::expected<std::string, std::string>;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int operator*() const { return number_; }

 private:
  int number_;
};

tl::unexpected<std::string> no_such_file() {
  return tl::unexpected(std::string("There is no such file."));
}

Found whole(int file) {
  std::string bytes;
  std::array<char, 64 * 1024> piece{};
  for (;;) {
    const ssize_t n = ::read(file, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(std::string("The file cannot be read."));
    if (n == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(n));
    if (bytes.size() > ServedFiles::most_bytes)
      return tl::unexpected(std::string("The file is larger than 64 MB."));
  }
}

// Each level is opened from the one above, never through a link.
Found read_below(int folder, const std::string& path) {
  Descriptor at(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::size_t from = 0;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', from)) {
    at = Descriptor(::openat(*at, path.substr(from, slash - from).c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    from = slash + 1;
  }
  // What is no file, a pipe perhaps, must not make the service wait.
  const Descriptor file(
      ::openat(*at, path.substr(from).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat about {};
  if (*file < 0 || ::fstat(*file, &about) != 0 || !S_ISREG(about.st_mode)) return no_such_file();
  return whole(*file);
}

}  // namespace

tl::expected<std::function<Found(const std::string& path)>, std::string> files_below(
    const std::string& folder) {
  auto opened =
      std::make_shared<const Descriptor>(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (**opened < 0)
    return tl::unexpected("cannot serve files from " + folder + ": " +
                          std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): glibc's is
  return [opened](const std::string& path) { return read_below(**opened, path); };
}

}  // namespace understudy::reference
