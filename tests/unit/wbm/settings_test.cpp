// A phone's items as settings, and which changes it takes.
#include "wbm/settings.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "pages_support.h"
#include "support/messages.h"

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using items::Who;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<Setting> all_of(const FakeHouse& house) {
  return settings_of(house.phone("phone-1"), [](const std::string&) { return true; });
}

std::vector<Setting> named(const FakeHouse& house, const std::string& wanted) {
  return settings_of(house.phone("phone-1"), [&](const std::string& name) { return name == wanted; });
}

struct Hands {
  FakeHouse house;
  // The objection to the one wish; "" where there is none.
  std::string objection(Wish wish, Role role = Role::administrator) {
    const Weighed weighed = weigh(house.phone(), role, {std::move(wish)});
    EXPECT_LE(weighed.objections.size(), 1u);
    return weighed.objections.empty() ? "" : weighed.objections[0].text;
  }
  // What changes, as "name[index]=value".
  std::vector<std::string> changes(std::vector<Wish> wishes, Role role = Role::administrator) {
    std::vector<std::string> out;
    for (const wpi::Item& item : weigh(house.phone(), role, wishes).changes)
      out.push_back(item.name + (item.index ? "[" + *item.index + "]" : "") + "=" + item.value);
    return out;
  }
};

TEST(Settings, AreAllThatThePhoneHoldsAndAllThatItCould) {
  const FakeHouse house;
  const auto all = all_of(house);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const Setting& a, const Setting& b) {
    return std::pair(a.name, a.index) < std::pair(b.name, b.index);
  }));
  std::size_t held = 0;
  for (const Setting& one : all) {
    held += one.held ? 1 : 0;
    EXPECT_TRUE(one.held || one.value.empty()) << one.name;
    if (one.entry) {
      EXPECT_NE(one.entry->access, items::Access::not_applicable) << one.name;
    }
  }
  EXPECT_GT(held, 200u);
  EXPECT_LT(held, all.size());
}

TEST(Settings, HaveAFamilyOfWhichNothingIsHeldOnceWithoutIndex) {
  FakeHouse house;
  ASSERT_EQ(named(house, "line-sip-pwd").size(), 1u);
  EXPECT_FALSE(named(house, "line-sip-pwd")[0].held);
  house.write("line-sip-pwd", "x", "2");
  house.write("line-sip-pwd", "x", "1");
  const auto both = named(house, "line-sip-pwd");
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].index, 1);
  EXPECT_EQ(both[1].index, 2);
}

TEST(Settings, HaveWhatTheServiceInvented) {
  FakeHouse house;
  house.write("invented-item", "7", "3");
  const auto found = named(house, "invented-item");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].entry, nullptr);
  EXPECT_EQ(found[0].index, 3);
  EXPECT_EQ(found[0].value, "7");
  EXPECT_EQ(found[0].fixed, "");
}

TEST(Settings, LackWhatTheFirmwareLacks) {
  const FakeHouse old({"phone-1"}, "V1 R4.9.0"), current;
  EXPECT_THAT(named(old, "server-based-dnd"), IsEmpty());
  EXPECT_EQ(named(current, "server-based-dnd").size(), 1u);
}

TEST(Settings, SayWhoGaveThemTheirValueAndWhen) {
  FakeHouse house;
  house.time = 90s;
  house.write("hostname", "desk-7");
  const Setting one = setting_of(house.phone(), "hostname", std::nullopt);
  EXPECT_TRUE(one.held && one.set);
  EXPECT_EQ(one.value, "desk-7");
  EXPECT_EQ(one.change.who, Who::service);
  EXPECT_EQ(one.change.when, 90s);
}

TEST(Settings, OfASecretHaveNoValueButSayThatOneIsSet) {
  FakeHouse house;
  for (const char* name :
       {"sip-pwd", "user-pwd", "admin-pwd", "snmp-pwd", "invented-password", "invented-key"}) {
    house.write(name, "swordfish");
    const Setting one = setting_of(house.phone(), name, std::nullopt);
    EXPECT_TRUE(one.secret && one.set) << name;
    EXPECT_EQ(one.value, "") << name;
    house.write(name, "");
    EXPECT_FALSE(setting_of(house.phone(), name, std::nullopt).set) << name;
  }
}

TEST(Settings, ThatArePasswordsAreChangedOnAPageOfTheirOwn) {
  Hands hands;
  for (const char* name : {"user-pwd", "user-pwd-unicode", "admin-pwd", "admin-pwd-unicode"}) {
    EXPECT_THAT(setting_of(hands.house.phone(), name, std::nullopt).fixed, HasSubstr("page Password"))
        << name;
    EXPECT_THAT(hands.objection({name, std::nullopt, "Abc12345!"}), HasSubstr("page Password")) << name;
  }
  EXPECT_THAT(hands.objection({"admin-pwd-status", std::nullopt, "2"}), HasSubstr("Only the service"));
}

