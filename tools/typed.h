// Lines that a user types, or that come from a pipe, taken on the event loop.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "net/event_loop.h"

namespace understudy::tools {

// A thread waits for the input, since a file cannot be waited for with the loop's own means.
class TypedLines {
 public:
  static constexpr std::size_t longest = 4096;  // bytes of a line; the rest of a longer one is left out

  // Calls `take` on the loop with each line, without its end, until the input ends. The loop must outlive it.
  TypedLines(net::EventLoop& loop, int input, std::function<void(std::string)> take);
  ~TypedLines();
  TypedLines(const TypedLines&) = delete;
  TypedLines& operator=(const TypedLines&) = delete;

 private:
  void read(int input);

  net::EventLoop& loop_;
  std::function<void(std::string)> take_;
  int stop_[2] = {-1, -1};  // a pipe: closing it ends the thread
  std::thread thread_;
};

}  // namespace understudy::tools
