// The event loop: readiness, timers and resolving from Asio. All that net/ does happens on the thread that runs it.
#pragma once

#include <memory>

#include "net/carrier.h"

namespace asio {
class io_context;
}

namespace understudy::net {

class EventLoop : public Clock {
 public:
  EventLoop();
  ~EventLoop() override;
  microseconds now() const override;
  std::uint64_t after(microseconds wait, std::function<void()> then) override;
  void cancel(std::uint64_t timer) override;
  bool run(const std::function<bool()>& until, microseconds limit) override;

  asio::io_context& context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
