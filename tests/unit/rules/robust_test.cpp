// robust.*: from the marks and the exchanges alone; held, deviated from, and not exercised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using transcript::Event;
using transcript::Exchange;
using transcript::Mark;
using transcript::Scripted;
constexpr Outcome held = Outcome::held, deviated = Outcome::deviated, not_exercised = Outcome::not_exercised;

const std::string foe = "hostile", guard = "guard";
const Turn cleaned{phone_says("start-up"), {.body = order("CleanUp")}};
const Turn refused{phone_says("start-up"), {.status = 503, .headers = {}, .body = "later"}};

std::string post(std::size_t length, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" + body;
}

// One case of a scenario, told to a judge as a play tells it.
class Case {
 public:
  explicit Case(std::string rule, bool served_before = true) : rule_(std::move(rule)) {
    if (served_before) bench_.hear({cleaned}, "clean_up", guard);
    mark(Event::hostile, foe, rule_ + ": the case");
  }
  // What it says by hand, and what comes of that.
  Case& says(const std::string& bytes, const Answer& answer,
             transcript::Outcome how = transcript::Outcome::answered) {
    Exchange x = bench_.exchange({phone_says("start-up"), answer}, foe);
    x.interaction = 0;
    x.scripted = Scripted::broken;
    x.request = {"", "", {}, bytes};
    x.outcome = how;
    if (how != transcript::Outcome::answered)
      x.response.reset(), x.answer.reset(), x.failure = "no answer came";
    bench_.take(x);
    return *this;
  }
  Case& hears_of_a_fetch() {
    mark(Event::fetched, foe, "GET /c1 from 192.0.2.1:40000");
    return *this;
  }
  Case& phone_says_and_hears(const Turn& turn) {
    bench_.hear({turn}, "clean_up", foe);
    return *this;
  }
  Case& is_over() {
    mark(Event::hostile_ended, foe, "");
    return *this;
  }
  Case& guard_comes(const Turn& turn = cleaned) {
    mark(Event::guard, guard, foe);
    bench_.hear({turn}, "clean_up", guard);
    mark(Event::guard_ended, guard, "idle");
    return *this;
  }
  Verdict judged() { return bench_.finish(); }
  // Of the rule that the case is about; nothing else may have been found, but robust.recovers.
  Outcome outcome() {
    const Verdict verdict = judged();
    for (const Finding& finding : verdict.findings)
      EXPECT_THAT((std::vector{rule_, std::string("robust.recovers")}), ::testing::Contains(finding.rule));
    return result(verdict, rule_).outcome;
  }

 private:
  void mark(Event event, const std::string& phone, const std::string& text) {
    bench_.take(Mark{{}, event, phone, 0, text});
  }
  std::string rule_;
  Bench bench_;
};

Outcome after(const std::string& rule, const std::string& bytes, const Answer& answer,
              transcript::Outcome how = transcript::Outcome::answered) {
  return Case(rule).says(bytes, answer, how).guard_comes().is_over().outcome();
}

const Answer error{.status = 400, .headers = {}, .body = "no"};
const Answer clean_up{.body = order("CleanUp")};
const Answer obeys{.body = order("ReadAllItems")};
constexpr auto closed = transcript::Outcome::closed, timed_out = transcript::Outcome::timed_out;

TEST(HostilePhone, MayBeAnsweredInAnyWayAsLongAsAHealthyOneIsServed) {
  for (const char* rule :
       {"robust.malformed", "robust.unknown", "robust.encoding", "robust.order", "robust.entities"}) {
    EXPECT_EQ(after(rule, post(3, "<a>"), error), held) << rule;
    EXPECT_EQ(after(rule, post(3, "<a>"), clean_up), held) << rule;
    EXPECT_EQ(after(rule, post(3, "<a>"), {}, closed), deviated) << rule;
    EXPECT_EQ(after(rule, post(3, "<a>"), {}, timed_out), deviated) << rule;
  }
}

TEST(HostilePhone, IsOwedNoAnswerToHalfARequest) {
  EXPECT_EQ(after("robust.malformed", post(30, "<a>"), {}, timed_out), held);
  EXPECT_EQ(after("robust.malformed", "POST / HT", {}, closed), held);
}

TEST(MalformedMessage, IsNotToBeObeyed) {
  EXPECT_EQ(after("robust.malformed", post(3, "<a>"), obeys), deviated);
  EXPECT_EQ(after("robust.unknown", post(4, "<a/>"), obeys), held)
      << "it may be read as far as it is understood";
}

TEST(HealthyPhone, IsTheVerdictOfEachRule) {
  for (const char* rule :
       {"robust.malformed", "robust.unknown", "robust.oversize", "robust.entities", "robust.encoding",
        "robust.order", "robust.disconnect", "robust.slow", "robust.markup", "robust.identity"}) {
    const Verdict verdict = Case(rule).says(post(3, "<a>"), error).guard_comes(refused).is_over().judged();
    EXPECT_THAT(deviating(verdict), ::testing::UnorderedElementsAre(rule, "robust.recovers"));
    EXPECT_THAT(only_finding(verdict, rule).came, HasSubstr("503"));
    EXPECT_THAT(only_finding(verdict, "robust.recovers").message, HasSubstr("\"the case\""));
  }
}

