// replay and diff: the words for what a service does otherwise.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Case {
  std::string scenario;
  std::string defect;  // that shows in it
  std::string words;   // that name it
};

void PrintTo(const Case& it, std::ostream* out) {
  *out << it.scenario << ", " << it.defect;
}

class Replay : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const Ran ran = run({"run", GetParam().scenario, "--simulated", "--transcript", tape()});
    ASSERT_EQ(ran.status, 0) << ran.all();
  }
  std::string tape() const { return folder_ / "tape.jsonl"; }

 private:
  Folder folder_;
};

TEST_P(Replay, AgainstTheSameServiceHasNoDifference) {
  const Ran ran = run({"replay", tape(), "--simulated"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, StartsWith("no difference, in ")) << ran.all();
  EXPECT_EQ(run({"replay", tape(), "--simulated", "--speed", "7"}).status, 0);
}

TEST_P(Replay, AgainstADefectTellsIt) {
  const Ran ran = run({"replay", tape(), "--simulated", "--defect", GetParam().defect});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr(GetParam().words)) << ran.all();
}

INSTANTIATE_TEST_SUITE_P(
    OfTheLibrary, Replay,
    ::testing::Values(Case{"start-up", "item.range/timer",
                           "the service wrote registration-backoff-timer = 30, then it was 120"},
                      Case{"local-change", "flow.local-changes-taken/at-once",
                           "the service did not order ReadAllItems, as it did"},
                      Case{"write-in-a-call", "busy.send-solicited/plain",
                           "the service did not give send-solicited with CleanUp, as it did"},
                      Case{"restart-ordered", "action.factory-reset/plain-restart",
                           "the service gave restart-type with Restart = Restart, as it did not"},
                      Case{"inventory-change", "http.status/204",
                           "the service answered with HTTP 204, as it did not"},
                      Case{"factory-reset", "flow.clean-up/empty",
                           "the service answered with an empty answer, as it did not"},
                      Case{"call", "item.index/needless",
                           "the service wrote registration-backoff-timer[1] = 120, as it did not"},
                      Case{"power-cut-after-a-write", "item.range/timer",
                           "(2 times) the service wrote registration-backoff-timer = 30, then it was 120"},
                      Case{"fragments", "action.known/own", "the service ordered VerifyItems"}));

TEST(ReplayCommand, RefusesWhatCannotBePlayed) {
  Folder folder;
  const std::string tape = folder / "tape.jsonl";
  std::ofstream(tape) << "{}\n";
  EXPECT_EQ(run({"replay", tape}).status, 2);
  EXPECT_EQ(run({"replay", tape, "--simulated"}).status, 3);
  EXPECT_EQ(run({"replay", tape, "--simulated", "--speed", "often"}).status, 2);
  ASSERT_EQ(run({"run", "start-up", "--simulated", "--transcript", tape}).status, 0);
  const Ran nobody = run({"replay", tape, "--simulated", "--phone", "00:00:00:00:00:00"});
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.err, HasSubstr("there is no phone"));
}

TEST(ReplayCommand, OfFewPhonesIsPlayedByMany) {
  Folder folder;
  const std::string tape = folder / "tape.jsonl";
  ASSERT_EQ(run({"run", "start-up", "call", "local-change", "--simulated", "--transcript", tape}).status, 0);
  const Ran many = run({"replay", tape, "--simulated", "--phones", "40", "--speed", "20/s"});
  EXPECT_EQ(many.status, 0) << many.all();
  EXPECT_THAT(many.out, HasSubstr(" of 40 phones\n"));
  const Ran differs = run({"replay", tape, "--simulated", "--phones", "40", "--defect", "item.range/timer"});
  EXPECT_EQ(differs.status, 1) << differs.all();
  EXPECT_THAT(run({"replay", tape, "--simulated", "--phones", "1"}).out, HasSubstr(" of 1 phone\n"));
  for (const char* wrong : {"0/s", "/s", "often/s"}) EXPECT_EQ(run({"replay", tape, "--simulated", "--speed", wrong}).status, 2) << wrong;
  EXPECT_EQ(run({"replay", tape, "--simulated", "--phones", "0"}).status, 2);
}

TEST(ReplayCommand, OfARealServiceIsTheSameInRealTime) {
  Folder folder;
  const std::string tape = folder / "tape.jsonl", json = folder / "d.json";
  const OurService recorded;
  ASSERT_EQ(run({"run", "start-up", "call", "--service", recorded.url(), "--transcript", tape}).status, 0);
  const OurService again;
  const Ran ran = run({"replay", tape, "--service", again.url(), "--speed", "fast"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  const Ran by_new_ones = run({"replay", tape, "--service", again.url(), "--new-phones"});
  EXPECT_EQ(by_new_ones.status, 0) << by_new_ones.all();
  const OurService other({"--defect", "item.range/timer"});
  const Ran differs = run({"replay", tape, "--service", other.url(), "--speed", "fast", "--json", json});
  EXPECT_EQ(differs.status, 1) << differs.all();
  EXPECT_THAT(contents(json), HasSubstr("\"kind\": \"item_value\""));
}

TEST(Diff, OfOneServiceWithItselfIsNone) {
  const Ran quick = run({"diff", "--simulated"});
  EXPECT_EQ(quick.status, 0) << quick.all();
  EXPECT_THAT(quick.out, HasSubstr("\nno difference, in "));
}

TEST(Diff, TellsWhatADefectChangesAndWhichRulesDeviate) {
  Folder folder;
  const std::string json = folder / "d.json";
  const Ran ran = run({"diff", "start-up", "--simulated", "--defect", "item.range/timer", "--json", json});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr(" A wrote registration-backoff-timer = 120, B 30\n"));
  EXPECT_THAT(ran.out, HasSubstr("\nB deviates from item.range, A does not\n"));
  EXPECT_THAT(contents(json), HasSubstr("\"exit\": 1"));
}

TEST(Diff, OfTwoServicesInRealTime) {
  const OurService a, b, other({"--defect", "item.range/timer"});
  EXPECT_EQ(run({"diff", "start-up", "--service", a.url(), "--service", b.url()}).status, 0);
  const Ran ran = run({"diff", "start-up", "--service", a.url(), "--service", other.url()});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("B deviates from item.range"));
  EXPECT_EQ(run({"diff", "start-up", "--service", a.url()}).status, 2);
}

}  // namespace
}  // namespace understudy::e2e
