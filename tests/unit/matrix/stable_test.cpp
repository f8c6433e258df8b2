// A verdict is the same however often it is asked for: the quick suite of check against our service with a few defects, ten
// times on the real clock over sockets, and ten times in simulated time.
#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "matrix_support.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

constexpr int times = 10;

// Of each rule what became of it.
std::map<std::string, std::string> outcomes(const conformance::Verdict& verdict) {
  std::map<std::string, std::string> out;
  for (const conformance::RuleResult& rule : verdict.rules)
    out[rule.rule] = rule.outcome == conformance::Outcome::deviated ? "deviated"
                     : rule.outcome == conformance::Outcome::held   ? "held"
                                                                    : "not exercised";
  return out;
}

// And how often, with the findings: nonces, cookies and times may be others.
std::map<std::string, std::string> counts(const conformance::Verdict& verdict) {
  std::map<std::string, std::string> out = outcomes(verdict);
  for (const conformance::RuleResult& rule : verdict.rules)
    out[rule.rule] += " " + std::to_string(rule.held) + "/" + std::to_string(rule.deviated);
  for (const conformance::Finding& finding : verdict.findings)
    out[finding.rule] += "; " + finding.message + ", " + finding.phone + ", " + finding.step + ", " +
                         finding.where + ", " + std::to_string(finding.count) + "x";
  return out;
}

using Facts = std::map<std::string, std::string>;
std::string differences(const Facts& first, const Facts& other) {
  std::string out;
  for (const auto& [rule, what] : first)
    if (other.at(rule) != what) out += rule + ": " + what + " | " + other.at(rule) + "\n";
  return out;
}

const std::vector<std::string> few_defects = {"nonce.echo/own-in-clean-up", "http.content-type/html",
                                              "flow.unchanged-not-read/always", "item.unique/ringer"};

TEST(Verdict, IsTheSameEachTimeInSimulatedTime) {
  MatrixCase quick;
  quick.defects = few_defects;
  const Facts first = counts(play(quick).verdict);
  for (int i = 1; i < times; ++i)
    EXPECT_EQ(differences(first, counts(play(quick).verdict)), "") << "time " << i + 1;
}

TEST(Verdict, IsTheSameEachTimeOnTheRealClock) {
  MatrixCase quick;
  quick.defects = few_defects;
  const Facts first = counts(play_over_tls(quick, 10s).verdict);
  for (int i = 1; i < times; ++i)
    EXPECT_EQ(differences(first, counts(play_over_tls(quick, 10s).verdict)), "") << "time " << i + 1;
}

TEST(Verdict, IsTheSameOnBothClocks) {
  for (const std::vector<std::string>& defects : {std::vector<std::string>{}, few_defects}) {
    MatrixCase quick;
    quick.defects = defects;
    quick.hours_pass = false;
    EXPECT_EQ(differences(outcomes(play(quick).verdict), outcomes(play_over_tls(quick, 10s).verdict)), "");
  }
}

// Who speaks first is left to the sockets there: what comes of it is not.
TEST(Verdict, IsTheSameEachTimeWherePhonesSpeakAtOnce) {
  MatrixCase crowd;
  crowd.hours_pass = false;
  crowd.defects = {"nonce.crosstalk/last-seen"};
  crowd.scenarios = {"nonce-crosstalk", "session-address-independent"};
  const Facts first = outcomes(play(crowd).verdict);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(differences(first, outcomes(play_over_tls(crowd, 10s).verdict)), "") << "time " << i + 1;
}

}  // namespace
}  // namespace understudy