TEST(HealthyPhone, MustBeAnsweredWithItsOwnNonce) {
  const Turn others{phone_says("start-up"), {.body = service_says("<Action>CleanUp</Action>", "FFFFFFFF")}};
  EXPECT_EQ(Case("robust.order").says(post(3, "<a>"), error).guard_comes(others).is_over().outcome(),
            deviated);
}

TEST(HealthyPhone, ThatWasNotServedBeforeIsNoMeasure) {
  EXPECT_EQ(Case("robust.malformed", false)
                .phone_says_and_hears(cleaned)
                .says(post(3, "<a>"), error)
                .guard_comes(refused)
                .is_over()
                .outcome(),
            not_exercised);
}

TEST(HealthyPhone, CountsWhenItComesForTheFirstTimeAndNotAtALaterTry) {
  EXPECT_EQ(
      Case("robust.slow").says(post(3, "<a>"), error).guard_comes(refused).guard_comes().is_over().outcome(),
      deviated);
}

TEST(Case, ThatEndsWithoutAHealthyPhoneIsNotExercised) {
  EXPECT_EQ(Case("robust.malformed").says(post(3, "<a>"), error).is_over().outcome(), not_exercised);
  EXPECT_EQ(Case("robust.malformed").says(post(3, "<a>"), obeys).outcome(), not_exercised)
      << "it was cut off";
}

TEST(LargeMessage, MayBeCutOffButNotWaitedForWithoutEnd) {
  EXPECT_EQ(after("robust.oversize", post(64'000'000), error), held);
  EXPECT_EQ(after("robust.oversize", post(64'000'000), {}, closed), held);
  EXPECT_EQ(after("robust.oversize", post(64'000'000), {}, timed_out), deviated);
  EXPECT_EQ(after("robust.oversize", post(1'000'000), obeys), held) << "no bound is named for so much";
  EXPECT_EQ(after("robust.oversize", post(64'000'000), obeys), deviated);
}

TEST(ExternalEntity, IsFoundOutByTheCanary) {
  const Verdict verdict =
      Case("robust.entities").says(post(3, "<a>"), error).hears_of_a_fetch().guard_comes().is_over().judged();
  EXPECT_THAT(deviating(verdict), ElementsAre("robust.entities"));
  EXPECT_THAT(only_finding(verdict, "robust.entities").came, HasSubstr("GET /c1"));
}

TEST(ExternalEntity, IsFoundOutWhenTheCaseIsOver) {
  const Verdict verdict =
      Case("robust.entities").says(post(3, "<a>"), error).guard_comes().is_over().hears_of_a_fetch().judged();
  EXPECT_THAT(deviating(verdict), ElementsAre("robust.entities"));
}

TEST(UnusualIdentity, IsNoErrorOfTheService) {
  EXPECT_EQ(after("robust.identity", post(3, "<a>"), {.status = 403, .headers = {}, .body = "no"}), held);
  EXPECT_EQ(after("robust.identity", post(3, "<a>"), obeys), held);
  EXPECT_EQ(after("robust.identity", post(3, "<a>"), {.status = 500, .headers = {}, .body = "oh"}), deviated);
}

Outcome given_back(const std::string& written) {
  const std::string said = with_items(phone_says("local-changes"), item("default-domain", "Unders&lt;b&gt;"));
  return Case("robust.markup")
      .phone_says_and_hears({said, {.body = order("CleanUp")}})
      .phone_says_and_hears(
          {phone_says("start-up"), {.body = order("WriteItems", item("default-domain", written))}})
      .guard_comes()
      .is_over()
      .outcome();
}

TEST(Markup, ComesBackAsItWas) {
  EXPECT_EQ(given_back("Unders&lt;b&gt;"), held);
  EXPECT_EQ(given_back("Unders&#60;b&#62;"), held) << "the same text";
  EXPECT_EQ(given_back("Unders&amp;lt;b&amp;gt;"), deviated);
  EXPECT_EQ(given_back("Underb"), not_exercised) << "it is another text";
  EXPECT_EQ(given_back("Undersb"), deviated);
  EXPECT_EQ(given_back("example.net"), not_exercised) << "the service wants another value there";
}

TEST(OtherRules, AreNotAskedOfAHostilePhone) {
  const Verdict verdict =
      Case("robust.unknown")
          .says(post(3, "<a>"), {.status = 302, .version = "HTTP/1.0", .headers = {}, .body = "<html>"})
          .guard_comes()
          .is_over()
          .judged();
  EXPECT_THAT(deviating(verdict), ElementsAre());
}

}  // namespace
}  // namespace understudy::conformance
