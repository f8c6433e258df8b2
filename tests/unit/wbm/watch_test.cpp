// What the pages that are open hear of.
#include "wbm/watch.h"

#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages_support.h"
#include "support/messages.h"

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A visitor who is logged in and hears what happens from now on.
struct Open {
  explicit Open(Role role = Role::administrator, std::vector<std::string> phones = {"phone-1"})
      : pages(std::move(phones)), visitor(pages.site) {
    visitor.log_in(role);
    events = visitor.get("/phones/phone-1/events");
    heard = events.after;
  }
  // What came since the last time.
  std::string news() {
    pages.site.tick();
    const Feed::News came = events.feed->wait(heard, events.role, 0ms);
    heard = came.last;
    return came.text;
  }

  Pages pages;
  Visitor visitor;
  Answer events;
  std::uint64_t heard = 0;
};

// The data of the one event in it.
Poco::Dynamic::Var data_of(const std::string& event) {
  const std::size_t from = event.find("data: ") + 6;
  const std::string list =
      "[" + event.substr(from, event.find('\n', from) - from) + "]";  // a text alone is none to Poco
  return Poco::JSON::Parser().parse(list).extract<Poco::JSON::Array::Ptr>()->get(0);
}

TEST(Events, AreAStreamThatBeginsNow) {
  Open open;
  EXPECT_EQ(open.events.type, "text/event-stream");
  EXPECT_EQ(open.events.after, open.events.feed->last());
  EXPECT_THAT(open.news(), IsEmpty());
}

TEST(Events, BeginWhereThePageOrTheBrowserSays) {
  Open open;
  open.pages.house.write("key-label", "A", "1");
  EXPECT_EQ(open.visitor.get("/phones/phone-1/events?after=5").after, 5u);
  Asked again;
  again.path = "/phones/phone-1/events";
  again.query = {{"after", "5"}};
  again.last_event = "6";
  EXPECT_EQ(open.visitor.ask(again).after, 6u) << "who comes again knows better than his page";
}

TEST(Events, AreNotForWhoIsNotLoggedIn) {
  Open open;
  EXPECT_EQ(Visitor(open.pages.site).get("/phones/phone-1/events").feed, nullptr);
}

TEST(ItemsEvent, HasAllThatChangedAtOnce) {
  Open open;
  open.pages.house.write("hostname", "desk-7");
  open.pages.house.write("vlan-id", "12", std::nullopt, items::Who::administrator);
  const auto list = data_of(open.news()).extract<Poco::JSON::Array::Ptr>();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->getObject(0)->getValue<std::string>("name"), "hostname");
  EXPECT_EQ(list->getObject(0)->getValue<std::string>("value"), "desk-7");
  EXPECT_EQ(list->getObject(0)->getValue<std::string>("set_by"), "service");
  EXPECT_EQ(list->getObject(1)->getValue<std::string>("set_by"), "administrator");
}

TEST(ItemsEvent, KeepsTheAdministratorsItemsFromAUser) {
  Open open(Role::user);
  open.pages.house.write("hostname", "desk-7");
  EXPECT_THAT(open.news(), Not(HasSubstr("event: items")));
  open.pages.house.write("hostname", "desk-8");
  open.pages.house.write("key-label", "Door", "3");
  const std::string news = open.news();
  EXPECT_THAT(news, AllOf(HasSubstr("Door"), Not(HasSubstr("desk-8"))));
}

TEST(ItemsEvent, SaysThatASecretIsSetAndNotWhichItIs) {
  Open open;
  open.pages.house.write("sip-pwd", "swordfish");
  const std::string news = open.news();
  EXPECT_THAT(news, AllOf(HasSubstr("sip-pwd"), Not(HasSubstr("swordfish"))));
  const auto item = data_of(news).extract<Poco::JSON::Array::Ptr>()->getObject(0);
  EXPECT_TRUE(item->getValue<bool>("secret"));
  EXPECT_TRUE(item->getValue<bool>("set"));
  EXPECT_FALSE(item->has("value"));
}

TEST(ItemsEvent, TellsOfWhatIsGone) {
  Open open;
  open.pages.house.write("invented-item", "x");
  open.news();
  open.pages.house.post("phone-1", phone::PowerCut{.to_factory = true});
  const std::string news = open.news();
  EXPECT_THAT(news,
              HasSubstr(R"("name":"invented-item","secret":false,"value":"","set":false,"held":false)"));
}

