// A baseline as its user meets it: written, taken, expired, wrong; and what the last run said of a rule.
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Fails against our own service, which writes no such item.
constexpr std::string_view failing =
    R"(<scenario xmlns="urn:understudy:scenario:1" guide="p.33" summary="A phone is given our time server">
  <phones><phone name="desk" model="OpenStage 40" firmware="V3 R5"/></phones>
  <steps>
    <start-up from-factory="true">
      <expect action="WriteItems" skipping="true" within="20s"><item name="sntp-addr" value="192.0.2.10"/></expect>
    </start-up>
  </steps>
</scenario>
)";

TEST(Baseline, ThatWasWrittenIsTakenUntilItExpires) {
  const Folder folder;
  const std::string scenario = folder.put("ours.xml", failing), known = folder / "known.xml";
  EXPECT_EQ(run({"run", scenario, "--simulated", "--write-baseline", known}).status, 1);
  const Ran taken = run({"run", scenario, "--simulated", "--baseline", known});
  EXPECT_EQ(taken.status, 0) << taken.all();
  EXPECT_THAT(taken.out, HasSubstr("scenario.ours   must, known"));
  EXPECT_THAT(taken.out, HasSubstr(known + ":3:3: scenario.ours: known; say why, and who answers for it"));
  EXPECT_THAT(taken.out, HasSubstr("1 known deviation"));

  folder.put("known.xml",
             "<baseline xmlns=\"urn:understudy:baseline:1\">\n\n  <known rule=\"scenario.ours\" "
             "expires=\"2020-01-31\" owner=\"us\" reason=\"old\"/></baseline>");
  const Ran expired = run({"run", scenario, "--simulated", "--baseline", known});
  EXPECT_EQ(expired.status, 1) << expired.all();
  EXPECT_THAT(expired.out, HasSubstr("known.xml:3:3: scenario.ours: the entry counted until 2020-01-31, and "
                                     "the deviation is still there"));
}

TEST(Baseline, FailsWhereItsRuleIsHeldAndIsRefusedWhereItsRuleIsNone) {
  const Folder folder;
  const auto with = [&](const std::string& rule) {
    return folder.put("known.xml", "<baseline xmlns=\"urn:understudy:baseline:1\">\n<known rule=\"" + rule +
                                       "\" owner=\"us\" reason=\"old\"/></baseline>");
  };
  const Ran held = run({"run", "start-up", "--simulated", "--baseline", with("nonce.echo")});
  EXPECT_EQ(held.status, 1);
  EXPECT_THAT(held.out, HasSubstr("known.xml:2:1: nonce.echo: unexpectedly held; take the entry out"));
  const Ran wrong = run({"run", "start-up", "--simulated", "--baseline", with("nonce.ecko")});
  EXPECT_EQ(wrong.status, 3);
  EXPECT_THAT(wrong.err,
              HasSubstr("known.xml:2:14: no rule is named \"nonce.ecko\"; did you mean nonce.echo?"));
}

TEST(Format, OfGithubKeepsTheTextFromBeingTakenForCommands) {
  const Folder folder;
  const Ran ran = run({"run", folder.put("ours.xml", failing), "--simulated", "--format", "github"});
  EXPECT_THAT(ran.out, HasSubstr("::stop-commands::understudy-"));
  EXPECT_THAT(ran.out, HasSubstr("ours.xml,line=5,col=7,title=scenario.ours (must)::"));
  EXPECT_EQ(run({"run", "start-up", "--simulated", "--format", "gitlab"}).status, 2);
}

TEST(Rules, AreExplainedWithWhatTheLastRunSaidOfThem) {
  const Folder folder;
  const char* before = std::getenv("XDG_STATE_HOME");
  const std::string old = before ? before : "";
  ::setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1);
  const Ran none = run({"rules", "explain", "nonce.echo"});
  EXPECT_EQ(run({"run", "start-up", "--simulated"}).status, 0);
  const Ran once = run({"rules", "explain", "nonce.echo"});
  ::setenv("XDG_STATE_HOME", old.c_str(), 1);
  EXPECT_THAT(none.out, Not(HasSubstr("last run")));
  EXPECT_THAT(none.out, HasSubstr("nonce.echo/previous"));
  EXPECT_THAT(once.out, HasSubstr("last run    2026-01-01T00:00:00Z, https://127.0.0.1:18443"));
  EXPECT_THAT(once.out, HasSubstr("held "));
}

}  // namespace
}  // namespace understudy::e2e
