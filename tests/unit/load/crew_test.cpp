// A plan is played as it is meant, and every arrival of it is counted where it belongs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>

#include "crew_support.h"

namespace understudy::fleet::load {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

net::Served answered(const std::string& status, const std::string& body = "") {
  return {.bytes = "HTTP/1.1 " + status + "\r\nContent-Type: text/xml\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body};
}

std::vector<std::pair<std::string, std::uint64_t>> named(const Causes& causes) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const auto& [name, cause] : causes.by_name) out.emplace_back(name, cause.count);
  return out;
}

// Nothing is lost, and the slices leave no gap.
void expect_adds_up(const Played& played) {
  const Counts counts = played.tally().counts;
  EXPECT_EQ(counts.planned, counts.done + counts.failed + counts.dropped);
  EXPECT_EQ(counts.causes.sum(), counts.failed);
  EXPECT_EQ(counts.dropped_causes.sum(), counts.dropped);
  microseconds end{};
  for (const Slice& slice : played.slices) {
    EXPECT_EQ(slice.start, end);
    end = slice.start + slice.length;
    EXPECT_EQ(slice.off + slice.idle + slice.at_work, played.crew->phones());
  }
}

TEST(Load, OfStartUpsAgainstAGoodServiceIsAllDone) {
  Played played(start_ups(100, 50, 4s), good_service(), {});
  played.play();
  EXPECT_EQ(played.tally().counts.done, 200u);
  EXPECT_EQ(played.tally().by_share[0].service.count(), 200u);
  EXPECT_EQ(played.tally().counts.lag.most(), 0us);
  expect_adds_up(played);
  ASSERT_GE(played.slices.size(), 4u);
  for (int n = 0; n < 4; ++n) EXPECT_EQ(played.slices[static_cast<std::size_t>(n)].tally.counts.planned, 50u);
  EXPECT_TRUE(played.judged.judge.finish().conforming(false));
}

TEST(Load, OfEveryBehaviourIsAllDone) {
  Plan plan = start_ups(40, 20, 20s);
  plan.behaviours = {{Behaviour::start_up, 1},
                     {Behaviour::poll, 1},
                     {Behaviour::local_change, 1},
                     {Behaviour::call_back, 1}};
  Played played(plan, good_service("http://127.0.0.1:8080/dcmp/"), {});
  played.play();
  EXPECT_EQ(played.crew->prepared(), 40u);
  EXPECT_EQ(played.crew->unprepared(), 0u);
  EXPECT_EQ(played.tally().counts.done, 400u)
      << ::testing::PrintToString(named(played.tally().counts.causes));
  for (std::size_t n = 0; n < plan.behaviours.size(); ++n)
    EXPECT_GT(played.tally().by_share[n].service.count(), 50u) << plan.behaviours[n].name();
  EXPECT_EQ(played.tally().call_back.service.count(),
            played.tally().by_share[3].service.count());
  expect_adds_up(played);
}

TEST(Load, CountsAConnectionForEachInteractionAsPhonesMakeThem) {
  Played played(start_ups(10, 10, 3s), good_service(), {});
  played.play();
  const Connections connections = played.tally().connections;
  EXPECT_EQ(played.tally().counts.done, 30u);
  EXPECT_EQ(connections.opened, 30u);
  EXPECT_EQ(connections.full_handshakes, 30u);
  EXPECT_EQ(connections.kept, 0u);
}

TEST(Load, GoesOnWithTheConnectionOfTheInteractionBeforeWhereItIsKept) {
  Played played(start_ups(10, 10, 3s), good_service(), {}, Keeps::yes);
  played.play();
  const Connections connections = played.tally().connections;
  EXPECT_EQ(played.tally().counts.done, 30u);
  EXPECT_EQ(connections.opened, 10u);
  EXPECT_EQ(connections.kept, 20u);
}

