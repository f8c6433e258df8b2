// What is played again of a recording is right, and does what the phone did, whatever the service says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_support.h"
#include "scenario_support.h"
#include "scenarios/from/anything.h"
#include "scenarios/from/scenario_from.h"

namespace understudy::scenarios {
namespace {

using from::Element;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<from::MadeScenario> replays(const std::string& name, double speed = 1, bool as_new_ones = false) {
  const auto entries = as_kept(rehearse(shipped(name), {}, {}).entries);
  const auto phones = from::phones_in(entries);
  return from::replays_of(entries, phones, {.speed = speed}, as_new_ones ? 0 : phones.size());
}

std::vector<std::string> reasons_in(const std::vector<transcript::Entry>& entries) {
  std::vector<std::string> out;
  for (const transcript::Entry& entry : entries)
    if (const auto* mark = std::get_if<transcript::Mark>(&entry);
        mark && mark->event == transcript::Event::interaction)
      out.push_back(mark->text);
  return out;
}

class ReplayOf : public ::testing::TestWithParam<const char*> {};

TEST_P(ReplayOf, HasTheSameInteractionsAgain) {
  const auto made = replays(GetParam());
  ASSERT_THAT(made, SizeIs(1));
  const auto scenario = read_made(made.front());
  ASSERT_NE(scenario, nullptr);
  const Rehearsal again = rehearse(scenario, {}, {});
  EXPECT_TRUE(again.passed()) << again.told << made.front().xml;
  EXPECT_EQ(reasons_in(again.entries), reasons_in(rehearse(shipped(GetParam()), {}, {}).entries))
      << made.front().xml;
}

TEST_P(ReplayOf, GoesOnWithAServiceThatReadsWhatItShouldNot) {
  const auto scenario = read_made(replays(GetParam()).front());
  ASSERT_NE(scenario, nullptr);
  const Rehearsal again = rehearse(scenario, {}, {"flow.unchanged-not-read/always"});
  EXPECT_TRUE(again.passed()) << again.told;
}

INSTANTIATE_TEST_SUITE_P(All, ReplayOf,
                         ::testing::Values("start-up", "call", "restart-ordered", "factory-reset",
                                           "write-in-a-call", "inventory-change", "power-cut-after-a-write",
                                           "power-cut-before-the-reply", "local-change-in-an-interaction",
                                           "failed-read", "call-and-restart", "contact-me"));

TEST(Replays, OfSeveralPhonesAreOneOfEach) {
  const auto made = replays("local-change");
  EXPECT_THAT(made, SizeIs(2));
  for (const from::MadeScenario& each : made) EXPECT_NE(read_made(each), nullptr);
}

TEST(Replays, WaitAsRecordedOrFasterOrNotAtAll) {
  EXPECT_THAT(replays("contact-me-in-the-gap").front().xml, HasSubstr("<wait time="));
  EXPECT_THAT(replays("contact-me-in-the-gap", 0).front().xml, Not(HasSubstr("<wait time=")));
  EXPECT_NE(replays("contact-me-in-the-gap", 10).front().xml, replays("contact-me-in-the-gap").front().xml);
}

TEST(Replays, AreByNewPhonesWhereThatIsWanted) {
  EXPECT_THAT(replays("start-up").front().xml, HasSubstr(" mac=\""));
  EXPECT_THAT(replays("start-up", 1, true).front().xml, Not(HasSubstr(" mac=\"")));
}

// What phones said to real services, said to ours: these recordings are excerpts, in which a service calls that ours has no reason to
// call, so that only what comes before is played.
TEST(Replays, OfRealServicesArePlayedAsFarAsOursGoesAlong) {
  for (const char* service : {"service-a", "service-b"}) {
    const auto entries = recorded_as_entries(service);
    const auto phones = from::phones_in(entries);
    ASSERT_THAT(phones, Not(IsEmpty()));
    for (const from::MadeScenario& made : from::replays_of(entries, phones, {.speed = 0}, 0)) {
      const auto scenario = read_made(made);
      ASSERT_NE(scenario, nullptr) << service;
      const Rehearsal played = rehearse(scenario, {}, {});
      ASSERT_THAT(reasons_in(played.entries), Not(IsEmpty())) << service;
      EXPECT_EQ(reasons_in(played.entries).front(), "start-up") << service;
      EXPECT_TRUE(played.passed() || played.told.find(" in time ") != std::string::npos) << service << played.told << made.xml;
    }
  }
}

TEST(Replays, OfMorePhonesThanRecordedAreByNewOnes) {
  const auto entries = as_kept(rehearse(shipped("start-up"), {}, {}).entries);
  const auto phones = from::phones_in(entries);
  ASSERT_THAT(phones, SizeIs(1));
  const auto made = from::replays_of(entries, {phones[0], phones[0], phones[0]}, {.speed = 1, .starts = 2}, 1);
  ASSERT_THAT(made, SizeIs(3));
  EXPECT_THAT(made[0].xml, HasSubstr(" mac=\""));
  EXPECT_THAT(made[0].xml, Not(HasSubstr("<wait")));
  EXPECT_THAT(made[1].xml, AllOf(Not(HasSubstr(" mac=\"")), HasSubstr("<wait time=\"500ms\"/>")));
  EXPECT_THAT(made[2].xml, AllOf(Not(HasSubstr(" mac=\"")), HasSubstr("<wait time=\"1000ms\"/>")));
  for (const from::MadeScenario& each : made) EXPECT_NE(read_made(each), nullptr) << each.xml;
}

TEST(ExpectAnything, KeepsWhatLeadsToAnotherAnswer) {
  const Element answer{"answer", {{"status", "failed"}}, "", {}};
  const Element item{"item", {{"name", "sntp-addr"}, {"value", "x"}}, "", {}};
  Element steps{"steps", {}, "", {}};
  Element event{"start-up", {}, "", {}};
  event.add({"expect", {{"action", "ReadAllItems"}, {"status", "500"}}, "", {}});
  event.add({"expect", {{"action", "WriteItems"}}, "", {item, answer}});
  event.add({"expect", {{"action", "CleanUp"}}, "", {}});
  steps.add(std::move(event));
  from::expect_anything(steps);
  const auto& left = steps.children.front().children;
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_THAT(left[0].attributes, ElementsAre(std::pair<std::string, std::string>("action", "ReadAllItems"),
                                              std::pair<std::string, std::string>("optional", "true")));
  ASSERT_THAT(left[1].children, SizeIs(1));
  EXPECT_EQ(left[1].children[0].name, "answer");
}

TEST(ExpectAnything, LeavesNoneWhereThePhoneAnswersByItself) {
  Element steps{"steps", {}, "", {}};
  steps.add({"start-up", {}, "", {{"expect", {{"action", "CleanUp"}}, "", {}}}});
  steps.add({"repeat", {{"times", "3"}}, "", {{"expect", {{"action", "GetNextFragment"}}, "", {}}}});
  from::expect_anything(steps);
  ASSERT_THAT(steps.children, SizeIs(1));
  EXPECT_THAT(steps.children.front().children, IsEmpty());
}

}  // namespace
}  // namespace understudy::scenarios
