// Watches a descriptor that is somebody else's.
#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.h"

namespace understudy::net {

class Readable {
 public:
  // `then` is called from the loop each time it has become readable, until this goes; the descriptor must outlive it.
  Readable(EventLoop& loop, int descriptor, std::function<void()> then);
  ~Readable();
  Readable(const Readable&) = delete;
  Readable& operator=(const Readable&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
