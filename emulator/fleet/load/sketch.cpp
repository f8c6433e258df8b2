#include "fleet/load/sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace understudy::fleet::load {

namespace {

constexpr int digits = 7;  // binary ones of a latency that count

std::uint32_t top_of_step(microseconds latency) {
  const auto value = static_cast<std::uint64_t>(std::clamp(latency, microseconds(0), Histogram::longest).count());
  const int more = std::max(0, static_cast<int>(std::bit_width(value)) - digits);
  return static_cast<std::uint32_t>(value | ((std::uint64_t{1} << more) - 1));
}

std::vector<Sketch::Step> in_order(std::vector<Sketch::Step> steps) {
  std::sort(steps.begin(), steps.end());
  std::vector<Sketch::Step> out;
  for (const auto& [latency, count] : steps) {
    if (count == 0) continue;
    if (!out.empty() && out.back().first == latency)
      out.back().second += count;
    else
      out.emplace_back(latency, count);
  }
  out.shrink_to_fit();
  return out;
}

}  // namespace

Sketch::Sketch(const Histogram& histogram) : most_(histogram.most()) {
  std::vector<Step> steps;
  for (const Histogram::Bucket& bucket : histogram.buckets())
    steps.emplace_back(top_of_step(bucket.latency), static_cast<std::uint32_t>(bucket.count));
  steps_ = in_order(std::move(steps));
}

Sketch::Sketch(std::vector<Step> steps, microseconds most) : steps_(in_order(std::move(steps))), most_(most) {}

void Sketch::merge(const Sketch& other) {
  std::vector<Step> all = steps_;
  all.insert(all.end(), other.steps_.begin(), other.steps_.end());
  steps_ = in_order(std::move(all));
  most_ = std::max(most_, other.most_);
}

microseconds Sketch::quantile(double q) const {
  std::uint64_t count = 0, seen = 0;
  for (const Step& step : steps_) count += step.second;
  if (count == 0) return {};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count)));
  const std::uint64_t rank = std::clamp<std::uint64_t>(wanted, 1, count);
  if (rank == count) return most_;
  for (const Step& step : steps_) {
    seen += step.second;
    if (seen >= rank) return std::min(microseconds(step.first), most_);
  }
  return most_;
}

}  // namespace understudy::fleet::load
