// Sessions, and messages that no healthy phone sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using enum wpi::Action;
using wpi::Reason;
using wpi::ReplyStatus;

const std::string mac = "00:1A:E8:FF:00:01";

class Session : public ::testing::Test {
 protected:
  Service service{simulated()};
  HandPhone phone{service, mac};
};

TEST_F(Session, IsHandedOutWithTheFirstAnswerAlone) {
  const Answer first = phone.starts_up();
  EXPECT_THAT(first.header("Set-Cookie"), MatchesRegex("JSESSIONID=[0-9A-F]{32}; Path=/; Secure; HttpOnly"));
  EXPECT_EQ(phone.replies(read_all_items).header("Set-Cookie"), "");
}

TEST_F(Session, IsNotHandedOutForASingleMessage) {
  phone.runs(phone.starts_up());
  EXPECT_EQ(phone.opens(Reason::solicited).header("Set-Cookie"), "");
}

TEST_F(Session, EndsWithCleanUp) {
  phone.runs(phone.starts_up());
  for (const wpi::Action action : {read_all_items, write_items, read_items, restart})
    EXPECT_EQ(phone.replies(action, ReplyStatus::accepted, {item("sip-name", "intruder")}).action(),
              clean_up);
  for (const wpi::Item& one : *service.items_of(mac)) EXPECT_NE(one.value, "intruder");
}

TEST_F(Session, GivesAReplyWithoutCookieCleanUpAlone) {
  phone.starts_up();
  phone.cookie.clear();
  const Answer answer = phone.replies(read_all_items);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.action(), clean_up);
  EXPECT_THAT(answer.items(), IsEmpty());
}

TEST_F(Session, GivesAnUnknownCookieCleanUpAlone) {
  phone.starts_up();
  phone.cookie = "JSESSIONID=00000000000000000000000000000000";
  EXPECT_EQ(phone.replies(read_all_items).action(), clean_up);
}

TEST_F(Session, TakesItsCookieWithAttributesAndBesideOthers) {
  phone.starts_up();
  phone.cookie = "PHPSESSID=old; path=/; JSESSIONID=stale; " + phone.cookie + "; Path=/; Secure; HttpOnly";
  EXPECT_EQ(phone.replies(read_all_items).action(), write_items);
}

TEST_F(Session, TellsPhonesBehindOneAddressApart) {
  HandPhone other(service, "00:1A:E8:FF:00:02");
  phone.starts_up();
  other.starts_up();
  EXPECT_NE(phone.cookie, other.cookie);
  phone.replies(read_all_items, ReplyStatus::accepted, {item("sip-name", "one")});
  other.replies(read_all_items, ReplyStatus::accepted, {item("sip-name", "two")});
  const auto name_of = [&](const std::string& of) {
    for (const wpi::Item& one : *service.items_of(of))
      if (one.name == "sip-name") return one.value;
    return std::string();
  };
  EXPECT_EQ(name_of(mac), "one");
  EXPECT_EQ(name_of("00:1A:E8:FF:00:02"), "two");
}

TEST_F(Session, NeverMixesPhonesUpWhoseCookieIsAnothers) {
  HandPhone other(service, "00:1A:E8:FF:00:02");
  phone.starts_up();
  other.starts_up();
  other.cookie = phone.cookie;
  const Answer answer = other.replies(read_all_items, ReplyStatus::accepted,
                                      {item("mac-addr", "00:1A:E8:FF:00:02"), item("sip-name", "two")});
  EXPECT_EQ(answer.action(), clean_up);
  EXPECT_EQ(phone.replies(read_all_items).action(), write_items);  // undisturbed
}

TEST_F(Session, BelongsToTheLatestFirstMessageOfAPhone) {
  phone.starts_up();
  const std::string first = phone.cookie;
  phone.cookie.clear();
  phone.starts_up();
  const std::string second = std::exchange(phone.cookie, first);
  EXPECT_EQ(phone.replies(read_all_items).action(), clean_up);
  phone.cookie = second;
  EXPECT_EQ(phone.replies(read_all_items).action(), write_items);
}

TEST_F(Session, CookiesComeFromTheSeedWhenSimulatedAndFromTheSystemOtherwise) {
  const auto cookie = [](Options options) {
    Service one(std::move(options));
    HandPhone caller(one, mac);
    caller.starts_up();
    return caller.cookie;
  };
  EXPECT_EQ(cookie(simulated()), cookie(simulated()));
  Options other_seed = simulated();
  other_seed.seed = 2;
  EXPECT_NE(cookie(simulated()), cookie(other_seed));
  EXPECT_NE(cookie(Options{}), cookie(Options{}));
}

