// JSON numbers that are no counts, written and read.
#include "transcript/json.h"

#include <gtest/gtest.h>
#include <limits>

#include "transcript/members.h"

namespace understudy::transcript {

namespace {

TEST(JsonNumbers, AreAsShortAsCanBeAndAlwaysFinite) {
  std::string out;
  JsonWriter json(out);
  json.array();
  for (const double number :
       {0.5, 3.0, 1e300, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    json.value(number);
  json.raw("{\"a\":1}");
  json.end();
  EXPECT_EQ(out, "[0.5,3,1e+300,0,0,{\"a\":1}]");
}

TEST(JsonNumbers, OfAnotherKindAreNotedWithTheirPlace) {
  const Parsed parsed = parse(R"({"good":1.5,"whole":2,"list":[1,2],"bad":"x","worse":[1,-1]})");
  ASSERT_TRUE(parsed.object);
  std::optional<Wrong> wrong;
  const Members members(parsed.object, {}, wrong);
  EXPECT_EQ(members.real("good"), 1.5);
  EXPECT_EQ(members.real("whole"), 2.0);
  EXPECT_EQ(members.real("absent"), 0.0);
  EXPECT_EQ(members.numbers("list"), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_TRUE(members.numbers("absent").empty());
  EXPECT_FALSE(wrong);
  EXPECT_TRUE(members.numbers("worse").empty());
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->path, std::vector<std::string>{"worse"});
  wrong.reset();
  EXPECT_EQ(members.real("bad"), 0.0);
  EXPECT_TRUE(wrong);
}

}  // namespace

}  // namespace understudy::transcript
