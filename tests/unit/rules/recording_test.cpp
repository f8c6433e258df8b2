// What a record leaves out is no occasion for the rules that rest on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/rules_support.h"

namespace understudy::conformance {
namespace {

using transcript::Fact;
using transcript::Facts;

std::vector<Turn> without(Facts facts, Answer answer) {
  std::vector<Turn> turns = conversation();
  turns.front().answer.version = answer.version;
  turns.front().answer.length = answer.length;
  for (Turn& turn : turns) turn.change = [facts](transcript::Exchange& exchange) { exchange.untold = facts; };
  return turns;
}

TEST(Untold, RulesThatRestOnItAreNeitherHeldNorDeviated) {
  const std::pair<Fact, const char*> cases[] = {
      {Fact::connection, "http.keep-alive"},
      {Fact::framing, "http.delimited"},
      {Fact::framing, "http.framing"},
      {Fact::framing, "http.content-length"},
      {Fact::version, "http.version"},
      {Fact::times, "http.timely"},
      {Fact::bytes, "xml.utf8"},
      {Fact::cookies, "session.cookie"},
  };
  for (const auto& [fact, rule] : cases) {
    EXPECT_NE(result(judged(without({}, {})), rule).outcome, Outcome::not_exercised) << rule;
    const Verdict verdict = judged(without({fact}, {.version = "HTTP/1.0", .body = {}, .length = false}));
    EXPECT_EQ(result(verdict, rule).outcome, Outcome::not_exercised) << rule;
    EXPECT_EQ(result(verdict, rule).why, "the recording does not tell it") << rule;
  }
}

TEST(Untold, AMessageThatIsNotOnRecordLeavesTheRestOfItsInteractionUnjudged) {
  std::vector<Turn> turns = conversation();
  turns[1].change = [](transcript::Exchange& exchange) {
    exchange.untold.add(Fact::content);
    exchange.response.reset();
    exchange.answer.reset();
  };
  turns.back().answer.body = service_says("<Action>Dance</Action>", "0000");
  const Verdict verdict = judged(turns);
  EXPECT_TRUE(deviating(verdict).empty());
  EXPECT_EQ(result(verdict, "nonce.echo").held, 1U);
}

}  // namespace
}  // namespace understudy::conformance
