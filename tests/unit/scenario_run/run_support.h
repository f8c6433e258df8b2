// Scenarios that are played against our own service: in simulated time, or over real TLS.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rules/verdict.h"
#include "scenarios/run/play.h"
#include "transcript/entry.h"

namespace understudy::scenarios {

struct Scene {
  std::string steps;                      // of the scenario
  std::string phones = {};                // <phones>; empty: the one that a scenario has by itself
  std::vector<std::string> defects = {};  // of the service
  bool triggers = false;                  // somebody can have it start any job
  bool over_tls = false;                  // over real sockets
  bool user = false;                      // a mobile user is known
  std::uint64_t seed = 1;
  microseconds step_limit = std::chrono::minutes(5);
  std::function<std::string(const wpi::HttpRequest&)> service = {};  // bytes in place of our own service's
};

struct Shown {
  PlayOutcome outcome;
  std::string place;  // "line 3: WriteItem", what the failure is about
  std::vector<transcript::Entry> entries;
  conformance::Verdict verdict;
  std::string transcript;  // as lines

  // What the phones said and heard: "start-up > ReadAllItems", one a message.
  std::vector<std::string> talk() const;
  std::vector<transcript::Exchange> exchanges() const;
  std::vector<std::string> deviated() const;
};

Shown play(const Scene& scene);
// "failed: line 3: another message came | expected CleanUp | came ReadAllItems"
std::string told(const Shown& shown);

}  // namespace understudy::scenarios
