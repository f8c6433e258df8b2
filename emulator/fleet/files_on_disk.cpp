// Files of phones in a folder: each level is opened from the one above and never through a link.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "fleet/file_store.h"
#include "phone/media.h"

namespace understudy::fleet {

namespace {

constexpr const char* unfinished = ".unfinished";  // beside the types, where no file of a phone is

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return number_ >= 0; }
  int operator*() const { return number_; }

 private:
  int number_;
};

std::string error_text() {
  return std::strerror(errno);
}  // NOLINT(concurrency-mt-unsafe): glibc's is

// A MAC address may be any word of a soft client.
std::string folder_of(std::string mac) {
  for (char& c : mac)
    if (c == ':' || c == '/' || static_cast<unsigned char>(c) < ' ') c = '-';
  return mac.empty() || mac.front() == '.' ? "_" + mac : mac;
}

int open_folder(int in, const std::string& name) {
  return ::openat(in, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int make_folder(int in, const std::string& name) {
  if (::mkdirat(in, name.c_str(), 0777) != 0 && errno != EEXIST) return -1;
  return open_folder(in, name);
}

// Names in a folder that are regular files, with their size.
std::vector<std::pair<std::string, std::uint64_t>> files_in(int folder) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* directory = again >= 0 ? ::fdopendir(again) : nullptr;
  if (!directory) {
    if (again >= 0) ::close(again);
    return out;
  }
  while (const dirent* entry = ::readdir(directory)) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
    struct stat about {};
    if (::fstatat(folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode))
      out.emplace_back(entry->d_name, static_cast<std::uint64_t>(about.st_size));
  }
  ::closedir(directory);
  std::sort(out.begin(), out.end());
  return out;
}

std::uint64_t size_of(int folder, const std::string& name) {
  struct stat about {};
  return ::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode)
             ? static_cast<std::uint64_t>(about.st_size)
             : 0;
}

bool write_all(int file, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = ::write(file, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    written += static_cast<std::size_t>(n);
  }
  return true;
}

// All folders right below.
std::vector<std::string> folders_in(int folder) {
  std::vector<std::string> out;
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* directory = again >= 0 ? ::fdopendir(again) : nullptr;
  if (!directory) {
    if (again >= 0) ::close(again);
    return out;
  }
  while (const dirent* entry = ::readdir(directory))  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (entry->d_name[0] != '.') out.emplace_back(entry->d_name);
  ::closedir(directory);
  return out;
}

std::vector<StoredFile> files_of(int folder, const std::string& phone) {
  std::vector<StoredFile> out;
  const Descriptor home(open_folder(folder, phone));
  if (!home) return out;
  for (const std::string& type : phone::stored_types()) {
    const Descriptor place(open_folder(*home, type));
    if (!place) continue;
    for (auto& [name, size] : files_in(*place)) out.push_back({type, std::move(name), size});
  }
  return out;
}

}  // namespace

tl::expected<std::unique_ptr<FilesOnDisk>, std::string> FilesOnDisk::open(const std::string& folder,
                                                                          Bounds bounds) {
  const auto failed = [&](const char* what) {
    return tl::unexpected(folder + ": " + what + ": " + error_text());
  };
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) return failed("cannot be made");
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return failed("is no folder that can be used");
  std::unique_ptr<FilesOnDisk> files(new FilesOnDisk(opened, bounds));
  if (::faccessat(opened, ".", W_OK | X_OK, 0) != 0) return failed("cannot be written");
  for (const std::string& phone : folders_in(opened))
    for (const StoredFile& file : files_of(opened, phone)) files->in_all_ += file.size;
  return files;
}

FilesOnDisk::~FilesOnDisk() {
  ::close(folder_);
}

tl::expected<void, std::string> FilesOnDisk::write(const std::string& mac, const std::string& type,
                                                   const std::string& name,
                                                   std::shared_ptr<const std::string> bytes) {
  const auto failed = [] { return tl::unexpected("it cannot be kept: " + error_text()); };
  const Descriptor home(make_folder(folder_, folder_of(mac)));
  if (!home) return failed();
  const Descriptor place(make_folder(*home, type));
  if (!place) return failed();
  ::unlinkat(*home, unfinished, 0);
  const Descriptor file(
      ::openat(*home, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) return failed();
  const std::uint64_t before = size_of(*place, name);
  if (!write_all(*file, *bytes) || ::renameat(*home, unfinished, *place, name.c_str()) != 0) {
    const int error = errno;
    ::unlinkat(*home, unfinished, 0);
    errno = error;
    return failed();
  }
  in_all_ += bytes->size() - before;
  return {};
}

void FilesOnDisk::remove(const std::string& mac, const std::string& type, const std::string& name) {
  const Descriptor home(open_folder(folder_, folder_of(mac)));
  if (!home) return;
  const Descriptor place(open_folder(*home, type));
  if (!place) return;
  const std::uint64_t size = size_of(*place, name);
  if (::unlinkat(*place, name.c_str(), 0) == 0) in_all_ -= std::min(size, in_all_);
}

void FilesOnDisk::remove_all(const std::string& mac) {
  for (const StoredFile& file : list(mac)) remove(mac, file.type, file.name);
  const Descriptor home(open_folder(folder_, folder_of(mac)));
  if (!home) return;
  for (const std::string& type : phone::stored_types()) ::unlinkat(*home, type.c_str(), AT_REMOVEDIR);
  ::unlinkat(folder_, folder_of(mac).c_str(), AT_REMOVEDIR);  // where nothing else is in it
}

std::shared_ptr<const std::string> FilesOnDisk::find(const std::string& mac, const std::string& type,
                                                     const std::string& name) const {
  const Descriptor home(open_folder(folder_, folder_of(mac)));
  if (!home || name.find('/') != std::string::npos ||
      !std::binary_search(phone::stored_types().begin(), phone::stored_types().end(), type))
    return nullptr;
  const Descriptor place(open_folder(*home, type));
  if (!place) return nullptr;
  const Descriptor file(::openat(*place, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat about {};
  if (!file || ::fstat(*file, &about) != 0 || !S_ISREG(about.st_mode) ||
      static_cast<std::uint64_t>(about.st_size) > bounds().a_phone)
    return nullptr;
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t n = ::read(*file, bytes.data() + read, bytes.size() - read);
    if (n <= 0) return nullptr;
    read += static_cast<std::size_t>(n);
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

std::vector<StoredFile> FilesOnDisk::list(const std::string& mac) const {
  return files_of(folder_, folder_of(mac));
}

}  // namespace understudy::fleet