TEST(Settings, ThatThePhoneSaysItselfAreFixed) {
  Hands hands;
  for (const char* name : {"device-type", "mac-addr", "software-version"}) {
    EXPECT_EQ(setting_of(hands.house.phone(), name, std::nullopt).fixed, "The phone says this itself.")
        << name;
    EXPECT_THAT(hands.objection({name, std::nullopt, "x"}), HasSubstr("the phone says it itself")) << name;
  }
}

TEST(Settings, ThatDhcpGaveAreFixedAsLongAsItIsOn) {
  Hands hands;
  hands.house.write("dhcp", "true");
  hands.house.write("vlan-id", "12", std::nullopt, Who::dhcp);
  hands.house.write("hostname", "desk-7");
  EXPECT_THAT(setting_of(hands.house.phone(), "vlan-id", std::nullopt).fixed, HasSubstr("DHCP gave this"));
  EXPECT_THAT(hands.objection({"vlan-id", std::nullopt, "13"}), HasSubstr("DHCP gave this"));
  EXPECT_EQ(hands.objection({"hostname", std::nullopt, "desk-8"}), "");
  hands.house.write("dhcp", "false");
  EXPECT_EQ(hands.objection({"vlan-id", std::nullopt, "13"}), "");
}

TEST(Settings, OnWhichOthersDecideAreFixedMeanwhile) {
  Hands hands;
  hands.house.write("server-based-features", "false");
  EXPECT_THAT(hands.objection({"cfu-ext-activated", std::nullopt, "true"}),
              HasSubstr("other settings decide"));
  hands.house.write("server-based-features", "true");
  hands.house.write("uaCSTA-enabled", "true");
  EXPECT_EQ(hands.objection({"cfu-ext-activated", std::nullopt, "true"}), "");
}

TEST(Labels, AreForPeopleAndForForms) {
  EXPECT_EQ(label_of("hostname", std::nullopt), "hostname");
  EXPECT_EQ(label_of("key-label", 3), "key-label[3]");
  EXPECT_EQ(field_of("hostname", std::nullopt), "hostname");
  EXPECT_EQ(field_of("key-label", 3), "key-label.3");
}

TEST(Who, HasWordsForPeopleAndForPrograms) {
  std::vector<std::string_view> words;
  for (const Who who :
       {Who::factory, Who::service, Who::user, Who::web_pages, Who::administrator, Who::dhcp}) {
    EXPECT_FALSE(in_words(who).empty());
    words.push_back(name_of(who));
  }
  EXPECT_THAT(words, ElementsAre("factory", "service", "user", "web-pages", "administrator", "dhcp"));
}

// ---- Wishes

TEST(Weigh, TakesWhatDiffersInTheFormThatThePhoneHolds) {
  Hands hands;
  hands.house.write("hostname", "desk-7");
  EXPECT_THAT(hands.changes({{"hostname", std::nullopt, "desk-7"}}), IsEmpty());
  EXPECT_THAT(hands.changes({{"hostname", std::nullopt, "desk-8"}, {"key-label", "3", "Door"}}),
              ElementsAre("hostname=desk-8", "key-label[3]=Door"));
  EXPECT_THAT(hands.changes({{"hostname", std::nullopt, ""}}), ElementsAre("hostname="));
  EXPECT_THAT(hands.changes({{"hostname", std::nullopt, "NULL"}}), ElementsAre("hostname="))
      << "which takes a value away";
  hands.house.write("dhcp", "true");
  EXPECT_THAT(hands.changes({{"dhcp", std::nullopt, "TRUE"}}), IsEmpty());
  EXPECT_THAT(hands.changes({{"dhcp", std::nullopt, "False"}}), ElementsAre(StartsWith("dhcp=")));
}

TEST(Weigh, TakesNothingFromWhatIsNotThere) {
  Hands hands;
  EXPECT_EQ(hands.objection({"snmp-pwd", std::nullopt, ""}), "");
  EXPECT_THAT(hands.changes({{"snmp-pwd", std::nullopt, ""}}), IsEmpty());
}

TEST(Weigh, WritesIndexesAsNumbers) {
  Hands hands;
  EXPECT_THAT(hands.changes({{"key-label", "03", "Door"}}), ElementsAre("key-label[3]=Door"));
}

TEST(Weigh, ObjectsToWhatThereIsNot) {
  Hands hands;
  EXPECT_EQ(hands.objection({"no-such-item", std::nullopt, "1"}), "There is no item no-such-item.");
  EXPECT_EQ(hands.objection({"", std::nullopt, "1"}), "There is no item .");
  EXPECT_THAT(hands.objection({"key-label", "99", "x"}), HasSubstr("OpenStage 60 has the keys 1 to 8"));
}

