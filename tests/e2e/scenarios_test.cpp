// Scenarios as users list, show, start and check them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Scenarios, AreListedWithTheirPagesAndWhatTheyAreAbout) {
  const Ran ran = run({"scenarios", "list"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, ContainsRegex("\n  start-up +p.33-35 +A phone starts up"));
}

TEST(Scenarios, AreShownToTheByteAndAreRight) {
  const Ran shown = run({"scenarios", "show", "call"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(shown.out, contents(UNDERSTUDY_SOURCE_DIR "/scenarios/library/call.xml"));
}

TEST(Scenarios, CanBeStartedFromOneThatIsRight) {
  const Folder folder;
  const std::string path = folder.put("mine.xml", run({"scenarios", "new"}).out);
  const Ran checked = run({"scenarios", "lint", path});
  EXPECT_EQ(checked.status, 0) << checked.err;
  EXPECT_EQ(checked.out, path + ": 1 phone, nothing to say against it\n");
}

TEST(Scenarios, AreToldWhatIsWrongWithStatus3AndWhatIsHardlyMeantWithStatus0) {
  const Folder folder;
  const std::string head = "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\"><steps>\n";
  const std::string wrong = folder.put("wrong.xml", head + "<start-up phone=\"phne\"/></steps></scenario>");
  const Ran refused = run({"scenarios", "lint", wrong});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, StartsWith("understudy: " + wrong +
                                      ":2:18: there is no phone \"phne\"; did you mean phone?\n  2 │ "));
  EXPECT_EQ(refused.out, "");
  const std::string odd =
      folder.put("odd.xml", head + "<start-timer name=\"t\"/><start-up/></steps></scenario>");
  const Ran warned = run({"scenarios", "lint", odd});
  EXPECT_EQ(warned.status, 0);
  EXPECT_THAT(warned.out, HasSubstr(odd + ":2:1: the timer \"t\" is never stopped\n"));
  EXPECT_THAT(warned.out, HasSubstr(odd + ": 1 phone, 1 warning\n"));
  EXPECT_EQ(run({"scenarios", "lint", folder / "none.xml"}).status, 3);
}

}  // namespace
}  // namespace understudy::e2e
