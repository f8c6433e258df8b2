// What a scenario's reader makes of its phones and steps.
#include "scenarios/language/reader.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario_support.h"
#include "scenarios/language/walk.h"
#include "support/folder.h"

namespace understudy::scenarios::language {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* head = "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\">";

template <typename Kind>
const Kind& as(const Step& step) {
  return std::get<Kind>(step.what);
}

template <typename Kind>
const Kind& event_of(const Step& step) {
  return std::get<Kind>(as<EventStep>(step).event);
}

SharedScenario whole(const std::string& inside, const Files& others = {}) {
  auto scenario = read_text(head + inside + "</scenario>", others);
  if (!scenario) throw std::runtime_error(scenario.error().with_source());
  return *scenario;
}

std::vector<std::string> names(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const PhoneEntry& phone : scenario.phones) out.push_back(phone.name);
  return out;
}

TEST(Scenario, SaysWhatItIsAbout) {
  const auto scenario = read_text(
      "<?xml version=\"1.0\"?>\n<scenario xmlns=\"urn:understudy:scenario:1\" guide=\"p.33\" summary=\"A "
      "phone\n  starts up\">"
      "<about>\n  Once,\n  and again.\n</about><claims rules=\"flow.clean-up\n "
      "nonce.echo\"/><steps><start-up/></steps></scenario>");
  ASSERT_TRUE(scenario) << scenario.error().with_source();
  EXPECT_EQ((*scenario)->name, "scenario");
  EXPECT_EQ((*scenario)->summary, "A phone starts up");
  EXPECT_EQ((*scenario)->guide, "p.33");
  EXPECT_EQ((*scenario)->about, "Once, and again.");
  ASSERT_EQ((*scenario)->claims.size(), 2u);
  EXPECT_EQ((*scenario)->claims[1].rule, "nonce.echo");
  EXPECT_EQ(error_at(**scenario, (*scenario)->claims[0].place, "x").one_line(), "scenario.xml:6:24: x");
}

TEST(Scenario, WithoutPhonesHasOneOfTheUsualModel) {
  const auto scenario = read_steps("<start-up/>");
  EXPECT_THAT(names(*scenario), ElementsAre("phone"));
  EXPECT_EQ(scenario->kinds.front().model, nullptr);
  EXPECT_EQ(scenario->kinds.front().firmware, nullptr);
  EXPECT_EQ(scenario->steps.front().phones, std::nullopt);
}

TEST(Scenario, HasPhonesOneOrMany) {
  const auto scenario = whole(R"(
    <phones>
      <phone name="desk" model="40" firmware="V2 R2" count="3" quirks="single-quotes no-fragment" message-limit="9000" max-items="5">
        <item name="display-id-unicode">Desk {number}</item>
        <item name="key-label" index="2">Door</item>
      </phone>
      <phone name="boss" mac="00:1A:E8:FF:00:01" number="4711"/>
    </phones>
    <steps><start-up phone="desk"/><start-up phone="desk-2"/><start-up phone="boss"/></steps>)");
  EXPECT_THAT(names(*scenario), ElementsAre("desk-1", "desk-2", "desk-3", "boss"));
  const PhoneKind& desk = scenario->kinds[scenario->phones[1].kind];
  EXPECT_EQ(desk.model->device_type, "OpenStage 40");
  EXPECT_EQ(desk.firmware->version, "V2 R2.30.0");
  EXPECT_TRUE(desk.quirks.has(phone::Quirk::no_fragment));
  EXPECT_EQ(desk.message_limit, 9000u);
  EXPECT_EQ(desk.max_items, 5u);
  ASSERT_EQ(desk.settings.size(), 2u);
  EXPECT_EQ(desk.settings[0].value.parts.at(1).kind, TextPart::Kind::fact);
  EXPECT_EQ(desk.settings[1].index->literal(), "2");
  EXPECT_EQ(scenario->phones[3].mac, "00:1A:E8:FF:00:01");
  EXPECT_EQ(scenario->phones[3].number, "4711");
  EXPECT_EQ(scenario->steps[0].phones, (PhoneRange{0, 3}));
  EXPECT_EQ(scenario->steps[1].phones, (PhoneRange{1, 1}));
  EXPECT_EQ(scenario->steps[2].phones, (PhoneRange{3, 1}));
}