TEST(Load, KeepsTheConnectionsOfPollsToo) {
  Plan plan = start_ups(10, 10, 3s);
  plan.behaviours = {{Behaviour::poll, 1}};
  Played played(plan, good_service("http://127.0.0.1:8080/dcmp/"), {}, Keeps::yes);
  played.play();
  EXPECT_EQ(played.tally().counts.done, 30u);
  EXPECT_EQ(played.tally().connections.opened, 20u) << "one for its interactions, one for its polls";
  EXPECT_EQ(played.tally().connections.kept, 20u);
}

TEST(Load, OpensAKeptConnectionAnewWhereTheServiceHasClosedIt) {
  const InProcessService good = good_service();
  Played played(start_ups(10, 10, 3s),
                [&](const auto& request, const auto& caller, auto now) {
                  net::Served out = good(request, caller, now);
                  out.close = out.bytes.find("CleanUp") != std::string::npos;
                  return out;
                },
                {}, Keeps::yes);
  played.play();
  EXPECT_EQ(played.tally().counts.done, 30u);
  EXPECT_EQ(played.tally().connections.opened, 30u);
  EXPECT_EQ(played.tally().connections.kept, 0u);
}

TEST(Load, AgainstAServiceThatIsBusyFailsWithItsStatus) {
  Played played(start_ups(10, 10, 2s),
                [](const auto&, const auto&, auto) { return answered("503 Service Unavailable"); }, {});
  played.play();
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("answered 503", 20u)));
  expect_adds_up(played);
}

TEST(Load, AgainstAServiceThatClosesFailsForThat) {
  Played played(start_ups(10, 10, 2s),
                [](const auto&, const auto&, auto) { return net::Served{.bytes = "", .close = true}; }, {});
  played.play();
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("closed by the service", 20u)));
  expect_adds_up(played);
}

TEST(Load, AgainstAServiceThatSaysNoOrderFailsForAWrongAnswer) {
  Played played(start_ups(10, 10, 2s),
                [](const auto&, const auto&, auto) { return answered("200 OK", "<html/>"); }, {});
  played.play();
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("wrong answer", 20u)));
  expect_adds_up(played);
}

// Each phone waits 30 s for its answer; until then those whose turn comes again have no phone left.
TEST(Load, AgainstAServiceThatHangsTimesOutAndDropsWhatHasNoPhone) {
  Played played(
      start_ups(10, 10, 2s),
      [](const auto&, const auto&, auto) { return net::Served{.bytes = "", .after = 10min, .close = true}; },
      {});
  played.play();
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("timed out", 10u)));
  EXPECT_THAT(named(played.tally().counts.dropped_causes), ElementsAre(Pair("all phones busy", 10u)));
  expect_adds_up(played);
}

TEST(Load, ThatIsStoppedCountsWhatWasUnderWay) {
  Played played(
      start_ups(100, 10, 10s),
      [](const auto&, const auto&, auto) { return net::Served{.bytes = "", .after = 10min, .close = true}; },
      {});
  played.play(4950ms);
  played.crew->stop();
  EXPECT_TRUE(played.crew->over());
  EXPECT_EQ(played.tally().counts.planned, 50u);
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("under way at the end", 50u)));
  expect_adds_up(played);
}

TEST(Load, OfOneFailureAmongManyCountsThatOne) {
  const auto good = good_service();
  auto begun = std::make_shared<int>(0);
  Played played(start_ups(100, 50, 4s),
                [=](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
                  if (request.body.find("start-up") != std::string::npos && ++*begun == 150)
                    return answered("500 Internal Server Error");
                  return good(request, caller, now);
                },
                {});
  played.play();
  EXPECT_EQ(played.tally().counts.done, 199u);
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("answered 500", 1u)));
  expect_adds_up(played);
}

