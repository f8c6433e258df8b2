// A job in the middle of a check: whether the trigger takes its time, or fails, the phone is called or polls meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "matrix_support.h"
#include "scenarios/triggers.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using conformance::Outcome;
using conformance::RuleResult;
using transcript::Event;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const RuleResult& result(const Played& played, const std::string& rule) {
  return *std::find_if(played.verdict.rules.begin(), played.verdict.rules.end(), [&](const RuleResult& one) { return one.rule == rule; });
}

// What was marked about triggers, in its order.
std::vector<std::string> marks_of(const Played& played) {
  std::vector<std::string> out;
  for (const transcript::Entry& entry : played.entries)
    if (const auto* mark = std::get_if<transcript::Mark>(&entry))
      if (mark->event == Event::trigger || mark->event == Event::trigger_failed || mark->event == Event::job)
        out.push_back(std::string(name_of(mark->event)) + " " + mark->text);
  return out;
}

Played played_with(const TriggerManner& manner, bool polling) {
  MatrixCase matrix_case;
  matrix_case.trigger = manner;
  matrix_case.polling = polling;
  return play(matrix_case);
}

TEST(TriggersFile, KnowsTheKindsOfJobsThatOurServiceDoes) {
  using reference::JobKind;
  for (const JobKind kind : {JobKind::read, JobKind::write, JobKind::read_all, JobKind::restart, JobKind::factory_reset,
                             JobKind::deploy_files, JobKind::deploy_software}) {
    const std::string job(spelling(kind));
    const auto triggers = scenarios::parse_triggers(
        "t.xml", "<triggers xmlns=\"urn:understudy:triggers:1\"><trigger job=\"" + job + "\"><command>go</command></trigger></triggers>",
        [](const std::string&) { return ""; });
    ASSERT_TRUE(triggers) << triggers.error().one_line();
    EXPECT_TRUE(triggers->find(job));
  }
}

TEST(Trigger, IsMarkedAndThenTheJobThatWaits) {
  const Played played = played_with({}, false);
  EXPECT_THAT(marks_of(played), ElementsAre("trigger read", "job read", "trigger read", "job read", "trigger read", "job read"));
  EXPECT_EQ(result(played, "contact.form").outcome, Outcome::held);
  EXPECT_THAT(deviated(played.verdict), IsEmpty()) << told(played.verdict);
}

TEST(Trigger, ThatStillRunsDoesNotKeepThePhoneFromCalling) {
  const Played played = played_with({.takes = 20s}, false);
  // Its first job is done before the trigger is; the second one waits for the contact gap.
  EXPECT_THAT(marks_of(played), ElementsAre("trigger read", "trigger read", "trigger read", "job read"));
  EXPECT_EQ(result(played, "contact.form").outcome, Outcome::held);
  EXPECT_THAT(deviated(played.verdict), IsEmpty()) << told(played.verdict);
  EXPECT_TRUE(played.came_to_rest);
}

TEST(Trigger, ThatTakesItsTimeLetsNoPollDeviate) {
  for (const bool last : {false, true}) {
    const Played played = played_with({.takes = 20s, .job_comes_last = last}, true);
    EXPECT_EQ(result(played, "poll.job-announced").outcome, Outcome::held) << last;
    EXPECT_EQ(result(played, "poll.job-cleared").outcome, Outcome::held) << last;
    EXPECT_THAT(deviated(played.verdict), IsEmpty()) << told(played.verdict);
    EXPECT_TRUE(played.came_to_rest);
  }
}

TEST(Trigger, ThatTakesLongerThanThePhonesPollsLetsThemDeviateNeither) {
  const Played played = played_with({.takes = 10min, .job_comes_last = true}, true);
  EXPECT_EQ(result(played, "poll.job-announced").outcome, Outcome::held);
  EXPECT_THAT(deviated(played.verdict), IsEmpty()) << told(played.verdict);
}

TEST(Trigger, ThatFailsIsWhyRulesWereNotExercisedAndNoMore) {
  const Played played = played_with({.takes = 5s, .job_comes_last = true, .fails = "the command ended with status 3"}, true);
  EXPECT_THAT(marks_of(played), ElementsAre("trigger read", "trigger_failed the command ended with status 3", "trigger read",
                                            "trigger_failed the command ended with status 3"));
  EXPECT_EQ(result(played, "contact.form").why, "a job could not be started: the command ended with status 3");
  EXPECT_TRUE(played.verdict.conforming(true)) << told(played.verdict);
}

TEST(Trigger, ThatFailsThoughTheServiceHasTheJobIsHeldAgainstNobody) {
  const Played played = played_with({.takes = 1ms, .fails = "the command took longer than 1 ms"}, false);
  EXPECT_EQ(result(played, "contact.form").outcome, Outcome::held);
  EXPECT_TRUE(played.verdict.conforming(true)) << told(played.verdict);
}

}  // namespace
}  // namespace understudy
