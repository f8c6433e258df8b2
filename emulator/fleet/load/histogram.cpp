#include "fleet/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace understudy::fleet::load {

namespace {

// No time that is told, nor a sum of times, is longer: what adds them up does not overflow.
constexpr microseconds most_told = std::chrono::hours(24 * 365 * 3000);

constexpr std::uint64_t a_doubling = 1024, exact = 2 * a_doubling;

std::size_t bucket_of(std::uint64_t latency) {
  if (latency < exact) return latency;
  const auto doublings = static_cast<std::uint64_t>(std::bit_width(latency)) - std::bit_width(exact) + 1;
  return exact + (doublings - 1) * a_doubling + (latency >> doublings) - a_doubling;
}

std::uint64_t top_of(std::size_t bucket) {
  if (bucket < exact) return bucket;
  const std::uint64_t doublings = (bucket - exact) / a_doubling + 1;
  const std::uint64_t within = (bucket - exact) % a_doubling + a_doubling;
  return ((within + 1) << doublings) - 1;
}

}  // namespace

void Histogram::add(microseconds latency, std::uint64_t times) {
  if (times == 0) return;
  const microseconds counted = std::clamp(latency, microseconds(0), longest);
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(counted.count()));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  buckets_[bucket] += times;
  least_ = count_ == 0 ? latency : std::min(least_, latency);
  most_ = count_ == 0 ? latency : std::max(most_, latency);
  sum_ += latency * static_cast<std::int64_t>(times);
  count_ += times;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t n = 0; n < other.buckets_.size(); ++n) buckets_[n] += other.buckets_[n];
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  most_ = count_ == 0 ? other.most_ : std::max(most_, other.most_);
  sum_ += other.sum_;
  count_ += other.count_;
}

microseconds Histogram::quantile(double q) const {
  if (count_ == 0) return {};
  const auto wanted =
      static_cast<std::uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_)));
  const std::uint64_t rank = std::clamp<std::uint64_t>(wanted, 1, count_);
  if (rank == count_) return most_;
  std::uint64_t seen = 0;
  for (std::size_t n = 0; n < buckets_.size(); ++n) {
    seen += buckets_[n];
    if (seen >= rank) return std::clamp(microseconds(static_cast<std::int64_t>(top_of(n))), least_, most_);
  }
  return most_;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> out;
  for (std::size_t n = 0; n < buckets_.size(); ++n)
    if (buckets_[n] > 0) out.push_back({microseconds(static_cast<std::int64_t>(top_of(n))), buckets_[n]});
  return out;
}

std::optional<Histogram> Histogram::of(const std::vector<Bucket>& buckets, microseconds least, microseconds most, microseconds sum) {
  Histogram out;
  for (const Bucket& bucket : buckets) {
    const bool in_range = bucket.latency.count() >= 0 && bucket.latency <= 2 * longest && bucket.count > 0;
    if (!in_range || microseconds(static_cast<std::int64_t>(top_of(bucket_of(static_cast<std::uint64_t>(bucket.latency.count()))))) != bucket.latency)
      return std::nullopt;
    const std::size_t place = bucket_of(static_cast<std::uint64_t>(bucket.latency.count()));
    if (place >= out.buckets_.size()) out.buckets_.resize(place + 1);
    out.buckets_[place] += bucket.count;
    out.count_ += bucket.count;
  }
  if (least > most || least < -most_told || most > most_told || sum < -most_told || sum > most_told || (out.count_ == 0 && (least.count() != 0 || most.count() != 0 || sum.count() != 0))) return std::nullopt;
  out.least_ = least;
  out.most_ = most;
  out.sum_ = sum;
  return out;
}

}  // namespace understudy::fleet::load
