// session.* of several phones and of interactions that are over, nonce.crosstalk, nonce.replay and tls.renegotiation: held,
// deviated from, and not exercised.
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using transcript::Event;
using transcript::Exchange;
using transcript::Mark;
using transcript::Renegotiation;
using transcript::Trial;
constexpr Outcome held = Outcome::held, deviated = Outcome::deviated, not_exercised = Outcome::not_exercised;

const Turn served{phone_says("start-up"), {.body = order("ReadAllItems")}};

Outcome tried(Trial trial, const std::string& rule, const Turn& turn,
              const std::function<void(Exchange&)>& change = {}) {
  Bench bench;
  bench.hear(conversation(), "clean_up");
  Exchange x = bench.exchange(turn);
  x.interaction = 0;
  x.trial = trial;
  if (change) change(x);
  bench.take(x);
  const Verdict verdict = bench.finish();
  for (const Finding& finding : verdict.findings) EXPECT_EQ(finding.rule, rule) << finding.message;
  return result(verdict, rule).outcome;
}

std::function<void(Exchange&)> without_answer(transcript::Outcome how) {
  return [how](Exchange& x) { x.outcome = how, x.response.reset(), x.answer.reset(); };
}

TEST(OldWords, MayBeRefusedInAnyWayOrEndedButNotTakenUp) {
  for (const auto& [trial, rule] :
       {std::pair(Trial::stale_cookie, "session.invalidated"), std::pair(Trial::replay, "nonce.replay")}) {
    const auto answered = [&, trial = trial, rule = rule](const std::string& body, int status = 200) {
      return tried(trial, rule, {phone_says("start-up"), {.status = status, .body = body}});
    };
    EXPECT_EQ(answered(order("CleanUp")), held);
    EXPECT_EQ(answered(order("CleanUp", item("cleanup-reason", "who are you?"))), held);
    EXPECT_EQ(answered("gone", 404), held);
    EXPECT_EQ(answered("", 500), held);
    EXPECT_EQ(answered("<html>not a message"), held);
    EXPECT_EQ(answered(order("ReadAllItems")), deviated);
    EXPECT_EQ(answered(order("Restart")), deviated);
    EXPECT_EQ(answered(order("CleanUp", item("e164", "100"))), deviated) << "it gives data";
    EXPECT_EQ(tried(trial, rule, served, without_answer(transcript::Outcome::closed)), held);
    EXPECT_EQ(tried(trial, rule, served, without_answer(transcript::Outcome::timed_out)), not_exercised);
    EXPECT_EQ(tried(trial, rule, served, without_answer(transcript::Outcome::no_connection)), not_exercised);
    EXPECT_EQ(tried(Trial::none, rule, served), not_exercised);
  }
}

TEST(Renegotiation, IsToBeRefused) {
  const auto came = [](Renegotiation what) {
    return tried(Trial::renegotiation, "tls.renegotiation", served, [what](Exchange& x) {
      without_answer(transcript::Outcome::interrupted)(x);
      x.tls->renegotiation = what;
    });
  };
  EXPECT_EQ(came(Renegotiation::refused), held);
  EXPECT_EQ(came(Renegotiation::granted), deviated);
  EXPECT_EQ(came(Renegotiation::untried), not_exercised);
  EXPECT_EQ(tried(Trial::renegotiation, "tls.renegotiation", served,
                  [](Exchange& x) {
                    without_answer(transcript::Outcome::tls_failed)(x);
                    x.tls.reset();
                  }),
            not_exercised)
      << "it speaks TLS 1.3 alone";
}

// phone-1 has a value of its own, then phone-2 is told `name`.
Outcome isolated(const std::string& name, const std::function<void(Exchange&)>& change = {},
                 bool planted = true) {
  Bench bench;
  bench.hear(conversation(), "clean_up", "phone-1");
  if (planted) bench.take(Mark{{}, Event::planted, "phone-1", 0, "Only 4930"});
  std::vector<Turn> turns = conversation();
  turns[1].answer.body = order("WriteItems", item("display-id-unicode", name));
  if (change)
    for (Turn& turn : turns) turn.change = change;
  bench.hear(turns, "clean_up", "phone-2");
  return result(bench.finish(), "session.isolated").outcome;
}

TEST(SessionIsolated, GivesNoPhoneWhatOnlyAnotherHas) {
  EXPECT_EQ(isolated("Reception"), held);
  EXPECT_EQ(isolated("Only 4930"), deviated);
  EXPECT_EQ(isolated("the desk Only 4930, second floor"), deviated);
  EXPECT_EQ(isolated("Only 4930", {}, false), not_exercised) << "anybody may have that name";
}

TEST(SessionIsolated, IsJudgedThoughThePhoneCameWithACookieOfAnother) {
  const auto with_cookie = [](Exchange& x) {
    x.trial = Trial::others_cookie, x.scripted = transcript::Scripted::broken;
  };
  EXPECT_EQ(isolated("Reception", with_cookie), held);
  EXPECT_EQ(isolated("Only 4930", with_cookie), deviated);
}

