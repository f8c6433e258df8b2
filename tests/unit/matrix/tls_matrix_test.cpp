// One defect a rule over real TLS: what the simulated carrier shows the judge is what a real one shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matrix_support.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

// The first defect of each rule, but where minutes must pass: only simulated time has them.
std::vector<const reference::Defect*> one_a_rule() {
  std::vector<const reference::Defect*> out;
  for (const reference::Defect& defect : reference::defects())
    if (defect.rule() == "contact.paced" || defect.rule() == "contact.not-repeated")
      continue;
    else if (out.empty() || out.back()->rule() != defect.rule()) out.push_back(&defect);
  return out;
}

class OverTls : public ::testing::TestWithParam<std::size_t> {};

TEST_P(OverTls, TheDefectIsReportedAsInSimulatedTime) {
  const reference::Defect& defect = *one_a_rule()[GetParam()];
  // An answer that never comes in time is waited for as long as this.
  const Played played = play_over_tls(case_for(defect), defect.rule() == "http.timely" ? 300ms : 10s);
  std::set<std::string> expected{std::string(defect.rule())};
  for (const std::string_view consequence : defect.consequences) expected.insert(std::string(consequence));
  EXPECT_EQ(deviated(played.verdict), expected) << defect.name << ": " << defect.text << "\n" << told(played.verdict);
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