// One answer in a thousand has another's nonce: each of them is found, and nothing else.
TEST(Load, FindsEachWrongNonceAmongThousands) {
  const auto good = good_service();
  const auto said = std::make_shared<int>(0);
  const auto wrong = std::make_shared<std::uint64_t>(0);
  Played played(start_ups(300, 100, 20s),
                [=](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
                  net::Served out = good(request, caller, now);
                  const std::size_t nonce = out.bytes.find("nonce=\"");
                  if (nonce == std::string::npos || ++*said % 1000 != 0) return out;
                  ++*wrong;
                  char& letter = out.bytes[nonce + 7];
                  letter = letter == 'A' ? 'B' : 'A';
                  return out;
                },
                {});
  played.play();
  expect_adds_up(played);
  const conformance::Verdict verdict = played.judged.judge.finish();
  EXPECT_GE(*wrong, 2u);
  std::uint64_t found = 0;
  for (const conformance::RuleResult& rule : verdict.rules) {
    if (rule.rule.starts_with("nonce.")) found += rule.deviated;
    else EXPECT_EQ(rule.deviated, 0u) << rule.rule;
  }
  EXPECT_EQ(found, *wrong);
}

// A service that stalls for 2 s in every 10: who arrives in the stall waits for its end. The truth is known for each arrival.
TEST(Load, SeesAStallAsLongAsItWasForEveryArrival) {
  const auto good = good_service();
  Played played(start_ups(200, 10, 20s),
                [=](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
                  net::Served out = good(request, caller, now);
                  const microseconds into = now % 10s;
                  if (into < 2s) out.after = 2s - into;
                  return out;
                },
                {});
  played.play();
  const Histogram came = played.tally().counts.interaction.planned;
  EXPECT_EQ(came.count(), 200u);
  EXPECT_GT(came.quantile(0.85), 300ms);  // a fifth arrives in a stall, and waits up to 2 s
  EXPECT_LT(came.quantile(0.79), 200ms);
  EXPECT_NEAR(static_cast<double>(came.quantile(0.9).count()), 1e6, 12e4);
  EXPECT_NEAR(static_cast<double>(came.most().count()), 2e6, 5e4);
  expect_adds_up(played);
}

TEST(Load, ThatIsClosedKeepsSoManyAtWork) {
  Plan plan = start_ups(20, 0, 2s);
  plan.phases.front().at_work = 1;
  Played played(plan, good_service(), {});
  played.play();
  EXPECT_GT(played.tally().counts.done, 50u);
  EXPECT_EQ(played.tally().counts.failed, 0u);
  for (const Slice& slice : played.slices) EXPECT_LE(slice.at_work, 1u);
  expect_adds_up(played);
}

TEST(Load, OfPhonesThatWereNeverToldWhereToPollFailsForThat) {
  Plan plan = start_ups(5, 5, 2s);
  plan.behaviours = {{Behaviour::poll, 1}};
  Played played(plan, good_service(), {});
  played.play();
  EXPECT_THAT(named(played.tally().counts.causes), ElementsAre(Pair("not told where to poll", 10u)));
  expect_adds_up(played);
}

// Somebody who plays scenarios: the phone starts up, and that is all of it. Every third is said to have failed.
class Actors : public Acts {
 public:
  explicit Actors(Played& played) : played_(played) {}
  struct Actor : Director {
    Actor(Played& a_stage, std::function<void(End)> an_end) : played(a_stage), over(std::move(an_end)) {}
    bool hears(const std::string&, const transcript::Exchange&) override {
      ++heard;
      return false;
    }
    void ends(const std::string&, phone::End) override {
      played.clock.after(1s, [this] {
        End end;
        end.done = !fails;
        end.cause = "the scenario failed";
        end.example = "as it was told to";
        end.queued = queued;
        over(std::move(end));
      });
    }
    Played& played;
    std::function<void(End)> over;
    bool fails = false;
    int heard = 0;
    microseconds queued{};
  };
  std::shared_ptr<Director> begin(std::size_t share, std::uint64_t phone, std::uint64_t turn,
                                  std::function<void(End)> over) override {
    EXPECT_EQ(share, 0u);
    auto actor = std::make_shared<Actor>(played_, std::move(over));
    actor->fails = turn % 3 == 0;
    actor->queued = played_.clock.now();
    played_.clock.after({}, [this, phone] { played_.stage.post(id_of(phone), phone::PowerOn{}); });
    actors.push_back(actor);
    return actor;
  }
  std::vector<std::shared_ptr<Actor>> actors;

 private:
  Played& played_;
};

