// certificate.* and secure.*, by hand-made conversations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

using transcript::CertificateProblem;
using transcript::Exchange;
using transcript::Outcome;
using transcript::Trial;

const RuleResult& result_of(const Verdict& verdict, const std::string& rule) {
  return *std::find_if(verdict.rules.begin(), verdict.rules.end(),
                       [&](const RuleResult& one) { return one.rule == rule; });
}

conformance::Outcome outcome(const std::vector<Turn>& turns, const std::string& rule,
                             const std::string& ending = "clean_up") {
  Bench bench;
  bench.hear(turns, ending);
  return result_of(bench.finish(), rule).outcome;
}

using enum conformance::Outcome;

Turn write(const std::string& items) {
  return {phone_says("solicited"), {.body = order("WriteItems", items)}};
}
Turn taken(const std::string& next = order("CleanUp")) {
  return {reply_to("WriteItems"), {.body = next}};
}
const std::string nopin = item("goto-secure-mode", "nopin"), own = item("dls-client-certificate", "MIIJ"),
                  root = item("dls-server-ca", "PEM", " index=\"0\""),
                  port = item("dls-secure-port", "18444");

TEST(SecureComplete, NeedsEachItemInTheSameMessage) {
  EXPECT_EQ(outcome({write(nopin + own + root + port), taken()}, "secure.complete"), held);
  for (const std::string& items : {nopin + own + root, nopin + own + port, nopin + root + port,
                                   nopin + own + root + item("dls-secure-port", "")})
    EXPECT_EQ(outcome({write(items), taken()}, "secure.complete"), deviated) << items;
  EXPECT_EQ(outcome({write(own + root + port), taken()}, "secure.complete"), not_exercised);
}

TEST(SecurePinComplete, NeedsTheDataAndTheTries) {
  const std::string pin = item("goto-secure-mode", "pin"), data = item("secure-mode-data", "VVNN"),
                    tries = item("max-pin-retries", "3");
  EXPECT_EQ(outcome({write(pin + data + tries), taken()}, "secure.pin-complete"), held);
  EXPECT_EQ(outcome({write(pin + data), taken()}, "secure.pin-complete"), deviated);
  EXPECT_EQ(outcome({write(pin + tries), taken()}, "secure.pin-complete"), deviated);
}

TEST(SecureOnlyBootstrap, IsDeviatedFromByAnyOtherUse) {
  EXPECT_EQ(outcome({write(nopin + own + root + port), taken()}, "secure.only-bootstrap"), held);
  EXPECT_EQ(outcome({write(item("goto-secure-mode", "no")), taken()}, "secure.only-bootstrap"), deviated);
  EXPECT_EQ(outcome({{phone_says("solicited"), {.body = order("ReadItems", item("goto-secure-mode"))}}},
                    "secure.only-bootstrap"),
            deviated);
  Turn again = write(nopin + own + root + port);
  again.change = [](Exchange& x) { x.secure = true; };
  EXPECT_EQ(outcome({again, taken()}, "secure.only-bootstrap"), deviated);
}

TEST(CertificateReadable, WantsACertificateWithTheKeyThatBelongsToIt) {
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::phone_profile_of(certs::Ready::valid, "00:1A:E8:FF:00:01"));
  const auto other = authority->issue(certs::phone_profile_of(certs::Ready::valid, "00:1A:E8:FF:00:02"));
  const std::string pair = certs::to_base64(*certs::to_pkcs12(*pem, "", "x"));
  const auto of = [&](const std::string& name, const std::string& value) {
    return outcome({write(item(name, value)), taken()}, "certificate.readable");
  };
  EXPECT_EQ(of("wbm-server-certificate", pair), held);
  EXPECT_EQ(of("dls-server-ca", authority->certificate()), held);
  EXPECT_EQ(of("wbm-server-certificate", ""), not_exercised) << "it is cleared";
  EXPECT_EQ(of("wbm-server-certificate", pem->certificate), deviated) << "no key";
  EXPECT_EQ(of("wbm-server-certificate", pem->certificate + other->key), deviated) << "another's key";
  EXPECT_EQ(of("wbm-server-certificate", pair.substr(0, 400)), deviated);
  EXPECT_EQ(of("dls-server-ca", "nonsense"), deviated);
  EXPECT_EQ(of("dls-client-certificate", "XXXX00xxXXxx00XXXXxxxx0000XXXXxxXX01"), not_exercised)
      << "a record that shows no secrets";
}

