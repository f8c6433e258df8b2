// nonce.*, action.*, flow.*, fragment.*, session.*, tls.*: each rule held and deviated from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using transcript::CertificateProblem;
using transcript::Exchange;

// A start-up that is answered with one message of the service, and the phone's reply to it with CleanUp.
std::vector<Turn> answered_with(const std::string& action, const std::string& body) {
  auto turns = conversation();
  turns[0].answer.body = body;
  turns[1] = {reply_to(action), {.body = order("CleanUp")}};
  turns.resize(2);
  return turns;
}
std::vector<Turn> ended_with(const std::string& body) {
  return single(phone_says("start-up"), body);
}

Finding finding_in(const std::vector<Turn>& turns, const std::string& rule, const Stage& stage = {}) {
  const Verdict verdict = judged(turns, stage);
  EXPECT_THAT(deviating(verdict), ElementsAre(rule));
  return only_finding(verdict, rule);
}

TEST(NoncePresent, IsDeviatedFromByNoneAndByAnEmptyOne) {
  const Finding empty = finding_in(ended_with(service_says("<Action>CleanUp</Action>", "")), "nonce.present");
  EXPECT_EQ(empty.message, "the nonce is empty");
  EXPECT_EQ(marked(empty.excerpt), "<Message nonce=\"\">");
  const Finding none = finding_in(
      ended_with(
          "<DLSMessage "
          "xmlns=\"http://www.siemens.com/DLS\"><Message><Action>CleanUp</Action></Message></DLSMessage>"),
      "nonce.present");
  EXPECT_EQ(none.message, "Message carries no nonce");
}

TEST(NonceEcho, SaysWhatIsWrongWithIt) {
  const auto with = [](const std::string& nonce) {
    return finding_in(ended_with(service_says("<Action>CleanUp</Action>", nonce)), "nonce.echo").message;
  };
  EXPECT_EQ(with("FOREIGN"), "the nonce is none that the phone sent");
  EXPECT_EQ(with("a1b2c3d4"), "the nonce differs in case");
  EXPECT_EQ(with("A1B2"), "the nonce is cut off");
}

TEST(NonceEcho, HoldsTheNonceOfTheMessageAnsweredWhereThePhoneTakesANewOneEachTime) {
  auto turns = conversation();
  const std::string fresh =
      phone_says("reply-to", R"( action="ReadAllItems" status="accepted")", "NEW1", "final");
  turns[1] = {fresh, {.body = service_says("<Action>CleanUp</Action>", "NEW1")}};
  turns.resize(2);
  EXPECT_THAT(deviating(judged(turns)), IsEmpty());
  turns[1].answer.body = service_says("<Action>CleanUp</Action>", "A1B2C3D4");
  EXPECT_EQ(finding_in(turns, "nonce.echo").message, "the nonce is that of an earlier message");
}

TEST(ActionOne, IsDeviatedFromByNoneAndBySeveral) {
  EXPECT_THAT(deviating(judged(ended_with(service_says("")), {.ending = "unclean"})),
              ElementsAre("action.one", "flow.clean-up", "flow.every-reason"));
  const Finding two = finding_in(
      ended_with(service_says("<Action>CleanUp</Action><Action>ReadAllItems</Action>")), "action.one");
  EXPECT_EQ(two.came, "2 Actions");
  EXPECT_EQ(marked(two.excerpt), "ReadAllItems");
}

TEST(ActionKnown, IsDeviatedFromByAnotherSpelling) {
  const Verdict verdict = judged(ended_with(order("Cleanup")), {.ending = "unclean"});
  EXPECT_THAT(deviating(verdict), ElementsAre("action.known", "flow.clean-up"));
  EXPECT_EQ(only_finding(verdict, "action.known").expected, "CleanUp");
  EXPECT_EQ(marked(only_finding(verdict, "action.known").excerpt), "Cleanup");
  const Verdict unknown = judged(ended_with(order("FormatDisk")), {.ending = "unclean"});
  EXPECT_EQ(only_finding(unknown, "action.known").expected, "one of the eight actions");
}

