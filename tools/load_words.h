// The words of a load on a command line, read.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "command_line.h"
#include "fleet/load/plan.h"
#include "reports/load_result.h"

namespace understudy::tools {

// "start-up", "poll=3". The error is one line, with "did you mean".
tl::expected<fleet::load::Share, std::string> share_of(const std::string& text);

// The plan that these options ask for, where they name no file of one. The error is one line.
tl::expected<fleet::load::Plan, std::string> plan_of(const LoadOptions& options);

// What must hold of a load: "start-up.p99<800ms", "errors<0.1%", "rule.nonce.echo=0" (docs/load.md).
class Threshold {
 public:
  // The error is one line.
  static tl::expected<Threshold, std::string> of(const std::string& text);
  // Where nothing was measured it is missed.
  conformance::LoadThreshold judge(const conformance::LoadResult& load) const;

 private:
  enum class Kind { latency, failed, dropped, rule, rate };
  enum class Sign { less, less_or_same, more, more_or_same, same };
  bool holds(double value) const;

  std::string text_;
  Kind kind_ = Kind::latency;
  Sign sign_ = Sign::less;
  std::string name_;     // of a behaviour, a line of the latency table, or a rule
  std::string measure_;  // of a latency: "p99"
  bool share_ = false;   // of what was planned, in percent
  double bound_ = 0;     // microseconds, percent, a count, or a second
};

// Second by second. Why not, in a line; empty: it was written.
std::string write_csv(const std::string& path, const conformance::LoadResult& load);

}  // namespace understudy::tools
