// What a scenario did is held against nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using transcript::Scripted;

const auto broken = [](transcript::Exchange& x) { x.scripted = Scripted::broken; };

TEST(ScriptedExchange, TheAnswerToABrokenMessageIsNotJudged) {
  auto turns = conversation();
  turns[1].answer.body = service_says("<Action>Nonsense</Action>", "FOREIGN");
  EXPECT_FALSE(deviating(judged(turns)).empty());
  turns[1].change = broken;
  EXPECT_TRUE(deviating(judged(turns)).empty());
}

TEST(ScriptedExchange, WhatComesOfItInTheInteractionIsNotJudgedEither) {
  auto turns = conversation();
  turns[1].change = broken;
  turns[2].answer.body = service_says("<Action>CleanUp</Action>", "FOREIGN");
  EXPECT_TRUE(deviating(judged(turns)).empty());
}

TEST(ScriptedExchange, TheNextInteractionIsJudgedAgain) {
  Bench bench;
  auto first = conversation();
  first.back().change = broken;
  bench.hear(first, "clean_up");
  bench.hear(single(phone_says("start-up"), service_says("<Action>CleanUp</Action>", "FOREIGN")), "clean_up");
  EXPECT_THAT(deviating(bench.finish()), ::testing::Contains("nonce.echo"));
}

TEST(ScriptedExchange, WordsOfAPhoneAreAnsweredAsAnyOther) {
  auto turns = conversation();
  turns[1].answer.body = service_says("<Action>CleanUp</Action>", "FOREIGN");
  turns[1].change = [](transcript::Exchange& x) { x.scripted = Scripted::words; };
  EXPECT_THAT(deviating(judged(turns)), ::testing::Contains("nonce.echo"));
}

TEST(ScriptedContact, IsNotTheServices) {
  Bench bench;
  transcript::Contact contact;
  contact.phone = "phone-1";
  contact.heed = transcript::Heed::calls_back;
  contact.request = {"GET", "/wrong", {}, ""};
  contact.scripted = true;
  bench.take(contact);
  EXPECT_TRUE(deviating(bench.finish()).empty());
}

}  // namespace
}  // namespace understudy::conformance
