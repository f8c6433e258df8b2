#include "interrupt.h"

#include <csignal>

namespace understudy::tools {

namespace {

volatile std::sig_atomic_t raised = 0;  // a signal handler can reach nothing else

void note(int signal) {
  if (raised) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  raised = 1;
}

}  // namespace

void watch_for_interrupt() {
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
  std::signal(SIGHUP, note);  // a terminal or a CI job that goes away
}

bool interrupted() { return raised != 0; }

void stay_awake(net::Clock& clock) {
  clock.after(std::chrono::milliseconds(50), [&clock] { stay_awake(clock); });
}

}  // namespace understudy::tools
