// Plays of which nothing is reported: one scenario, or several on one stage.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

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

struct Bill {
  struct Entry {
    SharedScenario scenario;
    std::string prefix;  // of its phones' ids: "start-up/"; no two are the same
  };
  std::vector<Entry> plays;
  bool at_once = false;  // else one after the other
  microseconds most{};   // as above, of each; of all of them where they are played at once
  bool keeps = false;    // what was said
};

struct Billed {
  std::vector<transcript::Entry> entries;        // with secrets in clear
  std::vector<std::vector<std::string>> phones;  // of each play: their ids
  std::vector<scenarios::PlayOutcome> outcomes;  // likewise; those that were not begun are `running`
  std::set<std::string> deviated;                // rules
  bool spoke = false;
  microseconds taken{};
};

Billed play_all(const PlayOptions& options, const Production& production, House& house, const Bill& bill,
                std::size_t phones_before = 0);

}  // namespace understudy::tools