TEST(SessionIsolated, GivesAPhoneItsOwnValueBack) {
  Bench bench;
  bench.hear(conversation(), "clean_up", "phone-1");
  bench.take(Mark{{}, Event::planted, "phone-1", 0, "Only 4930"});
  std::vector<Turn> turns = conversation();
  turns[1].answer.body = order("WriteItems", item("display-id-unicode", "Only 4930"));
  bench.hear(turns, "clean_up", "phone-1");
  EXPECT_EQ(result(bench.finish(), "session.isolated").outcome, not_exercised);
}

// Two phones; the second speaks alone, and then while the first is in an interaction. Its answers then.
Verdict beside_another(const std::vector<Turn>& turns, const std::string& address_of = "phone-1") {
  Bench bench;
  bench.hear(conversation(), "clean_up", "phone-2");
  transcript::PhoneMark second{"phone-2", "OpenStage 60", "V3 R5.12.0", "00:1A:E8:FF:00:02", "101"};
  second.address_of = address_of;
  bench.take(second);
  bench.take(Mark{{}, Event::interaction, "phone-1", 9, "start-up"});
  bench.hear(turns, "clean_up", "phone-2");
  bench.take(Mark{{}, Event::interaction_ended, "phone-1", 9, "clean_up"});
  return bench.finish();
}

TEST(SessionAddressIndependent, ServesAPhoneAsWhenItIsAlone) {
  const auto outcome = [](const Verdict& verdict) {
    return result(verdict, "session.address-independent").outcome;
  };
  EXPECT_EQ(outcome(beside_another(conversation())), held);
  EXPECT_EQ(outcome(beside_another(conversation(), "")), not_exercised) << "each has an address of its own";
  std::vector<Turn> ended = conversation();
  ended[1].answer.body = order("CleanUp");
  ended.resize(2);
  const Verdict verdict = beside_another(ended);
  EXPECT_EQ(outcome(verdict), deviated);
  EXPECT_EQ(only_finding(verdict, "session.address-independent").level, Level::should);
  std::vector<Turn> refused = conversation();
  refused[0].answer = {.status = 503, .body = "later"};
  refused.resize(1);
  EXPECT_EQ(outcome(beside_another(refused)), deviated);
}

// phone-2 is answered with `nonce` while phone-1, whose nonce is "11111111", is in an interaction; `known`: it has spoken.
struct Crossed {
  bool known = true, ended = false;
};
Verdict crossed(const std::string& nonce, Crossed how = {}) {
  Bench bench;
  bench.hear(conversation(), "clean_up", "phone-2");
  bench.take(Mark{{}, Event::interaction, "phone-1", 9, "start-up"});
  const auto first_speaks = [&] {
    Exchange x = bench.exchange({phone_says("start-up", "", "11111111"),
                                 {.body = service_says("<Action>ReadAllItems</Action>", "11111111")}},
                                "phone-1");
    x.interaction = 9;
    x.message = 1;
    bench.take(x);
  };
  if (how.known) first_speaks();
  if (how.ended) bench.take(Mark{{}, Event::interaction_ended, "phone-1", 9, "clean_up"});
  std::vector<Turn> turns = conversation();
  turns.back().answer.body = service_says("<Action>CleanUp</Action>", nonce);
  bench.hear(turns, "clean_up", "phone-2");
  if (!how.known) first_speaks();
  return bench.finish();
}

TEST(NonceCrosstalk, IsNotReportedAsAWrongEchoToo) {
  const Verdict verdict = crossed("11111111");
  EXPECT_EQ(result(verdict, "nonce.crosstalk").outcome, deviated);
  EXPECT_EQ(only_finding(verdict, "nonce.crosstalk").came, "\"11111111\"");
  EXPECT_EQ(result(verdict, "nonce.echo").outcome, held);
}

TEST(NonceCrosstalk, IsSeenAlsoWhereTheOtherPhonesAnswerComesLater) {
  const Verdict verdict = crossed("11111111", {.known = false});
  EXPECT_EQ(result(verdict, "nonce.crosstalk").outcome, deviated);
  EXPECT_EQ(result(verdict, "nonce.echo").outcome, held);
}

TEST(NonceCrosstalk, IsNoneOfANonceThatNobodySaidOrWhoseMessageIsNotOpen) {
  for (const Verdict& verdict :
       {crossed("22222222"), crossed("22222222", {.known = false}), crossed("11111111", {.ended = true})}) {
    EXPECT_NE(result(verdict, "nonce.crosstalk").outcome, deviated);
    EXPECT_EQ(result(verdict, "nonce.echo").deviated, 1u);
  }
  EXPECT_EQ(result(crossed("A1B2C3D4"), "nonce.crosstalk").outcome, held);
  Bench alone;
  alone.hear(conversation(), "clean_up");
  EXPECT_EQ(result(alone.finish(), "nonce.crosstalk").outcome, not_exercised);
}

}  // namespace
}  // namespace understudy::conformance
