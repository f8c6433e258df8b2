// Latencies are counted to three digits, and two counts are one.
#include "fleet/load/histogram.h"
#include "fleet/load/sketch.h"

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

TEST(Histogram, IsTheSameAgainFromItsBuckets) {
  rc::check([](const std::vector<std::uint32_t>& latencies) {
    Histogram one;
    for (const std::uint32_t latency : latencies) one.add(microseconds(latency));
    const auto again = Histogram::of(one.buckets(), one.least(), one.most(), one.sum());
    RC_ASSERT(again && *again == one);
  });
}

TEST(Histogram, IsNotMadeOfWhatIsNone) {
  using Bucket = Histogram::Bucket;
  EXPECT_FALSE(Histogram::of({Bucket{microseconds(5000), 1}}, microseconds(5000), microseconds(5000), microseconds(5000)))
      << "5,000 us is no top of a bucket";
  EXPECT_FALSE(Histogram::of({Bucket{microseconds(7), 0}}, microseconds(7), microseconds(7), microseconds(7)));
  EXPECT_FALSE(Histogram::of({Bucket{microseconds(-7), 1}}, microseconds(7), microseconds(7), microseconds(7)));
  EXPECT_FALSE(Histogram::of({Bucket{std::chrono::hours(9), 1}}, microseconds(7), microseconds(7), microseconds(7)));
  EXPECT_FALSE(Histogram::of({Bucket{microseconds(7), 1}}, microseconds(8), microseconds(7), microseconds(7)));
  EXPECT_FALSE(Histogram::of({}, microseconds(1), microseconds(1), microseconds(1)));
}

TEST(Sketch, IsNearTheHistogramThatItIsMadeOf) {
  rc::check([](const std::vector<std::uint32_t>& latencies) {
    Histogram exact;
    for (const std::uint32_t latency : latencies) exact.add(microseconds(latency % 100'000'000));
    const Sketch sketch(exact);
    RC_ASSERT(sketch.most() == exact.most());
    for (const double q : {0.0, 0.5, 0.9, 0.99, 1.0}) {
      RC_ASSERT(sketch.quantile(q) >= exact.quantile(q));
      RC_ASSERT(static_cast<double>(sketch.quantile(q).count()) <= 1.016 * static_cast<double>(exact.quantile(q).count()) + 1);
    }
  });
}

TEST(Sketch, OfTwoIsThatOfBoth) {
  rc::check([](const std::vector<std::uint16_t>& some, const std::vector<std::uint16_t>& others) {
    Histogram a, b;
    for (const std::uint16_t latency : some) a.add(microseconds(latency));
    for (const std::uint16_t latency : others) b.add(microseconds(latency));
    Sketch merged(a);
    merged.merge(Sketch(b));
    a.merge(b);
    RC_ASSERT(merged == Sketch(a));
    RC_ASSERT(Sketch(merged.steps(), merged.most()) == merged);
  });
}

}  // namespace
}  // namespace understudy::fleet::load
