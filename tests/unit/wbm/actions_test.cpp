#include "wbm/actions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "support/messages.h"

namespace understudy::wbm {
namespace {

using ::testing::ElementsAre;

// A phone that just stands there, and what is done with it.
struct Stand {
  explicit Stand(const std::string& model = "OpenStage 60")
      : phone({"00:1A:E8:FF:00:01", "4241", "192.0.2.44"}, **phone::model_named(model),
              **phone::firmware_named("V3 R5.12.0"), "192.0.2.1:18443", "/", 7, {}, {}) {}

  void has(std::string_view name, std::string value) {
    phone.handle(phone::ItemsChanged{{understudy::item(std::string(name), value)}, items::Who::user});
  }
  tl::expected<phone::Event, std::string> event(std::string_view action,
                                                std::string_view argument = "") const {
    return event_of(phone, *action_named(action), argument);
  }
  // Does it; or why it cannot be done.
  std::string act(std::string_view action, std::string_view argument = "") {
    const auto made = event(action, argument);
    if (!made) return made.error();
    phone.handle(*made);
    return {};
  }
  std::string modules() const { return *phone.store().find("key-modules"); }

  phone::Phone phone;
};

TEST(Actions, AreNamedOnceAndFound) {
  std::set<std::string_view> names;
  for (const Action& action : actions()) {
    EXPECT_TRUE(names.insert(action.name).second);
    EXPECT_EQ(action_named(action.name), &action);
    EXPECT_FALSE(action.text.empty());
  }
  EXPECT_THAT(names,
              ElementsAre("call", "hangup", "logoff", "logon", "pin", "plug", "poll", "reset", "restart", "unplug"));
  EXPECT_EQ(action_named("Call"), nullptr);
  EXPECT_EQ(action_named(""), nullptr);
}

TEST(Actions, AreAUsersButForTheReset) {
  for (const Action& action : actions())
    EXPECT_EQ(action.role == Role::administrator, action.name == "reset") << action.name;
}

TEST(Actions, WantTheirArgumentAndNoOther) {
  const Stand stand;
  for (const Action& action : actions()) {
    if (!action.argument.empty()) continue;
    EXPECT_EQ(event_of(stand.phone, action, "now").error(),
              std::string(action.name) + " takes nothing behind it");
  }
  EXPECT_EQ(stand.event("logon").error(), "write logon NUMBER:PASSWORD");
  EXPECT_EQ(event_of(stand.phone, Action{"dance", "", "", "", Role::user}, "").error(),
            "dance is nothing that can be done");
}

TEST(Call, BeginsOnceAndEndsOnce) {
  Stand stand;
  EXPECT_EQ(stand.act("hangup"), "there is no call to end");
  EXPECT_EQ(stand.act("call"), "");
  EXPECT_TRUE(stand.phone.in_call());
  EXPECT_EQ(stand.act("call"), "it is in a call already");
  EXPECT_EQ(stand.act("hangup"), "");
  EXPECT_FALSE(stand.phone.in_call());
}

TEST(Modules, ArePluggedAsLongAsThereIsRoom) {
  Stand stand;
  EXPECT_EQ(stand.act("unplug"), "there is no module to pull");
  EXPECT_EQ(stand.act("plug"), "");
  EXPECT_EQ(stand.act("plug"), "");
  EXPECT_EQ(stand.modules(), "2");
  EXPECT_EQ(stand.act("plug"), "there is room for 2 modules");
  EXPECT_EQ(stand.act("unplug"), "");
  EXPECT_EQ(stand.modules(), "1");
}

TEST(Modules, AreAsManyAsTheModelTakes) {
  for (const phone::Model& model : items::models()) {
    Stand stand(model.device_type);
    const int most = model.modules.value_or(2);
    for (int module = 0; module < most; ++module) EXPECT_EQ(stand.act("plug"), "") << model.device_type;
    EXPECT_EQ(stand.act("plug"), "there is room for " + std::to_string(most) + " modules")
        << model.device_type;
  }
}

TEST(Modules, AreCountedFromAnyTextThatTheItemHas) {
  for (const char* text : {"", "many", "-7"}) {
    Stand stand;
    stand.has("key-modules", text);
    EXPECT_EQ(stand.act("unplug"), "there is no module to pull") << text;
    EXPECT_EQ(stand.act("plug"), "") << text;
    EXPECT_EQ(stand.modules(), "1");
  }
  Stand stand;
  stand.has("key-modules", "2147483647");
  EXPECT_EQ(stand.act("plug"), "there is room for 2 modules");
}

TEST(LogOn, NamesAUserAndHisPassword) {
  Stand stand;
  stand.has("mobility-enabled", "true");
  for (const char* wrong : {"4711", ":1234", ":"})
    EXPECT_EQ(stand.event("logon", wrong).error(), "write logon NUMBER:PASSWORD");
  const auto event = stand.event("logon", "4711:12:34");
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<phone::LogOn>(*event).e164, "4711");
  EXPECT_EQ(std::get<phone::LogOn>(*event).password, "12:34");
}

TEST(LogOn, IsForPhonesWithMobilityAndWithoutAUser) {
  Stand stand;
  EXPECT_EQ(stand.act("logon", "4711:1234"), "nobody can log on: mobility-enabled is not true");
  EXPECT_EQ(stand.act("logoff"), "there is no user to log off");
  stand.has("mobility-enabled", "true");
  EXPECT_EQ(stand.act("logoff"), "there is no user to log off");
  EXPECT_EQ(stand.act("logon", "4711:1234"), "");
  EXPECT_EQ(stand.act("logon", "4712:1234"), "nobody can log on: 4711 is here");
  EXPECT_EQ(stand.act("logoff"), "4711 is still logging on");
}

TEST(Poll, IsForPhonesThatPoll) {
  Stand stand;
  EXPECT_EQ(stand.act("poll"), "it does not poll: dcmp-url and dcmp-poll-interval are not set");
  stand.has("dcmp-url", "http://192.0.2.1/");
  stand.has("dcmp-poll-interval", "60");
  EXPECT_TRUE(std::holds_alternative<phone::PollNow>(*stand.event("poll")));
}

TEST(Restart, KeepsWhatTheResetForgets) {
  const Stand stand;
  EXPECT_FALSE(std::get<phone::PowerCut>(*stand.event("restart")).to_factory);
  EXPECT_TRUE(std::get<phone::PowerCut>(*stand.event("reset")).to_factory);
}

}  // namespace
}  // namespace understudy::wbm
