// The event loop: readiness, timers and resolving from Asio. All that net/ does happens on the thread that
// runs it.
#pragma once

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
  EventLoop();
  ~EventLoop() override;
  // Steady time since the loop was made.
  microseconds now() const override;
  std::uint64_t after(microseconds wait, std::function<void()> then) override;
  void cancel(std::uint64_t timer) override;
  bool run(const std::function<bool()>& until, microseconds limit) override;

  // Calls `then` from the loop, at its next turn.
  void post(std::function<void()> then);
  asio::io_context& context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
