// The judge as a whole: what a clean conversation holds, how findings fold, and what it keeps.
#include "rules/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/area.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> exercised(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const RuleResult& rule : verdict.rules)
    if (rule.outcome != Outcome::not_exercised) out.push_back(rule.rule);
  return out;
}

TEST(Judge, FindsNothingInACleanConversationAndHoldsWhatHadAnOccasion) {
  const Verdict verdict = judged(conversation());
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_TRUE(verdict.conforming(true));
  EXPECT_EQ(verdict.exchanges, 4u);
  EXPECT_THAT(
      exercised(verdict),
      ElementsAre("http.status", "http.version", "http.content-type", "http.content-length", "http.delimited",
                  "http.framing", "http.timely", "http.keep-alive", "http.no-redirect", "http.not-empty",
                  "session.cookie", "session.cookie-secure", "xml.well-formed", "xml.utf8", "xml.root",
                  "xml.namespace", "xml.namespace-some", "xml.one-message", "xml.item-list-place",
                  "xml.nothing-else", "xml.item-attributes", "xml.no-doctype", "xml.size", "nonce.present",
                  "nonce.echo", "action.one", "action.known", "action.read-items-named",
                  "action.read-items-empty", "action.write-items-some", "action.no-items-expected",
                  "action.clean-up-items", "flow.clean-up", "flow.bounded", "flow.every-reason",
                  "fragment.not-unasked", "item.known", "item.writable", "item.index", "item.unique",
                  "tls.version", "tls.certificate-valid"));
  EXPECT_EQ(result(verdict, "nonce.echo").held, 4u);
  EXPECT_EQ(result(verdict, "http.keep-alive").held, 3u);
  EXPECT_EQ(result(verdict, "flow.clean-up").held, 1u);
  EXPECT_EQ(result(verdict, "tls.version").held, 1u);
}

TEST(Judge, BindsEveryRuleOfTheTableOnceAndNoOther) {
  std::vector<std::string> bound, listed;
  for (const Binding& binding : all_bindings()) {
    bound.emplace_back(binding.id);
    EXPECT_TRUE(binding.exchange || binding.message || binding.probe || binding.connection || binding.end || binding.poll || binding.contact ||
                binding.trial || binding.endured)
        << binding.id;
  }
  for (const RuleText& rule : rules()) listed.push_back(rule.id);
  EXPECT_THAT(bound, ::testing::UnorderedElementsAreArray(listed));
}

TEST(Judge, SaysWhyARuleWasNotExercised) {
  Stage stage;
  stage.selection = *Selection::of({}, {"nonce.echo"});
  const Verdict verdict = judged(conversation(), stage);
  EXPECT_EQ(result(verdict, "nonce.echo").why, "not selected");
  EXPECT_THAT(result(verdict, "xml.entities-v1").why,
              StartsWith("no occasion: items sent to a phone with firmware V1"));
  EXPECT_EQ(result(verdict, "http.status").why, "");
}

TEST(Judge, JudgesOnlyWhatWasSelected) {
  auto turns = conversation();
  turns[3].answer.body = service_says("<Action>Cleanup</Action>", "OTHER");
  Stage stage;
  stage.selection = *Selection::of({"nonce"}, {});
  EXPECT_THAT(deviating(judged(turns, stage)), ElementsAre("nonce.echo"));
}

TEST(Judge, NamesPhoneStepInteractionAndPlaceOfTheFirstTime) {
  Bench bench;
  bench.take(transcript::Mark{{}, transcript::Event::step, "", 0, "start-up, unchanged"});
  bench.hear(conversation(), "clean_up");
  auto turns = conversation();
  turns[3].answer.body = service_says("<Action>CleanUp</Action>", "OTHER");
  bench.hear(turns, "clean_up");
  const Finding finding = only_finding(bench.finish(), "nonce.echo");
  EXPECT_EQ(finding.phone, "phone-1");
  EXPECT_EQ(finding.firmware, "V3 R5.12.0");
  EXPECT_EQ(finding.step, "start-up, unchanged");
  EXPECT_EQ(finding.interaction, 2u);
  EXPECT_EQ(finding.exchange, 8u);
  EXPECT_EQ(finding.where, "in the CleanUp that followed ReadItems");
  EXPECT_EQ(finding.expected, "\"A1B2C3D4\"");
  EXPECT_EQ(finding.came, "\"OTHER\"");
  ASSERT_TRUE(finding.excerpt);
  EXPECT_EQ(marked(finding.excerpt), "OTHER");
  EXPECT_EQ(finding.excerpt->mark_line, 2u);
  EXPECT_EQ(finding.excerpt->mark_column, 17u);
}

