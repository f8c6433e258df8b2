#include "tshark.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/plain.h"

extern char** environ;

namespace understudy::tools {

namespace {

constexpr std::size_t longest_line = 1U << 20U;  // bytes; none of what is asked for comes near

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

class Process {
 public:
  // `errors` takes what it says on standard error. 0, or an errno.
  int start(const std::vector<std::string>& arguments, int errors) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
    output_ = ends[0];
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    std::vector<std::string> words = arguments;
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int error = ::posix_spawnp(&pid_, argv.front(), &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    if (error != 0) pid_ = -1;
    return error;
  }
  // Its exit status, 128 and more where a signal ended it. Closes its output first, which ends one that is not done.
  int wait() {
    if (output_ >= 0) ::close(std::exchange(output_, -1));
    int status = 0;
    while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  ~Process() { wait(); }
  int output() const { return output_; }

 private:
  ::pid_t pid_ = -1;
  int output_ = -1;
};

// The last line that says something: what comes before it are warnings.
std::string last_words(std::FILE* errors) {
  std::rewind(errors);
  std::string last;
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), errors)) {
    std::string_view text = line.data();
    while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
    if (text.starts_with("tshark: ")) text.remove_prefix(8);
    if (!text.empty() && !text.starts_with("Running as user")) last = conformance::shown(text);
  }
  return last;
}

}  // namespace

tl::expected<void, std::string> run_tshark(const std::vector<std::string>& arguments,
                                           const std::function<bool(std::string_view line)>& take) {
  const File errors(std::tmpfile(), &std::fclose);
  if (!errors) return tl::unexpected(std::string("no temporary file: ") + std::strerror(errno));
  std::vector<std::string> words = {"tshark", "-n"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Process process;
  if (const int error = process.start(words, ::fileno(errors.get())); error == ENOENT)
    return tl::unexpected(
        std::string("is a capture, which tshark reads: install it (Debian: apt install tshark)"));
  else if (error != 0)
    return tl::unexpected(std::string("tshark could not be started: ") + std::strerror(error));
  std::string rest;
  std::array<char, 65536> piece{};
  bool wanted = true;
  while (wanted) {
    const ::ssize_t count = ::read(process.output(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.append(piece.data(), static_cast<std::size_t>(count));
    std::size_t at = 0;
    for (std::size_t end = rest.find('\n'); wanted && end != std::string::npos; end = rest.find('\n', at)) {
      wanted = take(std::string_view(rest).substr(at, end - at));
      at = end + 1;
    }
    rest.erase(0, at);
    if (rest.size() > longest_line) return tl::unexpected(std::string("tshark prints a line without end"));
  }
  const int status = process.wait();
  if (!wanted || status == 0) return {};
  const std::string said = last_words(errors.get());
  return tl::unexpected("tshark could not read it: " +
                        (said.empty() ? "it ended with status " + std::to_string(status) : said));
}

}  // namespace understudy::tools