TEST(Scenario, HasPhonesFromATable) {
  const auto scenario = whole(
      "<phones><table file=\"lab/phones.tsv\" name=\"lab\"/></phones><steps><start-up "
      "phone=\"lab\"/></steps>",
      {{"lab/phones.tsv",
        "name\tmodel\tmac\tkey-label[2]\tsntp-addr\r\nhall\tOpenStage "
        "60\t\tDoor\t192.0.2.1\r\n\t\t00:1A:E8:FF:00:07\t\t\r\n"}});
  EXPECT_THAT(names(*scenario), ElementsAre("hall", "lab-2"));
  EXPECT_EQ(scenario->phones[1].mac, "00:1A:E8:FF:00:07");
  const auto& settings = scenario->kinds[scenario->phones[0].kind].settings;
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(settings[0].name.literal(), "key-label");
  EXPECT_EQ(settings[0].index->literal(), "2");
  EXPECT_EQ(settings[1].value.literal(), "192.0.2.1");
  EXPECT_EQ(error_at(*scenario, settings[1].value.place, "x").one_line(), "lab/phones.tsv:2:25: x");
  EXPECT_TRUE(scenario->kinds[1].settings.empty()) << "an empty field says nothing";
  EXPECT_EQ(scenario->steps[0].phones, (PhoneRange{0, 2}));
}

TEST(ScenarioStep, ThatLetsSomethingHappenWaitsForRestUnlessItStandsInAnother) {
  const auto scenario = read_steps(
      "<start-up><call-begins/><power-cut rest=\"yes\"/></start-up><restart rest=\"no\"/>"
      "<with phone=\"phone\"><call-ends/></with><behave fails=\"true\"/>");
  const auto& start_up = as<EventStep>(scenario->steps[0]);
  EXPECT_TRUE(start_up.rest);
  EXPECT_FALSE(as<EventStep>(start_up.steps[0]).rest);
  EXPECT_TRUE(as<EventStep>(start_up.steps[1]).rest);
  EXPECT_FALSE(as<EventStep>(scenario->steps[1]).rest);
  EXPECT_TRUE(as<EventStep>(as<With>(scenario->steps[2]).steps[0]).rest);
  EXPECT_FALSE(as<EventStep>(scenario->steps[3]).rest) << "nothing happens";
}

