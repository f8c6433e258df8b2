// Whether a person can give an item a value.
#include "phone/setting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/phone.h"

namespace understudy::phone {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string of_item(std::string_view name, std::optional<int> index = std::nullopt,
                    const char* model = "OpenStage 60", const char* firmware = "V3 R5.12.0") {
  return objection_to_item(*items::find(name), **model_named(model), **firmware_named(firmware), index);
}

std::string of_value(std::string_view name, std::string_view value) {
  return objection_to_value(*items::find(name), value);
}

TEST(AnItem, OfThisModelAndFirmwareCanBeSet) {
  EXPECT_EQ(of_item("hostname"), "");
  EXPECT_EQ(of_item("key-label", 3), "");
  EXPECT_EQ(of_item("key-label", 1003), "") << "the shifted level";
  EXPECT_EQ(of_item("key-label", 412), "") << "on a module";
}

TEST(AnItem, ThatThePhoneSaysItselfCannotBeSet) {
  for (const items::Entry& entry : items::catalogue()) {
    if (!says_itself(entry.name) && entry.access != items::Access::read_only) continue;
    EXPECT_EQ(of_item(entry.name), entry.name + " cannot be set: the phone says it itself");
  }
}

TEST(AnItem, OfOrdersIsNoSetting) {
  EXPECT_THAT(of_item("restart-type"), HasSubstr("is no setting"));
}

TEST(AnItem, HasItsIndexOrNone) {
  EXPECT_EQ(of_item("hostname", 1), "hostname has no index");
  EXPECT_EQ(of_item("key-label"), "key-label has an index (the number of a key)");
  EXPECT_THAT(of_item("locked-local-function-menus", 11),
              AllOf(HasSubstr("locked-local-function-menus[11]"), HasSubstr("1-10")));
}

TEST(AnItem, OfAKeyNeedsThatKey) {
  EXPECT_THAT(of_item("key-label", 9),
              AllOf(HasSubstr("there is no key-label[9]"), HasSubstr("has the keys 1 to 8")));
  EXPECT_EQ(of_item("key-label", 9, "OpenStage 80"), "");
  EXPECT_THAT(of_item("key-label", 313), HasSubstr("301 to 312"));
}

TEST(AnItem, OfNewerFirmwareIsNotInOlder) {
  EXPECT_EQ(of_item("server-based-dnd", std::nullopt, "OpenStage 60", "V1 R4.9.0"),
            "firmware V1 R4.9.0 does not have server-based-dnd");
  EXPECT_EQ(of_item("server-based-dnd"), "");
}

TEST(AValue, OfTheTypeAndRangeFits) {
  EXPECT_EQ(of_value("hostname", "anything at all"), "");
  EXPECT_EQ(of_value("min-user-passw-length", "24"), "");
  EXPECT_EQ(of_value("dhcp", "FALSE"), "");
  for (const items::Entry& entry : items::catalogue())
    EXPECT_EQ(objection_to_value(entry, ""), "") << "what clears: " << entry.name;
}

TEST(AValue, OfAnotherTypeDoesNot) {
  EXPECT_EQ(of_value("dhcp", "yes"), "dhcp: \"yes\" is no boolean; it takes true; false");
  EXPECT_THAT(of_value("min-user-passw-length", "six"), AllOf(HasSubstr("is no integer"), HasSubstr("6-24")));
}

TEST(AValue, OutsideOfARangeOrACompleteListDoesNot) {
  EXPECT_EQ(of_value("min-user-passw-length", "25"),
            "min-user-passw-length: \"25\" is none of its values; it takes 6-24");
  EXPECT_THAT(of_value("pwd-retries", "1"), HasSubstr("it takes 0; 2; 3; 4; 5"));
}

TEST(AValue, OutsideOfAListThatMayBeIncompleteDoes) {
  items::Entry entry;
  entry.name = "some-code";
  entry.type = items::Type::enumeration;
  entry.values = "0=UDP; 1=TCP";
  EXPECT_EQ(objection_to_value(entry, "7"), "");
  entry.closed = true;
  EXPECT_EQ(objection_to_value(entry, "7"), "some-code: \"7\" is none of its values; it takes 0=UDP; 1=TCP");
}

TEST(AValue, ThatIsTooLongDoesNot) {
  EXPECT_EQ(of_value("admin-pwd", std::string(24, 'x')), "");
  EXPECT_THAT(of_value("admin-pwd", std::string(25, 'x')), HasSubstr("longer than the 24 characters"));
}

TEST(AValue, ThatIsSecretIsNotShown) {
  EXPECT_THAT(of_value("admin-pwd", "swordfish-swordfish-swordfish"),
              AllOf(Not(IsEmpty()), Not(HasSubstr("swordfish"))));
}

}  // namespace
}  // namespace understudy::phone
