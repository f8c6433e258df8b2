// The defects of our service as users list and look them up; the page that is made of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(DefectsPage, IsWhatTheProgramPrints) {
  const Ran ran = run({"defects", "list", "--format", "markdown"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(ran.out == contents(UNDERSTUDY_SOURCE_DIR "/docs/defects.md"))
      << "understudy defects list --format markdown > docs/defects.md";
}

TEST(Defects, AreListedWithTheBugsOfTheField) {
  const Ran all = run({"defects", "list"}), field = run({"defects", "list", "--field"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_THAT(all.out, ContainsRegex("\n  nonce.echo/previous +answers with the nonce"));
  EXPECT_THAT(all.out, HasSubstr("nonce.echo/lower-case"));
  EXPECT_THAT(field.out, HasSubstr("(F02)"));
  EXPECT_THAT(field.out, Not(HasSubstr("nonce.echo/lower-case")));
}

TEST(Defects, AreExplainedWithRuleConsequencesAndOccasion) {
  const Ran ran = run({"defects", "explain", "nonce.crosstalk/by-address"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"nonce.crosstalk (must)", "rejects the message", "session.address-independent",
                           "F28", "the scenario session-address-independent"})
    EXPECT_THAT(ran.out, HasSubstr(part));
}

TEST(Defects, ThatThereAreNotAreRefusedWithWhatMayBeMeant) {
  const Ran ran = run({"defects", "explain", "nonce.ecko"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("did you mean nonce.echo?"));
}

}  // namespace
}  // namespace understudy::e2e
