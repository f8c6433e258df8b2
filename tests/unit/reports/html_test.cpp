// The page of a result: all of it harmless, bounded and the same each time.
#include "reports/html.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

#include "items/catalogue.h"
#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::string body_of(const std::string& page) {
  return page.substr(page.find("<body"), page.find("<script>") - page.find("<body"));
}

transcript::Exchange exchange_of(std::uint64_t number, std::uint32_t interaction,
                                 std::string body = "<DLSMessage/>") {
  transcript::Exchange out;
  out.number = number;
  out.phone = "phone-1";
  out.interaction = interaction;
  out.message = 1;
  out.begun = milliseconds(10 * number);
  out.sent = out.begun + milliseconds(1);
  out.first_byte = out.ended = out.begun + milliseconds(5);
  out.request.method = "POST";
  out.request.target = "/DeploymentService/LoginService";
  out.request.headers = {{"Cookie", "JSESSIONID=TOPSECRET1"}};
  out.request.body = std::move(body);
  wpi::HttpResponse response;
  response.head = "HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=TOPSECRET1; Secure\r\n\r\n";
  response.status = 200;
  response.headers = {{"Set-Cookie", "JSESSIONID=TOPSECRET1; Secure"}, {"Server", "<b>Apache</b>"}};
  response.framing = wpi::Framing::content_length;
  response.body =
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"A1\"><Action>CleanUp</Action></Message></DLSMessage>";
  response.complete = response.keeps_open = true;
  out.response = std::move(response);
  return out;
}

transcript::Mark mark_of(milliseconds at, transcript::Event event, std::uint32_t interaction,
                         std::string text) {
  return {at, event, "phone-1", interaction, std::move(text)};
}

void play(Interactions& interactions, std::uint32_t number, const std::string& reason,
          const std::string& body) {
  interactions.take(mark_of(milliseconds(10 * number), transcript::Event::interaction, number, reason));
  interactions.take(exchange_of(number, number, body));
  interactions.take(
      mark_of(milliseconds(10 * number + 6), transcript::Event::interaction_ended, number, "clean_up"));
}

Finding nonce_finding(std::uint32_t number) {
  Finding finding;
  finding.rule = "nonce.echo";
  finding.message = "the nonce is that of another message";
  finding.phone = "phone-1";
  finding.interaction = number;
  finding.exchange = number;
  return finding;
}

