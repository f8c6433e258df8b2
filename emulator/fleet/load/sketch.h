// A histogram of a second, kept for each second of a run: less exact than Histogram, and small.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "fleet/load/histogram.h"

namespace understudy::fleet::load {

// Each latency counts as the top of its step: up to 127 us every microsecond is one, above, each doubling has 64. So a quantile is
// at most 1.6 % above the exact one; most() is exact.
class Sketch {
 public:
  using Step = std::pair<std::uint32_t, std::uint32_t>;  // microseconds, and how many

  Sketch() = default;
  explicit Sketch(const Histogram& histogram);
  // Steps by rising latency, as steps() gives them: what is not so is put in order.
  Sketch(std::vector<Step> steps, microseconds most);
  void merge(const Sketch& other);

  // The latency that a share of `q` (0 to 1) does not exceed, never above most(); 0 where nothing was counted.
  microseconds quantile(double q) const;
  microseconds most() const { return most_; }
  const std::vector<Step>& steps() const { return steps_; }
  bool operator==(const Sketch&) const = default;

 private:
  std::vector<Step> steps_;
  microseconds most_{};
};

}  // namespace understudy::fleet::load
