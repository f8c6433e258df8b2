// The results of parts, added up.
#include "reports/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/reports/load_support.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using std::chrono::microseconds;

Finding finding(const std::string& signature, const std::string& phone, int at, std::uint64_t count) {
  Finding out;
  out.rule = "nonce.echo";
  out.signature = signature;
  out.phone = phone;
  out.at = microseconds(at);
  out.count = count;
  out.scenarios[""] = count;
  return out;
}

RuleResult rule(Outcome outcome, std::uint64_t held, std::uint64_t deviated) {
  RuleResult out;
  out.rule = "nonce.echo";
  out.outcome = outcome;
  out.held = held;
  out.deviated = deviated;
  if (outcome == Outcome::not_exercised) out.why = "no occasion";
  return out;
}

Result part(RuleResult of_rule, std::vector<Finding> findings) {
  Result out;
  out.run.spoke = true;
  out.verdict.exchanges = 10;
  out.verdict.rules = {std::move(of_rule)};
  out.verdict.findings = std::move(findings);
  return out;
}

TEST(SumOfParts, HasFindingsOfOneKindOnceAsTheyWereSeenFirst) {
  const Result sum = merge({part(rule(Outcome::deviated, 5, 3), {finding("a", "phone-1", 700, 2), finding("b", "phone-1", 300, 1)}),
                            part(rule(Outcome::deviated, 1, 4), {finding("a", "phone-2", 200, 4)}), part(rule(Outcome::held, 7, 0), {})},
                           quiet_load().load.value());
  ASSERT_EQ(sum.verdict.findings.size(), 2u);
  EXPECT_EQ(sum.verdict.findings[0].phone, "phone-2");
  EXPECT_EQ(sum.verdict.findings[0].count, 6u);
  EXPECT_EQ(sum.verdict.findings[0].scenarios.at(""), 6u);
  EXPECT_EQ(sum.verdict.findings[1].signature, "b");
  EXPECT_EQ(sum.verdict.rules[0].outcome, Outcome::deviated);
  EXPECT_EQ(sum.verdict.rules[0].held, 13u);
  EXPECT_EQ(sum.verdict.rules[0].deviated, 7u);
  EXPECT_EQ(sum.verdict.exchanges, 30u);
}

TEST(SumOfParts, HoldsARuleThatOnePartExercised) {
  const Result sum = merge({part(rule(Outcome::not_exercised, 0, 0), {}), part(rule(Outcome::held, 2, 0), {})}, quiet_load().load.value());
  EXPECT_EQ(sum.verdict.rules[0].outcome, Outcome::held);
  EXPECT_EQ(sum.verdict.rules[0].why, "");
  const Result none = merge({part(rule(Outcome::not_exercised, 0, 0), {})}, quiet_load().load.value());
  EXPECT_EQ(none.verdict.rules[0].why, "no occasion");
}

TEST(SumOfParts, ShowsTheFirstPhonesAndHowLongAnswersTook) {
  Result one = part(rule(Outcome::held, 1, 0), {}), other = one;
  one.run.phones = {{"phone-1", "OpenStage 40", "V3", "a", "1"}, {"phone-10", "OpenStage 40", "V3", "b", "2"}};
  other.run.phones = {{"phone-2", "OpenStage 40", "V3", "c", "3"}};
  one.fingerprint.times = answer_times({{"CleanUp", {microseconds(30), microseconds(10)}}});
  other.fingerprint.times = answer_times({{"CleanUp", {microseconds(20)}}});
  one.fingerprint.headers = other.fingerprint.headers = {{"Server", "nginx"}};
  const Result sum = merge({one, other}, quiet_load().load.value());
  std::vector<std::string> phones;
  for (const auto& phone : sum.run.phones) phones.push_back(phone.phone);
  EXPECT_THAT(phones, ElementsAre("phone-1", "phone-2", "phone-10"));
  ASSERT_EQ(sum.fingerprint.times.size(), 1u);
  EXPECT_EQ(sum.fingerprint.times[0].count, 3u);
  EXPECT_EQ(sum.fingerprint.times[0].p50, microseconds(20));
  EXPECT_EQ(sum.fingerprint.headers.size(), 1u);
}

TEST(SumOfParts, IsInterruptedAndHasTroublesWhereOnePartHas) {
  Result one = part(rule(Outcome::held, 1, 0), {}), other = one;
  other.run.interrupted = true;
  other.troubles = {"disk full"};
  const Result sum = merge({one, other}, quiet_load().load.value());
  EXPECT_TRUE(sum.run.interrupted);
  EXPECT_THAT(sum.troubles, ElementsAre("disk full"));
}

}  // namespace
}  // namespace understudy::conformance
