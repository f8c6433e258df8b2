// What a crew counts, as the load of a result: second by second, with our own health beside it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/load/crew.h"
#include "reports/load_result.h"
#include "rules/verdict.h"
#include "transcript/entry.h"

namespace understudy::tools {

using std::chrono::microseconds;

// What a plan is in the words of a report.
conformance::LoadPlan in_words(const fleet::load::Plan& plan, bool simulated);

// A latency's histogram as the quantiles of a report.
conformance::LoadLatency quantiles_of(const fleet::load::Histogram& histogram);

class LoadRecord {
 public:
  LoadRecord(const fleet::load::Plan& plan, bool simulated);

  // The slices of the crew, in their order; each makes one interval, with what was heard since the last.
  void take(const fleet::load::Slice& slice);
  // A finding, or an exchange that may have failed by our doing.
  void take(const conformance::Finding& finding, microseconds since_the_plan_began);
  void take(const transcript::Exchange& exchange, microseconds since_the_plan_began);

  // All so far. `crew`: whose tally it is.
  conformance::LoadResult result(const fleet::load::Crew& crew) const;
  const conformance::LoadInterval& last() const { return result_.intervals.back(); }
  bool empty() const { return result_.intervals.empty(); }
  const std::string& sentence() const { return result_.plan.sentence; }
  std::uint64_t deviations() const { return deviations_; }
  const std::vector<conformance::LoadDeviation>& rules() const { return result_.rules; }

 private:
  conformance::LoadPlan::Span away_until(microseconds moment) const;

  conformance::LoadResult result_;
  std::map<std::string, std::size_t> rules_, causes_;  // places in result_
  std::vector<std::uint64_t> deviated_;                // by rule, since the last slice
  std::uint64_t deviations_ = 0, own_faults_ = 0;
  std::string own_fault_;
  std::optional<microseconds> away_;  // since when nobody could reach the service
  bool simulated_;
  double cpu_begun_ = 0, cpu_before_ = 0;  // seconds
  double wall_begun_ = 0, wall_before_ = 0;
};

}  // namespace understudy::tools
