// A scenario that is made of a recording says what was recorded: it is right, and our own service passes it again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_support.h"
#include "scenario_support.h"
#include "scenarios/from/scenario_from.h"
#include "scenarios/from/values.h"
#include "scenarios/language/lint.h"
#include "support/messages.h"

namespace understudy::scenarios {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Tape {
  std::string scenario;
  Needs needs = {};
  std::string phone = {};  // "old"; empty: the only one
};

void PrintTo(const Tape& tape, std::ostream* out) {
  *out << tape.scenario;
}

from::MadeScenario made_of(const Tape& tape, std::vector<std::string> defects = {}) {
  const auto entries = as_kept(rehearse(shipped(tape.scenario), tape.needs, std::move(defects)).entries);
  const auto phones = from::phones_in(entries);
  const auto meant = tape.phone.empty() ? phones : from::phones_named(phones, tape.phone);
  if (meant.empty()) throw std::runtime_error("no phone in " + tape.scenario);
  return from::scenario_from(entries, meant.front());
}

std::string warnings_of(const language::Scenario& scenario) {
  std::string out;
  for (const FileError& warning : lint(scenario)) out += warning.with_source() + "\n";
  return out;
}

class MadeOfARecording : public ::testing::TestWithParam<Tape> {};

TEST_P(MadeOfARecording, PassesAgainAndLintHasNothingToSay) {
  const from::MadeScenario made = made_of(GetParam());
  const auto scenario = read_made(made);
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(warnings_of(*scenario), "") << made.xml;
  EXPECT_THAT(made.unsaid, IsEmpty()) << made.xml;
  const Rehearsal played = rehearse(scenario, GetParam().needs, {});
  EXPECT_TRUE(played.passed()) << played.told << made.xml;
  EXPECT_THAT(played.verdict.findings, IsEmpty()) << played.told;
}

INSTANTIATE_TEST_SUITE_P(
    All, MadeOfARecording,
    ::testing::Values(Tape{"start-up"}, Tape{"start-up-unchanged"}, Tape{"start-up-old-firmware"},
                      Tape{"local-change", {}, "old"}, Tape{"local-change", {}, "new"}, Tape{"call"},
                      Tape{"call-and-restart"}, Tape{"busy-and-idle-again"}, Tape{"write"}, Tape{"read"},
                      Tape{"restart-ordered"}, Tape{"factory-reset"}, Tape{"inventory-change"},
                      Tape{"contact-me"}, Tape{"contact-me-by-another"}, Tape{"contact-me-in-the-gap"},
                      Tape{"max-items"}, Tape{"fragments"}, Tape{"deploy-file", {"deploy-files=one"}},
                      Tape{"deploy-software", {"deploy-software"}}, Tape{"poll", {"polling"}},
                      Tape{"poll-a-job", {"polling"}}, Tape{"log-on", {"user"}},
                      Tape{"secure-mode", {"secure"}}, Tape{"power-cut-before-the-answer"}, Tape{"fault-drop-within"},
                      Tape{"fault-half-close"}, Tape{"fault-new-session"}),
    [](const ::testing::TestParamInfo<Tape>& each) {
      std::string name = each.param.scenario + each.param.phone;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(MadeScenario, FailsWhereTheServiceDoesOtherwiseThanInTheRecording) {
  const auto scenario = read_made(made_of({"call"}));
  ASSERT_NE(scenario, nullptr);
  EXPECT_FALSE(rehearse(scenario, {}, {"busy.write-repeated/forgets"}).passed());
}

TEST(MadeScenario, IsWrittenAsAPersonWould) {
  const from::MadeScenario made = made_of({"local-change", {}, "new"});
  EXPECT_THAT(made.xml, HasSubstr(R"(
    <local-change>
      <item name="sntp-addr">192.0.2.123</item>
      <expect action="CleanUp"/>
    </local-change>
)"));
  EXPECT_THAT(
      made.xml,
      HasSubstr(R"(<phone name="phone" model="OpenStage 60" firmware="V3 R5.12.0" mac="00:1A:E8:FF:)"));
}

TEST(MadeScenario, HasTheFaultsOfItsPhoneWhereTheyMetIt) {
  const from::MadeScenario made = made_of({"fault-drop-within"});
  const std::string fault = R"(<fault kind="drop-within" bytes="300"/>)";
  const std::size_t first = made.xml.find(fault);
  ASSERT_NE(first, std::string::npos) << made.xml;
  EXPECT_LT(first, made.xml.find("<start-up"));
  EXPECT_THAT(made.xml, HasSubstr(fault + "\n      <expect action=\"ReadAllItems\"/>"));
}

TEST(MadeScenario, IsPlayedByANewPhoneWhereThatIsWanted) {
  const auto entries = rehearse(shipped("call"), {}, {}).entries;
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front(), true);
  EXPECT_THAT(made.xml, HasSubstr(R"(<phone name="phone" model="OpenStage 60" firmware="V3 R5.12.0"/>)"));
  EXPECT_THAT(made.xml, Not(HasSubstr("mac=")));
  EXPECT_TRUE(rehearse(read_made(made), {}, {}).passed());
}

TEST(MadeScenario, HasNoNonceNoCookieAndNoSecret) {
  Tape tape{"secure-mode", {"secure"}};
  const auto entries = rehearse(shipped(tape.scenario), tape.needs, {}).entries;
  const auto masked = as_kept(entries);
  const from::MadeScenario made = from::scenario_from(masked, from::phones_in(masked).front());
  for (const auto& kept : {entries, masked})
    for (const transcript::Entry& entry : kept) {
      const auto* exchange = std::get_if<transcript::Exchange>(&entry);
      if (!exchange || !exchange->answer) continue;
      EXPECT_THAT(made.xml, Not(HasSubstr(std::string(exchange->answer->nonce_or_empty()))));
      const wpi::Item* secret = exchange->answer->find("dls-client-certificate");
      if (secret && !secret->value.empty()) {
        EXPECT_THAT(made.xml, Not(HasSubstr(secret->value)));
      }
    }
  EXPECT_THAT(made.xml, Not(HasSubstr("ookie")));
}

// What the phone's user typed, and the recording hides, is for the user of the scenario to say.
TEST(MadeScenario, LeavesTheMaskedValueOfALocalChangeToAVariable) {
  const auto scenario = language::read_steps(
      R"(<start-up/><local-change by="admin"><item name="file-username">Reception</item><item name="sntp-tz-offset">60</item></local-change>)");
  const auto entries = as_kept(rehearse(scenario, {}, {}).entries);
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front());
  EXPECT_THAT(made.xml, HasSubstr(R"(<set name="changed-file-username" value=)"));
  EXPECT_THAT(made.xml, HasSubstr(R"(<item name="file-username">{changed-file-username}</item>)"));
  EXPECT_THAT(made.xml, HasSubstr(R"(<item name="sntp-tz-offset">60</item>)"));
  EXPECT_THAT(made.xml, Not(HasSubstr("Reception")));
  const auto again = read_made(made);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(warnings_of(*again), "");
  EXPECT_TRUE(rehearse(again, {}, {}).passed());
}

// Somebody else who calls at the door is waited for; without him nothing of it happens.
TEST(MadeScenario, WaitsForAContactThatItsPhoneDidNotMake) {
  auto entries = rehearse(shipped("contact-me"), {}, {}).entries;
  std::erase_if(entries, [](const transcript::Entry& entry) {
    const auto* mark = std::get_if<transcript::Mark>(&entry);
    return mark && (mark->event == transcript::Event::trigger || mark->event == transcript::Event::job ||
                    mark->event == transcript::Event::step || mark->event == transcript::Event::step_ended);
  });
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front());
  EXPECT_THAT(made.xml, HasSubstr("<expect-contact within=\"30s\"/>\n"));
  EXPECT_THAT(made.xml, HasSubstr("<expect-interaction reason=\"solicited\"/>"));
  EXPECT_THAT(made.xml, Not(HasSubstr("<contact-me")));
}

// A recording from between a phone and its service has messages and no marks.
TEST(MadeScenario, FindsItsStepsInTheMessagesAlone) {
  auto entries = rehearse(shipped("call"), {}, {}).entries;
  std::erase_if(entries, [](const transcript::Entry& entry) {
    return std::holds_alternative<transcript::Mark>(entry) ||
           std::holds_alternative<transcript::PhoneMark>(entry);
  });
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front());
  const auto scenario = read_made(made);
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(warnings_of(*scenario), "") << made.xml;
  EXPECT_THAT(made.xml, HasSubstr("<call-begins/>"));
  EXPECT_THAT(made.xml, HasSubstr("<call-ends>"));
  const Rehearsal played = rehearse(scenario, {}, {});
  EXPECT_TRUE(played.passed()) << played.told << made.xml;
}

// Also by a phone whose own values are longer or shorter.
TEST(MadeScenario, SplitsLongAnswersWhereTheRecordedPhoneDid) {
  const auto entries = as_kept(rehearse(shipped("long-answers"), {}, {}).entries);
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front(), true);
  const std::string before = "message-limit=\"";
  const std::size_t at = made.xml.find(before);
  ASSERT_NE(at, std::string::npos) << made.xml;
  EXPECT_NEAR(std::stoi(made.xml.substr(at + before.size())), 9'000, 60);  // as the scenario says it
  const auto scenario = read_made(made);
  ASSERT_NE(scenario, nullptr);
  const Rehearsal played = rehearse(scenario, {}, {});
  EXPECT_TRUE(played.passed()) << played.told << made.xml;
}

// A phone never begins with it: what a recording has so is no step, and nobody is waited for.
TEST(MadeScenario, LeavesOutACleanUpOfNoInteraction) {
  auto entries = rehearse(shipped("start-up"), {}, {}).entries;
  const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                 [](const auto& entry) { return std::holds_alternative<transcript::Exchange>(entry); });
  ASSERT_NE(last, entries.rend());
  auto again = std::get<transcript::Exchange>(*last);
  transcript::Mark begins{again.ended, transcript::Event::interaction, again.phone, again.interaction + 1, "clean-up"};
  auto said = std::make_shared<wpi::Document>(*again.said);
  said->reasons[0].reason.text = "clean-up";
  again.interaction += 1, again.message = 1, again.said = said;
  entries.push_back(begins);
  entries.push_back(again);
  const from::MadeScenario made = from::scenario_from(entries, from::phones_in(entries).front());
  EXPECT_THAT(made.unsaid, ElementsAre(HasSubstr("said clean-up")));
  EXPECT_THAT(made.xml, Not(HasSubstr("<expect-contact")));
  const auto scenario = read_made(made);
  ASSERT_NE(scenario, nullptr);
  EXPECT_TRUE(rehearse(scenario, {}, {}).passed()) << made.xml;
}

