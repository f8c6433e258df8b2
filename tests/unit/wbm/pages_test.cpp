// What every page, answer and event owes: what others wrote is no markup, and no secret is shown.
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "pages_support.h"
#include "support/messages.h"
#include "wbm/actions.h"

namespace understudy::wbm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string markup = "\"'><script>alert(1)</script>&lt;";

// Everything that can be looked at of the first phone, as one text each: pages, answers of the API, and events.
std::map<std::string, std::string> all_outputs(Pages& pages, Visitor& visitor) {
  std::map<std::string, std::string> out;
  std::vector<std::string> paths = {"/",
                                    "/phones/phone-1/",
                                    "/phones/phone-1/login",
                                    "/phones/phone-1/password",
                                    "/phones/phone-1/settings/",
                                    "/phones/phone-1/settings/?q=a",
                                    "/phones/phone-1/settings/?q=script",
                                    "/phones/phone-1/settings/?q=pwd",
                                    "/phones/phone-1/wire/",
                                    "/api/phones",
                                    "/api/phones/phone-1",
                                    "/api/phones/phone-1/sections",
                                    "/api/phones/phone-1/items",
                                    "/api/phones/phone-1/files",
                                    "/api/phones/phone-1/interactions"};
  for (const Section& section : sections()) paths.push_back("/phones/phone-1/settings/" + section.key);
  for (const auto& ladder : pages.ladders.of("phone-1")) {
    const std::string number = std::to_string(ladder->number);
    paths.insert(paths.end(),
                 {"/phones/phone-1/wire/" + number, "/phones/phone-1/wire/" + number + "?part=ladder",
                  "/api/phones/phone-1/interactions/" + number});
  }
  for (const std::string& path : paths) {
    const Answer answer = visitor.get(path);
    EXPECT_EQ(answer.status, 200) << path;
    out[path] = answer.body;
  }
  const Answer events = visitor.get("/phones/phone-1/events?after=0");
  pages.site.tick();
  out["events"] = events.feed->wait(0, Role::administrator, std::chrono::milliseconds(0)).text;
  out["list of events"] =
      visitor.get("/events").feed->wait(0, Role::administrator, std::chrono::milliseconds(0)).text;
  return out;
}

// The events that carry markup: what the others say page.js sets as text.
std::string with_markup(const std::string& events) {
  std::string out;
  for (std::size_t at = 0; at < events.size();) {
    const std::size_t end = events.find("\n\n", at) + 2;
    const std::string event = events.substr(at, end - at);
    if (event.find("\nevent: items\n") == std::string::npos &&
        event.find("\nevent: service\n") == std::string::npos)
      out += event;
    at = end;
  }
  return out;
}

// A desk where somebody has looked at the phone, and then much happened.
struct Busy {
  explicit Busy(bool masks = true) : pages({"phone-1", "phone-2"}, masks), visitor(pages.site) {
    visitor.log_in(Role::administrator);
    visitor.get("/");
    visitor.get("/phones/phone-1/events");
  }
  Pages pages;
  Visitor visitor;
};

TEST(EveryPage, ShowsWhatOthersWroteAsTextAlone) {
  Busy busy;
  FakeHouse& house = busy.pages.house;
  for (const items::Entry& entry : items::catalogue()) {
    if (entry.index == "no")
      house.write(entry.name, markup);
    else
      house.write(entry.name, markup, "3");
  }
  house.write("dhcp", "false");
  house.write("<script>alert(2)</script>", markup);
  house.write("invented\"onload=alert(3)", markup, "4");
  look::Remark remark;
  remark.rule = "<script>alert(4)</script>";
  remark.level = remark.message = remark.expected = remark.came = markup;
  remark.phone = "phone-1";
  remark.interaction = 1;
  remark.exchange = 1;
  converse(busy.pages.ladders, 1, service_message(markup),
           service_message("<Action>" + markup + "</Action>"));
  busy.pages.ladders.take(remark);
  fail(busy.pages.ladders, 2, markup);

  for (auto& [path, text] : all_outputs(busy.pages, busy.visitor)) {
    if (path.starts_with("/api/")) continue;  // JSON is no markup; that it is well-formed is tested elsewhere
    if (path == "events") text = with_markup(text);
    EXPECT_THAT(text, Not(HasSubstr("<script>"))) << path;
    EXPECT_THAT(text, Not(HasSubstr("\"onload"))) << path;
    EXPECT_THAT(text, Not(HasSubstr("value=\"\"'>"))) << path;
  }
}

TEST(EveryPage, ShowsWhatWasAskedAsTextAlone) {
  Busy busy;
  const std::string coded = percent_encoded(markup);
  for (const std::string& path :
       {"/phones/" + coded + "/", "/rules/" + coded, "/nothing/" + coded, "/phones/phone-1/settings/" + coded,
        "/phones/phone-1/settings/?q=" + coded, "/phones/phone-1/settings/network?saved=" + coded,
        "/phones/phone-1/?did=" + coded, "/phones/phone-1/login?next=" + coded,
        "/phones/phone-1/login?as=" + coded, "/phones/phone-1/wire/" + coded,
        "/phones/phone-1/wire/" + coded + "?part=" + coded})
    EXPECT_THAT(busy.visitor.get(path).body, Not(HasSubstr("<script>"))) << path;
  for (const std::string& path :
       {"/phones/phone-1/actions/" + coded, std::string("/phones/phone-1/actions/logon"),
        std::string("/phones/phone-1/login"), std::string("/phones/phone-1/password"),
        std::string("/phones/phone-1/settings/keys")})
    EXPECT_THAT(busy.visitor
                    .post(path, {{"argument", markup},
                                 {"next", markup},
                                 {"role", markup},
                                 {"password", markup},
                                 {"new", markup},
                                 {"v.key-label.new", markup},
                                 {"i.key-label", markup},
                                 {"at", markup}})
                    .body,
                Not(HasSubstr("<script>")))
        << path;
  Asked asked;
  asked.host = markup;
  EXPECT_EQ(busy.pages.site.answer(asked).type, "text/plain; charset=utf-8");
  asked.host = "127.0.0.1:8443";
  asked.method = markup;
  EXPECT_EQ(busy.pages.site.answer(asked).type, "text/plain; charset=utf-8");
}