TEST_F(Session, KeepsTheConnectionOpenUnlessThePhoneWantsItClosed) {
  Answer answer = phone.starts_up();
  EXPECT_FALSE(answer.served.close);
  EXPECT_EQ(answer.header("Connection"), "");
  EXPECT_EQ(answer.header("Keep-Alive"), "timeout=10");
  EXPECT_EQ(answer.header("Content-Type"), "text/xml");
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_THAT(answer.served.bytes, StartsWith("HTTP/1.1 200 OK\r\n"));
  phone.closes = true;
  answer = phone.starts_up();
  EXPECT_TRUE(answer.served.close);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(Session, RefusesWhatIsNoPostAndWhatIsElsewhere) {
  const std::string path(wpi::default_path);
  Answer answer = ask(service, {"GET", path, {}, ""});
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "POST");
  EXPECT_EQ(ask(service, {"DELETE", path + "?x=1", {}, ""}).status, 405);
  EXPECT_EQ(ask(service, {"GET", "/", {}, ""}).status, 404);
  EXPECT_EQ(ask(service, {"POST", path + "/", {}, ""}).status, 404);
  EXPECT_EQ(ask(service, {"GET", "", {}, ""}).status, 404);
}

TEST_F(Session, AnswersWhatCannotBeReadWith400AndWords) {
  for (const char* body : {"", "  \n", "nonsense", "<WorkpointMessage><Message nonce=\"A\">",
                           "<!DOCTYPE x [<!ENTITY e \"boom\">]><WorkpointMessage/>", "\xFF\xFE<\0a",
                           "<WorkpointMessage><Message><ReasonForContact>start-up</ReasonForContact></"
                           "Message></WorkpointMessage>"}) {
    const Answer answer = phone.posts(body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.header("Content-Type"), StartsWith("text/plain"));
    EXPECT_GT(answer.body.size(), 10u);
  }
  EXPECT_EQ(phone.starts_up().action(), read_all_items);
}

std::string message(const std::string& reason, const std::string& items) {
  return "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"a1\">" + reason +
         "<ItemList>" + items + "</ItemList></Message></WorkpointMessage>";
}

TEST_F(Session, EndsWhatItDoesNotUnderstandWithCleanUp) {
  const std::string start = "<ReasonForContact>start-up</ReasonForContact>";
  for (const std::string& body :
       {message(start, ""), message(start, "<Item name=\"mac-addr\"></Item>"),
        message(start, "<Item name=\"mac-addr\">&lt;script&gt;</Item>"),
        message(start, "<Item name=\"mac-addr\">" + std::string(10'000, 'A') + "</Item>"),
        message("<ReasonForContact>tea-time</ReasonForContact>",
                "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>"),
        message("", "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>"),
        message("<ReasonForContact action=\"WriteItems\" status=\"odd\">reply-to</ReasonForContact>", "")}) {
    const Answer answer = phone.posts(body);
    EXPECT_EQ(answer.status, 200) << body.substr(0, 300);
    EXPECT_EQ(answer.action(), clean_up) << body.substr(0, 300);
    EXPECT_EQ(answer.document.nonce_or_empty(), "a1");
  }
}

TEST_F(Session, DoesNotEchoANonceWithoutBound) {
  phone.nonce = std::string(1'000, 'A');
  EXPECT_EQ(phone.starts_up().status, 200);
  phone.nonce += 'A';
  EXPECT_EQ(phone.starts_up().status, 400);
}

TEST_F(Session, SurvivesMessagesDamagedAtRandom) {
  const std::string start =
      message("<ReasonForContact>start-up</ReasonForContact>",
              "<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item><Item name=\"alert\" index=\"1\">x</Item>");
  const std::string reply =
      message("<ReasonForContact action=\"ReadAllItems\" status=\"accepted\">reply-to</ReasonForContact>",
              "<Item name=\"sip-name\" status=\"failed\"></Item>");
  std::mt19937 chance(7);
  for (int i = 0; i < 3'000; ++i) {
    std::string body = i % 2 == 0 ? start : reply;
    for (auto damage = 1 + chance() % 3; damage > 0 && !body.empty(); --damage) {
      const std::size_t at = chance() % body.size();
      switch (chance() % 4) {
        case 0:
          body[at] = static_cast<char>(chance());
          break;
        case 1:
          body.erase(at, chance() % 40);
          break;
        case 2:
          body.insert(at, body.substr(chance() % body.size(), chance() % 60));
          break;
        default:
          body.resize(at + 1);
          break;
      }
    }
    const Answer answer = phone.posts(body);
    ASSERT_TRUE(answer.status == 200 || answer.status == 400) << body;
    if (answer.status == 200) {
      ASSERT_TRUE(answer.document.well_formed && answer.action()) << answer.body;
    }
  }
  HandPhone healthy(service, "00:1A:E8:FF:00:02");
  EXPECT_EQ(healthy.starts_up().action(), read_all_items);
}

TEST_F(Session, ServesPhonesOfUnusualIdentity) {
  HandPhone soft(service, "soft-client_7.example", "Build 12 (beta)");
  EXPECT_THAT(soft.runs(soft.starts_up()), ElementsAre(read_all_items, write_items, read_items, clean_up));
  EXPECT_NE(service.items_of("soft-client_7.example"), nullptr);
}

TEST_F(Session, KnowsAPhoneByItsAddressInEitherCase) {
  phone.runs(phone.starts_up());
  HandPhone same(service, "00:1a:e8:ff:00:01");
  EXPECT_THAT(same.runs(same.starts_up()), ElementsAre(clean_up));
}

}  // namespace
}  // namespace understudy::reference
