#include "interrupt.h"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace understudy::tools {

namespace {

std::atomic<bool> raised = false;  // a signal handler can reach nothing else
std::int64_t first_raised = 0;          // in milliseconds of the monotonic clock; of the handler alone

// timeout(1) and CI jobs signal a program and then its group: that is one interrupt, not two.
constexpr std::int64_t counts_as_one = 500;

std::int64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

void note(int signal) {
  if (raised && now() - first_raised >= counts_as_one) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  if (!raised) first_raised = now();
  raised = true;
}

}  // namespace

void watch_for_interrupt() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
  std::signal(SIGHUP, note);  // a terminal or a CI job that goes away
}

bool interrupted() { return raised; }

void stay_awake(net::Clock& clock) {
  clock.after(std::chrono::milliseconds(50), [&clock] { stay_awake(clock); });
}

}  // namespace understudy::tools