TEST(Load, OfScenariosHasThemPlayedBySomebodyElse) {
  Plan plan = start_ups(30, 10, 3s);
  plan.behaviours = {{Behaviour::scenario, 1.0, "folder/mine.xml"}};
  EXPECT_EQ(plan.behaviours[0].name(), "mine");
  EXPECT_FALSE(plan.needs_preparation());
  Acts* acts = nullptr;
  struct Passing : Acts {
    Acts*& to;
    explicit Passing(Acts*& target) : to(target) {}
    std::shared_ptr<Director> begin(std::size_t share, std::uint64_t phone, std::uint64_t turn,
                                    std::function<void(End)> over) override {
      return to->begin(share, phone, turn, std::move(over));
    }
  } passing(acts);
  Crew::Settings settings;
  settings.acts = &passing;
  Played played(plan, good_service(), settings);
  Actors actors(played);
  acts = &actors;
  played.play();
  const Tally tally = played.tally();
  EXPECT_EQ(tally.counts.done, 20u);
  EXPECT_THAT(named(tally.counts.causes), ElementsAre(Pair("the scenario failed", 10u)));
  EXPECT_EQ(tally.counts.causes.by_name.at("the scenario failed").example, "as it was told to");
  EXPECT_EQ(tally.by_share[0].service.count(), 20u);
  EXPECT_EQ(tally.job.service.count(), 20u);
  EXPECT_GT(tally.job.service.quantile(0.5), 1s);
  for (const auto& actor : actors.actors) EXPECT_GT(actor->heard, 0);
  expect_adds_up(played);
}

TEST(Load, ThatIsPausedGoesOnWhereItStood) {
  Played played(start_ups(100, 10, 10s), good_service(), {});
  played.clock.after(3050ms, [&] { played.crew->set_pace(0); });
  played.clock.after(8s, [&] {
    EXPECT_EQ(played.tally().counts.planned, 31u) << "nothing begins in a pause";
    played.crew->set_pace(1);
  });
  played.play();
  EXPECT_EQ(played.tally().counts.done, 100u);
  EXPECT_EQ(played.tally().counts.lag.most(), 0us) << "the plan waits too: nothing was late";
  EXPECT_GE(played.crew->elapsed(), 14950ms);
  EXPECT_LT(played.crew->elapsed(), 15500ms);
  EXPECT_EQ(played.slices[5].tally.counts.planned, 0u);
  expect_adds_up(played);
}

TEST(Load, AtTwiceItsPaceIsOverInHalfTheTime) {
  Played played(start_ups(100, 10, 10s), good_service(), {});
  played.clock.after(4s, [&] { played.crew->set_pace(2); });
  played.play();
  EXPECT_EQ(played.tally().counts.done, 100u);
  EXPECT_LE(played.tally().counts.lag.most(), 1us);
  EXPECT_LT(played.crew->elapsed(), 7500ms);
  EXPECT_EQ(played.slices[2].tally.counts.planned, 10u);
  EXPECT_EQ(played.slices[5].tally.counts.planned, 20u);
  EXPECT_EQ(played.crew->pacing().when(10s), 7s);
  expect_adds_up(played);
}

TEST(Load, OfAClosedPlanRestsInAPause) {
  Plan plan = start_ups(20, 0, 4s);
  plan.phases.front().at_work = 2;
  Played played(plan, good_service(), {});
  std::uint64_t before = 0;
  played.clock.after(1s, [&] { played.crew->set_pace(0); });
  played.clock.after(2s, [&] { before = played.tally().counts.planned; });
  played.clock.after(6s, [&] {
    EXPECT_EQ(played.tally().counts.planned, before);
    played.crew->set_pace(1);
  });
  played.play();
  EXPECT_GT(played.tally().counts.planned, before + 20);
  EXPECT_EQ(played.tally().counts.failed, 0u);
  expect_adds_up(played);
}

TEST(Load, TellsWhatHappensToTheServiceWhenItsMomentHasCome) {
  Plan plan = start_ups(10, 2, 6s);
  plan.happenings = {{2s, "restart-service"}};
  Played played(plan, good_service(), {});
  std::vector<std::pair<std::string, microseconds>> happened;
  played.crew->happens = [&](const std::string& what) {
    happened.emplace_back(what, played.crew->elapsed());
  };
  played.play();
  EXPECT_THAT(happened, ElementsAre(Pair("restart-service", microseconds(2s))));
}

