#include "net/leash.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace understudy::net {

Leash::~Leash() {
  for (const int held : held_) ::close(held);
  if (bell_ >= 0) ::close(bell_);
}

void Leash::begin() {
  const std::scoped_lock lock(mutex_);
  bell_ = ::eventfd(cut_ == Cut::none ? 0 : 1, EFD_CLOEXEC | EFD_NONBLOCK);
  step_due_ = Clock::now() + stall_;
  end_due_ = Clock::now() + total_;
}

void Leash::goes_on() {
  const std::scoped_lock lock(mutex_);
  step_due_ = Clock::now() + stall_;
}

void Leash::has_only(microseconds time) {
  const std::scoped_lock lock(mutex_);
  step_due_ = end_due_ = Clock::now() + time;
}

bool Leash::hold(int socket) {
  const std::scoped_lock lock(mutex_);
  if (const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0); copy >= 0) held_.push_back(copy);
  if (cut_ != Cut::none) drop_held();
  return cut_ == Cut::none;
}

void Leash::drop_held() {
  for (const int held : held_) ::shutdown(held, SHUT_RDWR);
}

void Leash::drop() {
  const std::scoped_lock lock(mutex_);
  drop_held();
}

void Leash::cut(Cut why) {
  const std::scoped_lock lock(mutex_);
  if (cut_ == Cut::none) cut_ = why;
  drop_held();
  const std::uint64_t one = 1;
  if (bell_ >= 0) [[maybe_unused]]
    const auto rung = ::write(bell_, &one, sizeof one);
}

bool Leash::wait(int descriptor, short events) {
  std::array<pollfd, 2> both = {pollfd{descriptor, events, 0}, pollfd{bell_, POLLIN, 0}};
  while (cut_ == Cut::none) {
    const int ready = ::poll(both.data(), both.size(), -1);
    if (ready < 0 && errno != EINTR) return false;
    if (ready > 0 && both[1].revents != 0) return false;
    if (ready > 0) return true;
  }
  return false;
}

Leash::Clock::time_point Leash::due() const {
  const std::scoped_lock lock(mutex_);
  return std::min(step_due_, end_due_);
}

Leash::Cut Leash::reason_at(Clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  if (now >= end_due_) return Cut::out_of_time;
  return now >= step_due_ ? Cut::stalled : Cut::none;
}

Watchman::~Watchman() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchman::watch(const std::shared_ptr<Leash>& leash) {
  {
    const std::scoped_lock lock(mutex_);
    watched_.push_back(leash);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_all();
}

void Watchman::forget(const std::shared_ptr<Leash>& leash) {
  const std::scoped_lock lock(mutex_);
  std::erase(watched_, leash);
}

void Watchman::run() {
  constexpr auto looks_at_least_every =
      std::chrono::milliseconds(250);  // a leash may be made shorter meanwhile
  std::unique_lock lock(mutex_);
  while (!ends_) {
    if (watched_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto now = Leash::Clock::now();
    auto next = now + looks_at_least_every;
    for (const auto& leash : watched_) {
      if (leash->cut_by() != Leash::Cut::none) continue;
      const Leash::Cut why = leash->reason_at(now);
      if (why != Leash::Cut::none)
        leash->cut(why);
      else
        next = std::min(next, leash->due());
    }
    changed_.wait_until(lock, next);
  }
}

}  // namespace understudy::net
