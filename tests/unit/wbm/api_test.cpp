// What programs ask, and what they get: see openapi.json.
#include "wbm/api.h"

#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages_support.h"
#include "support/messages.h"

namespace understudy::wbm {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* base = "/api/phones/phone-1";

Object::Ptr object_in(const Answer& answer) {
  return Poco::JSON::Parser().parse(answer.body).extract<Object::Ptr>();
}
Array::Ptr array_in(const Answer& answer) {
  return Poco::JSON::Parser().parse(answer.body).extract<Array::Ptr>();
}
std::string error_in(const Answer& answer) {
  return object_in(answer)->getValue<std::string>("error");
}

// A program that is logged in.
struct Program {
  explicit Program(Role role = Role::administrator) : visitor(pages.site) {
    const std::string password = role == Role::user ? "000000" : "123456";
    logged_in =
        visitor.api("POST", std::string(base) + "/session",
                    R"({"role": ")" + std::string(name_of(role)) + R"(", "password": ")" + password + "\"}");
    if (logged_in.status == 200) visitor.token = object_in(logged_in)->getValue<std::string>("token");
  }
  Answer get(const std::string& rest) { return visitor.api("GET", base + rest); }
  Answer patch(const std::string& body) { return visitor.api("PATCH", std::string(base) + "/items", body); }

  Pages pages;
  FakeHouse& house = pages.house;
  Visitor visitor;
  Answer logged_in;
};

TEST(Api, ListsThePhonesForEverybody) {
  Pages pages({"phone-1", "phone-2"});
  const auto list = array_in(Visitor(pages.site).api("GET", "/api/phones"));
  ASSERT_EQ(list->size(), 2u);
  const auto phone = list->getObject(1);
  EXPECT_EQ(phone->getValue<std::string>("id"), "phone-2");
  EXPECT_EQ(phone->getValue<std::string>("model"), "OpenStage 60");
  EXPECT_EQ(phone->getValue<std::string>("mac"), "00:1A:E8:FF:00:02");
  EXPECT_TRUE(phone->getValue<bool>("idle"));
  EXPECT_FALSE(phone->getValue<bool>("in_call"));
}

TEST(Api, LogsInWithATokenAndACookie) {
  Program program;
  EXPECT_EQ(program.logged_in.status, 200);
  EXPECT_EQ(object_in(program.logged_in)->getValue<std::string>("role"), "administrator");
  EXPECT_THAT(header(program.logged_in, "Set-Cookie"),
              AllOf(HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), HasSubstr("Secure")));
  EXPECT_EQ(program.get("").status, 200);
}

TEST(Api, RefusesALogInThatIsNone) {
  Pages pages;
  Visitor visitor(pages.site);
  const auto status = [&](const std::string& body) {
    return visitor.api("POST", std::string(base) + "/session", body).status;
  };
  for (const char* body :
       {"", "{}", "[]", "null", "7", "\"user\"", "{", R"({"role": "boss", "password": "123456"})",
        R"({"role": 7})", R"({"role": {"a": 1}, "password": "000000"})", R"({"role": null})"})
    EXPECT_EQ(status(body), 400) << body;
  EXPECT_EQ(status(R"({"role": "user", "password": "wrong"})"), 403);
  EXPECT_EQ(status(R"({"role": "administrator"})"), 403);
  EXPECT_EQ(status(R"({"role": "administrator", "password": ["123456"]})"), 403);
  EXPECT_THAT(visitor.session, IsEmpty());
}

TEST(Api, SaysThatAPasswordHasToBeChangedAndEndsNoOtherLogIn) {
  Pages pages({"phone-1", "phone-2"});
  Visitor visitor(pages.site);
  visitor.log_in(Role::user, "phone-2");
  pages.house.write("force-update", "true");
  const Answer answer =
      visitor.api("POST", std::string(base) + "/session", R"({"role": "user", "password": "000000"})");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(error_in(answer), HasSubstr("has to be changed"));
  EXPECT_EQ(visitor.get("/phones/phone-2/").status, 200);
  EXPECT_EQ(visitor.api("GET", std::string(base) + "/items").status, 401);
}