TEST(Judge, TakesTheSameDeviationOfManyPhonesForOneFinding) {
  Bench bench;
  auto turns = conversation();
  for (int i = 0; i < 50; ++i) {
    turns[1].answer.body =
        service_says("<Action>WriteItems</Action><ItemList>" + item("sntp-addr", "192.0.2.1") + "</ItemList>",
                     "FOREIGN" + std::to_string(i));
    bench.hear(turns, "clean_up", "phone-" + std::to_string(i));
  }
  const Verdict verdict = bench.finish();
  const Finding finding = only_finding(verdict, "nonce.echo");
  EXPECT_EQ(finding.count, 50u);
  EXPECT_EQ(finding.phone, "phone-0");
  EXPECT_EQ(finding.came, "\"FOREIGN0\"");
  EXPECT_EQ(result(verdict, "nonce.echo").deviated, 50u);
  EXPECT_EQ(result(verdict, "nonce.echo").held, 150u);
}

TEST(Judge, KeepsDeviationsInDifferentOrdersApart) {
  auto turns = conversation();
  turns[1].answer.body =
      service_says("<Action>WriteItems</Action><ItemList>" + item("ldap-user", "b") + "</ItemList>", "X");
  turns[3].answer.body = service_says("<Action>CleanUp</Action>", "X");
  const Verdict verdict = judged(turns);
  ASSERT_EQ(verdict.findings.size(), 2u);
  EXPECT_EQ(verdict.findings[0].where, "in the WriteItems that followed ReadAllItems");
  EXPECT_EQ(verdict.findings[1].where, "in the CleanUp that followed ReadItems");
}

TEST(Judge, DoesNotJudgeASilentServiceThatHasNeverSpoken) {
  for (const auto outcome : {transcript::Outcome::no_connection, transcript::Outcome::closed,
                             transcript::Outcome::timed_out, transcript::Outcome::tls_failed}) {
    auto turns = single(phone_says("start-up"), order("CleanUp"));
    turns[0].change = [&](transcript::Exchange& x) {
      x.response.reset();
      x.answer.reset();
      x.first_byte = {};
      x.outcome = outcome;
    };
    const Verdict verdict = judged(turns, {.ending = "connection_lost"});
    EXPECT_THAT(exercised(verdict), IsEmpty());
    EXPECT_EQ(verdict.exchanges, 0u);
  }
}

TEST(Judge, DoesNotJudgeWhatSpeaksNoHttpAtAll) {
  auto turns = single(phone_says("start-up"), "");
  turns[0].change = [](transcript::Exchange& x) {
    x.response = wpi::HttpResponse{};
    x.response->problems.push_back({wpi::HttpFlaw::bad_status_line, "SSH-2.0-OpenSSH_9.2", 0});
  };
  EXPECT_THAT(exercised(judged(turns, {.ending = "unclean"})), IsEmpty());
}

TEST(Judge, DoesNotJudgeAnExchangeThatWeBrokeOff) {
  Bench bench;
  bench.hear(conversation(), "clean_up");
  auto turns = conversation();
  turns.resize(2);
  turns[1].change = [](transcript::Exchange& x) {
    x.response.reset();
    x.answer.reset();
    x.outcome = transcript::Outcome::interrupted;
  };
  bench.hear(turns, "connection_lost");
  const Verdict verdict = bench.finish();
  EXPECT_THAT(deviating(verdict), IsEmpty());
  EXPECT_EQ(verdict.exchanges, 5u);
}

TEST(Judge, TakesTheFirmwareFromTheMessageWhereItStandsThere) {
  // Introduced as V3, it says V2 R2 itself: chunks may not be sent to it.
  auto turns = single(
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"A1B2C3D4\"><ReasonForContact>start-up"
      "</ReasonForContact><ItemList><Item name=\"software-version\">V2 "
      "R2.30.0</Item></ItemList></Message></WorkpointMessage>",
      order("CleanUp"));
  turns[0].answer.headers.push_back({"Transfer-Encoding", "chunked"});
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre("http.no-chunked"));
  EXPECT_EQ(only_finding(verdict, "http.no-chunked").firmware, "V2 R2.30.0");
}

