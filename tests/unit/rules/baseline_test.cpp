// Known deviations: what an entry covers, and when it fails itself.
#include "rules/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::conformance {
namespace {

using ::testing::HasSubstr;

BaselineEntry known(std::string rule, std::string scenario = "", std::string expires = "") {
  return {std::move(rule), std::move(scenario), "old firmware of the gateway",
          "voice team",    std::move(expires),  "known.xml:2:3"};
}

Finding finding(std::string rule, Level level, std::map<std::string, std::uint64_t, std::less<>> scenarios) {
  Finding out;
  out.rule = std::move(rule);
  out.level = level;
  out.count = 0;
  for (const auto& [name, times] : scenarios) out.count += times;
  out.scenarios = std::move(scenarios);
  return out;
}

RuleResult result(std::string rule, Outcome outcome, std::uint64_t times = 0) {
  RuleResult out;
  out.rule = std::move(rule);
  out.outcome = outcome;
  (outcome == Outcome::deviated ? out.deviated : out.held) = times;
  return out;
}

// nonce.echo came twice in call and once in poll, http.status was held, xml.utf8 not exercised.
Verdict verdict() {
  Verdict out;
  out.rules = {result("nonce.echo", Outcome::deviated, 3), result("http.status", Outcome::held, 9),
               result("xml.utf8", Outcome::not_exercised)};
  out.findings = {finding("nonce.echo", Level::must, {{"call", 2}, {"poll", 1}})};
  return out;
}

BaselineContext context() {
  BaselineContext out;
  out.today = "2026-11-27";
  out.played = {"call", "poll"};
  return out;
}

EntryOutcome applied(BaselineEntry entry, Verdict& verdict, const BaselineContext& how = context()) {
  return apply(Baseline{"known.xml", {std::move(entry)}}, how, verdict).at(0);
}

TEST(Baseline, ExcusesWhatItNames) {
  Verdict judged = verdict();
  const EntryOutcome entry = applied(known("nonce.echo"), judged);
  EXPECT_EQ(entry.state, EntryState::matched);
  EXPECT_EQ(entry.times, 3u);
  EXPECT_TRUE(judged.conforming(true));
  ASSERT_TRUE(judged.findings[0].known);
  EXPECT_EQ(judged.findings[0].known->owner, "voice team");
}

TEST(Baseline, ExcusesNothingElsewhereThanInTheScenarioThatItNames) {
  Verdict judged = verdict();
  EXPECT_EQ(applied(known("nonce.echo", "call"), judged).state, EntryState::matched);
  EXPECT_FALSE(judged.findings[0].known);
  EXPECT_FALSE(judged.conforming(false));

  judged = verdict();
  const auto both = apply(Baseline{"known.xml", {known("nonce.echo", "call"), known("nonce.echo", "poll")}},
                          context(), judged);
  EXPECT_EQ(both[1].times, 1u);
  EXPECT_TRUE(judged.conforming(false));
}

TEST(Baseline, TakesTheOnlyScenarioForThatOfPhonesWithoutOne) {
  Verdict judged = verdict();
  judged.findings[0].scenarios = {{"", 3}};
  BaselineContext alone = context();
  alone.only_scenario = "call";
  EXPECT_EQ(applied(known("nonce.echo", "call"), judged, alone).times, 3u);
  EXPECT_TRUE(judged.conforming(false));
}

TEST(Baseline, CountsAnEntryOnItsLastDayAndNotAfterwards) {
  Verdict judged = verdict();
  EXPECT_EQ(applied(known("nonce.echo", "", "2026-11-27"), judged).state, EntryState::matched);
  judged = verdict();
  const EntryOutcome entry = applied(known("nonce.echo", "", "2026-11-26"), judged);
  EXPECT_EQ(entry.state, EntryState::expired);
  EXPECT_THAT(entry.text, HasSubstr("counted until 2026-11-26, and the deviation is still there"));
  EXPECT_FALSE(judged.conforming(false));
}

TEST(Baseline, FailsAnEntryWhoseRuleIsUnexpectedlyHeld) {
  Verdict judged = verdict();
  EXPECT_EQ(applied(known("http.status"), judged).state, EntryState::held);
  EXPECT_EQ(applied(known("http.status", "call"), judged).state, EntryState::held);
  EXPECT_TRUE(fails(EntryState::held));
}

TEST(Baseline, OnlyTellsOfAnEntryWhoseRuleWasNotExercised) {
  Verdict judged = verdict();
  const EntryOutcome entry = applied(known("xml.utf8"), judged);
  EXPECT_EQ(entry.state, EntryState::not_exercised);
  EXPECT_FALSE(fails(entry.state));
  EXPECT_EQ(applied(known("xml.utf8", "restart"), judged).state, EntryState::not_exercised)
      << "nobody played that scenario";
  EXPECT_EQ(applied(known("xml.utf8", "call"), judged).state, EntryState::missed) << "that one was played";
}

TEST(Baseline, BlamesNoEntryForARuleThatWasNotSelectedOrARunThatWasBrokenOff) {
  Verdict judged = verdict();
  judged.rules[2].why = std::string(not_selected);
  EXPECT_EQ(applied(known("xml.utf8", "call"), judged).state, EntryState::not_exercised);
  BaselineContext broken = context();
  broken.whole = false;
  EXPECT_EQ(applied(known("http.status"), judged, broken).state, EntryState::not_exercised);
}

TEST(Baseline, ExcusesAScenarioThatFails) {
  Verdict judged = verdict();
  judged.rules = {result("scenario.call", Outcome::deviated, 1)};
  judged.findings = {finding("scenario.call", Level::must, {})};
  judged.findings[0].count = 1;
  EXPECT_EQ(applied(known("scenario.call"), judged).state, EntryState::matched);
  EXPECT_TRUE(judged.conforming(true));
}

TEST(Baseline, WeighsARuleByWhatItDoesNotCover) {
  Verdict judged = verdict();
  judged.findings = {finding("nonce.echo", Level::must, {{"call", 2}}),
                     finding("nonce.echo", Level::note, {{"poll", 1}})};
  applied(known("nonce.echo", "call"), judged);
  EXPECT_TRUE(judged.conforming(true)) << "only a note is left";
  EXPECT_FALSE(judged.rules[0].known);
}

TEST(Baseline, CoversWhatWasOnlyCountedWhereItNamesNoScenario) {
  Verdict judged = verdict();
  judged.rules[0].deviated = 1'000'000;
  applied(known("nonce.echo", "call"), judged);
  EXPECT_FALSE(judged.conforming(false));
  judged.findings[0].known.reset();
  EXPECT_EQ(applied(known("nonce.echo"), judged).state, EntryState::matched);
  EXPECT_TRUE(judged.conforming(false));
}

TEST(Baseline, IsWrittenForAllThatFailsAndKeepsWhatWasSaid) {
  Verdict judged = verdict();
  judged.rules.push_back(result("http.version", Outcome::deviated, 1));
  judged.findings.push_back(finding("http.version", Level::must, {{"poll", 1}}));
  const auto old =
      apply(Baseline{"known.xml", {known("nonce.echo"), known("http.status")}}, context(), judged);
  const Baseline written = baseline_of(judged, false, old, "", "2027-02-25");
  ASSERT_EQ(written.entries.size(), 2u) << "what was held is not written again";
  EXPECT_EQ(written.entries[0].owner, "voice team");
  EXPECT_EQ(written.entries[1].rule, "http.version");
  EXPECT_EQ(written.entries[1].scenario, "poll") << "it came there alone";
  EXPECT_TRUE(written.entries[1].has_placeholder());
  EXPECT_THAT(
      xml(written),
      HasSubstr(
          "<known rule=\"http.version\" scenario=\"poll\" expires=\"2027-02-25\" owner=\"TODO: say who\""));
}

TEST(Baseline, CountsDaysOverTheEndsOfMonthsAndYears) {
  EXPECT_EQ(day_after("2026-11-27", 90), "2027-02-25");
  EXPECT_EQ(day_after("2028-02-28", 1), "2028-02-29");
  EXPECT_EQ(day_after("2026-12-31", 1), "2027-01-01");
  for (const char* none : {"", "2026-13-01", "2026-02-30", "2026-1-01", "tomorrow", "2026-11-27T"})
    EXPECT_EQ(day_after(none, 1), "") << none;
}

}  // namespace
}  // namespace understudy::conformance