TEST(ActionReadItemsNamed, IsDeviatedFromByAnEmptyOrMissingList) {
  finding_in(answered_with("ReadItems", order("ReadItems")), "action.read-items-named");
  finding_in(answered_with("ReadItems", service_says("<Action>ReadItems</Action><ItemList/>")),
             "action.read-items-named");
}

TEST(ActionReadItemsEmpty, IsDeviatedFromByContent) {
  const Finding finding = finding_in(
      answered_with("ReadItems", order("ReadItems", item("e164") + item("sntp-addr", "192.0.2.1"))),
      "action.read-items-empty");
  EXPECT_EQ(finding.came, "content in \"sntp-addr\"");
  EXPECT_THAT(deviating(judged(answered_with(
                  "ReadItems", order("ReadItems", "<Item name=\"e164\"/><Item name=\"x\">\n</Item>")))),
              IsEmpty());
}

TEST(ActionWriteItemsSome, IsDeviatedFromByNone) {
  finding_in(answered_with("WriteItems", order("WriteItems")), "action.write-items-some");
}

TEST(ActionNoItemsExpected, IsDeviatedFromByAnyList) {
  const Finding finding = finding_in(answered_with("ReadAllItems", order("ReadAllItems", item("e164"))),
                                     "action.no-items-expected");
  EXPECT_EQ(marked(finding.excerpt), "<ItemList");
  EXPECT_EQ(
      finding_in(answered_with("ReadAllItems", service_says("<Action>ReadAllItems</Action><ItemList/>")),
                 "action.no-items-expected")
          .came,
      "an empty one");
}

TEST(ActionCleanUpItems, AllowsTwoAndNoOther) {
  auto turns = conversation();
  turns.back().answer.body = order("CleanUp", item("send-solicited", "true") + item("cleanup-reason", "x"));
  EXPECT_THAT(deviating(judged(turns)), IsEmpty());
  EXPECT_EQ(
      finding_in(ended_with(order("CleanUp", item("sntp-addr", "192.0.2.1"))), "action.clean-up-items").came,
      "\"sntp-addr\"");
}

TEST(ActionFactoryReset, WantsBothItems) {
  const std::string password = item("restart-password", "124816"),
                    type = item("restart-type", "FactoryReset");
  const Stage restarts{.ending = "restart"};
  EXPECT_EQ(
      result(judged(ended_with(order("Restart", password + type)), restarts), "action.factory-reset").held,
      1u);
  EXPECT_EQ(finding_in(ended_with(order("Restart", password)), "action.factory-reset", restarts).came,
            "restart-password alone");
  EXPECT_EQ(finding_in(ended_with(order("Restart", type)), "action.factory-reset", restarts).came,
            "restart-type alone");
  EXPECT_EQ(result(judged(ended_with(order("Restart")), restarts), "action.factory-reset").outcome,
            Outcome::not_exercised);
}

TEST(FlowCleanUp, IsDeviatedFromByAnyOtherEndThatIsTheServices) {
  auto turns = conversation();
  turns[3].answer = {.body = ""};
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})),
              ElementsAre("http.not-empty", "flow.clean-up"));
  // Nothing says how it ended, but the last answer ordered nothing.
  EXPECT_THAT(deviating(judged(turns, {.ending = ""})), ElementsAre("http.not-empty", "flow.clean-up"));
  EXPECT_EQ(only_finding(judged(turns, {.ending = ""}), "flow.clean-up").where,
            "at the end of the interaction that began with start-up");
}

TEST(FlowCleanUp, IsNotWantedWhereThePhoneBrokeOffOrRestarted) {
  auto turns = conversation();
  turns.resize(2);  // the last word is WriteItems
  for (const std::string ending : {"broke_off", "broke_off: 250 actions", ""}) {
    const Verdict verdict = judged(turns, {.ending = ending});
    EXPECT_THAT(deviating(verdict), IsEmpty()) << ending;
    EXPECT_EQ(result(verdict, "flow.clean-up").outcome, Outcome::not_exercised);
  }
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})), ElementsAre("flow.clean-up"));
  EXPECT_THAT(deviating(judged(ended_with(order("Restart")), {.ending = "restart"})), IsEmpty());
}

