// Arrivals come when the plan means them to, and each is the same whoever asks for it.
#include "fleet/load/arrivals.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <tuple>

namespace understudy::fleet::load {
namespace {

using namespace std::chrono_literals;

Phase phase(double from, double to, microseconds length) {
  Phase out;
  out.name = "phase";
  out.from = from;
  out.to = to;
  out.length = length;
  return out;
}

Plan plan_of(std::vector<Phase> phases) {
  Plan plan;
  plan.phones = 50;
  plan.phases = std::move(phases);
  return plan;
}

TEST(Arrivals, OfASteadyPhaseKeepTheSameDistance) {
  const Arrivals arrivals(plan_of({phase(200, 200, 30s)}));
  ASSERT_EQ(arrivals.count(), 6000u);
  for (std::uint64_t k = 0; k < 6000; ++k)
    EXPECT_NEAR(static_cast<double>(arrivals.at(k).moment.count()), static_cast<double>(k) * 5000.0, 1.0);
}

TEST(Arrivals, OfARampComeEverFaster) {
  const Arrivals arrivals(plan_of({phase(0, 100, 10s)}));
  ASSERT_EQ(arrivals.count(), 500u);
  // By the middle of the ramp a quarter has come.
  EXPECT_LT(arrivals.at(124).moment, 5s);
  EXPECT_GE(arrivals.at(125).moment, 5s - 1us);
  EXPECT_LT(arrivals.at(499).moment, 10s);
}

TEST(Arrivals, OfAPhaseBeginWhereTheOneBeforeEnds) {
  const Arrivals arrivals(plan_of({phase(10, 10, 2s), phase(0, 0, 5s), phase(100, 100, 1s)}));
  ASSERT_EQ(arrivals.count(), 120u);
  EXPECT_LT(arrivals.at(19).moment, 2s);
  EXPECT_EQ(arrivals.at(20).moment, 7s);
  EXPECT_LT(arrivals.at(119).moment, 8s);
}

TEST(Arrivals, NeverGoBackInTime) {
  EXPECT_TRUE(rc::check([] {
    Plan plan = plan_of({phase(*rc::gen::inRange(0, 300), *rc::gen::inRange(0, 300), 3s),
                         phase(*rc::gen::inRange(1, 300), *rc::gen::inRange(0, 300), 2s)});
    plan.seed = *rc::gen::arbitrary<std::uint64_t>();
    plan.spacing = *rc::gen::element(Spacing::even, Spacing::poisson);
    const Arrivals arrivals(plan);
    microseconds before{};
    for (std::uint64_t k = 0; k < arrivals.count(); ++k) {
      const microseconds moment = arrivals.at(k).moment;
      RC_ASSERT(moment >= before);
      RC_ASSERT(moment <= plan.length());
      before = moment;
    }
  }));
}

TEST(Arrivals, ByChanceHaveTheSpreadOfAPoissonProcess) {
  Plan plan = plan_of({phase(1000, 1000, 20s)});
  plan.spacing = Spacing::poisson;
  const Arrivals arrivals(plan);
  double sum = 0, squares = 0;
  for (std::uint64_t k = 1; k < arrivals.count(); ++k) {
    const auto gap = static_cast<double>((arrivals.at(k).moment - arrivals.at(k - 1).moment).count());
    sum += gap;
    squares += gap * gap;
  }
  const double n = static_cast<double>(arrivals.count() - 1), mean = sum / n;
  const double spread =
      std::sqrt(squares / n - mean * mean) / mean;  // 1 for exponential gaps, 0 for even ones
  EXPECT_NEAR(spread, 1.0, 0.1);
}

TEST(Arrivals, GiveEveryPhoneItsTurnBeforeOneHasItsSecond) {
  const Arrivals arrivals(plan_of({phase(100, 100, 1s)}));
  std::set<std::uint64_t> seen;
  for (std::uint64_t k = 0; k < 50; ++k) seen.insert(arrivals.at(k).phone);
  EXPECT_EQ(seen.size(), 50u);
}

TEST(Arrivals, DoWhatTheWeightsSay) {
  Plan plan = plan_of({phase(1000, 1000, 20s)});
  plan.behaviours = {{Behaviour::start_up, 3}, {Behaviour::poll, 1}};
  plan.populations = {{"OpenStage 40", 60}, {"OpenStage 60", 40}};
  plan.phones = 10'000;
  const Arrivals arrivals(plan);
  std::map<std::size_t, int> behaviours;
  for (std::uint64_t k = 0; k < arrivals.count(); ++k) ++behaviours[arrivals.at(k).share];
  EXPECT_NEAR(behaviours[1], 5000, 300);
  int first = 0;
  for (std::uint64_t k = 0; k < plan.phones; ++k) first += arrivals.population_of(k) == 0;
  EXPECT_NEAR(first, 6000, 300);
}

TEST(Arrivals, OfTheSameSeedAreTheSameAndOfAnotherOthers) {
  Plan plan = plan_of({phase(100, 100, 10s)});
  plan.behaviours = {{Behaviour::start_up, 1}, {Behaviour::poll, 1}};
  const Arrivals one(plan), same(plan);
  plan.seed = 2;
  const Arrivals other(plan);
  int apart = 0;
  for (std::uint64_t k = 0; k < one.count(); ++k) {
    EXPECT_EQ(one.at(k).share, same.at(k).share);
    apart += one.at(k).share != other.at(k).share;
  }
  EXPECT_GT(apart, 100);
}

TEST(Plan, IsToldInASentence) {
  Plan plan = plan_of({phase(200, 200, 30s)});
  plan.phones = 1000;
  EXPECT_EQ(plan.sentence(), "1,000 phones, 200 start-ups a second for 30 s, arrivals as planned (open)");
}

// All that the parts have, with whose it is.
std::multiset<std::tuple<std::uint64_t, std::int64_t, std::uint64_t, std::size_t>> all_of(const Plan& plan, std::uint64_t parts) {
  std::multiset<std::tuple<std::uint64_t, std::int64_t, std::uint64_t, std::size_t>> out;
  for (std::uint64_t number = 0; number < parts; ++number) {
    const Arrivals arrivals(plan, {number, parts});
    for (std::uint64_t k = 0; k < arrivals.count(); ++k) {
      const Arrival one = arrivals.at(k);
      EXPECT_TRUE(arrivals.part().has(one.phone));
      out.insert({one.number, one.moment.count(), one.phone, one.share});
    }
  }
  return out;
}

TEST(Parts, TogetherHaveTheArrivalsOfThePlanEachOnce) {
  rc::check([] {
    Plan plan = plan_of({phase(*rc::gen::inRange(0, 40), *rc::gen::inRange(0, 40), 5s), phase(*rc::gen::inRange(1, 9), 3, 3s)});
    plan.phones = *rc::gen::inRange<std::uint64_t>(1, 90);
    plan.seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
    plan.spacing = *rc::gen::arbitrary<bool>() ? Spacing::even : Spacing::poisson;
    plan.behaviours = {{Behaviour::start_up, 2}, {Behaviour::poll, 1}};
    const std::uint64_t parts = *rc::gen::inRange<std::uint64_t>(1, plan.phones + 1);
    RC_ASSERT(all_of(plan, parts) == all_of(plan, 1));
  });
}

TEST(Parts, HaveTheirArrivalsInTheirOrderAndGoOnBehindTheLast) {
  const Plan plan = plan_of({phase(10, 30, 9s)});
  const Arrivals arrivals(plan, {2, 7});
  for (std::uint64_t k = 1; k < arrivals.count(); ++k) EXPECT_LT(arrivals.at(k - 1).moment, arrivals.at(k).moment);
  EXPECT_EQ(arrivals.without_moment(arrivals.count()).number > arrivals.at(arrivals.count() - 1).number, true);
  EXPECT_GE(arrivals.without_moment(arrivals.count()).number, Arrivals(plan).count()) << "those of closed phases are no open ones";
}

TEST(Parts, ShareWhatThePlanHas) {
  rc::check([] {
    const std::uint64_t all = *rc::gen::inRange<std::uint64_t>(0, 500), parts = *rc::gen::inRange<std::uint64_t>(1, 40);
    std::uint64_t sum = 0;
    for (std::uint64_t number = 0; number < parts; ++number) sum += Part{number, parts}.share_of(all);
    RC_ASSERT(sum == all);
  });
}

TEST(Parts, AreSplitFurtherWithoutAGap) {
  const Part machine{1, 3};
  std::set<std::uint64_t> phones;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    const Part part = machine.part(thread, 4);
    for (std::uint64_t k = 0; k < part.below(100); ++k) {
      EXPECT_TRUE(machine.has(part.phone(k)));
      EXPECT_EQ(part.place_of(part.phone(k)), k);
      phones.insert(part.phone(k));
    }
  }
  EXPECT_EQ(phones.size(), machine.below(100));
}

}  // namespace
}  // namespace understudy::fleet::load