TEST(Judge, ShowsNoSecretInAnExcerpt) {
  transcript::Masker masker([](std::string_view name) { return name == "sip-pwd"; });
  auto turns = conversation();
  // The mark is in the secret's own line.
  turns[1].answer.body = service_says(
      "<Action>WriteItems</Action><ItemList><Item name=\"sip-pwd\" index=\"x\">geheim99</Item></ItemList>");
  turns[0].answer.headers = {{"Content-Type", "text/html"},
                             {"Set-Cookie", "JSESSIONID=SECRETCOOKIE; Secure"}};
  Stage stage;
  stage.masker = &masker;
  const Verdict verdict = judged(turns, stage);
  EXPECT_THAT(deviating(verdict),
              ElementsAre("http.content-type", "session.cookie-secure", "xml.item-attributes"));
  for (const Finding& finding : verdict.findings) {
    ASSERT_TRUE(finding.excerpt) << finding.rule;
    for (const std::string& text : {finding.excerpt->text, finding.came, finding.message}) {
      EXPECT_THAT(text, Not(HasSubstr("geheim99")));
      EXPECT_THAT(text, Not(HasSubstr("SECRETCOOKIE")));
    }
  }
  EXPECT_THAT(only_finding(verdict, "xml.item-attributes").excerpt->text, HasSubstr("sip-pwd"));
}

TEST(Findings, CoverSecretsThatAServicePutsWhereNoneAreLookedFor) {
  transcript::Masker masker([](std::string_view name) { return name == "user-pwd"; });
  std::string said = phone_says("start-up");
  said.insert(said.find("</Message>"), "<ItemList>" + item("user-pwd", "geheim99") + "</ItemList>");
  auto turns = single(said, order("CleanUp"));
  turns[0].answer.headers = {{"Content-Type", "geheim99/html"}};
  turns[0].answer.body = service_says("<Action>CleanUp</Action>", "geheim99");
  Stage stage;
  stage.masker = &masker;
  const Verdict verdict = judged(turns, stage);
  EXPECT_THAT(deviating(verdict), ElementsAre("http.content-type", "nonce.echo"));
  for (const Finding& finding : verdict.findings) {
    EXPECT_THAT(finding.message + finding.expected + finding.came, Not(HasSubstr("geheim99"))) << finding.rule;
    EXPECT_THAT(finding.came, HasSubstr("xxxxxx")) << finding.rule;
  }
}

// ---- What is told at once

TEST(JudgeTells, OfEveryDeviationOfItsOwnOccasionAndWhereItIs) {
  Bench bench;
  std::vector<std::pair<Finding, Spot>> told;
  bench.tell([&](const Finding& finding, const Spot& spot) { told.emplace_back(finding, spot); });
  bench.hear(conversation(), "clean_up");
  EXPECT_TRUE(told.empty());
  auto turns = conversation();
  for (const char* nonce : {"ONE", "OTHER"}) {
    turns[3].answer.body = service_says("<Action>CleanUp</Action>", nonce);
    bench.hear(turns, "clean_up");
  }
  ASSERT_EQ(told.size(), 2u) << "also of what folds into a finding that is there";
  const auto& [second, spot] = told[1];
  EXPECT_EQ(second.rule, "nonce.echo");
  EXPECT_EQ(second.phone, "phone-1");
  EXPECT_EQ(second.interaction, 3u);
  EXPECT_EQ(second.exchange, 12u);
  EXPECT_EQ(second.count, 1u);
  EXPECT_EQ(second.came, "\"OTHER\"");
  EXPECT_EQ(spot.in, Spot::In::body);
  EXPECT_EQ(turns[3].answer.body.substr(spot.offset, spot.length), "OTHER");
  EXPECT_EQ(only_finding(bench.finish(), "nonce.echo").count, 2u) << "the verdict is the same as ever";
}

TEST(JudgeTells, WhileTheEntryThatShowsItIsTaken) {
  Bench bench;
  std::vector<std::string> said;
  bench.tell([&](const Finding& finding, const Spot&) { said.push_back(finding.rule); });
  auto turns = conversation();
  turns[0].answer.headers[0] = {"Content-Type", "text/html"};
  bench.hear({turns[0]}, "");
  EXPECT_THAT(said, ElementsAre("http.content-type")) << "though the interaction goes on";
}

TEST(JudgeTells, WhereInTheHeadADeviationIs) {
  Bench bench;
  std::optional<Spot> where;
  bench.tell([&](const Finding&, const Spot& spot) { where = spot; });
  auto turns = conversation();
  turns[0].answer.headers[0] = {"Content-Type", "text/html"};
  bench.hear(turns, "clean_up");
  ASSERT_TRUE(where);
  EXPECT_EQ(where->in, Spot::In::head);
  EXPECT_THAT(response_of(turns[0].answer).head.substr(where->offset, where->length), HasSubstr("text/html"));
}

TEST(JudgeTells, OfAnInteractionThatEndsBadly) {
  Bench bench;
  std::vector<Finding> told;
  bench.tell([&](const Finding& finding, const Spot&) { told.push_back(finding); });
  auto turns = conversation();
  turns.pop_back();
  turns.push_back({reply_to("ReadItems"), {.body = ""}});
  bench.hear(turns, "unclean");
  ASSERT_FALSE(told.empty());
  for (const Finding& finding : told) EXPECT_EQ(finding.interaction, 1u) << finding.rule;
}