TEST(ScenarioStep, OfEachKindIsRead) {
  const auto scenario = read_steps(R"(
    <start-up from-factory="true"/> <restart/> <factory-reset/> <power-cut/>
    <local-change by="web"><item name="key-label" index="2">Door</item><expect/></local-change>
    <inventory-change modules="2"/> <call-begins/> <call-ends/> <log-on number="4711" password="p"/> <log-off/> <poll/>
    <enter-pin pin="{pin}"/> <contact-me wanted="false" host="192.0.2.1" port="18444"/>
    <trigger job="bootstrap-pin" pin="1234567890" capture="said"/>
    <behave quirks="guide" fails="true" ends="false" refuses-first="true" wrong-tan="true" max-items="5"/>
    <one-of><expect action="CleanUp"/><expect action="ReadItems"/></one-of>
    <any-order><expect action="ReadAllItems"/></any-order>
    <never action="Restart"><item name="restart-type"/></never>
    <expect-contact within="10s"/> <expect-interaction reason="solicited"/> <expect-rest within="1m"/>
    <wait time="500ms"/> <wait until="poll" at-most="2m"/>
    <say fresh="false" expect-status="400-499" capture-status="status" capture-body="body">GET / HTTP/1.1\r\n</say>
    <set name="x" value="{status}{body}{said}{y}"/> <capture item="key-label" index="2" into="y"/>
    <assert item="key-label" index="2" matches="D.*"/>
    <fault kind="drop-within" times="2" bytes="100"/> <fault kind="slow" rate="1000"/> <fault kind="half-close"/>
    <together><branch><start-up/></branch><restart/></together>
    <repeat times="3"><restart/></repeat> <choose><option weight="2"><restart/></option><option/></choose>
    <start-timer name="t"/> <stop-timer name="t" at-most="2s"/>)");
  const Steps& all = scenario->steps;
  ASSERT_EQ(all.size(), 35u);
  EXPECT_TRUE(event_of<StartUp>(all[0]).from_factory);
  EXPECT_EQ(event_of<LocalChange>(all[4]).by, items::Who::web_pages);
  EXPECT_EQ(event_of<LocalChange>(all[4]).items.size(), 1u);
  EXPECT_EQ(as<EventStep>(all[4]).steps.size(), 1u) << "its item is no step";
  EXPECT_EQ(event_of<InventoryChange>(all[5]).modules, 2);
  EXPECT_EQ(event_of<LogOn>(all[8]).password.literal(), "p");
  EXPECT_EQ(event_of<EnterPin>(all[11]).pin.parts.at(0).kind, TextPart::Kind::fact);
  EXPECT_FALSE(event_of<ContactMe>(all[12]).wanted);
  EXPECT_EQ(event_of<ContactMe>(all[12]).port.literal(), "18444");
  EXPECT_EQ(event_of<Trigger>(all[13]).pin->literal(), "1234567890");
  EXPECT_EQ(event_of<Behave>(all[14]).ends, false);
  EXPECT_EQ(event_of<Behave>(all[14]).max_items, 5u);
  EXPECT_EQ(as<OneOf>(all[15]).expected[1].action, wpi::Action::read_items);
  EXPECT_EQ(as<AnyOrder>(all[16]).expected.size(), 1u);
  EXPECT_EQ(as<Never>(all[17]).items.size(), 1u);
  EXPECT_EQ(as<ExpectContact>(all[18]).within, 10s);
  EXPECT_EQ(as<ExpectInteraction>(all[19]).reason, wpi::Reason::solicited);
  EXPECT_EQ(as<ExpectInteraction>(all[19]).within, 30s);
  EXPECT_EQ(as<ExpectRest>(all[20]).within, 60s);
  EXPECT_EQ(as<WaitTime>(all[21]).time, 500ms);
  EXPECT_EQ(as<WaitUntil>(all[22]).what, WaitUntil::What::poll);
  EXPECT_EQ(as<Say>(all[23]).expect_status->most, 499);
  EXPECT_EQ(as<Say>(all[23]).parts.front().bytes.literal(), "GET / HTTP/1.1\r\n");
  EXPECT_FALSE(as<Say>(all[23]).fresh);
  EXPECT_EQ(as<CaptureItem>(all[25]).into, "y");
  EXPECT_TRUE(as<AssertItem>(all[26]).match.pattern->matches("Door"));
  EXPECT_EQ(as<Fault>(all[27]).fault.bytes, 100u);
  EXPECT_EQ(as<Fault>(all[28]).fault.rate, 1000u);
  EXPECT_EQ(as<Fault>(all[29]).fault.kind, net::Fault::Kind::half_close);
  EXPECT_EQ(as<Together>(all[30]).branches.size(), 2u);
  EXPECT_EQ(as<Repeat>(all[31]).times, 3);
  EXPECT_EQ(as<Choose>(all[32]).options[0].weight, 2u);
  EXPECT_TRUE(as<Choose>(all[32]).options[1].steps.empty());
  EXPECT_EQ(as<StopTimer>(all[34]).at_most, 2s);
  EXPECT_EQ(all[34].element, "stop-timer");
}