TEST(FlowCleanUp, IsNotWantedAfterAnAcceptedSoftwareDeploymentAndIsAfterARefusedOne) {
  const std::string deploy = order("SoftwareDeployment", item("file-https-base-url", "https://192.0.2.1/os60.img") + item("file-type", "APP") +
                                                             item("file-sw-type", "Siemens SIP") + item("file-sw-version", "3.5.13.0"));
  EXPECT_THAT(deviating(judged(ended_with(deploy), {.ending = "restart"})), IsEmpty());
  EXPECT_THAT(deviating(judged(ended_with(deploy), {.ending = ""})), IsEmpty());
  auto turns = answered_with("SoftwareDeployment", deploy);
  turns[1].answer = {.body = ""};
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})), IsEmpty());
  turns[1].said = reply_to("SoftwareDeployment", "failed");
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})),
              ElementsAre("http.not-empty", "flow.clean-up"));
}

TEST(FlowCleanUp, IsJudgedWhenThePhoneComesAgainWithoutAnyMark) {
  Bench bench;
  auto turns = conversation();
  turns[3].answer = {.body = ""};
  bench.hear(turns, "");
  bench.hear(conversation(), "");
  const Verdict verdict = bench.finish();
  EXPECT_EQ(result(verdict, "flow.clean-up").deviated, 1u);
  EXPECT_EQ(result(verdict, "flow.clean-up").held, 1u);
}

// So many orders one after another, each answered, and CleanUp.
std::vector<Turn> orders(int count, const std::function<std::string(int)>& body, const std::string& action) {
  auto turns = conversation();
  Answer first = turns[0].answer;
  turns.clear();
  std::string said = phone_says("start-up");
  for (int i = 0; i < count; ++i) {
    Answer answer = i == 0 ? first : Answer{};
    answer.body = body(i);
    turns.push_back({said, answer});
    said = reply_to(action);
  }
  turns.push_back({said, {.body = order("CleanUp")}});
  return turns;
}

TEST(FlowBounded, IsDeviatedFromByTheSameOrderAThirdTimeAndSaidOnce) {
  const auto same = [](int) { return order("WriteItems", item("sntp-addr", "192.0.2.1")); };
  EXPECT_THAT(deviating(judged(orders(2, same, "WriteItems"))), IsEmpty());
  const Verdict verdict = judged(orders(6, same, "WriteItems"));
  EXPECT_THAT(deviating(verdict), ElementsAre("flow.bounded"));
  EXPECT_EQ(result(verdict, "flow.bounded").deviated, 1u);
  EXPECT_EQ(only_finding(verdict, "flow.bounded").exchange, 3u);
}

TEST(FlowBounded, IsDeviatedFromByMoreThanTwoHundredActions) {
  const auto other = [](int i) {
    return order("WriteItems", item("sntp-addr", "192.0.2." + std::to_string(i)));
  };
  const Verdict held = judged(orders(200, other, "WriteItems"));
  EXPECT_THAT(deviating(held), IsEmpty());
  EXPECT_EQ(result(held, "flow.bounded").held, 1u);
  const Verdict verdict = judged(orders(230, other, "WriteItems"), {.ending = "broke_off"});
  EXPECT_THAT(deviating(verdict), ElementsAre("flow.bounded"));
  EXPECT_EQ(result(verdict, "flow.bounded").deviated, 1u);
}

TEST(FlowBounded, CountsActionsThatNobodyKnows) {
  const auto foreign = [](int i) { return order("Dance" + std::to_string(i)); };
  const auto nameless = [](int) { return order(""); };
  const auto several = [](int) {
    return service_says("<Action>ReadAllItems</Action><Action>Dance</Action>");
  };
  for (const auto& turn : std::vector<std::function<std::string(int)>>{foreign, nameless, several}) {
    const Verdict verdict = judged(orders(230, turn, "WriteItems"), {.ending = "broke_off"});
    EXPECT_EQ(result(verdict, "flow.bounded").deviated, 1u) << turn(0);
    EXPECT_EQ(only_finding(verdict, "flow.bounded").came, "201 actions");
    EXPECT_EQ(result(judged(orders(199, turn, "WriteItems")), "flow.bounded").deviated, 0u) << turn(0);
  }
}

