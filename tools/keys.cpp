#include "keys.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace understudy::tools {

namespace {

constexpr std::chrono::milliseconds looks_every(100);

}  // namespace

struct Keys::Reading : std::enable_shared_from_this<Reading> {
  net::Clock& clock;
  std::function<void(char)> pressed;
  termios before{};

  Reading(net::Clock& a_clock, std::function<void(char)> a_pressed)
      : clock(a_clock), pressed(std::move(a_pressed)) {}
  void look() {
    clock.after(looks_every, [weak = weak_from_this()] {
      const auto here = weak.lock();
      if (!here) return;
      pollfd input{STDIN_FILENO, POLLIN, 0};
      char key = 0;
      while (::poll(&input, 1, 0) > 0 && (input.revents & POLLIN) && ::read(STDIN_FILENO, &key, 1) == 1)
        here->pressed(key);
      here->look();
    });
  }
};

Keys::Keys(net::Clock& clock, bool wanted, std::function<void(char key)> pressed) {
  if (!wanted || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return;
  reading_ = std::make_shared<Reading>(clock, std::move(pressed));
  if (::tcgetattr(STDIN_FILENO, &reading_->before) != 0) return;
  termios raw = reading_->before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  // A program in the background may not: it is stopped instead, unless it is asked.
  if (::tcgetpgrp(STDIN_FILENO) != ::getpgrp() || ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return;
  there_ = true;
  reading_->look();
}

Keys::~Keys() {
  if (there_) ::tcsetattr(STDIN_FILENO, TCSANOW, &reading_->before);
}

}  // namespace understudy::tools