TEST(CertificateReadable, TakesAPasswordThatThePhoneWasGiven) {
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::phone_profile_of(certs::Ready::valid, "00:1A:E8:FF:00:01"));
  const std::string locked = certs::to_base64(*certs::to_pkcs12(*pem, "geheim", "x"));
  for (const auto& [password, wanted] : {std::pair("geheim", held), std::pair("", deviated), std::pair("Geheim", deviated)}) {
    Bench bench({.certificate_password = password});
    bench.hear({write(item("wbm-server-certificate", locked)), taken()}, "clean_up");
    EXPECT_EQ(result_of(bench.finish(), "certificate.readable").outcome, wanted) << password;
  }
}

TEST(CertificateVerified, WantsItsInfoReadOnceThePhoneTookIt) {
  const Turn writes = write(item("wbm-server-certificate", "MIIJ"));
  const std::string reads = order("ReadItems", item("wbm-server-certificate-info"));
  EXPECT_EQ(outcome({writes, taken(reads), {reply_to("ReadItems"), {.body = order("CleanUp")}}},
                    "certificate.verified"),
            held);
  EXPECT_EQ(outcome({writes, taken()}, "certificate.verified"), deviated);
  const Turn refused{
      with_items(reply_to("WriteItems"), item("wbm-server-certificate", "", " status=\"failed\"")),
      {.body = order("CleanUp")}};
  EXPECT_EQ(outcome({writes, refused}, "certificate.verified"), not_exercised);
  EXPECT_EQ(
      outcome({writes, {reply_to("WriteItems", "busy"), {.body = order("CleanUp")}}}, "certificate.verified"),
      not_exercised);
}

// A start-up on the port for Secure Mode, after a bootstrap with PIN.
Verdict after_pin(const std::string& answer) {
  Bench bench;
  bench.hear({write(item("goto-secure-mode", "pin") + item("secure-mode-data", "VVNN") +
                    item("max-pin-retries", "3")),
              taken()},
             "clean_up");
  Turn start{phone_says("start-up"), {.body = answer}};
  start.change = [](Exchange& x) { x.secure = true; };
  bench.hear({start}, "clean_up");
  return bench.finish();
}

TEST(SecureTanAsked, IsTheFirstThing) {
  EXPECT_EQ(result_of(after_pin(order("ReadItems", item("bootstrapping-tan"))), "secure.tan-asked").outcome,
            held);
  EXPECT_EQ(result_of(after_pin(order("ReadAllItems")), "secure.tan-asked").outcome, deviated);
  EXPECT_EQ(result_of(after_pin(order("CleanUp")), "secure.tan-asked").outcome, deviated);
}

TEST(SecureTanChecked, EndsWithAReason) {
  const auto of = [](const std::string& answer) {
    Turn wrong{with_items(reply_to("ReadItems"), item("bootstrapping-tan", "814")), {.body = answer}};
    wrong.change = [](Exchange& x) { x.secure = true, x.trial = Trial::wrong_tan; };
    return outcome({{phone_says("start-up"), {.body = order("ReadItems", item("bootstrapping-tan"))}}, wrong},
                   "secure.tan-checked");
  };
  EXPECT_EQ(of(order("CleanUp", item("cleanup-reason", "wrong TAN from device"))), held);
  EXPECT_EQ(of(order("CleanUp")), deviated);
  EXPECT_EQ(of(order("ReadAllItems")), deviated);
}

