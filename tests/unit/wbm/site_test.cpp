// Who is let in, by which name, and where he is sent.
#include "wbm/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages_support.h"

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* home = "/phones/phone-1/";

Asked asked(std::string method, std::string path) {
  Asked out;
  out.method = std::move(method);
  out.path = std::move(path);
  return out;
}

TEST(Site, GoesByItsOwnNamesAlone) {
  Pages pages;
  Visitor visitor(pages.site);
  for (const char* name :
       {"evil.example", "evil.example:8443", "127.0.0.1", "127.0.0.1:8444", "localhost:8443.evil.example"}) {
    Asked one = asked("GET", "/style.css");
    one.host = name;
    EXPECT_EQ(visitor.ask(one).status, 421) << name;
  }
  EXPECT_EQ(pages.site.answer(asked("GET", "/")).status, 421) << "none at all";
  for (const char* name : {"127.0.0.1:8443", "localhost:8443"}) {
    Asked one = asked("GET", "/style.css");
    one.host = name;
    EXPECT_EQ(visitor.ask(one).status, 200) << name;
  }
}

TEST(Site, TakesNothingThatAnotherSitesPageSends) {
  Pages pages;
  Visitor visitor(pages.site);
  const auto sent_by = [&](const std::string& origin) {
    Asked one = asked("POST", "/phones/phone-1/login");
    one.origin = origin;
    one.form = {{"role", "user"}, {"password", "000000"}};
    return visitor.ask(one).status;
  };
  for (const char* origin : {"https://evil.example", "http://127.0.0.1:8443", "https://127.0.0.1",
                             "https://localhost:8443", "null"})
    EXPECT_EQ(sent_by(origin), 403) << origin;
  EXPECT_EQ(sent_by("https://127.0.0.1:8443"), 303);
  EXPECT_EQ(sent_by(""), 303) << "a program has no origin";
}

TEST(Site, KnowsFourMethodsAndSaysWhich) {
  Pages pages;
  Visitor visitor(pages.site);
  for (const char* method : {"HEAD", "PUT", "OPTIONS", "TRACE", "get", ""}) {
    const Answer answer = visitor.ask(asked(method, home));
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(header(answer, "Allow"), "GET, POST, PATCH, DELETE");
  }
}

TEST(Site, LivesWithAddressesThatAreNone) {
  Pages pages;
  Visitor visitor(pages.site);
  for (const char* path :
       {"", "*", "phones", "http://127.0.0.1:8443/", "/%zz", "/phones/%", "/phones/phone-1/%4"})
    for (const char* method : {"GET", "POST", "DELETE"})
      EXPECT_EQ(visitor.ask(asked(method, path)).status, 400) << method << " " << path;
}

TEST(Site, HasItsStyleScriptAndDescriptionForEverybody) {
  Pages pages;
  Visitor visitor(pages.site);
  EXPECT_EQ(visitor.get("/style.css").type, "text/css; charset=utf-8");
  EXPECT_EQ(visitor.get("/page.js").type, "text/javascript; charset=utf-8");
  EXPECT_EQ(visitor.get("/icon.svg").type, "image/svg+xml");
  EXPECT_EQ(visitor.get("/api/openapi.json").type, "application/json; charset=utf-8");
  EXPECT_EQ(visitor.post("/style.css", {}).status, 405);
}

TEST(Site, ShowsTheOnePhoneAtOnceAndSeveralInAList) {
  Pages one, two({"phone-1", "phone-2"});
  EXPECT_EQ(location(Visitor(one.site).get("/")), home);
  const Answer list = Visitor(two.site).get("/");
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr("row-phone-1"));
  EXPECT_THAT(list.body, HasSubstr("row-phone-2"));
}

TEST(Site, ExplainsARuleToEverybody) {
  Pages pages;
  Visitor visitor(pages.site);
  EXPECT_THAT(visitor.get("/rules/nonce.echo").body, HasSubstr("A service echoes &lt;the nonce&gt;."));
  const Answer unknown = visitor.get("/rules/%3Cscript%3E");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, Not(HasSubstr("<script>")));
}

