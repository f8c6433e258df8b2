#include "look/ladder.h"

#include <gtest/gtest.h>

#include "unit/look/look_support.h"

namespace understudy::look {

namespace {

using namespace std::chrono_literals;
using transcript::Event;

const transcript::Exchange& exchange_in(const Rung& rung) {
  return *std::get<std::shared_ptr<const transcript::Exchange>>(rung.what);
}

TEST(Ladders, MakeOneOfAnInteractionWithItsMessagesInIt) {
  const auto recorded = recorded_with("service-a");
  Ladders ladders;
  ladders.take(begins(1, 90ms));
  ladders.take(exchange_of(recorded[0], 1, 1, 1));
  EXPECT_TRUE(ladders.of("phone-1").back()->open);
  ladders.take(exchange_of(recorded[1], 2, 1, 2));
  ladders.take(ends(1, 240ms));
  ASSERT_EQ(ladders.of("phone-1").size(), 1U);
  const Ladder& ladder = *ladders.of("phone-1").front();
  EXPECT_EQ(ladder.number, 1U);
  EXPECT_EQ(ladder.interaction, 1U);
  EXPECT_EQ(ladder.reason, "start-up");
  EXPECT_EQ(ladder.ending, "clean_up");
  EXPECT_FALSE(ladder.open);
  EXPECT_EQ(ladder.begun, 90ms);
  EXPECT_EQ(ladder.ended, 240ms);
  ASSERT_EQ(ladder.rungs.size(), 2U);
  EXPECT_EQ(exchange_in(ladder.rungs[1]).number, 2U);
}

TEST(Ladders, TakeTheReasonFromTheMessageWhereNoMarkSaysIt) {
  Ladders ladders;
  ladders.take(answered_with("", 1, 4));
  ladders.take(answered_with("", 2, 4));
  ladders.take(answered_with("", 3, 5));
  ASSERT_EQ(ladders.of("phone-1").size(), 2U);
  EXPECT_EQ(ladders.of("phone-1")[0]->reason, "start-up");
  EXPECT_EQ(ladders.of("phone-1")[0]->rungs.size(), 2U);
  EXPECT_FALSE(ladders.of("phone-1")[0]->open) << "the next one has begun";
  EXPECT_EQ(ladders.of("phone-1")[0]->ending, "");
  EXPECT_TRUE(ladders.of("phone-1")[1]->open);
}

TEST(Ladders, PutWhatHappensInAnInteractionBetweenItsMessages) {
  Ladders ladders;
  ladders.take(begins(1, 90ms));
  ladders.take(happens(Event::note, 110ms, "during"));
  ladders.take(answered_with("", 1));  // begun at 100 ms, told when it is over
  ladders.take(happens(Event::call, 150ms, "begins"));
  ladders.take(transcript::Contact{.at = 160ms,
                                   .phone = "phone-1",
                                   .local = {},
                                   .remote = {},
                                   .request = {},
                                   .elsewhere = {},
                                   .problem = {}});
  ASSERT_EQ(ladders.of("phone-1").size(), 1U);
  const auto& rungs = ladders.of("phone-1").front()->rungs;
  ASSERT_EQ(rungs.size(), 4U);
  EXPECT_EQ(rungs[0].at, 100ms);
  EXPECT_EQ(std::get<transcript::Mark>(rungs[1].what).text, "during");
  EXPECT_EQ(rungs[3].at, 160ms);
}

TEST(Ladders, MakeOneOfEachThingBesideInteractions) {
  Ladders ladders;
  transcript::Exchange poll = answered_with("", 1, 0);
  poll.poll = true;
  ladders.take(poll);
  ladders.take(transcript::Contact{.at = 1s,
                                   .phone = "phone-1",
                                   .local = {},
                                   .remote = {},
                                   .request = {},
                                   .elsewhere = {},
                                   .problem = {}});
  ladders.take(happens(Event::restart, 2s));
  ladders.take(happens(Event::step, 3s, "start-up"));
  ASSERT_EQ(ladders.of("phone-1").size(), 3U) << "a step is of the plan, and no ladder";
  for (const auto& ladder : ladders.of("phone-1")) {
    EXPECT_EQ(ladder->interaction, 0U);
    EXPECT_EQ(ladder->rungs.size(), 1U);
    EXPECT_FALSE(ladder->open);
  }
  EXPECT_EQ(ladders.of("phone-1")[2]->number, 3U);
}

TEST(Ladders, AreNumberedForEachPhoneAlone) {
  Ladders ladders;
  ladders.take(begins(1, 1s));
  transcript::Mark other = begins(1, 2s);
  other.phone = "phone-2";
  ladders.take(other);
  EXPECT_EQ(ladders.of("phone-2").front()->number, 1U);
  EXPECT_TRUE(ladders.of("phone-3").empty());
  EXPECT_EQ(ladders.find("phone-3", 1), nullptr);
}

TEST(Ladders, DropTheOldestOfAPhoneThatHasTooMany) {
  Ladders ladders({.ladders_a_phone = 3});
  for (int i = 0; i < 5; ++i) ladders.take(happens(Event::note, i * 1s));
  EXPECT_EQ(ladders.of("phone-1").size(), 3U);
  EXPECT_EQ(ladders.gone("phone-1"), 2U);
  EXPECT_EQ(ladders.find("phone-1", 2), nullptr);
  ASSERT_NE(ladders.find("phone-1", 3), nullptr);
  EXPECT_EQ(ladders.find("phone-1", 3)->number, 3U);
  EXPECT_EQ(ladders.since("phone-1", 0).size(), 3U);
}

TEST(Ladders, DropTheOldestOfAllPhonesWhereTheMessagesAreTooLarge) {
  Ladders ladders({.bytes = 100'000});
  transcript::Mark first = happens(Event::note, 0s);
  first.phone = "phone-2";
  ladders.take(first);
  for (std::uint32_t i = 1; i <= 5; ++i) ladders.take(answered_with(std::string(40'000, 'x'), i, i));
  EXPECT_TRUE(ladders.of("phone-2").empty());
  EXPECT_EQ(ladders.gone("phone-2"), 1U);
  EXPECT_EQ(ladders.of("phone-1").size(), 2U);
  EXPECT_EQ(ladders.of("phone-1").back()->interaction, 5U);
}

TEST(Ladders, LeaveOutTheBeginningOfOneThatIsTooLargeAlone) {
  Ladders ladders({.bytes = 100'000});
  for (std::uint32_t i = 1; i <= 5; ++i) ladders.take(answered_with(std::string(40'000, 'x'), i, 1));
  ASSERT_EQ(ladders.of("phone-1").size(), 1U);
  const Ladder& ladder = *ladders.of("phone-1").front();
  EXPECT_EQ(ladder.left_out, 3U);
  EXPECT_EQ(ladder.rungs.size(), 2U);
  EXPECT_EQ(exchange_in(ladder.rungs.back()).number, 5U);
}

TEST(Ladders, GoOnWithAnInteractionWhoseBeginningHasGone) {
  Ladders ladders({.ladders_a_phone = 1});
  ladders.take(begins(1, 0s));
  transcript::Exchange poll = answered_with("", 1, 0);
  ladders.take(poll);
  ladders.take(answered_with("", 2, 1));
  ladders.take(ends(1, 1s));
  EXPECT_EQ(ladders.of("phone-1").front()->ending, "clean_up");
  EXPECT_EQ(ladders.gone("phone-1"), 2U);
}

TEST(Ladders, DoNotChangeWhatWasGivenOut) {
  Ladders ladders;
  ladders.take(begins(1, 0s));
  ladders.take(answered_with("<a/>", 1));
  const std::shared_ptr<const Ladder> before = ladders.find("phone-1", 1);
  ladders.take(answered_with("<b/>", 2));
  ladders.take(remark_on(1));
  ladders.take(ends(1, 1s));
  EXPECT_EQ(before->rungs.size(), 1U);
  EXPECT_TRUE(before->rungs[0].remarks.empty());
  EXPECT_TRUE(before->open);
  const std::shared_ptr<const Ladder> after = ladders.find("phone-1", 1);
  EXPECT_EQ(after->rungs.size(), 2U);
  EXPECT_EQ(&exchange_in(after->rungs[0]), &exchange_in(before->rungs[0])) << "messages are there once";
}

TEST(Ladders, SayWhatChangedSinceAVersion) {
  Ladders ladders;
  ladders.take(begins(1, 0s));
  ladders.take(happens(Event::note, 1ms, "in it"));
  ladders.take(ends(1, 1s));
  ladders.take(begins(2, 2s));
  const std::uint64_t version = ladders.version();
  EXPECT_TRUE(ladders.since("phone-1", version).empty());
  ladders.take(answered_with("", 1, 2));
  ladders.take(answered_with("", 2, 2));
  ASSERT_EQ(ladders.since("phone-1", version).size(), 1U) << "the one that goes on, once";
  EXPECT_EQ(ladders.since("phone-1", version)[0]->number, 2U);
  ladders.take(remark_on(0, 1));
  const auto changed = ladders.since("phone-1", version);
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed[0]->number, 1U) << "oldest first";
  EXPECT_EQ(changed[0]->remarks.size(), 1U);
  EXPECT_TRUE(ladders.since("phone-2", 0).empty());
}

TEST(Ladders, PutARemarkToItsMessage) {
  Ladders ladders;
  ladders.take(answered_with("", 1, 1));
  ladders.take(answered_with("", 2, 1));
  ladders.take(answered_with("", 3, 2));
  ladders.take(answered_with("", 4, 0));
  ladders.take(remark_on(2, 1));
  ladders.take(remark_on(0, 2));
  ladders.take(remark_on(4, 0));
  const auto& all = ladders.of("phone-1");
  EXPECT_TRUE(all[0]->rungs[0].remarks.empty());
  EXPECT_EQ(all[0]->rungs[1].remarks.size(), 1U);
  EXPECT_EQ(all[1]->remarks.size(), 1U);
  EXPECT_EQ(all[2]->rungs[0].remarks.size(), 1U);
}

TEST(Ladders, PutARemarkOfNoMessageToTheLastContact) {
  Ladders ladders;
  ladders.take(transcript::Contact{.at = 1s,
                                   .phone = "phone-1",
                                   .local = {},
                                   .remote = {},
                                   .request = {},
                                   .elsewhere = {},
                                   .problem = {}});
  ladders.take(happens(Event::note, 2s));
  ladders.take(remark_on(0, 0));
  EXPECT_EQ(ladders.of("phone-1")[0]->rungs[0].remarks.size(), 1U);
}

TEST(Ladders, DropARemarkWhoseLadderHasGone) {
  Ladders ladders({.ladders_a_phone = 1});
  ladders.take(answered_with("", 1, 1));
  ladders.take(answered_with("", 2, 2));
  const std::uint64_t version = ladders.version();
  ladders.take(remark_on(1, 1));
  Remark of_nobody = remark_on(1, 1);
  of_nobody.phone = "phone-9";
  ladders.take(of_nobody);
  EXPECT_EQ(ladders.version(), version);
}

TEST(Ladders, HoldEveryRecordedExchange) {
  for (const char* service : {"service-a", "service-b"}) {
    Ladders ladders;
    std::uint64_t number = 0;
    for (const Recorded& recorded : recorded_with(service)) {
      ++number;
      ladders.take(exchange_of(recorded, number, 1, static_cast<std::uint32_t>(number)));
    }
    EXPECT_EQ(ladders.of("phone-1").front()->rungs.size(), number);
  }
}

}  // namespace

}  // namespace understudy::look
