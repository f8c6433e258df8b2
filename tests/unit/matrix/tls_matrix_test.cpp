// One defect a rule over real TLS: what the simulated carrier shows the judge is what a real one shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "hostile_support.h"
#include "matrix_support.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

// Only simulated time has so many.
constexpr std::array<std::string_view, 6> take_minutes = {"contact.paced",     "contact.not-repeated", "robust.oversize",
                                                          "robust.disconnect", "robust.slow",          "robust.recovers"};

// The first defect of each rule, but where minutes must pass.
std::vector<const reference::Defect*> one_a_rule() {
  std::vector<const reference::Defect*> out;
  for (const reference::Defect& defect : reference::defects())
    if (std::find(take_minutes.begin(), take_minutes.end(), defect.rule()) == take_minutes.end() &&
        (out.empty() || out.back()->rule() != defect.rule()))
      out.push_back(&defect);
  return out;
}

conformance::Verdict verdict_over_tls(const reference::Defect& defect) {
  constexpr std::string_view robust = "robust.";
  if (defect.rule().starts_with(robust))
    return play_hostile_over_tls({std::string(defect.name)}, {std::string(defect.rule().substr(robust.size()))}).verdict;
  // An answer that never comes in time is waited for as long as this.
  return play_over_tls(case_for(defect), defect.rule() == "http.timely" ? 300ms : 10s).verdict;
}

class OverTls : public ::testing::TestWithParam<std::size_t> {};

TEST_P(OverTls, TheDefectIsReportedAsInSimulatedTime) {
  const reference::Defect& defect = *one_a_rule()[GetParam()];
  const conformance::Verdict verdict = verdict_over_tls(defect);
  std::set<std::string> expected{std::string(defect.rule())};
  for (const std::string_view consequence : defect.consequences) expected.insert(std::string(consequence));
  EXPECT_EQ(deviated(verdict), expected) << defect.name << ": " << defect.text << "\n" << told(verdict);
}

INSTANTIATE_TEST_SUITE_P(Rules, OverTls, ::testing::Range<std::size_t>(0, one_a_rule().size()), [](const auto& each) {
  std::string name(one_a_rule()[each.param]->rule());
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

TEST(CleanServiceOverTls, DeviatesNowhere) {
  const Played played = play_over_tls({}, 10s);
  EXPECT_TRUE(played.verdict.conforming(true));
  EXPECT_TRUE(played.verdict.findings.empty()) << told(played.verdict);
}

}  // namespace
}  // namespace understudy
