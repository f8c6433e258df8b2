#include "items/model.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::items {
namespace {

using ::testing::HasSubstr;

const Model& model(std::string_view name) { return **model_named(name); }

TEST(Models, AreTheOpenStagesAndTheTwoDeskPhones) {
  EXPECT_EQ(models().size(), 8u);
  for (const char* name : {"OpenStage 60", "openstage60", "60", "OPENSTAGE 60"}) {
    ASSERT_TRUE(model_named(name)) << name;
    EXPECT_EQ(model(name).device_type, "OpenStage 60");
  }
  for (const char* name : {"OpenScape Desk Phone IP 35G", "IP 35G", "35g"}) {
    ASSERT_TRUE(model_named(name)) << name;
    EXPECT_EQ(model(name).keys, 3);
  }
  EXPECT_EQ(model("20").device_type, "OpenStage 20");
  EXPECT_EQ(model("20E").device_type, "OpenStage 20E");
  for (const char* name : {"", "OpenStage", "61", "0"}) {
    ASSERT_FALSE(model_named(name)) << name;
    EXPECT_THAT(model_named(name).error(), HasSubstr("\"OpenStage 40\", \"OpenStage 60\""));
  }
}

TEST(Models, HaveTheKeysOfTheGuide) {  // p.120
  const std::pair<const char*, int> keys[] = {{"15", 8}, {"40", 6}, {"60", 8}, {"80", 9}, {"35G", 3}, {"55G", 8}};
  for (const auto& [name, number] : keys) {
    EXPECT_EQ(model(name).keys, number) << name;
    for (const char* item : {"function-key-def", "line-sip-uri", "blf-popup", "send-url-port"}) {
      EXPECT_TRUE(has_item(model(name), item, number)) << name;
      EXPECT_TRUE(has_item(model(name), item, 1000 + number)) << name;
      EXPECT_FALSE(has_item(model(name), item, number + 1)) << name;
      EXPECT_FALSE(has_item(model(name), item, 1000 + number + 1)) << name;
      EXPECT_FALSE(has_item(model(name), item, 0)) << name;
    }
  }
  EXPECT_FALSE(has_item(model("20"), "function-key-def", 1));
}

TEST(Models, HaveTwelveKeysOnEachOfTwoModules) {
  for (int key : {301, 312, 401, 412, 1301, 1312, 1401, 1412}) {
    EXPECT_TRUE(has_item(model("60"), "function-key-def", key)) << key;
    EXPECT_TRUE(has_item(model("35G"), "function-key-def", key)) << key << ": nobody knows how many modules it takes";
  }
  for (int key : {300, 313, 400, 413, 501, 1300, 1313, 1413, 2001, 4002}) EXPECT_FALSE(has_item(model("60"), "function-key-def", key)) << key;
}

TEST(Models, HaveAllElse) {
  EXPECT_TRUE(has_item(model("20"), "function-key-def", std::nullopt));
  EXPECT_TRUE(has_item(model("20"), "trace-level", 41));
  EXPECT_TRUE(has_item(model("20"), "no-such-item", 9));
  EXPECT_EQ(std::count_if(catalogue().begin(), catalogue().end(), is_of_a_key), 37);
}

TEST(ModelTable, RefusesWhatIsWrongWithLineAndColumn) {
  const std::string head = "device_type\tpart_number\tkeys\tkeys_source\tshift_key\tmodules\tdisplay\tlogo\tringtones\tscreensaver\tnote\n";
  ASSERT_TRUE(parse_models(head + "A\tUnknown\t2\tguide\t2\t1\t\t\t\t\t\n"));
  struct Wrong {
    std::string table;
    std::size_t line, column;
    std::string says;
  };
  const std::string good = "A\tUnknown\t2\tguide\t\t\t\t\t\t\t\n";
  const Wrong wrongs[] = {
      {"", 1, 1, "empty"},
      {"device_type\tpart\n", 1, 13, "\"part\" stands where the column \"part_number\" is expected"},
      {"device_type\n", 1, 12, "the column \"part_number\" is missing"},
      {head + "A\tUnknown\n", 2, 10, "fewer than 11 fields"},
      {head + good.substr(0, good.size() - 1) + "\tx\n", 2, 26, "more than 11 fields"},
      {head + good + good, 3, 1, "\"A\" stands here a second time"},
      {head + "\tUnknown\t2\tguide\t\t\t\t\t\t\t\n", 2, 1, "no device type"},
      {head + "A\t\t2\tguide\t\t\t\t\t\t\t\n", 2, 3, "part number"},
      {head + "A\tUnknown\ttwo\tguide\t\t\t\t\t\t\t\n", 2, 11, "\"two\" is no number of keys"},
      {head + "A\tUnknown\t-2\tguide\t\t\t\t\t\t\t\n", 2, 11, "\"-2\" is no number of keys"},
      {head + "A\tUnknown\t2\t\t\t\t\t\t\t\t\n", 2, 13, "from"},
      {head + "A\tUnknown\t2\tguide\t3\t\t\t\t\t\t\n", 2, 19, "\"3\" is none of the keys"},
      {head + "A\tUnknown\t2\tguide\tx\t\t\t\t\t\t\n", 2, 19, "\"x\" is no key"},
      {head + "A\tUnknown\t2\tguide\t\t3\t\t\t\t\t\n", 2, 20, "two modules"},
      {head + "A\tUnknown\t2\tguide\t\tall\t\t\t\t\t\n", 2, 20, "no number of modules"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto parsed = parse_models(wrong.table);
    ASSERT_FALSE(parsed) << wrong.says;
    EXPECT_EQ(parsed.error().line, wrong.line) << wrong.says;
    EXPECT_EQ(parsed.error().column, wrong.column) << wrong.says;
    EXPECT_THAT(parsed.error().message, HasSubstr(wrong.says));
  }
}

}  // namespace
}  // namespace understudy::items
