// What a worker counts is what Locust's own would have: nothing is lost between two reports, and nothing counted twice.
#include "locust/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::locust {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(Statistics, RoundTimesAsLocustDoes) {
  for (const auto& [ms, as] : {std::pair(0.4, 0), {12.5, 12}, {99.6, 100}, {145.0, 140}, {147.0, 150}, {3432.0, 3400}, {58760.0, 59000}})
    EXPECT_EQ(rounded(ms), as) << ms;
}

TEST(Statistics, CountWhatFailedAmongTheRequests) {
  Statistics statistics(100);
  statistics.request("start-up", 5ms, "", 100.1);
  statistics.request("start-up", 7ms, "timed out", 100.9);
  statistics.request("poll", 1ms, "", 101.5);
  const Report report = statistics.take(103);
  ASSERT_THAT(report.entries, SizeIs(2));
  EXPECT_EQ(report.entries[1].name, "start-up");
  EXPECT_EQ(report.entries[1].method, "phone");
  EXPECT_EQ(report.entries[1].requests, 2u);
  EXPECT_EQ(report.entries[1].failures, 1u);
  EXPECT_EQ(report.entries[1].total_time, 12.0);
  EXPECT_EQ(report.entries[1].shortest, 5.0);
  EXPECT_EQ(report.entries[1].longest, 7.0);
  EXPECT_EQ(report.total.requests, 3u);
  EXPECT_EQ(report.total.failures, 1u);
  EXPECT_THAT(report.total.per_second, ElementsAre(Pair(100, 2u), Pair(101, 1u)));
  EXPECT_THAT(report.total.fails_per_second, ElementsAre(Pair(100, 1u)));
  ASSERT_THAT(report.failures, SizeIs(1));
  EXPECT_EQ(report.failures.begin()->second.error, "timed out");
}

// The key of locust.stats.StatsError.create_key("phone", "start-up", "timed out"): the master adds up by it.
TEST(Statistics, NameAFailureByLocustsKey) {
  Statistics statistics(100);
  statistics.request("start-up", 7ms, "timed out", 100.9);
  EXPECT_EQ(statistics.take(103).failures.begin()->first, "43936da6d531db8b46a21596a19d9eec8cef9279bdc21008701528cee182b3c6");
}

TEST(Statistics, HaveADeviationAmongTheFailuresAndNotAmongTheRequests) {
  Statistics statistics(100);
  statistics.deviation("nonce.echo", "The nonce is none that the phone sent.");
  statistics.deviation("nonce.echo", "The nonce is none that the phone sent.");
  const Report report = statistics.take(103);
  EXPECT_EQ(report.total.requests, 0u);
  EXPECT_EQ(report.total.failures, 0u);
  EXPECT_THAT(report.entries, SizeIs(0));
  ASSERT_THAT(report.failures, SizeIs(1));
  const Failure& failure = report.failures.begin()->second;
  EXPECT_EQ(failure.method, "rule");
  EXPECT_EQ(failure.name, "nonce.echo");
  EXPECT_EQ(failure.occurrences, 2u);
}

TEST(Statistics, BeginAnewWithEachReport) {
  Statistics statistics(100);
  statistics.request("start-up", 7ms, "timed out", 100.9);
  EXPECT_FALSE(statistics.empty());
  statistics.take(103);
  EXPECT_TRUE(statistics.empty());
  statistics.request("poll", 1ms, "", 104);
  const Report second = statistics.take(106);
  ASSERT_THAT(second.entries, SizeIs(1));
  EXPECT_EQ(second.total.requests, 1u);
  EXPECT_EQ(second.total.start, 103.0);
  EXPECT_THAT(second.failures, SizeIs(0));
}

}  // namespace
}  // namespace understudy::locust