TEST(HtmlReport, ShowsNothingOfTheOtherSideAsMarkup) {
  Result result = many();
  const std::string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\x1b[2J\xFF\xE2\x80\xAE";
  for (Finding& finding : result.verdict.findings)
    finding.message = finding.came = finding.expected = finding.where = finding.step = finding.phone = evil;
  for (transcript::PhoneMark& phone : result.run.phones) phone.model = phone.e164 = evil;
  for (Step& step : result.run.steps) step.name = step.cut_short = evil;
  result.run.start.service = result.run.peer = result.again = result.run.tls->subject = evil;
  result.troubles = {evil};
  result.fingerprint.headers = {{"Server", evil}};
  result.fingerprint.cookies = {{evil, evil}};
  result.fingerprint.namespaces = {evil};
  result.fingerprint.times = {{evil, 1, {}, {}, {}}};
  result.fingerprint.keeps_open = 1;
  const std::string body = body_of(html(result));
  EXPECT_THAT(body, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(body, Not(HasSubstr("<img")));
  EXPECT_THAT(body, Not(HasSubstr("\x1b")));
  EXPECT_THAT(body, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(body, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(HtmlReport, FetchesNothingAndIsTheSameEachTime) {
  for (const Sample& sample : samples()) {
    const std::string page = html(sample.result);
    EXPECT_EQ(page, html(sample.result)) << sample.name;
    EXPECT_FALSE(std::regex_search(page, std::regex("(src|action)=|url\\(|@import|<link"))) << sample.name;
    EXPECT_THAT(page, HasSubstr("default-src 'none'")) << sample.name;
  }
}

TEST(HtmlReport, SaysTheVerdictFirstAndWhatToMend) {
  const std::string body = body_of(html(one_must()));
  const std::size_t verdict = body.find("Not conforming"), mend = body.find("What to mend first"),
                    service = body.find("id=\"service\"");
  EXPECT_LT(verdict, mend);
  EXPECT_LT(mend, service);
  EXPECT_THAT(body, HasSubstr("understudy check https://10.0.0.5:18443 --seed 9 --only nonce.echo"));
  EXPECT_THAT(body_of(html(could_not_run())), HasSubstr("10.0.0.5:18443 refused the connection"));
}

TEST(HtmlReport, LinksEveryRuleToItsExplanation) {
  const std::string body = body_of(html(many()));
  static const std::regex link("href=\"#([^\"]+)\"");
  for (std::sregex_iterator at(body.begin(), body.end(), link), end; at != end; ++at)
    EXPECT_THAT(body, HasSubstr("id=\"" + (*at)[1].str() + "\""));
  EXPECT_THAT(body, HasSubstr("href=\"#rule-nonce.echo\""));
}

TEST(HtmlReport, LinksAFindingToItsArrowAndCoversSecrets) {
  transcript::Masker masker(items::is_secret);
  Interactions interactions(&masker);
  play(interactions, 1, "start-up", "<Item name=\"sip-pwd\">hunter2hunter2</Item>");
  interactions.take(nonce_finding(1), Spot{Spot::In::body, 60, 5});
  interactions.finish();
  Result result = one_must();
  result.verdict.findings.at(0).exchange = 1;
  const std::string page = html(result, {.interactions = &interactions});
  EXPECT_THAT(page, HasSubstr("href=\"#exchange-1\""));
  EXPECT_THAT(page, HasSubstr("id=\"exchange-1\""));
  EXPECT_THAT(page, HasSubstr("<mark>"));
  EXPECT_THAT(page, Not(HasSubstr("TOPSECRET1")));
  EXPECT_THAT(page, Not(HasSubstr("hunter2")));
}

TEST(HtmlReport, StaysWithinAFewMegabytesWithFiveThousandInteractions) {
  Interactions interactions(nullptr);
  std::string long_body = "<DLSMessage><Message><ItemList>";
  for (int i = 0; i < 1300; ++i)
    long_body += "<Item name=\"function-key-def\" index=\"" + std::to_string(i) + "\">59</Item>";
  long_body += "</ItemList></Message></DLSMessage>";
  for (std::uint32_t i = 1; i <= 5'000; ++i) {
    play(interactions, i, i % 7 == 0 ? "start-up " + std::to_string(i) : "local-changes",
         i % 7 == 0 ? long_body : "<a/>");
    if (i % 500 == 0) interactions.take(nonce_finding(i), {});
  }
  interactions.finish();
  ASSERT_EQ(interactions.all().size(), 5'000U);
  const std::string page = html(one_must(), {.interactions = &interactions});
  EXPECT_LT(page.size(), 8U * 1024 * 1024);
  EXPECT_THAT(page, HasSubstr("id=\"interaction-5000\""));
  EXPECT_THAT(page, HasSubstr("id=\"exchange-500\""));  // where the finding was first seen
  EXPECT_THAT(page, HasSubstr("like this one"));
}

TEST(KeptInteractions, AreTheFirstOfEachKindAndThoseWithFindings) {
  Interactions interactions(nullptr, {.of_a_kind = 2, .with_remarks = 1});
  for (std::uint32_t i = 1; i <= 40; ++i) {
    play(interactions, i, "local-changes", "<a/>");
    if (i == 30 || i == 35 || i == 36) interactions.take(nonce_finding(i), {});
  }
  interactions.finish();
  std::vector<std::size_t> whole;
  for (std::size_t i = 0; i < interactions.all().size(); ++i)
    if (interactions.all()[i].ladder) whole.push_back(i + 1);
  EXPECT_THAT(whole, ::testing::ElementsAre(1, 2, 30));
  EXPECT_THAT(interactions.all()[34].broken, ::testing::ElementsAre("must nonce.echo"));
}

TEST(KeptInteractions, TakeWhatTheJudgeSaysLate) {
  Interactions interactions(nullptr);
  for (std::uint32_t i = 1; i <= 200; ++i) play(interactions, i, "start-up", "<a/>");
  interactions.take(nonce_finding(2), {});
  interactions.finish();
  ASSERT_TRUE(interactions.all()[1].ladder);
  ASSERT_EQ(interactions.all()[1].ladder->rungs.size(), 1U);
  EXPECT_EQ(interactions.all()[1].ladder->rungs[0].remarks.size(), 1U);
}

TEST(FingerprintOfAService, CountsWhatAnswersAreLike) {
  Fingerprinter fingerprinter;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    transcript::Exchange exchange = exchange_of(i, 1);
    exchange.first_byte = exchange.sent + milliseconds(i);
    fingerprinter.take(exchange, "CleanUp");
  }
  const Fingerprint print = fingerprinter.fingerprint();
  EXPECT_EQ(print.keeps_open, 20U);
  EXPECT_EQ(print.by_length, 20U);
  EXPECT_THAT(print.cookies, ::testing::ElementsAre(::testing::Pair("JSESSIONID", "Secure")));
  ASSERT_EQ(print.times.size(), 1U);
  EXPECT_EQ(print.times[0].p50, milliseconds(10));
  EXPECT_EQ(print.times[0].p95, milliseconds(19));
  EXPECT_EQ(print.times[0].max, milliseconds(20));
}

}  // namespace

}  // namespace understudy::conformance
