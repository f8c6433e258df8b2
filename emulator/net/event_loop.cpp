#include "net/event_loop.h"

#include <algorithm>
#include <csignal>
#include <unordered_map>
#include <utility>

#include "net/sockets.h"

namespace understudy::net {

namespace {

// Adding more to a time point would overflow.
constexpr microseconds longest = std::chrono::hours(24 * 365 * 10);

}  // namespace

struct EventLoop::Impl {
  asio::io_context context{1};  // one thread runs it: no locks
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::uint64_t timers_made = 0;
  std::unordered_map<std::uint64_t, asio::steady_timer> timers;  // gone before the context is
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);
}
EventLoop::~EventLoop() = default;

microseconds EventLoop::now() const {
  return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - impl_->begun);
}

std::uint64_t EventLoop::after(microseconds wait, std::function<void()> then) {
  const std::uint64_t number = ++impl_->timers_made;
  const auto timer = impl_->timers.try_emplace(number, impl_->context, std::min(wait, longest)).first;
  timer->second.async_wait(
      [impl = impl_.get(), number, then = std::move(then)](const asio::error_code& error) {
        // Cancelled timers are gone from the map, also those that had already run out.
        if (!error && impl->timers.erase(number) == 1) then();
      });
  return number;
}

void EventLoop::cancel(std::uint64_t timer) {
  impl_->timers.erase(timer);
}

void EventLoop::post(std::function<void()> then) {
  asio::post(impl_->context, std::move(then));
}

bool EventLoop::run(const std::function<bool()>& until, microseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + std::min(limit, longest);
  while (!until()) {
    if (impl_->context.stopped()) impl_->context.restart();
    if (impl_->context.run_one_until(deadline) == 0) return until();
  }
  return true;
}

asio::io_context& EventLoop::context() {
  return impl_->context;
}

}  // namespace understudy::net