TEST(ScenarioStep, ExpectsAMessageAndAnswersIt) {
  const auto scenario = read_steps(R"(
    <start-up>
      <expect action="WriteItems" status="200" within="10s" skipping="true" items-only="true" nonce-capture="nonce">
        <item name="e164" value="{number}" capture="number-written"/><item name="sip-pwd" absent="true"/><item name="sntp-addr"/>
        <header name="Set-Cookie" matches="JSESSIONID=[0-9A-F]{32};.*"/>
        <answer obey="true" status="busy" reason="reply-to" action="ReadItems" fragment="final" nonce="literal:{nonce}-x" after="5s" times="2">
          <item name="e164" index="1" status="failed">{number-written}</item>
        </answer>
      </expect>
      <expect optional="true"><answer><raw> &lt;a>{mac}
</raw></answer></expect>
      <expect><answer never="true" nonce="same"/></expect>
    </start-up>)");
  const Steps& steps = as<EventStep>(scenario->steps[0]).steps;
  const auto& expect = as<Expect>(steps[0]);
  EXPECT_EQ(expect.action, wpi::Action::write_items);
  EXPECT_EQ(error_at(*scenario, expect.action_place, "x").with_source(),
            "scenario.xml:4:23: x\n"
            "  4 │       <expect action=\"WriteItems\" status=\"200\" within=\"10s\" skipping=\"true\" "
            "items-only=\"true\" n…\n"
            "    │                       ^^^^^^^^^^");
  EXPECT_EQ(expect.within, 10s);
  EXPECT_TRUE(expect.skipping && expect.items_only && !expect.optional);
  EXPECT_EQ(expect.nonce_capture, "nonce");
  ASSERT_EQ(expect.items.size(), 3u);
  EXPECT_EQ(expect.items[0].match.kind, Match::Kind::value);
  EXPECT_EQ(expect.items[1].match.kind, Match::Kind::absent);
  EXPECT_EQ(expect.items[2].match.kind, Match::Kind::any);
  EXPECT_TRUE(
      expect.headers[0].match.pattern->matches("JSESSIONID=0123456789ABCDEF0123456789ABCDEF; Secure"));
  const Answer& answer = *expect.answer;
  EXPECT_TRUE(answer.obeys);
  EXPECT_EQ(answer.fragment, wpi::Fragment::final_);
  EXPECT_EQ(answer.nonce, Answer::Nonce::literal);
  ASSERT_EQ(answer.literal_nonce.parts.size(), 2u);
  EXPECT_EQ(answer.literal_nonce.parts[0].text, "nonce");
  EXPECT_EQ(answer.after, 5s);
  EXPECT_EQ(answer.times, 2);
  EXPECT_EQ(answer.items[0].status->literal(), "failed");
  const Text& raw = *as<Expect>(steps[1]).answer->raw;
  ASSERT_EQ(raw.parts.size(), 3u);
  EXPECT_EQ(raw.parts[0].text, " <a>");
  EXPECT_EQ(raw.parts[2].text, "\n");
  EXPECT_TRUE(as<Expect>(steps[2]).answer->never);
}

TEST(ScenarioStep, OfATableKnowsItsColumns) {
  const auto scenario = read_steps(
      "<for-each table=\"t.tsv\" as=\"user\"><log-on number=\"{user.number}\" "
      "password=\"{user.word}!\"/></for-each>",
      {{"t.tsv", "word\tnumber\nopen\t4711\nshut\t4712"}});
  const auto& each = as<ForEach>(scenario->steps[0]);
  ASSERT_EQ(each.table->rows.size(), 2u);
  EXPECT_EQ(each.table->rows[1][1], "4712");
  const auto& log_on = event_of<LogOn>(each.steps[0]);
  EXPECT_EQ(log_on.number.parts[0].kind, TextPart::Kind::column);
  EXPECT_EQ(log_on.number.parts[0].column, 1u);
  const auto filled = log_on.password.filled(
      [&](const TextPart& part) { return std::optional(each.table->rows[0][part.column]); });
  EXPECT_EQ(filled, "open!");
}

TEST(ScenarioStep, WhereStrandsMeetKnowsHowManyTheyAre) {
  const auto scenario = whole(R"(<phones><phone name="desk" count="3"/><phone name="boss"/></phones><steps>
    <together>
      <branch phone="desk"><start-up/><meet name="all"/></branch>
      <branch phone="boss"><repeat times="2"><meet name="all" at-most="10s"/></repeat>
        <together><meet name="all"/><meet name="all"/></together></branch>
    </together></steps>)");
  std::vector<std::uint32_t> strands;
  each_step(scenario->steps, [&](const Step& step) {
    if (const auto* meet = std::get_if<Meet>(&step.what)) strands.push_back(meet->strands);
  });
  EXPECT_THAT(strands, ElementsAre(4u, 4u, 2u, 2u));
}

