// The settings as forms: what they show, and what comes of what is sent.
#include "wbm/settings_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages_support.h"

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using items::Who;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* network = "/phones/phone-1/settings/network";
constexpr const char* keys = "/phones/phone-1/settings/keys";

struct Desk {
  Desk() : visitor(pages.site) { visitor.log_in(Role::administrator); }
  std::string form(const char* path) { return visitor.get(path).body; }
  // The moment that the form of now says.
  std::string now() const { return std::to_string(pages.house.time.count()); }

  Pages pages;
  FakeHouse& house = pages.house;
  Visitor visitor;
};

// The control of that name, as its tag.
std::string control(const std::string& body, const std::string& name) {
  const std::size_t at = body.find("name=\"" + name + "\"");
  if (at == std::string::npos) return "";
  const std::size_t from = body.rfind('<', at);
  const std::string tag = body.substr(from, body.find('>', at) + 1 - from);
  return tag.starts_with("<select") ? body.substr(from, body.find("</select>", at) - from) : tag;
}

TEST(SettingsPage, ListsTheSectionsThatOneMaySee) {
  Desk desk;
  const std::string all = desk.form("/phones/phone-1/settings/");
  for (const Section& section : sections())
    EXPECT_THAT(all, HasSubstr("settings/" + section.key + "\"")) << section.key;
  Visitor user(desk.pages.site);
  user.log_in(Role::user);
  const std::string his = user.get("/phones/phone-1/settings/").body;
  for (const Section& section : sections())
    EXPECT_EQ(his.find("settings/" + section.key + "\"") != std::string::npos, section.role == Role::user)
        << section.key;
}

TEST(SettingsPage, FindsByNameValueAndMeaning) {
  Desk desk;
  desk.house.write("hostname", "Desk-Seven");
  for (const char* query : {"hostname", "HOST%20seven", "desk-SEVEN", "desk%20-seven%20hostname"})
    EXPECT_THAT(desk.form((std::string("/phones/phone-1/settings/?q=") + query).c_str()),
                HasSubstr("data-field=\"hostname\""))
        << query;
  EXPECT_THAT(desk.form("/phones/phone-1/settings/?q=nothing-is-called-so"),
              HasSubstr("No setting has these words"));
}

TEST(SettingsPage, DoesNotFindSecretsByTheirValue) {
  Desk desk;
  desk.house.write("sip-pwd", "swordfish");
  EXPECT_THAT(desk.form("/phones/phone-1/settings/?q=swordfish"), HasSubstr("No setting has these words"));
}

TEST(SettingsForm, ShowsEveryKindOfControl) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  desk.house.write("dhcp", "true");
  desk.house.write("snmp-pwd", "swordfish");
  const std::string body = desk.form(network);
  EXPECT_THAT(control(body, "v.hostname"), AllOf(StartsWith("<input"), HasSubstr("value=\"desk-7\"")));
  EXPECT_THAT(control(body, "v.dhcp"),
              AllOf(StartsWith("<select"), HasSubstr("<option value=\"true\" selected")));
  const std::string secret = control(desk.form("/phones/phone-1/settings/diagnostics"), "v.snmp-pwd");
  EXPECT_THAT(secret,
              AllOf(HasSubstr("type=\"password\""), HasSubstr("set, not shown"), Not(HasSubstr("value="))));
  EXPECT_THAT(body, HasSubstr("name=\"token\" value=\"" + desk.visitor.token));
}

TEST(SettingsForm, DisablesWhatCannotBeChangedAndSaysWhy) {
  Desk desk;
  desk.house.write("dhcp", "true");
  desk.house.write("vlan-id", "12", std::nullopt, Who::dhcp);
  const std::string body = desk.form(network);
  EXPECT_THAT(control(body, "v.vlan-id"), HasSubstr("disabled"));
  EXPECT_THAT(body, HasSubstr("DHCP gave this"));
}

