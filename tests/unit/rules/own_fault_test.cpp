// What we could not do ourselves says nothing of the service.
#include "rules/own_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using transcript::Outcome;
using transcript::Phase;

// A clean conversation, then a start-up whose first message meets that end.
Verdict after_a_conversation(Outcome outcome, Phase phase) {
  Bench bench;
  bench.hear(conversation(), "clean_up");
  std::vector<Turn> turns = {conversation()[0]};
  turns[0].change = [=](transcript::Exchange& exchange) {
    exchange.outcome = outcome;
    exchange.phase = phase;
    exchange.failure = "no socket: Too many open files";
    exchange.response.reset();
    exchange.answer.reset();
  };
  bench.hear(turns, "unclean");
  return bench.finish();
}

TEST(OwnFault, IsNoDeviationWhereNoConnectionCouldBeTried) {
  for (const Outcome outcome : {Outcome::no_connection, Outcome::timed_out})
    EXPECT_THAT(deviating(after_a_conversation(outcome, Phase::resolving)), ::testing::IsEmpty())
        << name_of(outcome);
}

TEST(OwnFault, IsNotARefusedConnectionOfAServiceThatSpokeBefore) {
  EXPECT_FALSE(deviating(after_a_conversation(Outcome::no_connection, Phase::connecting)).empty());
  EXPECT_FALSE(deviating(after_a_conversation(Outcome::timed_out, Phase::waiting)).empty());
}

TEST(OwnFault, OfAnyKindJudgesNothingBeforeTheServiceSpoke) {
  for (const Phase phase : {Phase::resolving, Phase::connecting}) {
    std::vector<Turn> turns = {conversation()[0]};
    turns[0].change = [=](transcript::Exchange& exchange) {
      exchange.outcome = Outcome::no_connection;
      exchange.phase = phase;
      exchange.response.reset();
      exchange.answer.reset();
    };
    const Verdict verdict = judged(turns, {.ending = "unclean"});
    EXPECT_TRUE(deviating(verdict).empty());
    EXPECT_EQ(verdict.exchanges, 0u);
  }
}

}  // namespace
}  // namespace understudy::conformance