TEST(Site, SaysWhatIsNotThere) {
  Pages pages;
  Visitor visitor(pages.site);
  EXPECT_EQ(visitor.get("/phones/phone-2/").status, 404) << "an unknown phone, before any log-in";
  EXPECT_EQ(visitor.get("/phones/").status, 404);
  EXPECT_EQ(visitor.get("/nothing").status, 404);
  visitor.log_in(Role::administrator);
  for (const char* path :
       {"/phones/phone-1/nothing", "/phones/phone-1/settings", "/phones/phone-1/settings/nothing",
        "/phones/phone-1/settings/network/more", "/phones/phone-1/wire", "/phones/phone-1/wire/7",
        "/phones/phone-1/wire/x", "/phones/phone-1/password/"})
    EXPECT_EQ(visitor.get(path).status, 404) << path;
  EXPECT_EQ(visitor.post("/phones/phone-1/nothing", {}).status, 404);
  EXPECT_EQ(visitor.post("/phones/phone-1/settings/nothing", {}).status, 404);
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/nothing", {}).status, 404);
  for (const char* method : {"PATCH", "DELETE"})
    EXPECT_EQ(visitor.ask(asked(method, home)).status, 405) << method;
  EXPECT_EQ(visitor.post("/", {}).status, 405);
}

TEST(Site, FindsThePhoneWithoutTheSlash) {
  Pages pages;
  EXPECT_EQ(location(Visitor(pages.site).get("/phones/phone-1")), home);
}

// ---- Logging in

TEST(LogInPage, IsWhereOneIsSentWhoWantsAnythingOfAPhone) {
  Pages pages;
  Visitor visitor(pages.site);
  for (const char* path : {"", "settings/", "settings/?q=a%20b", "settings/network", "wire/", "wire/1", "password", "nothing"}) {
    const Answer answer = visitor.get(home + std::string(path));
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_EQ(location(answer), "/phones/phone-1/login?next=" + percent_encoded(home + std::string(path)));
  }
  EXPECT_EQ(visitor.get("/phones/phone-1/events").status, 401);
  EXPECT_EQ(location(visitor.post("/phones/phone-1/actions/call", {})),
            "/phones/phone-1/login?next=%2Fphones%2Fphone-1%2F");
  EXPECT_FALSE(pages.house.phone().in_call());
  const Answer page = visitor.get("/phones/phone-1/login?next=%2Fphones%2Fphone-1%2Fwire%2F");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("name=\"next\" value=\"/phones/phone-1/wire/\""));
}

