#include "scenarios/shell.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "net/sockets.h"

namespace understudy::scenarios {

namespace {

// That a process has ended cannot be waited for with the loop's own means: it is looked for so often.
constexpr microseconds pause = std::chrono::milliseconds(10);
constexpr std::size_t most_reads = 64;  // once the shell has ended: what it left running may go on writing

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// This program's own, with `more` in place of what has the same name.
std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> out = more;
  for (char** at = environ; *at; ++at) {
    const std::string one = *at;
    const std::string name = one.substr(0, one.find('=') + 1);
    if (std::none_of(more.begin(), more.end(), [&](const std::string& given) { return given.starts_with(name); })) out.push_back(one);
  }
  return out;
}

// A shell in a process group of its own, that writes to `output`. 0 or errno.
int spawn(const ShellOrder& order, int output, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  if (!order.folder.empty()) posix_spawn_file_actions_addchdir_np(&files, order.folder.c_str());
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t manner;
  posix_spawnattr_init(&manner);
  posix_spawnattr_setflags(&manner, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&manner, 0);
  sigset_t signals;  // this program, or a library of it, ignores or blocks some
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&manner, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&manner, &signals);

  std::vector<std::string> words{"sh", "-c", "--", order.command};
  std::vector<std::string> environment = environment_with(order.environment);
  const int error = posix_spawn(&pid, "/bin/sh", &files, &manner, pointers(words).data(), pointers(environment).data());
  posix_spawnattr_destroy(&manner);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

struct Shell::Child {
  explicit Child(net::EventLoop& loop) : from(loop.context()) {}

  pid_t pid = -1;
  asio::posix::stream_descriptor from;  // what it writes
  std::array<char, 16 * 1024> block{};
  std::string output;
  microseconds deadline{};
  std::uint64_t timer = 0;
  std::function<void(ShellEnd)> done;

  // Reads once; false where there is nothing now, or nothing any more.
  bool read() {
    const ssize_t bytes = ::read(from.native_handle(), block.data(), block.size());
    if (bytes <= 0) return bytes < 0 && errno == EINTR;
    output.append(block.data(), static_cast<std::size_t>(bytes));
    if (output.size() > most_output) output.erase(0, output.size() - most_output);
    return true;
  }

  // As it comes, to its end.
  static void listen(const std::shared_ptr<Child>& child) {
    child->from.async_wait(asio::posix::stream_descriptor::wait_read, [child](const asio::error_code& error) {
      if (!error && child->from.is_open() && child->read()) listen(child);
    });
  }

  // What was written until now and is not yet read.
  void read_rest() {
    for (std::size_t times = 0; from.is_open() && times < most_reads && read();) ++times;
    close();
  }

  void close() {
    asio::error_code ignored;
    from.close(ignored);
  }

  // With all that it started; no zombie is left.
  void kill() {
    if (pid < 0) return;
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
};

Shell::Shell(net::EventLoop& loop) : loop_(loop) {}

Shell::~Shell() {
  for (const std::shared_ptr<Child>& child : children_) {
    loop_.cancel(child->timer);
    child->kill();
    child->close();
  }
}

void Shell::run(ShellOrder order, std::function<void(ShellEnd)> done) {
  const auto child = children_.emplace_back(std::make_shared<Child>(loop_));
  child->deadline = loop_.now() + order.limit;
  child->done = std::move(done);
  int ends[2];
  int error = ::pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
  if (error == 0) {
    child->from.assign(ends[0]);
    error = ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 ? spawn(order, ends[1], child->pid) : errno;
    ::close(ends[1]);
  }
  if (error != 0) {
    child->pid = -1;
    child->timer = loop_.after({}, [this, child, error] { over(child, ShellEnd::How::not_started, error); });
    return;
  }
  Child::listen(child);
  child->timer = loop_.after(pause, [this, child] { look(child); });
}

void Shell::look(const std::shared_ptr<Child>& child) {
  int status = 0;
  if (::waitpid(child->pid, &status, WNOHANG) == child->pid) {
    if (WIFSIGNALED(status)) return over(child, ShellEnd::How::signalled, WTERMSIG(status));
    return over(child, ShellEnd::How::exited, WEXITSTATUS(status));
  }
  if (loop_.now() >= child->deadline) {
    child->kill();
    return over(child, ShellEnd::How::timed_out, 0);
  }
  child->timer = loop_.after(pause, [this, child] { look(child); });
}

void Shell::over(const std::shared_ptr<Child>& child, ShellEnd::How how, int code) {
  child->read_rest();
  std::erase(children_, child);
  child->done({how, code, std::move(child->output)});
}

}  // namespace understudy::scenarios
