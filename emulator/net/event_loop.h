// The event loop: readiness, timers and resolving from Asio. All that net/ does happens on the thread that
// runs it.
#pragma once

#include <chrono>
#include <memory>

#include "net/carrier.h"

namespace asio {
class io_context;
}

namespace understudy::net {

class EventLoop : public Clock {
 public:
  // Has the whole process ignore SIGPIPE: OpenSSL writes without MSG_NOSIGNAL, and a service may close at any
  // byte.
  // `begun`: since when it counts time. Loops of several threads that began together agree on the time.
  explicit EventLoop(std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now());
  ~EventLoop() override;
  // Steady time since it began.
  microseconds now() const override;
  std::uint64_t after(microseconds wait, std::function<void()> then) override;
  void cancel(std::uint64_t timer) override;
  bool run(const std::function<bool()>& until, microseconds limit) override;

  // Calls `then` from the loop, at its next turn. Another thread may call this, and nothing else.
  void post(std::function<void()> then);
  asio::io_context& context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
