// A line to a master of Locust: ZeroMQ, a DEALER that the master's ROUTER knows by its identity.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace understudy::locust {

class Line {
 public:
  // `place`: HOST:PORT, [::1]:5557. Calls, and goes on calling by itself until somebody takes it, and when the connection is lost. The error is one line: no such
  // address, or no socket.
  static tl::expected<std::unique_ptr<Line>, std::string> open(const std::string& place, const std::string& identity);
  // What was said leaves within a second, or not.
  ~Line();

  // Never waits: what finds no room is gone.
  void say(const std::string& message);
  // The next that has come; never waits.
  std::optional<std::string> hear();
  // There is something to hear before so long has passed.
  bool wait(std::chrono::milliseconds time);
  // Becomes readable when something may have come. Only then, so that all must be heard each time, and after each say().
  int descriptor() const;
  // Whether there is a connection now; what stops to answer for 5 s has none.
  bool connected();
  // So many there were, this one included: as of the last connected().
  std::uint64_t connections() const;
  // Lays it anew.
  void reopen();

 private:
  struct Impl;
  explicit Line(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::locust