TEST(Api, AsksWhoIsNotLoggedInToDoSo) {
  Pages pages;
  Visitor visitor(pages.site);
  for (const char* rest : {"", "/sections", "/items", "/items/hostname", "/files", "/interactions",
                           "/interactions/1", "/events", "/nothing"}) {
    const Answer answer = visitor.api("GET", base + std::string(rest));
    EXPECT_EQ(answer.status, 401) << rest;
    EXPECT_THAT(error_in(answer), HasSubstr("POST /api/phones/phone-1/session"));
  }
  EXPECT_EQ(visitor.api("PATCH", std::string(base) + "/items", "[]").status, 401);
  EXPECT_EQ(visitor.api("POST", std::string(base) + "/actions/call").status, 401);
  EXPECT_EQ(visitor.api("DELETE", std::string(base) + "/session").status, 401);
}

TEST(Api, WantsTheTokenForEveryChange) {
  Program program;
  for (const std::string& token :
       {std::string(), std::string("x"), std::string(64, '0'), program.visitor.session}) {
    program.visitor.token = token;
    EXPECT_EQ(program.patch("[]").status, 403);
    EXPECT_EQ(program.visitor.api("POST", std::string(base) + "/actions/call").status, 403);
    EXPECT_EQ(program.visitor.api("DELETE", std::string(base) + "/session").status, 403);
  }
  EXPECT_EQ(program.get("/items").status, 200) << "reading wants none";
  EXPECT_FALSE(program.house.phone().in_call());
}

TEST(Api, LogsOut) {
  Program program;
  EXPECT_EQ(program.visitor.api("DELETE", std::string(base) + "/session/more").status, 404);
  EXPECT_EQ(program.get("").status, 200);
  const Answer answer = program.visitor.api("DELETE", std::string(base) + "/session");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(program.get("").status, 401);
}

TEST(Api, SaysWhatIsNotThere) {
  Program program;
  for (const char* path :
       {"/api", "/api/", "/api/nothing", "/api/phones/", "/api/phones/phone-2", "/api/phones/phone-1/",
        "/api/phones/phone-1/nothing", "/api/phones/phone-1/items/", "/api/phones/phone-1/items/no-such-item",
        "/api/phones/phone-1/items/hostname/more", "/api/phones/phone-1/interactions/7",
        "/api/phones/phone-1/interactions/x", "/api/phones/phone-1/session",
        "/api/phones/phone-1/actions/call", "/api/phones/phone-1/files/more"}) {
    const Answer answer = program.visitor.api("GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(error_in(answer), Not(IsEmpty()));
  }
  for (const char* method : {"POST", "PATCH", "DELETE"})
    for (const char* rest :
         {"", "/sections", "/files", "/interactions", "/events", "/actions", "/items/hostname"})
      EXPECT_EQ(program.visitor.api(method, base + std::string(rest)).status, 404) << method << " " << rest;
  EXPECT_EQ(program.visitor.api("POST", "/api/phones").status, 404);
}

TEST(ApiSections, AreThoseThatOneMaySee) {
  Program user(Role::user), administrator;
  const auto all = array_in(administrator.get("/sections"));
  EXPECT_EQ(all->size(), sections().size());
  const auto his = array_in(user.get("/sections"));
  EXPECT_LT(his->size(), all->size());
  for (unsigned n = 0; n < his->size(); ++n)
    EXPECT_EQ(his->getObject(n)->getValue<std::string>("role"), "user");
}

TEST(ApiItems, AreSettingsOfOneSectionOrAll) {
  Program program;
  program.house.write("hostname", "desk-7");
  program.house.write("key-label", "Door", "3");
  EXPECT_THAT(program.get("/items").body, AllOf(HasSubstr("\"hostname\""), HasSubstr("\"key-label\"")));
  const Answer network = program.get("/items?section=network");
  EXPECT_THAT(network.body, AllOf(HasSubstr("\"hostname\""), Not(HasSubstr("\"key-label\""))));
  EXPECT_EQ(array_in(program.get("/items?section=nothing"))->size(), 0u);
  const auto one = array_in(program.get("/items/key-label"));
  ASSERT_GE(one->size(), 1u);
  EXPECT_EQ(one->getObject(0)->getValue<std::string>("section"), "keys");
  const auto found = array_in(program.get("/items/hostname"))->getObject(0);
  EXPECT_EQ(found->getValue<std::string>("value"), "desk-7");
  EXPECT_EQ(found->getValue<std::string>("set_by"), "service");
  EXPECT_EQ(found->getValue<std::string>("set_at"), "1970-01-02T01:00:00Z");
  EXPECT_FALSE(found->has("index"));
  EXPECT_FALSE(found->has("fixed"));
}

TEST(ApiItems, OfTheAdministratorAreNotForAUser) {
  Program program(Role::user);
  program.house.write("hostname", "desk-7");
  EXPECT_THAT(program.get("/items").body, Not(HasSubstr("\"hostname\"")));
  EXPECT_EQ(array_in(program.get("/items?section=network"))->size(), 0u);
  EXPECT_EQ(program.get("/items/hostname").status, 403);
  EXPECT_EQ(program.get("/items/key-label").status, 200);
}

TEST(ApiItems, AreChangedAllOrNone) {
  Program program;
  Answer answer = program.patch(
      R"([{"name": "hostname", "value": "desk-7"}, {"name": "key-label", "index": "3", "value": "Door"}])");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"changed\":[\"hostname\",\"key-label[3]\"],\"errors\":[]}\n");
  EXPECT_EQ(program.house.value("key-label", 3), "Door");
  EXPECT_EQ(program.house.phone().store().last_change("hostname")->who, items::Who::administrator);
  answer =
      program.patch(R"([{"name": "hostname", "value": "desk-8"}, {"name": "dhcp", "value": "perhaps"}])");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(object_in(answer)->getArray("changed")->size(), 0u);
  EXPECT_EQ(object_in(answer)->getArray("errors")->getObject(0)->getValue<std::string>("name"), "dhcp");
  EXPECT_EQ(program.house.value("hostname"), "desk-7");
}