TEST(JudgeTells, NothingOfRulesThatWereNotSelected) {
  Stage stage;
  stage.selection = *Selection::of({"http"}, {});
  Bench bench(stage);
  int told = 0;
  bench.tell([&](const Finding&, const Spot&) { ++told; });
  auto turns = conversation();
  turns[3].answer.body = service_says("<Action>CleanUp</Action>", "OTHER");
  bench.hear(turns, "clean_up");
  EXPECT_EQ(told, 0);
}

TEST(JudgeTells, NoSecrets) {
  transcript::Masker masker([](std::string_view name) { return name == "user-pwd"; });
  std::string said = phone_says("start-up");
  said.insert(said.find("</Message>"), "<ItemList>" + item("user-pwd", "geheim99") + "</ItemList>");
  auto turns = single(said, service_says("<Action>CleanUp</Action>", "geheim99"));
  Stage stage;
  stage.masker = &masker;
  Bench bench(stage);
  int told = 0;
  bench.tell([&](const Finding& finding, const Spot&) {
    ++told;
    EXPECT_THAT(finding.message + finding.expected + finding.came, Not(HasSubstr("geheim99"))) << finding.rule;
  });
  bench.hear(turns, "clean_up");
  EXPECT_GT(told, 0);
}

TEST(Judge, IsConformingByLevel) {
  auto should = conversation();
  should[1].answer.version = "HTTP/1.0";
  should[1].answer.headers.push_back({"Connection", "keep-alive"});
  should[1].change = [](transcript::Exchange& x) { x.response->keeps_open = true; };
  const Verdict deviates = judged(should);
  EXPECT_THAT(deviating(deviates), ElementsAre("http.version"));
  EXPECT_TRUE(deviates.conforming(false));
  EXPECT_FALSE(deviates.conforming(true));

  auto note = conversation();
  note[1].answer.headers = {{"Content-Type", "application/xml"}};
  const Verdict noted = judged(note);
  EXPECT_EQ(only_finding(noted, "http.content-type").level, Level::note);
  EXPECT_EQ(result(noted, "http.content-type").level, Level::note);
  EXPECT_TRUE(noted.conforming(true));

  auto must = conversation();
  must[1].answer.status = 404;
  EXPECT_FALSE(judged(must, {.ending = "unclean"}).conforming(false));
}

TEST(Judge, LiftsTheLevelOfARuleToItsWeightiestFinding) {
  Bench bench;
  auto turns = conversation();
  turns[1].answer.headers = {{"Content-Type", "application/xml"}};
  turns[2].answer.headers = {{"Content-Type", "text/html"}};
  bench.hear(turns, "clean_up");
  const Verdict verdict = bench.finish();
  EXPECT_EQ(result(verdict, "http.content-type").level, Level::should);
  EXPECT_EQ(result(verdict, "http.content-type").deviated, 2u);
  EXPECT_EQ(verdict.findings.size(), 2u);
}

TEST(Judge, StaysSmallOverAHundredThousandInteractions) {
  // 200,000 exchanges with ever new values: findings fold, and ended interactions are forgotten.
  Bench bench;
  auto turns = conversation();
  turns.resize(2);
  turns[1] = {reply_to("ReadAllItems"), {.body = service_says("<Action>CleanUp</Action>", "OTHER")}};
  bench.hear(turns, "clean_up");
  const transcript::Exchange first = bench.exchange(turns[0]), last = bench.exchange(turns[1]);
  for (std::uint32_t i = 1; i <= 100'000; ++i) {
    auto a = first, b = last;
    a.interaction = b.interaction = 10 + i;
    a.fresh_connection = true;
    a.phone = b.phone = "phone-" + std::to_string(i % 1000);
    auto answer = *last.answer;
    answer.nonce->text = "N" + std::to_string(i);
    b.answer = std::make_shared<wpi::Document>(answer);
    auto tls = *a.tls;
    tls.problems = {transcript::CertificateProblem::wrong_name};
    tls.subject = "CN=" + std::to_string(i);
    a.tls = tls;
    bench.take(a);
    bench.take(b);
  }
  const Verdict verdict = bench.finish();
  EXPECT_EQ(verdict.exchanges, 200'002u);
  EXPECT_EQ(only_finding(verdict, "nonce.echo").count, 100'001u);
  EXPECT_EQ(only_finding(verdict, "tls.certificate-valid").count, 100'000u);
  EXPECT_EQ(result(verdict, "flow.clean-up").held, 100'001u);
  EXPECT_EQ(verdict.findings.size(), 2u);
}

}  // namespace
}  // namespace understudy::conformance
