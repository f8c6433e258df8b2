// Ctrl-C: noted, so that what was done is still reported. A second one ends the program at once,
// unless it comes so soon that it is the same.
#pragma once

#include "net/carrier.h"

namespace understudy::tools {

// Notes SIGINT, SIGTERM and SIGHUP from now on.
void watch_for_interrupt();
bool interrupted();

// Lets `clock` look up every 50 ms, so that a run that waits notices an interrupt.
void stay_awake(net::Clock& clock);

}  // namespace understudy::tools