TEST(LogInPage, LeadsWhereOneWantedToGo) {
  Pages pages;
  Visitor visitor(pages.site);
  const Answer answer =
      visitor.post("/phones/phone-1/login",
                   {{"role", "user"}, {"password", "000000"}, {"next", "/phones/phone-1/settings/?q=key"}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(location(answer), "/phones/phone-1/settings/?q=key");
}

TEST(LogInPage, LeadsNowhereElse) {
  for (const std::string next :
       {"//evil.example", "https://evil.example/", "https:evil.example", "javascript:alert(1)",
        "\\\\evil.example", "/\\evil.example", "/phones/phone-1/\\..\\evil",
        "/phones/phone-1/\r\nSet-Cookie: a=b", "/phones/phone-1/\nX: y", "/phones/phone-2/",
        "/phones/phone-1", "phones/phone-1/", " /phones/phone-1/", "", "/phones/phone-1/\tx",
        "/phones/phone-1/\x7f", "/phones/phone-1/a b"}) {
    Pages pages;
    Visitor visitor(pages.site);
    const Answer answer =
        visitor.post("/phones/phone-1/login", {{"role", "user"}, {"password", "000000"}, {"next", next}});
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(location(answer), home) << next;
  }
}

TEST(LogInPage, SaysThatAPasswordIsWrongAndGivesNoSession) {
  Pages pages;
  Visitor visitor(pages.site);
  const Answer answer = visitor.log_in(Role::administrator, "phone-1", "000000");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("The password is wrong."));
  EXPECT_EQ(header(answer, "Set-Cookie"), "");
  EXPECT_EQ(visitor.get(home).status, 303);
}

TEST(LogInPage, SuspendsByThePolicyAndTheItemSaysSoUntilItIsOver) {
  Pages pages;
  Visitor visitor(pages.site);
  pages.house.write("pwd-retries", "2");
  pages.house.write("pwd-suspended-duration", "5");
  EXPECT_EQ(visitor.log_in(Role::user, "phone-1", "x").status, 403);
  EXPECT_THAT(visitor.log_in(Role::user, "phone-1", "x").body, HasSubstr("one time too many"));
  EXPECT_EQ(pages.house.value("user-pwd-status"), "1");
  EXPECT_EQ(visitor.log_in(Role::user).status, 403);
  pages.house.time += 5min;
  pages.site.tick();
  EXPECT_EQ(pages.house.value("user-pwd-status"), "0");
  EXPECT_EQ(visitor.log_in(Role::user).status, 303);
}

TEST(Session, StandsInACookieThatNoScriptAndNoOtherSiteCanUse) {
  Pages pages;
  Visitor visitor(pages.site);
  const std::string cookie = header(visitor.log_in(Role::user), "Set-Cookie");
  EXPECT_THAT(cookie, StartsWith("__Host-understudy="));
  for (const char* attribute : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"})
    EXPECT_THAT(cookie, HasSubstr(attribute));
  EXPECT_THAT(cookie, Not(HasSubstr("Domain")));
  EXPECT_EQ(visitor.get(home).status, 200);
}

TEST(Session, IsAnotherAfterEveryLogIn) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  const std::string first = visitor.session, first_token = visitor.token;
  visitor.log_in(Role::administrator);
  EXPECT_NE(visitor.session, first);
  EXPECT_NE(visitor.token, first_token);
  Visitor old(pages.site);
  old.session = first;
  EXPECT_EQ(old.get(home).status, 303) << "the old one is worth nothing";
}

TEST(Session, IsNoneThatABrowserMadeUp) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.session = std::string(64, '0');
  visitor.log_in(Role::user);
  EXPECT_NE(visitor.session, std::string(64, '0'));
}

TEST(Session, HoldsRolesAtSeveralPhones) {
  Pages pages({"phone-1", "phone-2"});
  Visitor visitor(pages.site);
  visitor.log_in(Role::user, "phone-1");
  EXPECT_EQ(visitor.get("/phones/phone-2/").status, 303);
  visitor.log_in(Role::administrator, "phone-2");
  EXPECT_EQ(visitor.get("/phones/phone-1/").status, 200);
  EXPECT_EQ(visitor.get("/phones/phone-1/settings/network").status, 303);
  EXPECT_EQ(visitor.get("/phones/phone-2/settings/network").status, 200);
}

TEST(Session, EndsUnusedAfterHalfAnHour) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  pages.house.time += 29min;
  EXPECT_EQ(visitor.get(home).status, 200);
  pages.house.time += 29min;
  EXPECT_EQ(visitor.get(home).status, 200);
  pages.house.time += 31min;
  EXPECT_EQ(visitor.get(home).status, 303);
}

TEST(Session, OutlivesThatThereAreTooManyOfOneMoment) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  for (std::size_t n = 0; n < Sessions::most; ++n)
    Visitor(pages.site).post("/phones/phone-1/login", {{"role", "user"}, {"password", "000000"}});
  for (int n = 0; n < 20; ++n) {
    Visitor again(pages.site);
    again.log_in(Role::user);
    again.log_in(Role::administrator);
    EXPECT_EQ(again.get("/phones/phone-1/settings/network").status, 200);
  }
}

TEST(LogOut, EndsTheSessionAndTheCookie) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::administrator);
  const std::string session = visitor.session;
  const Answer answer = visitor.post("/phones/phone-1/logout", {});
  EXPECT_EQ(location(answer), "/phones/phone-1/login");
  EXPECT_THAT(header(answer, "Set-Cookie"), HasSubstr("Max-Age=0"));
  visitor.session = session;
  EXPECT_EQ(visitor.get(home).status, 303);
}