TEST(SettingsForm, KeepsAValueThatIsNoneOfTheChoices) {
  Desk desk;
  desk.house.write("dhcp", "perhaps");
  EXPECT_THAT(control(desk.form(network), "v.dhcp"), HasSubstr("<option value=\"perhaps\" selected"));
}

TEST(SettingsForm, ShowsEveryInstanceAndAPlaceForANewOne) {
  Desk desk;
  desk.house.write("key-label", "Door", "3");
  const std::string body = desk.form(keys);
  EXPECT_THAT(control(body, "v.key-label.3"), HasSubstr("value=\"Door\""));
  EXPECT_NE(control(body, "v.key-label.new"), "");
  EXPECT_NE(control(body, "i.key-label"), "");
}

TEST(SettingsForm, SavesWhatIsDifferentAndNothingElse) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  desk.house.posted.clear();
  const Answer answer = desk.visitor.post(
      network, {{"at", desk.now()},
                {"v.hostname", "desk-8"},
                {"v.vlan-id", desk.house.value("vlan-id") == "nothing" ? "" : desk.house.value("vlan-id")}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_THAT(location(answer), StartsWith(std::string(network) + "?saved="));
  EXPECT_EQ(desk.house.value("hostname"), "desk-8");
  ASSERT_EQ(desk.house.posted.size(), 1u);
  const auto& changed = std::get<phone::ItemsChanged>(desk.house.posted[0]);
  EXPECT_EQ(changed.items.size(), 1u);
  EXPECT_EQ(changed.by, Who::administrator);
  EXPECT_THAT(desk.form(location(answer).c_str()), HasSubstr("Saved."));
}

TEST(SettingsForm, OfAUserSavesAsTheUserInThePages) {
  Desk desk;
  Visitor user(desk.pages.site);
  user.log_in(Role::user);
  EXPECT_EQ(user.post(keys, {{"v.key-label.new", "Door"}, {"i.key-label", "3"}, {"at", desk.now()}}).status,
            303);
  EXPECT_EQ(desk.house.value("key-label", 3), "Door");
  EXPECT_EQ(desk.house.phone().store().last_change("key-label", 3)->who, Who::web_pages);
}

TEST(SettingsForm, PostsNothingWhereNothingIsDifferent) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  desk.house.posted.clear();
  const Answer answer = desk.visitor.post(network, {{"at", desk.now()}, {"v.hostname", "desk-7"}});
  EXPECT_THAT(location(answer), HasSubstr("saved=0"));
  EXPECT_THAT(desk.house.posted, IsEmpty());
}

TEST(SettingsForm, LeavesASecretAloneUnlessOneIsTyped) {
  Desk desk;
  desk.house.write("snmp-pwd", "swordfish");
  constexpr const char* diagnostics = "/phones/phone-1/settings/diagnostics";
  desk.visitor.post(diagnostics, {{"at", desk.now()}, {"v.snmp-pwd", ""}});
  EXPECT_EQ(desk.house.value("snmp-pwd"), "swordfish");
  desk.visitor.post(diagnostics, {{"at", desk.now()}, {"v.snmp-pwd", "other"}});
  EXPECT_EQ(desk.house.value("snmp-pwd"), "other");
}