TEST(Weigh, ObjectsToAnIndexThatIsNoneIsMissingOrUnwanted) {
  Hands hands;
  for (const char* index : {"x", "-1", "1x", " 1", "99999999999999"})
    EXPECT_THAT(hands.objection({"key-label", index, "x"}), HasSubstr("is no index")) << index;
  EXPECT_THAT(hands.objection({"key-label", std::nullopt, "x"}), HasSubstr("has an index"));
  EXPECT_THAT(hands.objection({"hostname", "1", "x"}), HasSubstr("has no index"));
}

TEST(Weigh, ObjectsToValuesThatTheItemDoesNotTake) {
  Hands hands;
  EXPECT_THAT(hands.objection({"dhcp", std::nullopt, "yes"}), HasSubstr("is no boolean"));
  EXPECT_THAT(hands.objection({"sntp-tz-offset", std::nullopt, "noon"}), HasSubstr("is no integer"));
  EXPECT_THAT(hands.objection({"min-user-passw-length", std::nullopt, "25"}), HasSubstr("6-24"));
  EXPECT_THAT(hands.objection({"pwd-retries", std::nullopt, "1"}), HasSubstr("none of its values"));
  EXPECT_EQ(hands.objection({"min-user-passw-length", std::nullopt, "24"}), "");
}

TEST(Weigh, ObjectsToWhatNoMessageCanCarry) {
  Hands hands;
  for (const std::string& value :
       {std::string("a\x01z"), std::string("a\0z", 3), std::string("a\xffz"), std::string("\xed\xa0\x80"),
        std::string("\xef\xbf\xbe"), std::string("\xc3")}) {
    EXPECT_THAT(hands.objection({"hostname", std::nullopt, value}), HasSubstr("no message can carry"))
        << value;
    EXPECT_THAT(hands.objection({"sip-pwd", std::nullopt, value}), HasSubstr("no message can carry"));
  }
  for (const char* value : {"Türe", "a\tb", "a\nb", "\xf0\x9f\x9a\xaa", "<&>\"'"})
    EXPECT_EQ(hands.objection({"display-id-unicode", std::nullopt, value}), "");
}

TEST(Weigh, KeepsASecretOutOfItsObjection) {
  Hands hands;
  hands.house.write("sip-pwd", "swordfish");
  EXPECT_THAT(hands.objection({"admin-pwd", std::nullopt, "hunter2-is-much-longer-than-twenty-four"}),
              Not(HasSubstr("hunter2")));
  EXPECT_EQ(hands.objection({"sip-pwd", std::nullopt, "other", "guess"}), "")
      << "what it was cannot be found out by asking";
}

TEST(Weigh, KeepsTheAdministratorsItemsFromAUser) {
  Hands hands;
  EXPECT_EQ(hands.objection({"hostname", std::nullopt, "x"}, Role::user), "hostname is for administrators.");
  EXPECT_EQ(hands.objection({"key-label", "3", "x"}, Role::user), "");
  hands.house.write("invented-item", "7");
  EXPECT_EQ(hands.objection({"invented-item", std::nullopt, "8"}, Role::user),
            "invented-item is for administrators.");
  EXPECT_EQ(hands.objection({"invented-item", std::nullopt, "8"}), "");
}

TEST(Weigh, ObjectsToWhatWasChangedMeanwhile) {
  Hands hands;
  hands.house.write("hostname", "desk-7");
  EXPECT_EQ(hands.objection({"hostname", std::nullopt, "mine", "desk-7"}), "");
  hands.house.write("hostname", "desk-8");
  EXPECT_THAT(hands.objection({"hostname", std::nullopt, "mine", "desk-7"}),
              AllOf(HasSubstr("changed meanwhile by the service"), HasSubstr("\"desk-8\"")));
  EXPECT_EQ(hands.objection({"key-label", "3", "Door", ""}), "") << "which it does not hold yet";
  EXPECT_THAT(hands.objection({"key-label", "3", "Door", "Gate"}), HasSubstr("changed meanwhile"));
}

TEST(Weigh, SaysOfEveryWishWhatIsWrongWithIt) {
  Hands hands;
  const Weighed weighed = weigh(hands.house.phone(), Role::administrator,
                                {{"no-such-item", std::nullopt, "1"},
                                 {"hostname", std::nullopt, "good"},
                                 {"dhcp", std::nullopt, "maybe"}});
  ASSERT_EQ(weighed.objections.size(), 2u);
  EXPECT_EQ(weighed.objections[0].wish, 0u);
  EXPECT_EQ(weighed.objections[1].wish, 2u);
  EXPECT_EQ(weighed.changes.size(), 1u);
}

}  // namespace
}  // namespace understudy::wbm
