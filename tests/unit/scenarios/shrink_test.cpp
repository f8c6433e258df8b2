// The shortest scenario that still shows a fault: what stays, what is never taken, and when it ends.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rehearsal_support.h"
#include "rules/rule.h"
#include "scenario_support.h"
#include "scenarios/language/library.h"
#include "scenarios/shrink/cuttings.h"
#include "scenarios/shrink/shrinker.h"
#include "scenarios/shrink/sought.h"
#include "support/folder.h"

namespace understudy::scenarios::shrink {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const language::Reader& reader() {
  static const language::Reader& made = *new language::Reader({});  // Xerces may be gone when it would end
  return made;
}

Wish wish_for(std::string bytes, std::function<bool(const language::SharedScenario&)> shows) {
  Wish out;
  out.path = "scenario.xml";
  out.bytes = std::move(bytes);
  out.other = [](const std::string&) -> tl::expected<std::string, std::string> {
    return tl::unexpected(std::string("no such file"));
  };
  out.shows = std::move(shows);
  return out;
}

Shrunk shrunk(const std::string& bytes, std::function<bool(const language::SharedScenario&)> shows) {
  auto out = shrink(reader(), wish_for(bytes, std::move(shows)));
  if (!out) throw std::runtime_error(out.error().with_source());
  return *out;
}

// It shows where the file still has that text.
std::function<bool(const language::SharedScenario&)> has(std::string text) {
  return [text = std::move(text)](const language::SharedScenario& scenario) {
    return scenario->sources.front().bytes.find(text) != std::string::npos;
  };
}

Played played_of(const Rehearsal& rehearsal) {
  Played out{rehearsal.outcome, {}};
  for (const conformance::Finding& finding : rehearsal.verdict.findings) out.deviated.insert(finding.rule);
  return out;
}

std::string long_day() {
  return contents(UNDERSTUDY_SOURCE_DIR "/tests/unit/scenarios/long_day.xml");
}

std::size_t lines_of_steps(const std::string& bytes) {
  const std::size_t begin = bytes.find("<steps>"), end = bytes.find("</steps>");
  return static_cast<std::size_t>(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(end), '\n')) -
         1;
}

// ---- With our own service

struct Fault {
  std::string defect, rule;
};
void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.defect;
}

class ShrunkLongDay : public ::testing::TestWithParam<Fault> {};

TEST_P(ShrunkLongDay, StillShowsThatRuleAloneAndPassesOnTheCleanService) {
  const auto [defect, rule] = GetParam();
  Sought sought = Sought::rule(rule);
  const auto whole = language::read_text(long_day());
  ASSERT_TRUE(whole) << whole.error().with_source();
  ASSERT_TRUE(sought.shows(played_of(rehearse(*whole, {}, {defect}))));
  const Shrunk out = shrunk(long_day(), [&, name = defect](const language::SharedScenario& candidate) {
    return sought.shows(played_of(rehearse(candidate, {}, {name})));
  });
  EXPECT_LE(lines_of_steps(out.bytes), 15u) << out.bytes;
  EXPECT_LT(out.kept, out.elements / 5) << out.bytes;
  EXPECT_GT(out.elements, 40u);
  const auto smallest = language::read_text(out.bytes);
  ASSERT_TRUE(smallest) << smallest.error().with_source();
  const Rehearsal with_defect = rehearse(*smallest, {}, {defect});
  EXPECT_EQ(played_of(with_defect).deviated, std::set<std::string>{rule}) << out.bytes << with_defect.told;
  const Rehearsal clean = rehearse(*smallest, {}, {});
  EXPECT_TRUE(clean.passed()) << out.bytes << clean.told;
  EXPECT_THAT(clean.verdict.findings, IsEmpty()) << clean.told;
}

INSTANTIATE_TEST_SUITE_P(All, ShrunkLongDay,
                         ::testing::Values(Fault{"nonce.echo", "nonce.echo"},
                                           Fault{"busy.write-repeated/forgets", "busy.write-repeated"},
                                           Fault{"file.complete/no-type", "file.complete"},
                                           Fault{"http.get-refused/500", "http.get-refused"},
                                           Fault{"flow.local-changes-taken/at-once",
                                                 "flow.local-changes-taken"},
                                           Fault{"item.type", "item.type"}),
                         [](const ::testing::TestParamInfo<Fault>& each) {
                           std::string name = each.param.defect;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
                           return name;
                         });

TEST(ShrunkScenario, IsTheSameEachTimeForAServiceThatIs) {
  const auto once = [] {
    Sought sought = Sought::rule("nonce.echo");
    return shrunk(long_day(), [&](const language::SharedScenario& candidate) {
      return sought.shows(played_of(rehearse(candidate, {}, {"nonce.echo"})));
    });
  };
  const Shrunk first = once(), second = once();
  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_EQ(first.plays, second.plays);
}