TEST(SettingsForm, SavesNothingWhereSomethingIsWrongAndKeepsWhatWasTyped) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  const Answer answer =
      desk.visitor.post(network, {{"at", desk.now()}, {"v.hostname", "desk-8"}, {"v.vlan-id", "<many>"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(desk.house.value("hostname"), "desk-7");
  EXPECT_THAT(control(answer.body, "v.hostname"), HasSubstr("value=\"desk-8\""));
  EXPECT_THAT(control(answer.body, "v.vlan-id"),
              AllOf(HasSubstr("value=\"&lt;many&gt;\""), HasSubstr("aria-invalid=\"true\"")));
  EXPECT_THAT(answer.body, HasSubstr("Nothing was saved"));
}

TEST(SettingsForm, DoesNotSayAgainWhatSecretWasTyped) {
  Desk desk;
  const Answer answer = desk.visitor.post("/phones/phone-1/settings/diagnostics",
                                          {{"at", desk.now()}, {"v.snmp-pwd", "swordfish\x01"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, Not(HasSubstr("swordfish")));
}

TEST(SettingsForm, ThatIsStaleDoesNotTakeBackWhatTheServiceWroteSince) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  desk.house.write("vlan-id", "12");
  const std::string shown = desk.now();
  desk.house.time += 1s;
  desk.house.write("hostname", "of-the-service");
  const Answer answer =
      desk.visitor.post(network, {{"at", shown}, {"v.hostname", "desk-7"}, {"v.vlan-id", "13"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(desk.house.value("hostname"), "of-the-service");
  EXPECT_THAT(control(answer.body, "v.hostname"), HasSubstr("value=\"of-the-service\""));
  EXPECT_THAT(answer.body, AllOf(HasSubstr("It was changed meanwhile by the service"),
                                 HasSubstr("you had &quot;desk-7&quot;")));
  EXPECT_THAT(control(answer.body, "v.vlan-id"), HasSubstr("value=\"13\""));
  EXPECT_EQ(desk.house.value("vlan-id"), "12");
}

TEST(SettingsForm, ThatIsStaleSavesWhereTheServiceWroteElsewhere) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  const std::string shown = desk.now();
  desk.house.time += 1s;
  desk.house.write("vlan-id", "12");
  desk.house.write("key-label", "Door", "3");
  EXPECT_EQ(desk.visitor.post(network, {{"at", shown}, {"v.hostname", "desk-8"}, {"v.vlan-id", "12"}}).status,
            303);
  EXPECT_EQ(desk.house.value("hostname"), "desk-8");
}

TEST(SettingsForm, WithoutAMomentIsAsOldAsTheRun) {
  Desk desk;
  desk.house.write("hostname", "desk-7");
  for (const char* at : {"", "x", "-5"})
    EXPECT_EQ(desk.visitor.post(network, {{"at", at}, {"v.hostname", "mine"}}).status, 422) << at;
  EXPECT_EQ(desk.house.value("hostname"), "desk-7");
}

TEST(SettingsForm, MakesANewInstanceUnderTheIndexThatIsTyped) {
  Desk desk;
  EXPECT_EQ(
      desk.visitor.post(keys, {{"at", desk.now()}, {"i.key-label", "5"}, {"v.key-label.new", "Gate"}}).status,
      303);
  EXPECT_EQ(desk.house.value("key-label", 5), "Gate");
}

TEST(SettingsForm, ObjectsAtTheNewInstanceToItsIndex) {
  for (const char* index : {"", "x", "99", "-1", "<b>"}) {
    Desk desk;
    const Answer answer =
        desk.visitor.post(keys, {{"at", desk.now()}, {"i.key-label", index}, {"v.key-label.new", "<Gate>"}});
    EXPECT_EQ(answer.status, 422) << index;
    EXPECT_THAT(control(answer.body, "v.key-label.new"), HasSubstr("value=\"&lt;Gate&gt;\"")) << index;
    EXPECT_THAT(answer.body, ContainsRegex("id=\"e-key-label.new\">[^<]+<")) << index;
    EXPECT_THAT(answer.body, Not(HasSubstr("<b>")));
  }
}

TEST(SettingsForm, TakesNothingOfAnotherSection) {
  Desk desk;
  desk.visitor.post(keys, {{"at", desk.now()}, {"v.hostname", "mine"}});
  EXPECT_NE(desk.house.value("hostname"), "mine");
}

TEST(SettingsForm, ChangesNothingThatIsFixedWhateverIsSent) {
  Desk desk;
  desk.house.write("dhcp", "true");
  desk.house.write("vlan-id", "12", std::nullopt, Who::dhcp);
  EXPECT_EQ(desk.visitor.post(network, {{"at", desk.now()}, {"v.vlan-id", "13"}}).status, 422);
  EXPECT_EQ(desk.house.value("vlan-id"), "12");
  EXPECT_EQ(desk.visitor
                .post("/phones/phone-1/settings/passwords", {{"at", desk.now()}, {"v.admin-pwd", "hunter22"}})
                .status,
            422);
  EXPECT_EQ(desk.house.value("admin-pwd"), "nothing");
}

TEST(SettingsForm, SaysWhatASaveWillDo) {
  Desk desk;
  EXPECT_FALSE(on_save(desk.house.phone()).empty());
}

// ---- The password

constexpr const char* password = "/phones/phone-1/password";

TEST(PasswordForm, ChangesTheOwnPassword) {
  Desk desk;
  EXPECT_EQ(
      desk.visitor.post(password, {{"password", "123456"}, {"new", "secret7"}, {"again", "secret7"}}).status,
      200);
  EXPECT_EQ(desk.house.value("admin-pwd"), "secret7");
  EXPECT_EQ(Visitor(desk.pages.site).log_in(Role::administrator).status, 403);
  EXPECT_EQ(Visitor(desk.pages.site).log_in(Role::administrator, "phone-1", "secret7").status, 303);
}

TEST(PasswordForm, ChangesNoOtherWhateverItSays) {
  Desk desk;
  Visitor user(desk.pages.site);
  user.log_in(Role::user);
  user.post(password,
            {{"role", "administrator"}, {"password", "123456"}, {"new", "secret7"}, {"again", "secret7"}});
  EXPECT_EQ(desk.house.value("admin-pwd"), "nothing");
}

TEST(PasswordForm, WantsTheOldOneAndTheNewOneTwiceAndThePolicyKept) {
  Desk desk;
  const auto refused = [&](const char* old, const char* fresh, const char* again) {
    const Answer answer = desk.visitor.post(password, {{"password", old}, {"new", fresh}, {"again", again}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, Not(HasSubstr(fresh)));
    return answer.body;
  };
  EXPECT_THAT(refused("wrong", "secret7", "secret7"), HasSubstr("old password is wrong"));
  EXPECT_THAT(refused("123456", "secret7", "secret8"), HasSubstr("not typed the same way twice"));
  desk.house.write("pwd-digit", "3");
  refused("123456", "secret7", "secret7");
  EXPECT_EQ(desk.house.value("admin-pwd"), "nothing");
}

TEST(MustChange, ComesBeforeEverythingElse) {
  Desk desk;
  desk.house.write("force-update", "true");
  Visitor visitor(desk.pages.site);
  const Answer answer =
      visitor.post("/phones/phone-1/login", {{"role", "administrator"}, {"password", "123456"}});
  EXPECT_EQ(location(answer), password);
  for (const char* path : {"/phones/phone-1/", "/phones/phone-1/settings/network", "/phones/phone-1/wire/",
                           password, "/phones/phone-1/events"}) {
    const Answer page = visitor.get(path);
    EXPECT_EQ(page.feed, nullptr);
    EXPECT_THAT(page.body, HasSubstr("has to be changed before anything else")) << path;
  }
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/call", {}).status, 303);
  EXPECT_EQ(visitor.api("GET", "/api/phones/phone-1/items").status, 401);
  EXPECT_FALSE(desk.house.phone().in_call());
  EXPECT_EQ(visitor
                .post(password,
                      {{"token", "wrong"}, {"password", "123456"}, {"new", "secret7"}, {"again", "secret7"}})
                .status,
            403);
  EXPECT_EQ(visitor.post(password, {{"password", "x"}, {"new", "secret7"}, {"again", "secret7"}}).status,
            422);
  EXPECT_EQ(visitor.post(password, {{"password", "123456"}, {"new", "secret7"}, {"again", "secret7"}}).status,
            200);
  EXPECT_EQ(desk.house.value("force-update"), "false");
  EXPECT_EQ(visitor.get("/phones/phone-1/settings/network").status, 200);
}

}  // namespace
}  // namespace understudy::wbm
