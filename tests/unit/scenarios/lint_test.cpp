// What lint has to say of scenarios that are right.
#include "scenarios/language/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario_support.h"

namespace understudy::scenarios::language {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> said(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const FileError& warning : lint(scenario))
    out.push_back(warning.one_line().substr(std::string("scenario.xml:").size()));
  return out;
}

std::vector<std::string> said_of_steps(const std::string& steps, const Files& others = {}) {
  return said(*read_steps(steps, others));
}

std::vector<std::string> said_of(const std::string& inside) {
  auto scenario =
      read_text("<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\">\n" + inside + "</scenario>");
  if (!scenario) return {scenario.error().one_line()};
  return said(**scenario);
}

TEST(Lint, SaysNothingOfAScenarioThatIsMeantSo) {
  EXPECT_THAT(said_of_steps(R"(
    <set name="name" value="Reception"/>
    <start-up><expect action="WriteItems" skipping="true"><item name="e164" capture="number-of-it"/></expect></start-up>
    <local-change><item name="display-id-unicode">{name} {number-of-it}</item></local-change>
    <start-timer name="t"/><restart/><stop-timer name="t"/>)"),
              IsEmpty());
}

TEST(Lint, ShowsTheLine) {
  const auto scenario = read_steps("<start-up/>\n<set name=\"x\" value=\"1\"/>");
  EXPECT_EQ(lint(*scenario).at(0).with_source(),
            "scenario.xml:3:1: {x} is never used\n"
            "  3 │ <set name=\"x\" value=\"1\"/></steps></scenario>\n"
            "    │ ^^^^");
}

TEST(Lint, FindsVariablesThatNobodyUses) {
  EXPECT_THAT(said_of_steps("<start-up><expect nonce-capture=\"a\"><item name=\"e164\" "
                            "capture=\"b\"/><header name=\"X\" capture=\"c\"/></expect></start-up>\n"
                            "<capture item=\"e164\" into=\"d\"/>\n<trigger job=\"read\" "
                            "capture=\"e\"/>\n<say capture-body=\"f\">x</say>"),
              ElementsAre("2:11: {a} is never used", "2:37: {b} is never used", "2:68: {c} is never used",
                          "3:1: {d} is never used", "4:1: {e} is never used", "5:1: {f} is never used"));
}

TEST(Lint, FindsVariablesThatAreUsedTooEarly) {
  EXPECT_THAT(said_of_steps("<local-change><item name=\"display-id-unicode\">{a}</item></local-change>\n<set "
                            "name=\"a\" value=\"1\"/>"),
              ElementsAre("2:47: {a} has no value yet when this is played"));
  EXPECT_THAT(said_of_steps("<set name=\"a\" value=\"{a}1\"/><start-up/>"),
              ElementsAre("2:22: {a} has no value yet when this is played"));
  EXPECT_THAT(said_of_steps(
                  "<together><assert item=\"e164\" value=\"{a}\"/><set name=\"a\" value=\"1\"/></together>"),
              IsEmpty())
      << "who is first is not known";
  EXPECT_THAT(said_of("<phones><phone name=\"phone\"><item "
                      "name=\"display-id-unicode\">{a}</item></phone></phones><steps><set name=\"a\" "
                      "value=\"1\"/><start-up/></steps>"),
              ElementsAre("2:61: {a} has no value yet when the phone is set up"));
}

TEST(Lint, FindsTimersThatAreNotStoppedOrNotStarted) {
  EXPECT_THAT(said_of_steps("<start-timer name=\"a\"/><stop-timer name=\"b\"/><start-up/>"),
              ElementsAre("2:1: the timer \"a\" is never stopped", "2:24: the timer \"b\" is never started"));
}

TEST(Lint, FindsPhonesThatDoNothing) {
  EXPECT_THAT(
      said_of("<phones><phone name=\"a\"/><phone name=\"b\"/>\n<phone name=\"c\" "
              "count=\"2\"/></phones><steps><wait time=\"1s\"/><with phone=\"b\"><start-up/></with><start-up "
              "phone=\"c-2\"/></steps>"),
      ElementsAre("2:9: the phone \"a\" does nothing", "3:1: the phone \"c-1\" does nothing"));
}

TEST(Lint, FindsItemsThatNobodyKnows) {
  EXPECT_THAT(said_of_steps("<local-change><item name=\"sntp-adr\">192.0.2.1</item></local-change>\n<assert "
                            "item=\"colour-of-the-handset\"/>"),
              ElementsAre("2:27: the item \"sntp-adr\" is not known; did you mean sntp-addr?",
                          "3:15: the item \"colour-of-the-handset\" is not known"));
}