TEST(ApiItems, ArePostedOnlyWhereSomethingIsDifferent) {
  Program program;
  program.house.write("hostname", "desk-7");
  program.house.posted.clear();
  EXPECT_EQ(program.patch(R"([{"name": "hostname", "value": "desk-7"}])").status, 200);
  EXPECT_EQ(program.patch("[]").status, 200);
  EXPECT_THAT(program.house.posted, IsEmpty());
}

TEST(ApiItems, TakeNumbersAndYesOrNoAsTheirTexts) {
  Program program;
  EXPECT_EQ(
      program.patch(R"([{"name": "dhcp", "value": true}, {"name": "key-label", "index": 3, "value": 7}])")
          .status,
      200);
  EXPECT_EQ(program.house.value("dhcp"), "true");
  EXPECT_EQ(program.house.value("key-label", 3), "7");
}

TEST(ApiItems, AreNotChangedWhereThatWasDecidedOnAnotherValue) {
  Program program;
  program.house.write("hostname", "desk-7");
  const Answer answer = program.patch(R"([{"name": "hostname", "value": "mine", "was": "desk-6"}])");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("changed meanwhile"));
  EXPECT_EQ(program.patch(R"([{"name": "hostname", "value": "mine", "was": "desk-7"}])").status, 200);
}

TEST(ApiItems, OfTheAdministratorAreNotChangedByAUser) {
  Program program(Role::user);
  EXPECT_EQ(program.patch(R"([{"name": "hostname", "value": "mine"}])").status, 422);
  EXPECT_NE(program.house.value("hostname"), "mine");
}

