// All that a load came to, so that it can be added up: of the crews of a run, and of the parts of a plan. A result is made of the sum.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/load/crew.h"
#include "fleet/load/sketch.h"
#include "reports/load_result.h"

namespace understudy::tools {

using std::chrono::microseconds;

// A second of the run, or where it is long so many as LoadSum::grid says: the last may be cut short.
struct LoadSecond {
  using Phones = std::array<std::uint64_t, 3>;  // off, idle, at work

  microseconds start{}, length{};  // start: since the plan began
  std::uint64_t planned = 0, done = 0, failed = 0, dropped = 0, messages = 0;
  fleet::load::Sketch latency, service, lag;  // whole interactions from the planned moment, from when they began; of the schedule
  std::vector<std::optional<Phones>> phones;  // at its end, by source: who is silent has those of before
  std::map<std::string, std::uint64_t> errors, deviations;  // by cause, by rule
  double cpu = 0;                                           // share of one core, the most
  std::uint64_t descriptors = 0;                            // likewise

  // The other begins in the same span of the grid, and not before: its phones take the place of those of the same source.
  void add(const LoadSecond& other);
};

struct LoadSum {
  struct Away {
    microseconds start{}, end{};
  };
  conformance::LoadPlan plan;  // as it was made: what happened while it was played is not in it
  std::vector<fleet::load::Happening> happenings;
  fleet::load::Pacing pacing;
  fleet::load::Tally tally;
  std::vector<LoadSecond> seconds;  // without a gap
  std::int64_t grid = 1;            // seconds
  std::size_t sources = 1;          // of slices: each has phones of its own
  std::map<std::string, conformance::LoadDeviation> rules;
  std::map<std::string, microseconds> causes;  // since when each was counted
  std::vector<Away> away;                      // the service, by their start
  std::uint64_t own_faults = 0;                // connections that could not be made from here
  std::string own_fault;
  std::uint64_t validated = 0;
  conformance::LoadHealth health;  // lag and dropped work are in the tally
  std::vector<std::pair<std::string, std::string>> machine;

  // It was counted now: what is new in it was first then.
  void take(LoadSecond second);
  // The other's sources are others than ours.
  void merge(const LoadSum& other);
  microseconds taken() const { return seconds.empty() ? microseconds(0) : seconds.back().start + seconds.back().length; }
  // Makes one of neighbours, until there are at most so many.
  void coarsen(std::size_t most);

 private:
  void place(LoadSecond second);
  void double_grid();
};

// What a plan is in the words of a report.
conformance::LoadPlan in_words(const fleet::load::Plan& plan, bool simulated);
// One of the seconds, as a report has it: without its errors and deviations.
conformance::LoadInterval interval_of(const LoadSecond& second);
conformance::LoadLatency quantiles_of(const fleet::load::Histogram& histogram);
// The result but for limits and thresholds, which are judged by it.
conformance::LoadResult result_of(const LoadSum& sum);

}  // namespace understudy::tools
