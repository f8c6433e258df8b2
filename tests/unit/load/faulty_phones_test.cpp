// A load of phones that meet faults by chance: what is counted, and that a service is blamed for nothing that a phone did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/load/crew_support.h"

namespace understudy::fleet::load {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<Chance> every_fault(double share) {
  std::vector<Chance> out;
  for (const KnownFault& each : known_faults()) out.push_back({each.kind, share});
  return out;
}

std::vector<std::string> deviated(Played& played) {
  std::vector<std::string> out;
  for (const auto& finding : played.judged.judge.finish().findings) out.push_back(finding.rule);
  return out;
}

Plan faulty(std::vector<Chance> faults, std::uint64_t phones = 100) {
  Plan plan = start_ups(phones, 20, 60s);
  plan.faults = std::move(faults);
  return plan;
}

TEST(FaultyPhones, OfEveryKindFindNothingWithAServiceThatKeepsTheRules) {
  Plan plan = faulty(every_fault(0.05), 300);
  plan.behaviours = {{Behaviour::start_up, 3}, {Behaviour::local_change, 2}, {Behaviour::call_back, 1}};
  Played played(plan, good_service(), {});
  played.play();
  EXPECT_THAT(deviated(played), IsEmpty());
  const Tally tally = played.tally();
  EXPECT_EQ(tally.counts.planned, tally.counts.done + tally.counts.failed + tally.counts.dropped);
  EXPECT_EQ(tally.counts.failed, tally.counts.disturbed) << "all that failed did for a fault of a phone";
  EXPECT_GT(tally.counts.done, tally.counts.planned / 4);
  std::uint64_t failed = 0;
  for (const KnownFault& each : known_faults()) {
    const std::string kind(net::name_of(each.kind));
    if (each.kind == net::Fault::Kind::unordered_fragments) continue;  // no answer is that long
    ASSERT_TRUE(tally.faults.contains(kind)) << kind;
    const FaultCounts& of = tally.faults.at(kind);
    EXPECT_GT(of.met, 20u) << kind;
    EXPECT_GE(of.met, of.answered + of.refused + of.closed + of.silent + of.cut) << kind;
    failed += of.failed;
  }
  EXPECT_EQ(failed, tally.counts.disturbed);
  for (const auto& [name, cause] : tally.counts.causes.by_name) EXPECT_THAT(name, StartsWith("a fault of the phone: "));
}

TEST(FaultyPhones, DoNotHideADefect) {
  reference::Options options;
  options.defects = {"nonce.echo/own-in-clean-up"};
  const auto service = std::make_shared<reference::Service>(std::move(options));
  Played played(faulty(every_fault(0.05)),
                [service](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) { return service->answer(request, caller, now); },
                {});
  played.play();
  EXPECT_THAT(deviated(played), testing::Contains("nonce.echo"));
}

TEST(FaultyPhones, MeetTheSameWhoeverPlaysThem) {
  // Nobody is to be busy when its turn comes: a service waits long for a message that is too short.
  std::vector<Chance> faults = every_fault(0.05);
  std::erase_if(faults, [](const Chance& each) { return each.kind == net::Fault::Kind::long_length; });
  const Plan plan = faulty(faults, 400);
  Played whole(plan, good_service(), {});
  whole.play();
  Tally parts;
  for (std::uint64_t n = 0; n < 4; ++n) {
    Played part(plan, good_service(), {}, Keeps::no, Part{n, 4});
    part.play();
    parts.merge(part.tally());
  }
  const Tally all = whole.tally();
  EXPECT_EQ(parts.counts.done, all.counts.done);
  EXPECT_EQ(parts.counts.disturbed, all.counts.disturbed);
  ASSERT_EQ(parts.faults.size(), all.faults.size());
  for (const auto& [kind, of] : all.faults) {
    EXPECT_EQ(parts.faults[kind].met, of.met) << kind;
    EXPECT_EQ(parts.faults[kind].answered, of.answered) << kind;
    EXPECT_EQ(parts.faults[kind].failed, of.failed) << kind;
  }
}

TEST(FaultyPhones, AreThoseOfTheirPopulation) {
  Plan plan = faulty({});
  plan.populations = {{"well", 1.0, {}}, {"ill", 1.0, {{net::Fault::Kind::reset, 1.0}}}};
  Played played(plan, good_service(), {});
  played.play();
  const Tally tally = played.tally();
  EXPECT_GT(tally.counts.done, 0u);
  EXPECT_EQ(tally.counts.done + tally.counts.disturbed, tally.counts.planned);
  EXPECT_EQ(tally.faults.at("reset").met, tally.counts.disturbed) << "each start-up of an ill phone ends at its first message";
  EXPECT_EQ(tally.faults.at("reset").cut, tally.counts.disturbed);
}

TEST(FaultyPhones, ComeOnlyWhenThePlanBegins) {
  Plan plan = faulty({{net::Fault::Kind::reset, 1.0}});
  plan.behaviours = {{Behaviour::local_change, 1}};
  Played played(plan, good_service(), {});
  played.play();
  EXPECT_EQ(played.crew->unprepared(), 0u);
  EXPECT_EQ(played.tally().counts.disturbed, played.tally().counts.planned);
}

}  // namespace
}  // namespace understudy::fleet::load