TEST(ItemsEvent, IsNoneOfWhatChangedBackBetweenTwoLooks) {
  Open open;
  open.pages.house.write("hostname", "a");
  open.news();
  const auto before = open.pages.house.time;
  open.pages.house.write("hostname", "b");
  open.pages.house.write("hostname", "a");
  EXPECT_EQ(open.pages.house.time, before);
  EXPECT_THAT(open.news(), IsEmpty());
}

TEST(WireEvent, HasTheLineOfEachLadderThatCameOrWentOn) {
  Open open;
  converse(open.pages.ladders, 1, "", service_message("<Action>CleanUp</Action>"));
  converse(open.pages.ladders, 2, "", service_message("<Action>CleanUp</Action>"));
  std::string news = open.news();
  news = news.substr(news.find("event: wire"));
  const auto list = data_of(news).extract<Poco::JSON::Array::Ptr>();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->getObject(0)->getValue<int>("number"), 1);
  EXPECT_THAT(list->getObject(1)->getValue<std::string>("html"),
              AllOf(HasSubstr("<li"), HasSubstr("CleanUp")));
  look::Remark remark;
  remark.rule = "nonce.echo";
  remark.level = "must";
  remark.message = "The nonce is none.";
  remark.phone = "phone-1";
  remark.interaction = 2;
  remark.exchange = 2;
  open.pages.ladders.take(remark);
  EXPECT_THAT(open.news(),
              AllOf(HasSubstr("event: wire"), HasSubstr("\"number\":2"), Not(HasSubstr("\"number\":1,"))));
}

TEST(WireEvent, IsNotOfAnotherPhone) {
  Open open(Role::user, {"phone-1", "phone-2"});
  converse(open.pages.ladders, 1, "", service_message("<Action>CleanUp</Action>"), "phone-2");
  EXPECT_THAT(open.news(), IsEmpty());
}

TEST(FaceEvent, ComesWhenThePhoneLooksOtherwise) {
  Open open(Role::user);
  open.pages.house.post("phone-1", phone::CallBegins{});
  const std::string news = open.news();
  EXPECT_THAT(news, HasSubstr("event: face"));
  EXPECT_THAT(data_of(news).extract<std::string>(), AllOf(HasSubstr("id=\"face\""), HasSubstr("in a call")));
}

TEST(ServiceEvent, SaysThatTheServiceIsAwayAndBack) {
  Open open(Role::user);
  fail(open.pages.ladders, 1, "connection refused");
  std::string news = open.news();
  ASSERT_THAT(news, HasSubstr("event: service"));
  news = news.substr(news.find("event: service"));
  EXPECT_THAT(data_of(news).extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("away"),
              HasSubstr("connection refused"));
  converse(open.pages.ladders, 2, "", service_message("<Action>CleanUp</Action>"));
  news = open.news();
  EXPECT_EQ(data_of(news.substr(news.find("event: service")))
                .extract<Poco::JSON::Object::Ptr>()
                ->getValue<std::string>("away"),
            "");
}

TEST(RowEvent, HasTheRowOfThePhoneThatChanged) {
  Pages pages({"phone-1", "phone-2"});
  Visitor visitor(pages.site);
  const Answer events = visitor.get("/events");
  ASSERT_TRUE(events.feed);
  pages.house.post("phone-1", phone::CallBegins{});
  pages.site.tick();
  const Feed::News news = events.feed->wait(events.after, events.role, 0ms);
  EXPECT_THAT(news.text, AllOf(HasSubstr("event: row"), HasSubstr("row-phone-1"), HasSubstr("in a call"),
                               Not(HasSubstr("row-phone-2"))));
}

TEST(AWatch, GoesOnAsLongAsSomebodyReads) {
  Open open;
  {
    const Feed::Reader reader(*open.events.feed);
    open.pages.house.time += Site::follows + 1s;
    open.pages.site.tick();
    EXPECT_FALSE(open.events.feed->closed());
  }
  open.pages.house.time += Site::follows + 1s;
  open.pages.site.tick();
  EXPECT_TRUE(open.events.feed->closed()) << "nobody has asked for so long";
  EXPECT_NE(open.visitor.get("/phones/phone-1/events").feed, open.events.feed);
}

TEST(AWatch, EndsWithTheSite) {
  Open open;
  const auto list = open.visitor.get("/events").feed;
  open.pages.site.close();
  EXPECT_TRUE(open.events.feed->closed());
  EXPECT_TRUE(list->closed());
}

}  // namespace
}  // namespace understudy::wbm
