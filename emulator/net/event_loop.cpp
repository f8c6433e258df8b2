#include "net/event_loop.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "net/sockets.h"

namespace understudy::net {

namespace {

// Adding more to a time point would overflow.
constexpr microseconds longest = std::chrono::hours(24 * 365 * 10);

}  // namespace

// All timers wait behind one of the system's, which is set again only for one that is due earlier: most are cancelled
// long before they run out.
struct EventLoop::Impl {
  using Clock = std::chrono::steady_clock;

  asio::io_context context{1};  // one thread runs it
  Clock::time_point begun;
  std::uint64_t timers_made = 0;
  std::map<std::pair<Clock::time_point, std::uint64_t>, std::function<void()>> timers;  // by when they are due
  std::unordered_map<std::uint64_t, Clock::time_point> due;                            // by number
  asio::steady_timer alarm{context};
  std::optional<Clock::time_point> rings;  // when the alarm does; none: it is not set

  void set_alarm() {
    if (timers.empty() || (rings && *rings <= timers.begin()->first.first)) return;
    rings = timers.begin()->first.first;
    alarm.expires_at(*rings);
    alarm.async_wait([this](const asio::error_code& error) {
      if (!error) fire();
    });
  }

  // An alarm that nobody waits for would look like something that is still to happen.
  void forget_alarm() {
    if (!timers.empty() || !rings) return;
    alarm.cancel();
    rings.reset();
  }

  void fire() {
    rings.reset();
    const Clock::time_point now = Clock::now();
    while (!timers.empty() && timers.begin()->first.first <= now) {
      const auto first = timers.begin();
      due.erase(first->first.second);
      const std::function<void()> then = std::move(first->second);
      timers.erase(first);
      then();
    }
    set_alarm();
  }
};

EventLoop::EventLoop(std::chrono::steady_clock::time_point begun) : impl_(std::make_unique<Impl>()) {
  impl_->begun = begun;
  std::signal(SIGPIPE, SIG_IGN);
}
EventLoop::~EventLoop() = default;

microseconds EventLoop::now() const {
  return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - impl_->begun);
}

std::uint64_t EventLoop::after(microseconds wait, std::function<void()> then) {
  const std::uint64_t number = ++impl_->timers_made;
  const auto when = std::chrono::steady_clock::now() + std::clamp(wait, microseconds(0), longest);
  impl_->timers.emplace(std::pair(when, number), std::move(then));
  impl_->due.emplace(number, when);
  impl_->set_alarm();
  return number;
}

void EventLoop::cancel(std::uint64_t timer) {
  const auto at = impl_->due.find(timer);
  if (at == impl_->due.end()) return;
  impl_->timers.erase({at->second, timer});
  impl_->due.erase(at);
}

void EventLoop::post(std::function<void()> then) {
  asio::post(impl_->context, std::move(then));
}

bool EventLoop::run(const std::function<bool()>& until, microseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + std::min(limit, longest);
  while (!until()) {
    impl_->forget_alarm();
    if (impl_->context.stopped()) impl_->context.restart();
    if (impl_->context.run_one_until(deadline) == 0) return until();
  }
  return true;
}

asio::io_context& EventLoop::context() {
  return impl_->context;
}

}  // namespace understudy::net
