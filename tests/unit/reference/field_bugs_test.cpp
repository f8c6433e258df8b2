#include "reference/field_bugs.h"

#include <gtest/gtest.h>

#include "reference/defects.h"

namespace understudy::reference {
namespace {

TEST(FieldBugs, AreEachCoveredByDefectsThatThereAreOrSayWhyNot) {
  int number = 0;
  for (const FieldBug& bug : field_bugs()) {
    ++number;
    EXPECT_EQ(bug.number, (number < 10 ? "F0" : "F") + std::to_string(number));
    EXPECT_TRUE(!bug.defects.empty() || !bug.why.empty()) << bug.number;
    for (const std::string_view defect : bug.defects)
      EXPECT_NE(find_defect(defect), nullptr) << bug.number << ": " << defect;
  }
  EXPECT_EQ(number, 39);
}

TEST(FieldBugs, AreToldOfADefectThatIsSeveral) {
  EXPECT_EQ(field_bugs_of("nonce.echo/previous"), "F02");
  EXPECT_EQ(field_bugs_of("file.not-again/each-time"), "F16, F18");
  EXPECT_EQ(field_bugs_of("nonce.echo/lower-case"), "");
}

}  // namespace
}  // namespace understudy::reference