TEST(Lint, FindsExpectationsWhereNothingCanCome) {
  EXPECT_THAT(said_of_steps("<expect/>"), ElementsAre("2:1: nothing has happened yet: no message can come"));
  EXPECT_THAT(said_of_steps("<start-up/><expect/>"),
              ElementsAre("2:12: the phone is at rest here, and no message can come; what <start-up> causes "
                          "is expected in it"));
  EXPECT_THAT(said_of_steps("<start-up rest=\"no\"/><expect/>"), IsEmpty());
  EXPECT_THAT(said_of_steps("<start-up><expect><answer never=\"true\"/></expect><expect/></start-up>"),
              ElementsAre("2:50: never reached: the service waits for an answer that never comes"));
}

TEST(Lint, FindsWhatIsNeverChosenAndWhoIsNeverMet) {
  EXPECT_THAT(
      said_of_steps("<choose><option weight=\"0\"><start-up/></option><option/></choose>\n<together><meet "
                    "name=\"a\"/><start-up/></together>"),
      ElementsAre("2:9: never chosen: its weight is 0", "3:11: nobody else comes to <meet name=\"a\">"));
}

TEST(Lint, SaysWhatIsIncludedTwiceOnce) {
  EXPECT_EQ(lint(*read_steps("<include file=\"a.xml\"/><include file=\"a.xml\"/>",
                             {{"a.xml", scenario_of("<start-up/><start-timer name=\"a\"/>")}}))
                .size(),
            1u);
}

struct Claim {
  std::string rule, wants, steps;  // that give the occasion
};

TEST(Lint, FindsRulesThatCannotBeExercised) {
  for (const Claim& claim : std::initializer_list<Claim>{
           {"busy.clean-up", "<call-begins/>, or an <answer> with busy", "<call-begins/>"},
           {"busy.clean-up", "<call-begins/>, or an <answer> with busy",
            "<start-up><expect><answer status=\"busy\"/></expect></start-up>"},
           {"contact.form", "a <trigger>", "<trigger job=\"read\"/>"},
           {"poll.status", "<poll/>, or a <wait>", "<poll/>"},
           {"poll.job-announced", "a <trigger>", "<trigger job=\"read\"/>"},
           {"fragment.all-taken", "message-limit, or an <answer> with fragment",
            "<behave quirks=\"small-fragments\"/>"},
           {"fragment.max-items", "max-items", "<behave max-items=\"5\"/>"},
           {"secure.complete", "<trigger job=\"bootstrap\">, or bootstrap-pin",
            "<trigger job=\"bootstrap\"/>"},
           {"secure.tan-checked", "<trigger job=\"bootstrap-pin\">", "<trigger job=\"bootstrap-pin\"/>"},
           {"file.complete", "<trigger job=\"deploy-files\">, or deploy-software",
            "<trigger job=\"deploy-files\"/>"},
           {"software.not-again", "<trigger job=\"deploy-software\">", "<trigger job=\"deploy-software\"/>"},
           {"mobility.logon", "<log-on>", "<log-on number=\"1\" password=\"2\"/>"},
           {"mobility.logoff", "<log-off/>", "<log-off/>"},
           {"reads.entities", "quirks, or an <answer>", "<behave quirks=\"named-references\"/>"},
           {"flow.local-changes-taken", "<local-change>",
            "<local-change><item name=\"sntp-addr\">192.0.2.1</item></local-change>"},
           {"flow.unchanged-not-read", "two start-ups", "<restart/>"},
           {"secure.client-required", "<attempt kind=\"no-certificate\">, or others-certificate", "<attempt kind=\"no-certificate\"/>"},
           {"secure.default-closed", "<attempt kind=\"default-port\">", "<attempt kind=\"default-port\"/>"},
           {"poll.unknown-device", "<attempt kind=\"poll-as-stranger\">", "<attempt kind=\"poll-as-stranger\"/>"},
           {"http.get-refused", "<attempt kind=\"get\">", "<attempt kind=\"get\"/>"}}) {
    const std::string claims = "<claims rules=\"" + claim.rule + "\"/>";
    EXPECT_THAT(said_of(claims + "<steps><start-up/></steps>"),
                ElementsAre("2:16: " + claim.rule + " wants " + claim.wants + ", and there is none"));
    EXPECT_THAT(said_of(claims + "<steps><start-up/>" + claim.steps + "</steps>"), IsEmpty()) << claim.rule;
  }
  EXPECT_THAT(said_of("<claims rules=\"nonce.echo poll.target\"/><steps><start-up/></steps>"), IsEmpty());
}

TEST(Lint, SaysThatPhonesOfAnIncludedScenarioAreNotThere) {
  const auto part = [](const std::string& phones) {
    return Files{{"part.xml", "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\">" + phones + "<steps><start-up/></steps></scenario>"}};
  };
  const std::string include = "<include file=\"part.xml\"/>";
  EXPECT_THAT(said_of_steps(include, part("")), IsEmpty());
  EXPECT_THAT(said_of_steps(include, part("<phones><phone name=\"desk\" model=\"OpenStage 20\"/></phones>")),
              ElementsAre("2:1: the phones of the included scenario are not there: its steps are played by those of this one"));
}

}  // namespace
}  // namespace understudy::scenarios::language
