// Latencies counted in buckets that grow with them: three significant digits from a microsecond to an hour.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace understudy::fleet::load {

using std::chrono::microseconds;

// Up to 2,047 us every microsecond has a bucket; above, each doubling has 1,024. So a quantile is at most 0.1 % above the
// exact one. What is longer than an hour is counted as an hour, what is negative as 0; least, most and sum stay as they came.
class Histogram {
 public:
  static constexpr microseconds longest = std::chrono::hours(1);

  void add(microseconds latency, std::uint64_t times = 1);
  // As if all that the other has counted had been added here.
  void merge(const Histogram& other);
  void clear() { *this = Histogram(); }

  std::uint64_t count() const { return count_; }
  // All 0 where nothing was counted.
  microseconds least() const { return least_; }
  microseconds most() const { return most_; }
  microseconds sum() const { return sum_; }
  microseconds mean() const {
    return count_ == 0 ? microseconds(0) : sum_ / static_cast<std::int64_t>(count_);
  }
  // The latency that a share of `q` (0 to 1) does not exceed: the upper end of its bucket, never above most().
  microseconds quantile(double q) const;

  // Buckets in use, from the shortest: a latency of that bucket, and how many there are.
  struct Bucket {
    microseconds latency{};
    std::uint64_t count = 0;
  };
  std::vector<Bucket> buckets() const;
  // The histogram again that has these; nullopt where there is none: a latency that is no bucket's, or least, most and sum that
  // the buckets cannot have.
  static std::optional<Histogram> of(const std::vector<Bucket>& buckets, microseconds least, microseconds most, microseconds sum);

  bool operator==(const Histogram&) const = default;

 private:
  std::vector<std::uint64_t> buckets_;  // as long as the highest bucket in use wants it
  std::uint64_t count_ = 0;
  microseconds least_{}, most_{}, sum_{};
};

}  // namespace understudy::fleet::load
