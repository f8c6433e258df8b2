// Users of a Locust master come, go and do what their class says; all that they did is counted once.
#include "fleet/load/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crew_support.h"

namespace understudy::fleet::load {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

Plan classes_of(std::vector<Share> behaviours, std::uint64_t phones) {
  Plan plan;
  plan.phones = phones;
  plan.behaviours = std::move(behaviours);
  return plan;
}

struct Shift : Site {
  explicit Shift(const Plan& plan, InProcessService service = good_service(), Part part = {})
      : Site(plan, std::move(service), Keeps::no, part), users(stage, clock, Arrivals(plan, part), nullptr) {
    users.told = [this](const Slice& slice) { slices.push_back(slice); };
    users.settled = [this](const Desks::Settled& what) { settled.push_back(what); };
  }
  void pass(microseconds time) {
    clock.run([] { return false; }, time);
  }
  void end() {
    users.stop();
    const Counts counts = sum_of(slices).counts;
    EXPECT_EQ(counts.planned, counts.done + counts.failed);
    EXPECT_EQ(counts.planned, settled.size());
  }

  std::vector<Slice> slices;
  std::vector<Desks::Settled> settled;
  Users users;
};

TEST(Users, DoWhatTheirClassSaysAgainAndAgain) {
  Shift shift(classes_of({{Behaviour::start_up}, {Behaviour::local_change}}, 10));
  shift.users.set({2, 3});
  shift.pass(61s);
  EXPECT_THAT(shift.users.count(), ElementsAre(2, 3));
  shift.end();
  const Tally tally = sum_of(shift.slices);
  EXPECT_EQ(tally.counts.failed, 0u);
  EXPECT_NEAR(static_cast<double>(tally.by_share[0].service.count()), 2 * 6, 4);  // each 10 s, and at once
  EXPECT_NEAR(static_cast<double>(tally.by_share[1].service.count()), 3 * 6, 6);
  EXPECT_THAT(shift.slices, SizeIs(::testing::Ge(61u)));
  EXPECT_TRUE(shift.judged.judge.finish().conforming(false));
}

TEST(Users, WaitBetweenAsLongAsTheirClassSays) {
  Share often{Behaviour::start_up}, seldom{Behaviour::start_up};
  often.wait = 1s;
  seldom.wait = 60s;
  Shift shift(classes_of({often, seldom}, 2));
  shift.users.set({1, 1});
  shift.pass(30s);
  shift.end();
  const Tally tally = sum_of(shift.slices);
  EXPECT_GE(tally.by_share[0].service.count(), 20u);
  EXPECT_EQ(tally.by_share[1].service.count(), 1u);
}

TEST(Users, GoWhenTheyAreWantedNoMore) {
  Shift shift(classes_of({{Behaviour::start_up}}, 10));
  shift.users.set({4});
  shift.pass(5s);
  shift.users.set({1});
  EXPECT_THAT(shift.users.count(), ElementsAre(1));
  shift.settled.clear();
  shift.pass(60s);
  for (const Desks::Settled& each : shift.settled) EXPECT_EQ(each.phone, 0u);  // the first has stayed
  EXPECT_FALSE(shift.settled.empty());
}

TEST(Users, ThatComeAgainHavePhonesThatWereThere) {
  Shift shift(classes_of({{Behaviour::start_up}, {Behaviour::local_change}}, 3));
  for (int n = 0; n < 20; ++n) {
    shift.users.set({static_cast<std::uint64_t>(n % 4), 0});
    shift.pass(300ms);
    shift.users.set({0, static_cast<std::uint64_t>((n + 1) % 4)});
    shift.pass(300ms);
  }
  shift.users.set({0, 0});
  shift.pass(1min);
  const std::size_t so_far = shift.settled.size();
  shift.pass(5min);
  EXPECT_EQ(shift.settled.size(), so_far);
  EXPECT_EQ(shift.users.at_work(), 0u);
  shift.end();
}

TEST(Users, AreNoMoreThanThereArePhones) {
  Shift shift(classes_of({{Behaviour::start_up}}, 3));
  shift.users.set({7});
  EXPECT_THAT(shift.users.count(), ElementsAre(3));
}

// Phone k is the same whichever worker plays it.
TEST(Users, HaveThePhonesOfTheirPart) {
  Shift shift(classes_of({{Behaviour::start_up}}, 30), good_service(), Part{2, 10});
  shift.users.set({2});
  shift.pass(1s);
  ASSERT_THAT(shift.settled, SizeIs(2));
  EXPECT_EQ(shift.settled[0].phone, 2u);
  EXPECT_EQ(shift.settled[1].phone, 12u);
}

TEST(Users, TellWhyWhatTheyDidHasFailed) {
  Shift shift(classes_of({{Behaviour::start_up}}, 3),
              [](const wpi::HttpRequest&, const net::Caller&, microseconds) { return net::Served{.bytes = "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"}; });
  shift.users.set({1});
  shift.pass(5min);
  shift.end();
  ASSERT_FALSE(shift.settled.empty());
  EXPECT_FALSE(shift.settled.front().good);
  EXPECT_EQ(shift.settled.front().cause, "answered 503");
}

TEST(Users, AtWorkAtTheEndHaveFailed) {
  Shift shift(classes_of({{Behaviour::start_up}}, 3),
              [](const wpi::HttpRequest&, const net::Caller&, microseconds) { return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}; });
  shift.users.set({1});
  shift.pass(1s);
  EXPECT_EQ(shift.users.at_work(), 1u);
  shift.end();
  ASSERT_THAT(shift.settled, SizeIs(1));
  EXPECT_EQ(shift.settled[0].cause, "under way at the end");
}

}  // namespace
}  // namespace understudy::fleet::load
