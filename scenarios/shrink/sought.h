// What a scenario is shrunk for: a rule that the service does not keep, or the way in which the scenario itself fails.
#pragma once

#include <set>
#include <string>

#include "scenarios/run/outcome.h"

namespace understudy::scenarios::shrink {

// What one play came to.
struct Played {
  PlayOutcome outcome;
  std::set<std::string> deviated;  // rules
};

class Sought {
 public:
  // A rule that deviates.
  static Sought rule(std::string rule) { return Sought(std::move(rule)); }
  // The scenario's failure.
  static Sought failure() { return Sought({}); }

  bool is_failure() const { return rule_.empty(); }
  const std::string& rule_name() const { return rule_; }

  // It shows there; from the first play that shows it on as it did there: a scenario that passed may not fail, or lack a job, and one
  // that failed must fail for the same reason, after the same word of a phone.
  bool shows(const Played& played);

 private:
  explicit Sought(std::string rule) : rule_(std::move(rule)) {}

  std::string rule_;
  bool is_known_ = false;
  PlayOutcome::How how_ = PlayOutcome::How::running;
  std::string why_;
};

}  // namespace understudy::scenarios::shrink
