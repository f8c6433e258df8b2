// Collects what a load comes to while it runs: what its crews count, what is found, how we do ourselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/load/crew.h"
#include "load_sum.h"
#include "rules/verdict.h"
#include "transcript/entry.h"

namespace understudy::tools {

class LoadRecord {
 public:
  // `sources`: so many crews play the plan.
  LoadRecord(const fleet::load::Plan& plan, bool simulated, std::size_t sources = 1);

  // The slices of a crew, in their order.
  void take(const fleet::load::Slice& slice, std::size_t source = 0);
  // A finding, or an exchange that may have failed by our doing.
  void take(const conformance::Finding& finding, microseconds since_the_plan_began);
  void take(const transcript::Exchange& exchange, microseconds since_the_plan_began);
  // That crew will tell no more.
  void end(std::size_t source) { sources_[source].ended = true; }
  void set_pacing(const fleet::load::Pacing& pacing) { sum_.pacing = pacing; }

  // So many answers were read against the schema.
  void set_validated(std::uint64_t answers) { sum_.validated = answers; }

  // All so far.
  LoadSum sum() const;
  const fleet::load::Tally& tally() const { return sum_.tally; }
  const fleet::load::Pacing& pacing() const { return sum_.pacing; }
  const conformance::LoadPlan& plan() const { return sum_.plan; }
  // The last second of which all crews have told that still play; nothing where there is none yet.
  const LoadSecond* last() const;
  LoadSecond::Phones phones() const;  // now
  std::uint64_t deviations() const { return deviations_; }
  const std::map<std::string, conformance::LoadDeviation>& rules() const { return sum_.rules; }

 private:
  LoadSum sum_;
  std::map<std::string, std::uint64_t> deviated_;  // by rule, since the last slice
  std::uint64_t deviations_ = 0;
  struct Source {
    microseconds told{};  // until then
    bool ended = false;
    LoadSecond::Phones phones{};
  };
  std::vector<Source> sources_;
  std::optional<microseconds> away_;  // since when nobody could reach the service
  bool simulated_;
  double cpu_begun_ = 0, cpu_before_ = 0;  // seconds
  double wall_begun_ = 0, wall_before_ = 0;
};

}  // namespace understudy::tools
