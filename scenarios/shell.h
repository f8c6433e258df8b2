// Commands of the user's, run by /bin/sh beside the event loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/event_loop.h"

namespace understudy::scenarios {

using std::chrono::microseconds;

struct ShellOrder {
  std::string command;
  std::string folder;                    // where it runs; empty: where this program does
  std::vector<std::string> environment;  // "NAME=value", besides this program's own
  microseconds limit{};                  // then it is killed, with its process group
};

struct ShellEnd {
  enum class How { exited, signalled, timed_out, not_started };
  How how = How::exited;
  int code = 0;        // exit status, signal, or errno
  std::string output;  // the last of what it wrote to standard output and standard error
};

class Shell {
 public:
  static constexpr std::size_t most_output = 4096;  // bytes that are kept

  // The loop must outlive it.
  explicit Shell(net::EventLoop& loop);
  // Kills what still runs: its `done` is not called.
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Calls `done` once from the loop, when the shell has ended. What it left running in the background goes on, unless the
  // time is over: its output is not waited for. A command reads nothing from standard input, and has no file of ours open.
  void run(ShellOrder order, std::function<void(ShellEnd)> done);

 private:
  struct Child;
  void look(const std::shared_ptr<Child>& child);
  void over(const std::shared_ptr<Child>& child, ShellEnd::How how, int code);

  net::EventLoop& loop_;
  std::vector<std::shared_ptr<Child>> children_;
};

}  // namespace understudy::scenarios
