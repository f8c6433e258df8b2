#include "typed.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace understudy::tools {

TypedLines::TypedLines(net::EventLoop& loop, int input, std::function<void(std::string)> take)
    : loop_(loop), take_(std::move(take)) {
  if (::pipe(stop_) != 0) return;  // no descriptors: nobody can type
  thread_ = std::thread([this, input] { read(input); });
}

TypedLines::~TypedLines() {
  if (stop_[1] >= 0) ::close(stop_[1]);
  if (thread_.joinable()) thread_.join();
  if (stop_[0] >= 0) ::close(stop_[0]);
}

void TypedLines::read(int input) {
  std::string line;
  const auto give = [&] {
    loop_.post([this, whole = std::exchange(line, {})] { take_(whole); });
  };
  while (true) {
    std::array<pollfd, 2> waits{{{input, POLLIN, 0}, {stop_[0], POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    if (waits[1].revents != 0) return;
    if (waits[0].revents == 0) continue;
    std::array<char, 4096> bytes;
    const ssize_t n = ::read(input, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      if (!line.empty()) give();
      return;
    }
    for (ssize_t i = 0; i < n; ++i) {
      const char c = bytes[static_cast<std::size_t>(i)];
      if (c == '\n')
        give();
      else if (c != '\r' && line.size() < longest)
        line.push_back(c);
    }
  }
}

}  // namespace understudy::tools
