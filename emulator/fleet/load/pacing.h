// How fast a plan goes on: as it was written, unless somebody changes that while it is played.
#pragma once

#include <cstddef>
#include <vector>

#include "fleet/load/plan.h"

namespace understudy::fleet::load {

// Two times: that of the run, and where the plan stands. Both begin at 0.
class Pacing {
 public:
  // A stretch of the run, until the next begins.
  struct Stretch {
    microseconds start{}, plan{};  // where the plan stood then
    double pace = 1.0;             // so much faster than it was written; 0: it stands still
  };
  // From that moment of the run on, which is not before those that were set; 0 or more.
  void set(microseconds run, double pace) { stretches_.push_back({run, plan_at(run), pace}); }
  double pace() const { return stretches_.back().pace; }
  const std::vector<Stretch>& stretches() const { return stretches_; }

  microseconds plan_at(microseconds run) const;
  // When the plan comes to that moment, or came; where it stands still, as if it did not.
  microseconds when(microseconds plan) const;

 private:
  std::vector<Stretch> stretches_ = {Stretch{}};
};

}  // namespace understudy::fleet::load
