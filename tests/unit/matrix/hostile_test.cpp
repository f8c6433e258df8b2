// Hostile phones against our own service: the clean one stands it all, in simulated time as over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hostile_support.h"
#include "rules/judge.h"
#include "rules/rule.h"
#include "transcript/file.h"

namespace understudy {
namespace {

using ::testing::IsEmpty;

const conformance::RuleResult& result(const conformance::Verdict& verdict, std::string_view rule) {
  return *std::find_if(verdict.rules.begin(), verdict.rules.end(), [&](const auto& each) { return each.rule == rule; });
}

conformance::Verdict judged_again(const std::vector<transcript::Entry>& entries, std::string& lines) {
  transcript::Masker masker([](std::string_view) { return false; });
  for (const transcript::Entry& entry : entries) lines += transcript::to_line(entry, &masker) + "\n";
  const auto record = transcript::read(lines);
  EXPECT_TRUE(record.has_value()) << record.error().text;
  conformance::Judge judge(conformance::Selection{}, nullptr);
  if (record)
    for (const transcript::Entry& entry : record->entries) judge.take(entry);
  return judge.finish();
}

TEST(HostilePhones, FindNothingInTheCleanServiceAndExerciseEachRule) {
  const HostilePlayed played = play_hostile({});
  EXPECT_THAT(played.not_passed, IsEmpty());
  EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
  for (const conformance::RuleText& rule : conformance::rules())
    if (rule.area() == "robust") {
      EXPECT_GT(result(played.verdict, rule.id).held, 0u) << rule.id << ": " << result(played.verdict, rule.id).why;
    }
}

TEST(HostilePhones, AreJudgedOfflineAsTheyWereLive) {
  for (const char* defect : {"robust.encoding/dies", "robust.malformed/acts", "robust.entities/fetches"}) {
    const HostilePlayed played = play_hostile({defect}, {"encoding", "malformed", "entities"});
    std::string lines;
    const conformance::Verdict again = judged_again(played.entries, lines);
    EXPECT_EQ(deviated(again), deviated(played.verdict)) << defect << "\n" << told(again);
    EXPECT_FALSE(deviated(again).empty());
  }
}

TEST(HostilePhones, LeaveARecordThatIsSmallHoweverMuchTheySay) {
  const HostilePlayed played = play_hostile({}, {"oversize"});
  std::string lines;
  const conformance::Verdict again = judged_again(played.entries, lines);
  EXPECT_LT(lines.size(), 2'000'000u);
  EXPECT_TRUE(again.findings.empty()) << told(again);
  EXPECT_GT(result(again, "robust.oversize").held, 0u);
}

TEST(HostilePhones, FindNothingInTheCleanServiceOverTlsEither) {
  const HostilePlayed played = play_hostile_over_tls({}, {"malformed", "entities", "disconnect", "slow", "oversize"});
  EXPECT_THAT(played.not_passed, IsEmpty());
  EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
  for (const char* rule : {"robust.malformed", "robust.entities", "robust.disconnect", "robust.slow", "robust.oversize"})
    EXPECT_GT(result(played.verdict, rule).held, 0u) << rule << ": " << result(played.verdict, rule).why;
}

TEST(CanaryListener, SeesAFetchOverARealConnection) {
  const HostilePlayed played = play_hostile_over_tls({"robust.entities/fetches"}, {"entities"});
  EXPECT_EQ(deviated(played.verdict), std::set<std::string>{"robust.entities"}) << told(played.verdict);
}

}  // namespace
}  // namespace understudy