TEST(ShrunkScenario, FailsForTheReasonForWhichTheWholeOneDid) {
  Sought sought = Sought::failure();
  const std::string bytes = language::scenario_of(R"(
    <start-up><expect action="CleanUp" skipping="true"/></start-up>
    <local-change><item name="sntp-addr">192.0.2.123</item><expect action="CleanUp"/></local-change>
    <call-begins/>
    <call-ends/>
    <restart><expect action="WriteItems" skipping="true" within="5m"/></restart>
    <wait time="1h"/>)");
  ASSERT_TRUE(sought.shows(played_of(rehearse(*language::read_text(bytes), {}, {}))));
  const Shrunk out = shrunk(bytes, [&](const language::SharedScenario& candidate) {
    return sought.shows(played_of(rehearse(candidate, {}, {})));
  });
  EXPECT_THAT(out.bytes, HasSubstr(R"(<restart><expect action="WriteItems" skipping="true"/></restart>)"));
  EXPECT_THAT(out.bytes, Not(HasSubstr("call-begins")));
  EXPECT_THAT(out.bytes, Not(HasSubstr("wait")));
}

// ---- What stays and how it looks

constexpr const char* two_phones = R"(<?xml version="1.0" encoding="utf-8"?>
<!-- Mine. -->
<scenario xmlns="urn:understudy:scenario:1" summary="x">
  <phones>
    <phone name="desk" model="OpenStage 60"/>

    <!-- In the hall. -->
    <phone name="lobby"/>
  </phones>

  <steps>
    <!-- The first. -->
    <start-up phone="desk"/>

    <!-- The second: a > b. -->
    <with phone="lobby">
      <!-- Inside. -->
      <start-up  label="x > y">
        <expect action="CleanUp" skipping='true'/>
      </start-up>

      <wait time="30m"/>
    </with>
  </steps>
</scenario>
)";

TEST(ShrunkScenario, KeepsItsCommentsAndItsForm) {
  const Shrunk out = shrunk(two_phones, has("skipping='true'"));
  EXPECT_EQ(out.bytes, R"(<?xml version="1.0" encoding="utf-8"?>
<!-- Mine. -->
<scenario xmlns="urn:understudy:scenario:1" summary="x">
  <steps>
    <!-- The second: a > b. -->
    <!-- Inside. -->
    <start-up>
      <expect action="CleanUp" skipping='true'/>
    </start-up>
  </steps>
</scenario>
)");
  EXPECT_EQ(out.elements, 8u);
  EXPECT_EQ(out.kept, 2u);
}

TEST(ShrunkScenario, ShortensWaitsAndNumbers) {
  const Shrunk out = shrunk(
      language::scenario_of(R"(<start-up/>
    <repeat times="64"><wait time="64m"/><restart/></repeat>)"),
      [](const language::SharedScenario& scenario) {
        const auto* repeat =
            scenario->steps.empty() ? nullptr : std::get_if<language::Repeat>(&scenario->steps.back().what);
        if (!repeat || repeat->times < 5 || repeat->steps.empty()) return false;
        const auto* wait = std::get_if<language::WaitTime>(&repeat->steps.front().what);
        return wait && wait->time >= std::chrono::seconds(100);
      });
  EXPECT_THAT(out.bytes, HasSubstr(R"(<repeat times="8"><wait time="120s"/></repeat>)"));
}

TEST(ShrunkScenario, ChoosesNothingWhereOneOptionIsLeft) {
  const Shrunk out = shrunk(language::scenario_of(R"(    <choose>
      <option weight="3"><start-up/></option>
      <option weight="2">
        <restart/>
      </option>
    </choose>
)"),
                            has("restart"));
  EXPECT_THAT(out.bytes, HasSubstr("<steps>\n    <restart/>\n</steps>"));
}

TEST(ShrunkScenario, LosesAPhoneWithAllThatItDoes) {
  const Shrunk out = shrunk(two_phones, has("label"));
  EXPECT_THAT(out.bytes, Not(HasSubstr("desk")));
}

TEST(ShrunkScenario, IsTheWholeOneWhereEachPartIsNeeded) {
  const std::string bytes = language::scenario_of("<start-up/>\n<restart/>");
  const Shrunk out =
      shrunk(bytes, [](const language::SharedScenario& scenario) { return scenario->steps.size() == 2; });
  EXPECT_EQ(out.bytes, bytes);
  EXPECT_EQ(out.kept, out.elements);
}

