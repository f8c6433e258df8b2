#include "child_support.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace understudy {

Child::Child(const std::function<void(int out)>& body) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    ::close(ends[0]);
    body(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  from_ = ends[0];
}

Child::~Child() {
  ::close(from_);
  if (pid_ < 0) return;
  kill();
  ::waitpid(pid_, nullptr, 0);
}

std::string Child::read(std::size_t bytes) {
  std::string said(bytes, '\0');
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t now = ::read(from_, said.data() + done, bytes - done);
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) break;
    done += static_cast<std::size_t>(now);
  }
  said.resize(done);
  return said;
}

void Child::kill() { ::kill(pid_, SIGKILL); }

std::string Child::rest() {
  std::string said;
  for (std::string more = read(4096); !more.empty(); more = read(4096)) said += more;
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  return said;
}

void tell(int out, const std::string& text) {
  if (::write(out, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
}

std::string said_by_child(const std::function<std::string()>& body) {
  return Child([&](int out) { tell(out, body()); }).rest();
}

}  // namespace understudy
