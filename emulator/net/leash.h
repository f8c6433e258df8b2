// What a download hangs on that blocks its thread: its time, its sockets, and a way for others to cut it off.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace understudy::net {

using std::chrono::microseconds;

class Leash {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Cut { none, cancelled, stalled, out_of_time };

  // `stall`: for each step, and between the pieces of a file. `total`: for all of it, from begin() on.
  Leash(microseconds stall, microseconds total) : stall_(stall), total_(total) {}
  ~Leash();
  Leash(const Leash&) = delete;
  Leash& operator=(const Leash&) = delete;

  void begin();
  // Something came, or a new step begins.
  void goes_on();
  // Nothing is left to be done but this.
  void has_only(microseconds time);

  // Is shut down when the leash is cut. False: it is cut already.
  bool hold(int socket);
  // Shuts down what is held, without a reason.
  void drop();
  // The first reason counts.
  void cut(Cut why);
  Cut cut_by() const { return cut_; }
  // Waits until the descriptor is ready (poll's events), as long as the leash is not cut. False: it is.
  bool wait(int descriptor, short events);

  Clock::time_point due() const;
  Cut reason_at(Clock::time_point now) const;  // what it is to be cut for then
  microseconds stall() const { return stall_; }
  microseconds total() const { return total_; }

  std::atomic<std::uint64_t> received{0}, announced{0};  // bytes; announced is 0 where nobody said

 private:
  void drop_held();

  microseconds stall_, total_;
  mutable std::mutex mutex_;
  std::atomic<Cut> cut_{Cut::none};
  Clock::time_point step_due_ = Clock::time_point::max(), end_due_ = Clock::time_point::max();
  std::vector<int> held_;  // duplicates: what is shut down cannot be somebody else's meanwhile
  int bell_ = -1;          // an eventfd that is ready when the leash is cut
};

// Cuts leashes whose time is over, on a thread of its own that there is from the first one on.
class Watchman {
 public:
  ~Watchman();
  void watch(const std::shared_ptr<Leash>& leash);
  void forget(const std::shared_ptr<Leash>& leash);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Leash>> watched_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace understudy::net