// Each of those that ship, as a whole and without anything that can go.
TEST(ShrunkScenario, IsRightForEveryScenarioThatShips) {
  const XmlSchema schema(contents(UNDERSTUDY_SOURCE_DIR "/scenarios/schema/scenario.xsd"));
  int n = 0;
  for (const language::Shipped& each : language::library()) {
    const auto file = XmlFile::parse(std::string(each.name) + ".xml", std::string(each.bytes), schema);
    ASSERT_TRUE(file) << each.name;
    const Cuttings cuttings(*file);
    EXPECT_EQ(cuttings.text(cuttings.nothing()), each.bytes) << each.name;
    if (++n % 8 != 0) continue;  // it takes its time
    int plays = 0;
    Wish wish =
        wish_for(std::string(each.bytes), [&](const language::SharedScenario&) { return ++plays % 3 != 0; });
    const auto out = shrink(reader(), wish);
    ASSERT_TRUE(out) << each.name;
    EXPECT_TRUE(language::read_text(out->bytes)) << each.name << "\n" << out->bytes;
  }
}

// ---- What is never played

TEST(ShrunkScenario, IsNeverOneThatTheReaderRefuses) {
  const std::string bytes = language::scenario_of(R"(<set name="where" value="192.0.2.1"/>
    <start-up/><local-change><item name="sntp-addr">{where}</item></local-change>)");
  const Shrunk out = shrunk(bytes, has("{where}"));
  EXPECT_THAT(out.bytes, HasSubstr("<set"));
  EXPECT_TRUE(language::read_text(out.bytes));
}

TEST(ShrunkScenario, ExpectsNothingWhereNothingCanCome) {
  const Shrunk out = shrunk(
      language::scenario_of("<start-up><expect action=\"CleanUp\" skipping=\"true\"/></start-up><restart/>"),
      has("<expect"));
  EXPECT_THAT(out.bytes, HasSubstr("<start-up>"));
}

TEST(ShrunkScenario, IsPlayedOnceOnlyInTheSameWords) {
  std::set<std::string> played;
  shrunk(long_day(), [&](const language::SharedScenario& scenario) {
    EXPECT_TRUE(played.insert(scenario->sources.front().bytes).second);
    return scenario->phones.size() > 1;
  });
}

TEST(ShrunkScenario, IsTheSmallestSoFarWhereItIsStopped) {
  int plays = 0;
  Wish wish = wish_for(long_day(), [&](const language::SharedScenario&) { return ++plays != 3; });
  wish.stop = [&] { return plays >= 6; };
  const auto out = shrink(reader(), wish);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->stopped);
  EXPECT_EQ(out->plays, 6u);
  EXPECT_TRUE(language::read_text(out->bytes));
}

// ---- What is sought

Played with(PlayOutcome::How how, std::set<std::string> deviated, Failure failure = {}) {
  Played out;
  out.outcome.how = how;
  out.outcome.failure = std::move(failure);
  out.deviated = std::move(deviated);
  return out;
}

TEST(SoughtRule, IsNotAnother) {
  using How = PlayOutcome::How;
  Sought sought = Sought::rule("nonce.echo");
  EXPECT_FALSE(sought.shows(with(How::passed, {"nonce.present"})));
  EXPECT_TRUE(sought.shows(with(How::passed, {"nonce.echo", "nonce.present"})));
  EXPECT_FALSE(sought.shows(with(How::passed, {"nonce.present"})));
  EXPECT_FALSE(sought.shows(with(How::interrupted, {"nonce.echo"})));
  EXPECT_FALSE(sought.shows(with(How::failed, {"nonce.echo"}))) << "it passed before";
}

TEST(SoughtFailure, IsTheOneThatWasSeenFirst) {
  using How = PlayOutcome::How;
  Sought sought = Sought::failure();
  Failure failure{{},
                  "phone",
                  "another message came",
                  "CleanUp",
                  "ReadItems, 3 items: a, b, c",
                  {"1.0  → start-up, 27 items", "1.1  ← ReadItems"}};
  ASSERT_TRUE(sought.shows(with(How::failed, {}, failure)));
  failure.came = "ReadItems, 1 item: a";
  failure.last = {"9.0  → start-up, 17 items"};
  EXPECT_TRUE(sought.shows(with(How::failed, {}, failure)));
  failure.last = {"9.0  → local-changes, 17 items"};
  EXPECT_FALSE(sought.shows(with(How::failed, {}, failure)));
  failure.last = {};
  failure.message = "no message came in time";
  EXPECT_FALSE(sought.shows(with(How::failed, {}, failure)));
  EXPECT_FALSE(sought.shows(with(How::passed, {})));
}

}  // namespace
}  // namespace understudy::scenarios::shrink