TEST(Tallies, OfTwoPartsAreOne) {
  Counts one, other;
  one.planned = 3, one.done = 2, one.failed = 1;
  one.causes.add("timed out", "no answer");
  other.planned = 2, other.failed = 1, other.dropped = 1;
  other.causes.add("timed out", "another");
  other.dropped_causes.add("all phones busy", "");
  one.merge(other);
  EXPECT_EQ(one.planned, one.done + one.failed + one.dropped);
  EXPECT_EQ(one.causes.by_name.at("timed out").count, 2u);
  EXPECT_EQ(one.causes.by_name.at("timed out").example, "another");
}

TEST(Tallies, HaveABoundedNumberOfCauses) {
  Causes causes;
  for (int n = 0; n < 1000; ++n) causes.add("answered " + std::to_string(n), "");
  EXPECT_LE(causes.by_name.size(), Causes::most_causes);
  EXPECT_EQ(causes.sum(), 1000u);
}

TEST(Load, BeginsThePlanWhenItIsToldTo) {
  Crew::Settings settings;
  int asked = 0;
  settings.begins = [&]() -> std::optional<microseconds> {
    return ++asked < 3 ? std::nullopt : std::optional<microseconds>(5s);
  };
  Played played(start_ups(10, 10, 2s), good_service(), settings);
  played.play();
  EXPECT_EQ(played.tally().counts.done, 20u);
  EXPECT_GE(played.clock.now(), 7s);
  EXPECT_LT(played.clock.now(), 8s);
  EXPECT_EQ(played.crew->late(), 0us);
  EXPECT_EQ(played.tally().counts.lag.most(), 0us);
}

TEST(Load, SaysHowMuchTooLateItBegan) {
  Crew::Settings settings;
  settings.begins = [] { return std::optional<microseconds>(1s); };
  Plan plan = start_ups(600, 10, 2s);
  plan.behaviours = {{Behaviour::local_change, 1}};  // phones must have started up: 200 a second
  Played played(plan, good_service(), settings);
  played.play();
  EXPECT_GT(played.crew->late(), 1500ms);
  EXPECT_EQ(played.tally().counts.done, 20u) << "the plan is played from its begin all the same";
}

// The phones of a part do what they would have done in the whole.
TEST(Load, InPartsComesToTheSameAsTheWhole) {
  Plan plan = start_ups(40, 8, 6s);
  plan.behaviours = {{Behaviour::start_up, 1}, {Behaviour::local_change, 1}};
  Played whole(plan, good_service(), {});
  whole.play();
  Tally sum;
  for (std::uint64_t number = 0; number < 3; ++number) {
    Played part(plan, good_service(), {}, Keeps::no, {number, 3});
    part.play();
    expect_adds_up(part);
    sum.merge(part.tally());
  }
  const Tally all = whole.tally();
  EXPECT_EQ(sum.counts.planned, all.counts.planned);
  EXPECT_EQ(sum.counts.interaction.planned, all.counts.interaction.planned);
  EXPECT_EQ(sum.by_share[1].service, all.by_share[1].service);
  EXPECT_EQ(sum.connections.opened, all.connections.opened);
}

TEST(Load, OfAClosedPlanInPartsHasSoManyAtWorkInAll) {
  Plan plan = start_ups(30, 0, 2s);
  plan.phases.front().at_work = 5;
  std::uint64_t most = 0;
  for (std::uint64_t number = 0; number < 3; ++number) {
    Played part(plan, good_service(), {}, Keeps::no, {number, 3});
    part.play();
    std::uint64_t at_work = 0;
    for (const Slice& slice : part.slices) at_work = std::max(at_work, slice.at_work);
    most += at_work;
    EXPECT_GT(part.tally().counts.done, 10u);
    expect_adds_up(part);
  }
  EXPECT_EQ(most, 5u);
}

}  // namespace
}  // namespace understudy::fleet::load
