// The shipped scenarios against our own service: green where it keeps the rules, red where it has the defect that they are
// about. library.tsv has what each needs.
#include <gtest/gtest.h>
#include <map>
#include <sstream>

#include "reference/defects.h"
#include "rehearsal_support.h"
#include "rules/rule.h"
#include "scenarios/language/library.h"
#include "support/folder.h"

namespace understudy::scenarios {
namespace {

struct Row {
  std::string scenario;
  Needs needs;
  std::string defect;  // that turns it red
};

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, at);) out.push_back(part);
  return out;
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> out;
    const std::vector<std::string> lines =
        split(contents(UNDERSTUDY_SOURCE_DIR "/tests/unit/scenarios/library.tsv"), '\n');
    for (std::size_t n = 1; n < lines.size(); ++n) {
      const std::vector<std::string> columns = split(lines[n], '\t');
      const std::vector<std::string> needs = split(columns.at(1), ' ');
      out.push_back({columns.at(0), Needs(needs.begin(), needs.end()), columns.at(2)});
    }
    return out;
  }();
  return rows;
}

language::SharedScenario scenario_of(const Row& row) {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  auto scenario =
      language::Reader(rules).read(UNDERSTUDY_SOURCE_DIR "/scenarios/library/" + row.scenario + ".xml");
  if (!scenario) ADD_FAILURE() << scenario.error().with_source();
  return scenario ? *scenario : nullptr;
}

class ShippedScenarioPlayed : public ::testing::TestWithParam<std::size_t> {
 protected:
  const Row& row() const { return table()[GetParam()]; }
  void SetUp() override { ASSERT_NE(scenario = scenario_of(row()), nullptr) << row().scenario; }
  language::SharedScenario scenario;
};

TEST_P(ShippedScenarioPlayed, IsGreenAndExercisesWhatItClaims) {
  const Rehearsal played = rehearse(scenario, row().needs, {});
  EXPECT_TRUE(played.passed()) << row().scenario << "\n" << played.told;
  EXPECT_TRUE(played.verdict.findings.empty()) << row().scenario << "\n" << played.told;
  for (const language::Claim& claim : scenario->claims)
    EXPECT_GT(played.rule(claim.rule).held, 0u)
        << row().scenario << " claims " << claim.rule << ": " << played.rule(claim.rule).why;
}

TEST_P(ShippedScenarioPlayed, IsRedWhereTheServiceHasTheDefectThatItIsAbout) {
  ASSERT_NE(reference::find_defect(row().defect), nullptr) << row().defect;
  const Rehearsal played = rehearse(scenario, row().needs, {row().defect});
  bool red = played.outcome.how == PlayOutcome::How::failed;
  for (const language::Claim& claim : scenario->claims)
    red = red || played.rule(claim.rule).outcome == conformance::Outcome::deviated;
  EXPECT_TRUE(red) << row().scenario << " with " << row().defect << "\n" << played.told;
}

std::string name_of(const ::testing::TestParamInfo<std::size_t>& each) {
  std::string name = table()[each.param].scenario;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ShippedScenarioPlayed, ::testing::Range<std::size_t>(0, table().size()),
                         name_of);

TEST(TableOfShippedScenarios, HasEachOfThemOnce) {
  std::map<std::string, int> times;
  for (const Row& row : table()) ++times[row.scenario];
  for (const language::Shipped& shipped : language::library())
    EXPECT_EQ(times[std::string(shipped.name)], 1) << shipped.name;
  EXPECT_EQ(times.size(), language::library().size());
}

}  // namespace
}  // namespace understudy::scenarios
