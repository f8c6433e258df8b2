// Latencies are counted to three digits, and two counts are one.
#include "fleet/load/histogram.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <vector>

namespace understudy::fleet::load {
namespace {

using namespace std::chrono_literals;

microseconds exact_quantile(std::vector<std::int64_t> all, double q) {
  std::sort(all.begin(), all.end());
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(all.size())));
  return microseconds(all[std::max<std::size_t>(rank, 1) - 1]);
}

// Of every size from a microsecond to an hour.
rc::Gen<std::vector<std::int64_t>> latencies() {
  return rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 32), rc::gen::inRange<std::int64_t>(1, 3'600'000'000)),
                   [](const std::pair<int, std::int64_t>& drawn) {
                     return std::max<std::int64_t>(1, drawn.second >> drawn.first);
                   })));
}

Histogram of(const std::vector<std::int64_t>& all) {
  Histogram out;
  for (const std::int64_t each : all) out.add(microseconds(each));
  return out;
}

TEST(Latencies, HaveQuantilesThatAreAThousandthAboveTheExactOnesAtMost) {
  EXPECT_TRUE(rc::check([] {
    const auto all = *latencies();
    const Histogram histogram = of(all);
    for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const auto exact = exact_quantile(all, q).count(), came = histogram.quantile(q).count();
      RC_ASSERT(came >= exact);
      RC_ASSERT(static_cast<double>(came) <= static_cast<double>(exact) * 1.001);
    }
  }));
}

TEST(Latencies, KeepCountSumLeastAndMostExactly) {
  EXPECT_TRUE(rc::check([] {
    const auto all = *latencies();
    const Histogram histogram = of(all);
    std::int64_t sum = 0;
    for (const std::int64_t each : all) sum += each;
    RC_ASSERT(histogram.count() == all.size());
    RC_ASSERT(histogram.sum().count() == sum);
    RC_ASSERT(histogram.least().count() == *std::min_element(all.begin(), all.end()));
    RC_ASSERT(histogram.most().count() == *std::max_element(all.begin(), all.end()));
  }));
}

TEST(Latencies, OfTwoHistogramsMergedAreThoseOfOneThatHeardAll) {
  EXPECT_TRUE(rc::check([] {
    const auto some = *latencies(), others = *latencies();
    Histogram merged = of(some);
    merged.merge(of(others));
    auto all = some;
    all.insert(all.end(), others.begin(), others.end());
    RC_ASSERT(merged == of(all));
  }));
}

TEST(Latencies, ThatAreNoneHaveNoQuantile) {
  Histogram none;
  EXPECT_EQ(none.quantile(0.99), 0us);
  none.merge(Histogram());
  EXPECT_EQ(none, Histogram());
}

TEST(Latencies, BeyondAnHourCountAsAnHourAndKeepTheirMost) {
  Histogram histogram;
  histogram.add(1us);
  histogram.add(2h);
  histogram.add(3h);
  EXPECT_LE(histogram.quantile(0.6), 1h + 4s);
  EXPECT_EQ(histogram.most(), 3h);
}

}  // namespace
}  // namespace understudy::fleet::load