TEST(ApiItems, AreNotChangedByWhatIsNoListOfWishes) {
  Program program;
  program.house.posted.clear();
  const std::string deep(100'000, '['), nested = deep + std::string(100'000, ']');
  for (const std::string& body : {std::string(),
                                  std::string("{}"),
                                  std::string("null"),
                                  std::string("7"),
                                  std::string("[7]"),
                                  std::string("[null]"),
                                  std::string("[[]]"),
                                  std::string("[{}]"),
                                  std::string(R"([{"name": "hostname"}])"),
                                  std::string(R"([{"value": "x"}])"),
                                  std::string(R"([{"name": null, "value": "x"}])"),
                                  std::string(R"([{"name": ["hostname"], "value": "x"}])"),
                                  std::string(R"([{"name": "hostname", "value": {}}])"),
                                  std::string(R"([{"name": "hostname", "value": "x"})"),
                                  std::string(R"([{"name": "hostname", "value": "x"}] x)"),
                                  std::string("[{\"name\": \"hostname\", \"value\": \"\xff\"}]"),
                                  std::string(R"(["\ud800"])"),
                                  deep,
                                  nested,
                                  std::string(R"([{"name": "hostname", "value": )") + nested + "}]"}) {
    const Answer answer = program.patch(body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 80);
    EXPECT_THAT(error_in(answer), Not(IsEmpty()));
  }
  EXPECT_THAT(program.house.posted, IsEmpty());
}

TEST(ApiFiles, AreThoseThatAServiceSent) {
  Program program;
  EXPECT_EQ(array_in(program.get("/files"))->size(), 0u);
  program.house.write("file-deployment-name", "ring.wav", "1");
  program.house.write("file-deployment-type", "RINGTONE", "1");
  program.house.write("file-deployment-name", "", "2");
  const auto files = array_in(program.get("/files"));
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(files->getObject(0)->getValue<std::string>("name"), "ring.wav");
  EXPECT_EQ(files->getObject(0)->getValue<std::string>("type"), "RINGTONE");
  EXPECT_EQ(files->getObject(0)->getValue<std::string>("status"), "");
}

TEST(ApiInteractions, AreListedAndShown) {
  Program program;
  converse(program.pages.ladders, 1, "", service_message("<Action>CleanUp</Action>"));
  fail(program.pages.ladders, 2, "connection refused");
  const auto list = array_in(program.get("/interactions"));
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->getObject(0)->getValue<std::string>("ending"), "clean_up");
  EXPECT_EQ(list->getObject(0)->getValue<int>("microseconds"), 12'000);
  EXPECT_EQ(array_in(program.get("/interactions?after=1"))->size(), 1u);
  EXPECT_EQ(array_in(program.get("/interactions?after=x"))->size(), 2u);
  const auto rung = object_in(program.get("/interactions/1"))->getArray("rungs")->getObject(0);
  EXPECT_EQ(rung->getValue<std::string>("kind"), "message");
  EXPECT_THAT(rung->getObject("response")->getValue<std::string>("body"), HasSubstr("CleanUp"));
  const auto failed = object_in(program.get("/interactions/2"))->getArray("rungs")->getObject(0);
  EXPECT_EQ(failed->getValue<std::string>("failure"), "connection refused");
  EXPECT_FALSE(failed->has("response"));
  EXPECT_EQ(array_in(program.visitor.api("GET", "/api/phones"))->getObject(0)->getValue<std::string>("away"),
            "The service does not answer: connection refused. The phone tries again by itself.");
}

TEST(ApiActions, AreDone) {
  Program program;
  const Answer answer = program.visitor.api("POST", std::string(base) + "/actions/call");
  EXPECT_EQ(answer.status, 202);
  EXPECT_TRUE(object_in(answer)->getValue<bool>("in_call"));
  EXPECT_EQ(program.visitor.api("POST", std::string(base) + "/actions/call").status, 409);
  program.house.write("mobility-enabled", "true");
  EXPECT_EQ(
      program.visitor.api("POST", std::string(base) + "/actions/logon", R"({"argument": "4711:pw"})").status,
      202);
  EXPECT_EQ(program.house.phone().mobile_user(), "4711");
}

TEST(ApiActions, AreRefusedInJson) {
  Program program(Role::user);
  const auto refused = [&](const std::string& action, const std::string& body) {
    const Answer answer = program.visitor.api("POST", std::string(base) + "/actions/" + action, body);
    EXPECT_THAT(error_in(answer), Not(IsEmpty()));
    return answer.status;
  };
  EXPECT_EQ(refused("nothing", ""), 404);
  EXPECT_EQ(refused("reset", ""), 403);
  EXPECT_EQ(refused("call", R"({"argument": "now"})"), 422);
  EXPECT_EQ(refused("logon", ""), 422);
  EXPECT_EQ(refused("logon", "{"), 400);
  EXPECT_EQ(refused("logon", "[]"), 400);
  EXPECT_EQ(refused("hangup", "{}"), 409);
}

TEST(ApiEvents, AreTheSameAsThePages) {
  Program program;
  const Answer answer = program.get("/events");
  EXPECT_EQ(answer.type, "text/event-stream");
  EXPECT_EQ(answer.feed, program.visitor.get("/phones/phone-1/events").feed);
}

}  // namespace
}  // namespace understudy::wbm
