// What check and run have in common: acts of scenarios, played one after the other on one stage, and the verdict.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cast.h"
#include "house.h"
#include "series.h"
#include "session.h"

namespace understudy::tools {

struct Act {
  std::vector<SharedScenario> scenarios;
  Series::Settings how;         // seed and phones_before are not looked at
  bool by_name = false;         // the first phone of each has what --mac and --e164 say
  bool needs_a_served = false;  // left out where no phone before it was served to a good end
};

struct Production {
  net::Target target;
  Traits traits;
  std::vector<Act> acts;
  Session::Settings session;
  std::string time;          // when it begins, for the record; empty: now
  bool shows_timers = false;
};

// The service, the traits and the triggers that the options speak of. What is refused has a status and lines of text.
tl::expected<Production, Refusal> understand(const PlayOptions& options, const std::string& url);
tl::expected<scenarios::Triggers, Refusal> triggers_of(const PlayOptions& options);

// `house` builds the place where it is played, and is given what takes away the line that tells of progress. The exit status.
int put_on(const PlayOptions& options, Production production,
           const std::function<std::unique_ptr<House>(std::function<void()> done)>& house);

}  // namespace understudy::tools