TEST(LogOut, LeadsToTheListWhereThereAreSeveral) {
  Pages pages({"phone-1", "phone-2"});
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  EXPECT_EQ(location(visitor.post("/phones/phone-1/logout", {})), "/");
}

TEST(Token, IsWantedOfEveryForm) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::administrator);
  for (const char* path : {"logout", "password", "settings/network", "actions/call"})
    for (const std::string& token :
         {std::string(), std::string("wrong"), std::string(64, '0'), visitor.session})
      EXPECT_EQ(visitor.post(home + std::string(path), {{"token", token}}).status, 403) << path;
  EXPECT_FALSE(pages.house.phone().in_call());
  EXPECT_TRUE(pages.house.posted.empty());
  EXPECT_EQ(visitor.get(home).status, 200) << "still logged in";
}

TEST(Token, IsNotTheSession) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::administrator);
  EXPECT_NE(visitor.token, visitor.session);
  EXPECT_THAT(visitor.get(home).body, Not(HasSubstr(visitor.session)));
}

// ---- Roles

TEST(User, IsAskedForTheAdministratorsPasswordBeforeHisSettings) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  EXPECT_EQ(location(visitor.get("/phones/phone-1/settings/network")),
            "/phones/phone-1/login?as=administrator&next=%2Fphones%2Fphone-1%2Fsettings%2Fnetwork");
  EXPECT_EQ(visitor.get("/phones/phone-1/settings/keys").status, 200);
  EXPECT_EQ(visitor.post("/phones/phone-1/settings/network", {{"v.hostname", "mine"}}).status, 403);
  EXPECT_NE(pages.house.value("hostname"), "mine");
}

TEST(User, FindsNothingOfTheAdministratorsInASearch) {
  Pages pages;
  Visitor visitor(pages.site);
  pages.house.write("hostname", "needle-of-the-network");
  pages.house.write("key-label", "needle-of-the-keys", "3");
  visitor.log_in(Role::user);
  Answer found = visitor.get("/phones/phone-1/settings/?q=needle");
  EXPECT_THAT(found.body, HasSubstr("needle-of-the-keys"));
  EXPECT_THAT(found.body, Not(HasSubstr("needle-of-the-network")));
  visitor.log_in(Role::administrator);
  EXPECT_THAT(visitor.get("/phones/phone-1/settings/?q=needle").body, HasSubstr("needle-of-the-network"));
}

TEST(User, CannotResetThePhone) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  EXPECT_THAT(visitor.get(home).body, Not(HasSubstr("actions/reset")));
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/reset", {}).status, 403);
  EXPECT_TRUE(pages.house.posted.empty());
  visitor.log_in(Role::administrator);
  EXPECT_THAT(visitor.get(home).body, HasSubstr("actions/reset"));
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/reset", {}).status, 303);
}

// ---- What can be done

TEST(ActionForm, DoesItAndSaysSo) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  const Answer answer = visitor.post("/phones/phone-1/actions/call", {});
  EXPECT_EQ(location(answer), "/phones/phone-1/?did=call");
  EXPECT_TRUE(pages.house.phone().in_call());
  EXPECT_THAT(visitor.get(location(answer)).body, HasSubstr("Done: a call begins"));
}

TEST(ActionForm, WantsItsArgumentAndNoOther) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/call", {{"argument", "now"}}).status, 422);
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/logon", {}).status, 422);
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/logon", {{"argument", "4711:pw"}}).status, 409)
      << "mobility is off";
  pages.house.write("mobility-enabled", "true");
  EXPECT_EQ(visitor.post("/phones/phone-1/actions/logon", {{"argument", "4711:pw"}}).status, 303);
  EXPECT_EQ(pages.house.phone().mobile_user(), "4711");
}

TEST(ActionForm, SaysWhyItCannotBeDone) {
  Pages pages;
  Visitor visitor(pages.site);
  visitor.log_in(Role::user);
  const Answer answer = visitor.post("/phones/phone-1/actions/hangup", {});
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("there is no call to end"));
}

}  // namespace
}  // namespace understudy::wbm
