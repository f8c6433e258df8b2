#include "net/readable.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <utility>

namespace understudy::net {

struct Readable::Impl : std::enable_shared_from_this<Impl> {
  Impl(EventLoop& loop, int number, std::function<void()> what) : descriptor(loop.context(), number), then(std::move(what)) {}
  ~Impl() { descriptor.release(); }
  void watch() {
    descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [weak = weak_from_this()](const asio::error_code& error) {
      const auto here = weak.lock();
      if (error || !here) return;
      here->then();
      here->watch();
    });
  }
  asio::posix::stream_descriptor descriptor;
  std::function<void()> then;
};

Readable::Readable(EventLoop& loop, int descriptor, std::function<void()> then)
    : impl_(std::make_shared<Impl>(loop, descriptor, std::move(then))) {
  impl_->watch();
}

Readable::~Readable() = default;

}  // namespace understudy::net