// What a trial comes to, once the service has spoken.
conformance::Outcome tried(Trial trial, const std::string& rule, const Turn& turn,
                           const std::function<void(Exchange&)>& change = {}) {
  Bench bench;
  bench.hear(conversation(), "clean_up");
  Exchange x = bench.exchange(turn);
  x.interaction = 0;
  x.trial = trial;
  if (change) change(x);
  bench.take(x);
  return result_of(bench.finish(), rule).outcome;
}

TEST(SecureTrials, AreHeldByAnyRefusalAndDeviatedFromByAnyService) {
  for (const auto& [trial, rule] : {std::pair(Trial::no_certificate, "secure.client-required"),
                                    std::pair(Trial::others_certificate, "secure.client-required"),
                                    std::pair(Trial::default_port, "secure.default-closed")}) {
    const Turn served{phone_says("start-up"), {.body = order("ReadAllItems")}};
    const auto without_answer = [](Outcome how) {
      return [how](Exchange& x) { x.outcome = how, x.response.reset(), x.answer.reset(); };
    };
    EXPECT_EQ(tried(trial, rule, served), deviated);
    EXPECT_EQ(tried(trial, rule, {phone_says("start-up"), {.body = order("CleanUp")}}), deviated)
        << "that is how a phone is served with nothing to do";
    EXPECT_EQ(tried(trial, rule,
                    {phone_says("start-up"), {.body = order("CleanUp", item("cleanup-reason", "not here"))}}),
              held);
    EXPECT_EQ(tried(trial, rule, {phone_says("start-up"), {.status = 403, .body = "no"}}), held);
    EXPECT_EQ(tried(trial, rule, served, without_answer(Outcome::tls_failed)), held);
    EXPECT_EQ(tried(trial, rule, served, without_answer(Outcome::closed)), held);
    EXPECT_EQ(tried(trial, rule, served, without_answer(Outcome::no_connection)), not_exercised)
        << "nobody is there";
    EXPECT_EQ(tried(trial, rule, served, without_answer(Outcome::timed_out)), not_exercised);
  }
}

TEST(SecureTrials, AreNoOccasionForOtherRules) {
  Bench bench;
  bench.hear(conversation(), "clean_up");
  Exchange x = bench.exchange({phone_says("start-up"), {.status = 403, .body = "no"}});
  x.interaction = 0;
  x.trial = Trial::default_port;
  bench.take(x);
  EXPECT_TRUE(bench.finish().findings.empty());
}

TEST(SecureChain, IsJudgedWhereThePhoneRefusedTheService) {
  for (const auto& [problem, chain, valid] : {std::tuple(CertificateProblem::unknown_issuer, deviated, held),
                                              std::tuple(CertificateProblem::self_signed, deviated, held),
                                              std::tuple(CertificateProblem::bad_signature, deviated, held),
                                              std::tuple(CertificateProblem::expired, held, deviated),
                                              std::tuple(CertificateProblem::not_yet_valid, held, deviated),
                                              std::tuple(CertificateProblem::wrong_name, held, deviated)}) {
    Bench bench;
    bench.hear(conversation(), "clean_up");
    Turn start{phone_says("start-up"), {}};
    start.change = [problem = problem](Exchange& x) {
      x.secure = x.fresh_connection = true;
      x.tls.emplace();
      x.tls->version = "TLSv1.3", x.tls->subject = "CN=x", x.tls->problems = {problem};
      x.outcome = Outcome::tls_failed, x.response.reset(), x.answer.reset();
    };
    bench.hear({start}, "connection_lost");
    const Verdict verdict = bench.finish();
    EXPECT_EQ(result_of(verdict, "secure.chain").outcome, chain) << name_of(problem);
    EXPECT_EQ(result_of(verdict, "secure.certificate-valid").outcome, valid) << name_of(problem);
    EXPECT_EQ(verdict.findings.size(), 1u) << "of what was never said nothing is to be judged";
  }
}

}  // namespace
}  // namespace understudy::conformance