TEST(EveryPage, ShowsNoSecret) {
  const std::string secret = "Swordfish-4711";
  Busy busy;
  FakeHouse& house = busy.pages.house;
  std::string items;
  const auto write = [&](const std::string& name, const std::string& index) {
    house.write(name, secret, index.empty() ? std::nullopt : std::optional(index));
    items += "<Item name=\"" + name + "\"" + (index.empty() ? "" : " index=\"" + index + "\"") + ">" +
             secret + "</Item>";
  };
  for (const items::Entry& entry : items::catalogue())
    if (entry.secret && !entry.name.starts_with("user-pwd") && !entry.name.starts_with("admin-pwd"))
      write(entry.name, entry.index == "no" ? "" : "3");
  for (const char* name :
       {"user-pwd", "user-pwd-unicode", "admin-pwd-unicode", "invented-password", "invented-key"})
    write(name, "");
  converse(busy.pages.ladders, 1, "",
           service_message("<Action>WriteItems</Action><ItemList>" + items + "</ItemList>"));
  busy.pages.site.tick();

  for (const auto& [path, text] : all_outputs(busy.pages, busy.visitor))
    EXPECT_EQ(text.find(secret), std::string::npos) << path;
  for (const Section& section : sections()) {
    const Answer refused = busy.visitor.post(
        "/phones/phone-1/settings/" + section.key,
        {{"at", "99999999999999999"}, {"v.sip-pwd", secret + "\x01"}, {"v.dhcp", "perhaps"}});
    EXPECT_EQ(refused.body.find(secret), std::string::npos) << section.key;
  }
  const std::string asked =
      R"([{"name": "sip-pwd", "value": "x", "was": "y"}, {"name": "nothing", "value": ""}])";
  EXPECT_EQ(busy.visitor.api("PATCH", "/api/phones/phone-1/items", asked).body.find(secret),
            std::string::npos);
}

TEST(EveryPage, ShowsWhatWasSaidInClearWhereThatIsWanted) {
  Busy busy(false);
  converse(busy.pages.ladders, 1, "",
           service_message(
               "<Action>WriteItems</Action><ItemList><Item name=\"sip-pwd\">swordfish</Item></ItemList>"));
  EXPECT_THAT(busy.visitor.get("/phones/phone-1/wire/1").body, HasSubstr("swordfish"));
  EXPECT_THAT(busy.visitor.get("/api/phones/phone-1/interactions/1").body, HasSubstr("swordfish"));
}

TEST(EveryPage, HasATitleItsScriptAndNoInlineCode) {
  Busy busy;
  converse(busy.pages.ladders, 1, "", service_message("<Action>CleanUp</Action>"));
  for (const auto& [path, text] : all_outputs(busy.pages, busy.visitor)) {
    if (!text.starts_with("<!DOCTYPE html>")) continue;
    EXPECT_THAT(text,
                AllOf(HasSubstr("<title>"), HasSubstr("<html lang=\"en\">"), HasSubstr("src=\"/page.js\"")))
        << path;
    for (const char* inlined : {" onclick=", " onload=", " style=\"", "<style", "javascript:"})
      EXPECT_THAT(text, Not(HasSubstr(inlined))) << path;
  }
}

TEST(EveryPage, HasEachIdOnce) {
  Busy busy;
  busy.pages.house.write("key-label", "Door", "3");
  converse(busy.pages.ladders, 1, "", service_message("<Action>CleanUp</Action>"));
  for (const auto& [path, text] : all_outputs(busy.pages, busy.visitor)) {
    if (!text.starts_with("<!DOCTYPE html>")) continue;
    std::map<std::string, int> ids;
    for (std::size_t at = text.find(" id=\""); at != std::string::npos; at = text.find(" id=\"", at + 1))
      EXPECT_EQ(++ids[text.substr(at + 5, text.find('"', at + 5) - at - 5)], 1)
          << path << ": " << text.substr(at, 40);
  }
}

TEST(EveryAnswerOfTheApi, IsJson) {
  Busy busy;
  busy.pages.house.write("hostname", std::string("\xff\x01\0", 3) + markup);
  converse(busy.pages.ladders, 1, std::string("\xff\0<", 3), "\x80" + markup);
  fail(busy.pages.ladders, 2, "\xff");
  for (const auto& [path, text] : all_outputs(busy.pages, busy.visitor))
    if (path.starts_with("/api/")) {
      EXPECT_NO_THROW(Poco::JSON::Parser().parse(text)) << path;
    }
}

}  // namespace
}  // namespace understudy::wbm
