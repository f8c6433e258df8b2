#include "reports/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Finding finding(Level level) {
  Finding out;
  out.rule = level == Level::must     ? "nonce.echo"
             : level == Level::should ? "http.version"
                                      : "http.get-refused";
  out.level = level;
  return out;
}

// A run that went well, to which each test adds what it is about.
Result clean() {
  Result result;
  result.run.spoke = true;
  result.verdict.rules.push_back({"nonce.echo", Level::must, Outcome::held, 3, 0, ""});
  return result;
}

void deviate(Result& result, Level level) {
  result.verdict.rules.push_back({finding(level).rule, level, Outcome::deviated, 0, 1, ""});
  result.verdict.findings.push_back(finding(level));
}

Result concluded(Result result) {
  conclude(result);
  return result;
}

TEST(Conclusion, IsZeroForAServiceThatKeepsTheRules) {
  const Result result = concluded(clean());
  EXPECT_EQ(result.exit, 0);
  EXPECT_EQ(result.ending, Ending::conforming);
  EXPECT_THAT(result.also, IsEmpty());
}

TEST(Conclusion, IsOneForABrokenMustAndForAShouldWhereStrict) {
  Result must = clean();
  deviate(must, Level::must);
  EXPECT_EQ(concluded(must).exit, 1);
  Result should = clean();
  deviate(should, Level::should);
  EXPECT_EQ(concluded(should).exit, 0);
  should.strict = true;
  EXPECT_EQ(concluded(should).exit, 1);
  EXPECT_EQ(sentence(concluded(should)),
            "Not conforming: 1 rule that a service should keep is broken (strict).");
}

TEST(Conclusion, IsNeverOneForANote) {
  Result note = clean();
  deviate(note, Level::note);
  note.strict = true;
  EXPECT_EQ(concluded(note).exit, 0);
}

TEST(Conclusion, IsOneWhereARequiredRuleWasNotExercised) {
  Result result = clean();
  result.required_not_exercised = {"fragment.not-unasked", "flow.restart-ends"};
  const Result after = concluded(result);
  EXPECT_EQ(after.exit, 1);
  EXPECT_EQ(sentence(after),
            "Not conforming: required and not exercised: fragment.not-unasked, flow.restart-ends.");
}

TEST(Conclusion, IsFourWhereNoAnswerEverCameAndOneIsNoneOfIt) {
  Result result = clean();
  result.run.spoke = false;
  deviate(result, Level::must);
  result.required_not_exercised = {"flow.restart-ends"};
  const Result after = concluded(result);
  EXPECT_EQ(after.exit, 4);
  EXPECT_EQ(after.ending, Ending::could_not_run);
  EXPECT_THAT(after.also, IsEmpty());
}

TEST(Conclusion, IsFourWhereAReportCouldNotBeWritten) {
  Result result = clean();
  result.troubles = {"result.json cannot be written: No space left on device"};
  const Result after = concluded(result);
  EXPECT_EQ(after.exit, 4);
  EXPECT_EQ(
      sentence(after),
      "Could not finish: result.json cannot be written: No space left on device. Conforming: 1 rule held.");
}

TEST(Conclusion, TakesTheFirstThatAppliesAndKeepsTheOthers) {
  Result result = clean();
  deviate(result, Level::must);
  result.troubles = {"x"};
  EXPECT_EQ(concluded(result).exit, 1);
  EXPECT_THAT(concluded(result).also, ElementsAre(4));
  result.run.interrupted = true;
  EXPECT_EQ(concluded(result).exit, 130);
  EXPECT_THAT(concluded(result).also, ElementsAre(1, 4));
  EXPECT_EQ(concluded(result).ending, Ending::interrupted);
  conclude(result);
  conclude(result);
  EXPECT_THAT(result.also, ElementsAre(1, 4)) << "may be asked again";
}

TEST(Conclusion, OfARecordingThatWasInterruptedIsThatOfWhatItHolds) {
  Result result = clean();
  result.run.interrupted = true;
  result.transcript = "night.jsonl";
  EXPECT_EQ(concluded(result).exit, 0);
}

TEST(Conclusion, CountsRulesAndNotFindings) {
  Result result = clean();
  deviate(result, Level::must);
  result.verdict.findings.push_back(finding(Level::must));
  result.verdict.findings.push_back(finding(Level::should));
  result.verdict.findings.push_back(finding(Level::note));
  EXPECT_EQ(sentence(concluded(result)),
            "Not conforming: 1 rule that a service must keep is broken, 1 rule that a service should keep is "
            "broken.");
}

TEST(Conclusion, SaysThatNothingWasExercised) {
  Result result = clean();
  result.verdict.rules[0] = {"nonce.echo", Level::must, Outcome::not_exercised, 0, 0, "no occasion"};
  EXPECT_EQ(sentence(concluded(result)),
            "Conforming, but no rule was exercised: this says nothing of the service.");
}

}  // namespace

}  // namespace understudy::conformance