TEST(ScenarioStep, MayBeThatOfAnotherScenario) {
  const Files others = {
      {"more/other.xml",
       std::string(head) + "<phones><phone name=\"own\"/></phones><steps>\n<restart/><include "
                           "file=\"third.xml\"/></steps></scenario>"},
      {"more/third.xml",
       std::string(head) + "<steps><assert item=\"e164\" value=\"{x}\"/></steps></scenario>"}};
  const auto scenario = read_steps(
      "<set name=\"x\" value=\"1\"/><include file=\"more/other.xml\"/><include file=\"more/third.xml\"/>",
      others);
  EXPECT_THAT(names(*scenario), ElementsAre("phone"));
  const auto& other = as<Include>(scenario->steps[1]);
  ASSERT_EQ(other.steps.size(), 2u);
  EXPECT_EQ(as<Include>(other.steps[1]).steps.size(), 1u);
  EXPECT_EQ(error_at(*scenario, other.steps[0].place, "x").one_line(), "more/other.xml:2:1: x");
  EXPECT_EQ(scenario->sources.size(), 3u) << "each file once";
}

TEST(ScenarioReader, ReadsFilesOfItsFolderAlone) {
  const Folder folder;
  std::filesystem::create_directory(folder / "inside");
  folder.put("secret.tsv", "number\n1\n");
  folder.put("inside/users.tsv", "number\n4711\n");
  std::filesystem::create_symlink(folder / "secret.tsv", folder / "inside/link.tsv");
  std::filesystem::create_directory(folder / "inside/folder.tsv");
  const Reader reader({});
  const auto said = [&](const std::string& file) {
    const std::string path = folder.put(
        "inside/scenario.xml", scenario_of("<for-each table=\"" + file + "\"><restart/></for-each>"));
    const auto scenario = reader.read(path);
    return scenario ? "" : scenario.error().text;
  };
  EXPECT_EQ(said("users.tsv"), "");
  EXPECT_EQ(said("../inside/users.tsv"), "\"../inside/users.tsv\" is no file below the scenario's folder");
  EXPECT_EQ(said("link.tsv"), "\"link.tsv\" cannot be read: it leads out of the scenario's folder");
  EXPECT_EQ(said("none.tsv"), "\"none.tsv\" cannot be read: No such file or directory");
  EXPECT_EQ(said("folder.tsv"), "\"folder.tsv\" cannot be read: it is no file");
}

TEST(ScenarioReader, IsBounded) {
  std::string many;
  for (std::size_t i = 0; i <= most_steps; ++i) many += "<restart/>";
  EXPECT_THAT(read_text(scenario_of(many)).error().text, HasSubstr("more than 20000 steps"));
  std::string deep, ends;
  for (int i = 0; i < 40; ++i) deep += "<branch>", ends += "</branch>";
  EXPECT_THAT(read_text(scenario_of(deep + ends)).error().text,
              HasSubstr("more than 32 elements in each other"));
  Files chain;
  for (int i = 0; i < 20; ++i)
    chain[std::to_string(i) + ".xml"] = scenario_of("<include file=\"" + std::to_string(i + 1) + ".xml\"/>");
  EXPECT_EQ(read_text(scenario_of("<include file=\"0.xml\"/>"), chain).error().with_source(),
            "7.xml:2:16: more than 8 scenarios in each other\n  2 │ <include "
            "file=\"8.xml\"/></steps></scenario>\n    │                ^^^^^");
  // Each includes the next one ten times: as steps that are millions.
  Files fan;
  for (int i = 0; i < 7; ++i)
    for (int k = 0; k < 10; ++k)
      fan[std::to_string(i) + ".xml"] += "<include file=\"" + std::to_string(i + 1) + ".xml\"/>";
  for (auto& [name, steps] : fan) steps = scenario_of(steps);
  fan["7.xml"] = scenario_of("<restart/>");
  EXPECT_THAT(read_text(scenario_of("<include file=\"0.xml\"/>"), fan).error().text,
              HasSubstr("more than 20000 steps"));
  EXPECT_THAT(read_text(std::string(XmlFile::most_bytes + 1, ' ')).error().text, HasSubstr("is larger than"));
  EXPECT_THAT(read_text("\xFF").error().text, HasSubstr("is no UTF-8"));
  EXPECT_EQ(
      read_text(scenario_of("<for-each table=\"t.tsv\"><restart/></for-each>"), {{"t.tsv", "a\n\xFF\n"}})
          .error()
          .one_line(),
      "t.tsv:2:1: this byte is no UTF-8");
}

}  // namespace
}  // namespace understudy::scenarios::language