TEST(MadeScenario, SaysWhatItCouldNotSay) {
  const from::MadeScenario made = made_of({"no-reply"}, {"flow.clean-up/empty"});
  ASSERT_THAT(made.unsaid, Not(IsEmpty()));
  for (const std::string& line : made.unsaid) EXPECT_THAT(made.xml, HasSubstr("<!-- " + line.substr(0, 30)));
}

TEST(MadeScenario, IsMadeOfRecordingsOfRealServicesToo) {
  for (const std::string service : {"service-a", "service-b"}) {
    const auto entries = recorded_as_entries(service);
    const auto phones = from::phones_in(entries);
    ASSERT_THAT(phones, SizeIs(1)) << service;
    EXPECT_EQ(phones[0].model, "OpenStage 40");
    EXPECT_EQ(phones[0].mac, "00:1A:E8:00:00:01");
    for (const auto& kept : {entries, as_kept(entries)}) {
      const from::MadeScenario made = from::scenario_from(kept, phones[0]);
      const auto scenario = read_made(made);
      ASSERT_NE(scenario, nullptr) << service;
      EXPECT_EQ(warnings_of(*scenario), "") << made.xml;
    }
  }
}

// All of it is data of the other side.
TEST(MadeScenario, IsRightWhateverTheServiceSaid) {
  const std::string nasty[] = {"--> <x/>",
                               "{{mac}",
                               "{mac",
                               "\"'&<>",
                               "a\nb",
                               std::string("a\0b", 3),
                               "\x1b[31m",
                               "\xff\xfe",
                               "-",
                               "",
                               std::string(70'000, 'x')};
  auto entries = rehearse(shipped("start-up"), {}, {}).entries;
  for (transcript::Entry& entry : entries) {
    auto* exchange = std::get_if<transcript::Exchange>(&entry);
    if (!exchange || !exchange->answer) continue;
    wpi::Document answer = *exchange->answer;
    for (const std::string& text : nasty)
      for (const std::string& other : nasty) answer.items.push_back(item(text, text, other));
    answer.actions.push_back(answer.actions.front());
    exchange->answer = std::make_shared<const wpi::Document>(answer);
    wpi::Document said = *exchange->said;
    for (const std::string& text : nasty) said.items.push_back(item("sntp-addr", text));
    if (!said.reasons.empty() && said.reasons[0].status)
      said.reasons[0].status->text = nasty[exchange->number % std::size(nasty)];
    exchange->said = std::make_shared<const wpi::Document>(said);
  }
  entries.push_back(transcript::Mark{12h, transcript::Event::hostile, "phone", 0, "-->\x1b"});
  auto phone = from::phones_in(entries).front();
  for (const std::string& text : nasty) {
    phone.model = phone.firmware = phone.mac = phone.number = text;
    const from::MadeScenario made = from::scenario_from(entries, phone);
    EXPECT_NE(read_made(made), nullptr);
    EXPECT_THAT(made.unsaid, Not(IsEmpty()));
  }
}

TEST(RecordedPhones, AreNamedByMacAddressNumberOrIdOfTheFile) {
  const auto entries = as_kept(rehearse(shipped("local-change"), {}, {}).entries);
  const auto phones = from::phones_in(entries);
  ASSERT_THAT(phones, SizeIs(2));
  for (const std::string& name : {std::string("new"), phones[1].number, phones[1].mac}) {
    const auto named = from::phones_named(phones, name);
    ASSERT_THAT(named, SizeIs(1)) << name;
    EXPECT_EQ(named[0].id, "new");
  }
  EXPECT_THAT(from::phones_named(phones, "nobody"), IsEmpty());
}

TEST(RoundedTime, IsOneThatAPersonWouldSay) {
  EXPECT_EQ(from::rounded(400ms), "");
  EXPECT_EQ(from::rounded(1'012ms), "1s");
  EXPECT_EQ(from::rounded(9'700ms), "10s");
  EXPECT_EQ(from::rounded(75s), "75s");
  EXPECT_EQ(from::rounded(299s), "5m");
  EXPECT_EQ(from::rounded(3'590s), "1h");
  EXPECT_EQ(from::rounded(std::chrono::hours(25) + 7min), "25h");
}

}  // namespace
}  // namespace understudy::scenarios
