// A plan in a file: what it says, and what is wrong with one.
#include "scenarios/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/load/arrivals.h"
#include "fleet/load/storms.h"

namespace understudy::scenarios {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string plan_with(const std::string& inside, const std::string& attributes = "phones=\"100\"") {
  return "<plan xmlns=\"urn:understudy:plan:1\" " + attributes + ">\n" + inside + "\n</plan>\n";
}

std::string error_of(const std::string& inside, const std::string& attributes = "phones=\"100\"") {
  const auto read = parse_plan("plan.xml", plan_with(inside, attributes));
  return read ? "none" : read.error().one_line();
}

TEST(PlanFile, SaysWhatGoesWrongInPhones) {
  const auto read = parse_plan("plan.xml", plan_with(R"(<fault kind="reset" chance="1%"/>
<population><fault kind="stale-nonce" chance="2.5%"/></population>
<population/>
<steady rate="10/s" for="1m"/>)"));
  ASSERT_TRUE(read) << read.error().with_source();
  using Kind = net::Fault::Kind;
  EXPECT_EQ(read->plan.faults_of(0), (std::vector<fleet::Chance>{{Kind::reset, 0.01}, {Kind::stale_nonce, 0.025}}));
  EXPECT_EQ(read->plan.faults_of(1), (std::vector<fleet::Chance>{{Kind::reset, 0.01}}));
  EXPECT_THAT(read->plan.populations[0].name, HasSubstr("stale-nonce 2.5%"));
  EXPECT_THAT(error_of("<fault kind=\"reset\" chance=\"2\"/><steady rate=\"10/s\" for=\"5s\"/>"), HasSubstr("is no chance"));
  EXPECT_THAT(error_of("<fault kind=\"rest\" chance=\"2%\"/><steady rate=\"10/s\" for=\"5s\"/>"), HasSubstr("did you mean reset?"));
  EXPECT_THAT(error_of("<fault kind=\"reset\" chance=\"60%\"/><fault kind=\"slow\" chance=\"60%\"/><steady rate=\"10/s\" for=\"5s\"/>"),
              HasSubstr("more than 100%"));
}

TEST(PlanFile, SaysPhasesBehavioursAndKindsOfPhones) {
  const auto read = parse_plan("plan.xml", plan_with(R"(<population model="OpenStage 40" weight="60"/>
<population firmware="V2 R2" quirk="fresh-nonce" weight="40"/>
<do behaviour="start-up" weight="3" wait="1m"/>
<do behaviour="poll"/>
<ramp from="0" to="200/s" for="10s"/>
<steady name="noon" rate="200/s" for="1m"/>
<burst arrivals="500" for="5s"/>
<pause for="10s"/>
<at-work phones="50" for="30s"/>)",
                                                     "phones=\"1000\" arrivals=\"by-chance\""));
  ASSERT_TRUE(read) << read.error().with_source();
  const fleet::load::Plan& plan = read->plan;
  EXPECT_EQ(plan.phones, 1000u);
  EXPECT_EQ(plan.spacing, fleet::load::Spacing::poisson);
  ASSERT_EQ(plan.phases.size(), 5u);
  EXPECT_EQ(plan.phases[1].name, "noon");
  EXPECT_EQ(plan.phases[1].length, 60s);
  EXPECT_EQ(plan.phases[2].arrivals(), 500u);
  EXPECT_EQ(plan.phases[3].arrivals(), 0u);
  EXPECT_EQ(plan.phases[4].at_work, 50u);
  EXPECT_EQ(plan.arrivals(), 1000u + 12000u + 500u);
  ASSERT_EQ(plan.behaviours.size(), 2u);
  EXPECT_EQ(plan.behaviours[0].weight, 3.0);
  EXPECT_EQ(plan.behaviours[0].wait, 60s);
  EXPECT_EQ(plan.behaviours[1].wait, 10s);
  ASSERT_EQ(read->kinds.size(), 2u);
  EXPECT_EQ(read->kinds[0].model->device_type, "OpenStage 40");
  EXPECT_EQ(read->kinds[1].firmware.major, 2);
  EXPECT_TRUE(read->kinds[1].quirks.has(phone::Quirk::fresh_nonce));
}

TEST(PlanFile, NamesScenariosAsBehavioursAndFilesAsSeenFromItself) {
  const auto read = parse_plan("plans/plan.xml", plan_with(R"(<do behaviour="deploy"/>
<do behaviour="log-on" weight="2"/>
<do behaviour="mine.xml"/>
<steady rate="10/s" for="1m"/>)"));
  ASSERT_TRUE(read) << read.error().with_source();
  const auto& behaviours = read->plan.behaviours;
  ASSERT_EQ(behaviours.size(), 3u);
  EXPECT_EQ(behaviours[0].scenario, "deploy-file");
  EXPECT_EQ(behaviours[1].scenario, "log-on");
  EXPECT_EQ(behaviours[1].weight, 2.0);
  EXPECT_EQ(behaviours[2].scenario, "plans/mine.xml");
  EXPECT_EQ(behaviours[2].name(), "mine");
}

TEST(PlanFile, HasStepsThatDoNotGoBeyondTheirLast) {
  const auto read = parse_plan("plan.xml", plan_with(R"(<steps from="10/s" to="35/s" by="10/s" for="5s"/>)"));
  ASSERT_TRUE(read) << read.error().with_source();
  ASSERT_EQ(read->plan.phases.size(), 3u);
  EXPECT_EQ(read->plan.phases[2].from, 30.0);
  EXPECT_EQ(read->plan.length(), 15s);
}

TEST(PlanFile, OfWhichSomethingIsWrongSaysWhereAndWhatWasMeant) {
  EXPECT_THAT(error_of("<steady rate=\"ten\" for=\"5s\"/>"), HasSubstr("plan.xml:2:15: \"ten\" is no rate"));
  EXPECT_THAT(error_of("<stedy rate=\"10/s\" for=\"5s\"/>"), HasSubstr("did you mean <steady>"));
  EXPECT_THAT(error_of("<do behaviour=\"poll\"/><steady rate=\"10/s\" for=\"a while\"/>"),
              HasSubstr("plan.xml:2:"));
  EXPECT_THAT(error_of("<do behaviour=\"start-upp\"/><steady rate=\"10/s\" for=\"5s\"/>"),
              HasSubstr("did you mean start-up?"));
  EXPECT_THAT(error_of("<do behaviour=\"deplyo-file\"/><steady rate=\"10/s\" for=\"5s\"/>"),
              HasSubstr("did you mean deploy-file?"));
  EXPECT_THAT(error_of("<population model=\"OpenStage 45\"/><steady rate=\"10/s\" for=\"5s\"/>"),
              HasSubstr("OpenStage"));
  EXPECT_THAT(error_of("<population quirk=\"fresh-nonse\"/><steady rate=\"10/s\" for=\"5s\"/>"),
              HasSubstr("did you mean fresh-nonce?"));
  EXPECT_THAT(error_of("<at-work phones=\"200\" for=\"5s\"/>"), HasSubstr("fewer phones"));
  EXPECT_THAT(error_of("<steady rate=\"1/h\" for=\"5s\"/>"), HasSubstr("nothing happens"));
  EXPECT_THAT(error_of("<steady rate=\"10/s\" for=\"5s\"/>", "phones=\"70000000\""),
              HasSubstr("no number from 1 to 10,000,000"));
  EXPECT_THAT(error_of("<steps from=\"1/s\" to=\"90000/s\" by=\"1/s\" for=\"1s\"/>"),
              HasSubstr("1,000 steps"));
}

TEST(Storms, EachPlanTheirPhonesInTheirTime) {
  for (const fleet::load::Storm& storm : fleet::load::storms()) {
    SCOPED_TRACE(std::string(storm.name));
    fleet::load::Plan plan = storm.plan(1000, 20s);
    plan.phones = 1000;
    EXPECT_EQ(plan.length(), 20s);
    EXPECT_NEAR(static_cast<double>(plan.arrivals()), 1000, 1);
    EXPECT_EQ(fleet::load::find_storm(storm.name), &storm);
  }
  EXPECT_EQ(fleet::load::find_storm("drizzle"), nullptr);
}

}  // namespace
}  // namespace understudy::scenarios
