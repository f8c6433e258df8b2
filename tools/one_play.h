// One play of one scenario, judged, of which nothing is reported.
#pragma once

#include <cstddef>

#include "house.h"
#include "production.h"
#include "scenarios/shrink/sought.h"

namespace understudy::tools {

struct OnePlay {
  scenarios::shrink::Played played;
  bool spoke = false;  // the service did
  microseconds taken{};
};

// `phones_before`: as many were made against this service already. A play that takes longer than `most` is ended, as interrupted.
OnePlay play_once(const PlayOptions& options, const Production& production, House& house,
                  const SharedScenario& scenario, std::size_t phones_before, microseconds most);

}  // namespace understudy::tools
