// Times as people write them.
#include "scenarios/duration.h"

#include <gtest/gtest.h>

namespace understudy::scenarios {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsWrittenInTheUsualUnits) {
  EXPECT_EQ(*duration_of("500ms"), 500ms);
  EXPECT_EQ(*duration_of("60s"), 60s);
  EXPECT_EQ(*duration_of("60"), 60s);
  EXPECT_EQ(*duration_of("1.5s"), 1500ms);
  EXPECT_EQ(*duration_of("2m"), 2min);
  EXPECT_EQ(*duration_of("2min"), 2min);
  EXPECT_EQ(*duration_of("1h"), 1h);
  EXPECT_EQ(*duration_of("168h"), longest_duration);
}

TEST(Duration, ThatIsNoneIsSaid) {
  for (const char* text : {"", "s", "soon", "1 s", "-1s", "1d", "169h", "nan", "inf", "1e300"}) {
    const auto duration = duration_of(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error(), "\"" + std::string(text) + "\" is no time; write 500ms, 60s or 2m");
  }
}

TEST(Duration, IsSaidInWords) {
  EXPECT_EQ(in_words(10s), "10 s");
  EXPECT_EQ(in_words(1500ms), "1500 ms");
}

}  // namespace
}  // namespace understudy::scenarios