TEST(FlowBounded, AllowsReadingBackAfterEachNewWrite) {
  const auto turn = [](int i) {
    return i % 2 == 0 ? order("ReadItems", item("sntp-addr"))
                      : order("WriteItems", item("sntp-addr", "192.0.2." + std::to_string(i)));
  };
  EXPECT_THAT(deviating(judged(orders(12, turn, "WriteItems"))), IsEmpty());
  const auto reads = [](int) { return order("ReadItems", item("sntp-addr")); };
  EXPECT_THAT(deviating(judged(orders(6, reads, "ReadItems"))), ElementsAre("flow.bounded"));
}

TEST(FlowBounded, DoesNotCountGetNextFragment) {
  auto turns = orders(
      10, [](int) { return order("GetNextFragment"); }, "ReadAllItems");
  for (Turn& turn : turns)
    turn.said = phone_says("reply-to", R"( action="ReadAllItems" status="accepted")", "A1B2C3D4", "next");
  EXPECT_EQ(result(judged(turns), "flow.bounded").outcome, Outcome::held);
}

TEST(FlowEveryReason, IsHeldByAnActionForEach) {
  for (const std::string reason : {"start-up", "solicited", "local-changes", "inventory-changes", "status"}) {
    EXPECT_EQ(result(judged(single(phone_says(reason), order("CleanUp"))), "flow.every-reason").held, 1u)
        << reason;
    auto turns = single(phone_says(reason), "not found");
    turns[0].answer.status = 404;
    const Verdict verdict = judged(turns, {.ending = "unclean"});
    EXPECT_THAT(deviating(verdict), ElementsAre("http.status", "flow.clean-up", "flow.every-reason"))
        << reason;
    EXPECT_EQ(only_finding(verdict, "flow.every-reason").came, "status 404");
  }
}

TEST(FlowRestartEnds, IsJudgedByWhatFollowsThePhonesReply) {
  const auto follows = [](const std::string& body, const std::string& status = "accepted") {
    auto turns = answered_with("Restart", order("Restart"));
    turns[1] = {reply_to("Restart", status), {.body = body}};
    return judged(turns, {.ending = "restart"});
  };
  EXPECT_EQ(result(follows(order("CleanUp")), "flow.restart-ends").held, 1u);
  EXPECT_EQ(result(follows(""), "flow.restart-ends").held, 1u);
  EXPECT_THAT(deviating(follows("")), IsEmpty());
  const Verdict goes_on = follows(order("WriteItems", item("ldap-user", "b")));
  EXPECT_THAT(deviating(goes_on), ElementsAre("flow.restart-ends"));
  EXPECT_EQ(only_finding(goes_on, "flow.restart-ends").where, "in the WriteItems that followed Restart");
  EXPECT_EQ(result(follows(order("ReadAllItems"), "failed"), "flow.restart-ends").outcome,
            Outcome::not_exercised);
  EXPECT_EQ(result(judged(ended_with(order("Restart")), {.ending = "restart"}), "flow.restart-ends").outcome,
            Outcome::not_exercised);
}

TEST(FragmentNotUnasked, AllowsGetNextFragmentAfterNextAlone) {
  auto turns = answered_with("ReadAllItems", order("ReadAllItems"));
  turns[1] = {phone_says("reply-to", R"( action="ReadAllItems" status="accepted")", "A1B2C3D4", "next"),
              {.body = order("GetNextFragment")}};
  turns.push_back({reply_to("ReadAllItems"), {.body = order("CleanUp")}});
  const Verdict held = judged(turns);
  EXPECT_THAT(deviating(held), IsEmpty());
  EXPECT_EQ(result(held, "fragment.not-unasked").held, 1u);
  turns[1].said = reply_to("ReadAllItems");
  EXPECT_EQ(finding_in(turns, "fragment.not-unasked").where,
            "in the GetNextFragment that followed ReadAllItems");
}

TEST(SessionCookie, IsOneThatAPhoneCanSendBack) {
  for (const char* none :
       {"noequals; Secure; HttpOnly", "=0123ABCD", "JSESSIONID=; Secure", "JSESSIONID=1; Max-Age=0"}) {
    auto turns = conversation();
    turns[0].answer.headers = {{"Content-Type", "text/xml"}, {"Set-Cookie", none}};
    EXPECT_EQ(result(judged(turns), "session.cookie").outcome, Outcome::deviated) << none;
  }
}

