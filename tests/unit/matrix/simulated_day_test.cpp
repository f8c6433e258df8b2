// Phones that poll through hours of simulated time; the whole day is a benchmark.
#include <gtest/gtest.h>

#include "matrix_support.h"
#include "support/simulated_day.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

TEST(SimulatedDay, IsTheSameToTheByteForTheSameSeed) {
  Day day{.phones = 20, .length = 2h};
  const DayPassed first = pass(day), again = pass(day);
  EXPECT_EQ(first.hash, again.hash);
  EXPECT_EQ(first.bytes, again.bytes);
  day.seed = 2;
  EXPECT_NE(pass(day).hash, first.hash);
}

TEST(SimulatedDay, PollsEachMinuteDoesEachJobAndConforms) {
  const DayPassed passed = pass({.phones = 20, .length = 2h});
  EXPECT_GT(passed.polls, 20u * 112) << "some minutes go to interactions, which start the time over";
  EXPECT_LE(passed.polls, 20u * 120);
  EXPECT_EQ(passed.wanted, 20u);
  EXPECT_EQ(passed.jobs_done, 20u);
  EXPECT_EQ(passed.interactions, 20u * (1 + 2 + 1)) << "a start-up, two changes, a job";
  EXPECT_EQ(passed.clean, passed.interactions);
  EXPECT_EQ(passed.verdict.exchanges, passed.messages);
  EXPECT_TRUE(passed.verdict.conforming(true)) << told(passed.verdict);
}

}  // namespace
}  // namespace understudy