TEST(SessionCookie, IsWantedWithTheFirstOfSeveralMessages) {
  EXPECT_EQ(result(judged(ended_with(order("CleanUp"))), "session.cookie").outcome, Outcome::not_exercised);
  auto turns = conversation();
  turns[0].answer.headers = {{"Content-Type", "text/xml"}};
  turns[1].answer.headers.push_back({"Set-Cookie", "JSESSIONID=1; Secure; HttpOnly"});  // too late
  EXPECT_EQ(finding_in(turns, "session.cookie").level, Level::should);
  turns[0].change = [](Exchange& x) { x.request.headers.push_back({"Cookie", "JSESSIONID=0"}); };
  EXPECT_EQ(finding_in(turns, "session.cookie").level, Level::note);
}

TEST(SessionCookieSecure, WantsBothAttributesOfACookieThatIsSet) {
  const auto with = [](const std::string& cookie, bool encrypted = true) {
    auto turns = conversation();
    turns[0].answer.headers = {{"Content-Type", "text/xml"}, {"set-cookie", cookie}};
    turns[0].change = [=](Exchange& x) { x.encrypted = encrypted; };
    return judged(turns);
  };
  EXPECT_THAT(deviating(with("a=b; secure; HTTPONLY; Path=/")), IsEmpty());
  EXPECT_THAT(deviating(with("a=b; HttpOnly", false)), IsEmpty());
  EXPECT_EQ(only_finding(with("a=b; Path=/"), "session.cookie-secure").came, "without Secure and HttpOnly");
  EXPECT_EQ(only_finding(with("a=Secure; HttpOnly"), "session.cookie-secure").came, "without Secure");
  EXPECT_THAT(deviating(with("a=; Path=/")), ElementsAre("session.cookie"));
  EXPECT_THAT(deviating(with("a=x; Max-Age=0")), ElementsAre("session.cookie"));
}

TEST(TlsVersion, IsDeviatedFromByOldOnesAndNotedTowardsOldPhones) {
  const auto with = [](const std::string& version, const std::string& firmware) {
    auto turns = conversation();
    for (Turn& turn : turns) turn.change = [=](Exchange& x) { x.tls->version = version; };
    return judged(turns, {.firmware = firmware});
  };
  EXPECT_THAT(deviating(with("TLSv1.2", "V3 R5.12.0")), IsEmpty());
  const Verdict old = with("TLSv1.1", "V3 R5.12.0");
  EXPECT_EQ(only_finding(old, "tls.version").level, Level::should);
  EXPECT_EQ(only_finding(old, "tls.version").count, 1u);  // once a connection
  EXPECT_EQ(only_finding(with("TLSv1", "V2 R2.30.0"), "tls.version").level, Level::note);
}

TEST(TlsCertificateValid, MindsTimeAndNameAndNotWhoSigned) {
  const auto with = [](std::vector<CertificateProblem> problems) {
    auto turns = conversation();
    turns[0].change = [=](Exchange& x) {
      x.tls->problems = problems;
      x.tls->not_after = "2024-01-01T00:00:00Z";
    };
    return judged(turns);
  };
  EXPECT_EQ(result(with({CertificateProblem::self_signed, CertificateProblem::unknown_issuer}),
                   "tls.certificate-valid")
                .held,
            1u);
  const Verdict expired = with({CertificateProblem::expired, CertificateProblem::wrong_name});
  EXPECT_THAT(deviating(expired), ElementsAre("tls.certificate-valid"));
  ASSERT_EQ(expired.findings.size(), 2u);
  EXPECT_EQ(expired.findings[0].came, "not after 2024-01-01T00:00:00Z");
  EXPECT_THAT(expired.findings[1].came, HasSubstr("CN=localhost"));
  EXPECT_EQ(only_finding(with({CertificateProblem::not_yet_valid}), "tls.certificate-valid").level,
            Level::note);
}

}  // namespace
}  // namespace understudy::conformance
