// What a phone keeps over a power cut, and what it says when it is back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string order(const std::string& action, const std::string& items) {
  return "<Action>" + action + "</Action><ItemList>" + items + "</ItemList>";
}

// Another phone of that firmware, with what the first one remembers.
std::unique_ptr<Bench> after_power_cut(const Bench& first, const std::string& firmware = "V3 R5") {
  auto second = std::make_unique<Bench>(firmware);
  const auto remembered = second->phone.remember(first.phone.memory());
  EXPECT_TRUE(remembered) << remembered.error();
  return second;
}

std::string value_in(const Send& send, const std::string& name) {
  for (const wpi::Item& item : send.said->items)
    if (item.name == name) return item.value;
  return "(none)";
}

TEST(PhoneMemory, HoldsWhatAServiceWroteAndWhoDidIt) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("realm", "home")});
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"key-label\" index=\"3\">a\tb &lt;\\&gt;</Item><Item name=\"brand-new\">1</Item>"
                                   "<Item name=\"dls-server-ca\" index=\"0\">-----BEGIN CERTIFICATE-----\nMIIB\n</Item>"
                                   "<Item name=\"e164\">5000</Item><Item name=\"admin-pwd\">654321</Item>"));
  const auto back = after_power_cut(bench);
  EXPECT_EQ(back->phone.store(), bench.phone.store());
  EXPECT_EQ(*back->phone.store().find("key-label", 3), "a\tb <\\>");
  EXPECT_EQ(*back->phone.store().find("dls-server-ca", 0), "-----BEGIN CERTIFICATE-----\nMIIB");
  EXPECT_EQ(back->phone.store().last_change("key-label", 3)->who, items::Who::service);
  EXPECT_EQ(back->phone.store().last_change("realm")->who, items::Who::administrator);
  EXPECT_EQ(value_in(back->power_on(), "e164"), "5000");
}

TEST(PhoneMemory, IsTheSameWithoutAnythingUnusual) {
  Bench bench("V3 R5");
  const auto back = after_power_cut(bench);
  EXPECT_EQ(back->phone.store(), bench.phone.store());
  EXPECT_EQ(back->phone.memory(), bench.phone.memory());
  EXPECT_EQ(back->phone.memory_version(), 0u);
  EXPECT_GT(bench.phone.memory_version(), 0u) << "nobody keeps it yet";
}

TEST(PhoneMemory, ReportsAfterTheStartUpWhatTheUserHadChanged) {
  Bench bench("V3 R5");
  bench.phone.handle(ItemsChanged{{item("realm", "mine"), item("key-label", "Three", "3")}});
  const auto back = after_power_cut(bench);
  const Send start = back->power_on();
  EXPECT_EQ(start.said->reason(), wpi::Reason::start_up);
  EXPECT_EQ(value_in(start, "configuration-changed-flag"), "true");
  back->answer_last("<Action>CleanUp</Action>");
  const Send* report = effect<Send>(back->last);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->said->reason(), wpi::Reason::local_changes);
  EXPECT_EQ(value_in(*report, "realm"), "mine");
  EXPECT_EQ(value_in(*report, "configuration-attached-number"), "2");
  EXPECT_THAT(report->request.body, HasSubstr("<Item name=\"key-label\" index=\"3\">Three</Item>"));
}

TEST(PhoneMemory, HoldsAReportUntilTheServiceHasTakenIt) {
  Bench bench("V3 R5");
  bench.change("realm", "mine");  // said, and not answered
  EXPECT_THAT(bench.phone.memory(), HasSubstr("pending\trealm\tmine\n"));
  const std::uint32_t before = bench.phone.memory_version();
  bench.answer_last("<Action>CleanUp</Action>");
  EXPECT_THAT(bench.phone.memory(), Not(HasSubstr("pending")));
  EXPECT_GT(bench.phone.memory_version(), before);
}

TEST(PhoneMemory, HoldsAReportThatAnOverloadedServiceDidNotTake) {
  Bench bench("V3 R5");
  bench.change("realm", "mine");
  bench.answer_last("<Action>CleanUp</Action><ItemList><Item name=\"cleanup-reason\">overload</Item></ItemList>");
  EXPECT_THAT(bench.phone.memory(), HasSubstr("pending\trealm\tmine\n"));
}

TEST(PhoneMemory, ReportsAfterARestartTooWhatWasPending) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.phone.handle(ItemsChanged{{item("realm", "mine")}});
  bench.answer_last("<Action>Restart</Action>");
  bench.last = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  const Send* start = effect<Send>(bench.last);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->said->reason(), wpi::Reason::start_up);
  const std::string clean_up = service_message("<Action>CleanUp</Action>", start->said->nonce_or_empty());
  bench.respond(200, clean_up);
  const Send* report = effect<Send>(bench.last);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->said->reason(), wpi::Reason::local_changes);
  EXPECT_EQ(value_in(*report, "realm"), "mine");
}

TEST(PhoneMemory, ForgetsTheWishForACallBackAndWhereToPoll) {  // guide p.72, wiki
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"dcmp-url\">http://192.0.2.5/dcmp/</Item><Item name=\"dcmp-poll-interval\">60</Item>"));
  bench.phone.handle(CallBegins{});
  bench.answer_last(order("CleanUp", "<Item name=\"send-solicited\">true</Item>"));
  EXPECT_THAT(bench.phone.memory(), Not(HasSubstr("192.0.2.5")));
  const auto back = after_power_cut(bench);
  EXPECT_FALSE(back->phone.in_call());
  EXPECT_EQ(*back->phone.store().find("dcmp-url"), "");
  back->power_on();
  back->answer_last("<Action>CleanUp</Action>");
  EXPECT_TRUE(back->phone.idle());
  EXPECT_EQ(effect<SetTimer>(back->last), nullptr) << "of a next poll";
}

TEST(PhoneMemory, HoldsTheUserWhoIsLoggedOn) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("mobility-enabled", "true"), item("sip-mobility-state", "1")});
  bench.phone.handle(LogOn{"4711", "12\t34"});
  EXPECT_THAT(bench.phone.memory(), HasSubstr("user\t4711\t12\\t34\n"));
  bench.phone.set_up({item("e164", "4711"), item("sip-mobility-state", "0")});  // as when the log-on is over
  const auto back = after_power_cut(bench);
  const Send start = back->power_on();
  EXPECT_EQ(value_in(start, "e164"), "4711");
  EXPECT_EQ(value_in(start, "sip-mobility-state"), "0");
  back->answer_last("<Action>CleanUp</Action>");
  back->last = back->phone.handle(LogOff{});
  const Send* off = effect<Send>(back->last);
  ASSERT_TRUE(off);
  EXPECT_EQ(value_in(*off, "user-pwd"), "12\t34");
}

TEST(PhoneMemory, OfALogOnThatWasUnderWayIsThatNobodyIsLoggedOn) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("mobility-enabled", "true"), item("sip-mobility-state", "1")});
  bench.phone.handle(LogOn{"4711", "1234"});
  const auto back = after_power_cut(bench);
  EXPECT_EQ(value_in(back->power_on(), "sip-mobility-state"), "1");
  back->answer_last("<Action>CleanUp</Action>");
  EXPECT_TRUE(back->phone.idle());
  EXPECT_NE(effect<Begin>(back->phone.handle(LogOn{"4712", ""})), nullptr);
}

// The next lease may be another, or there may be none (inferred).
TEST(PhoneMemory, HoldsNothingThatDhcpSupplied) {
  Bench bench("V3 R5");
  bench.phone.supply({item("vlan-id", "42")});
  EXPECT_THAT(bench.phone.memory(), Not(HasSubstr("42\n")));
  const auto without = after_power_cut(bench);
  EXPECT_EQ(*without->phone.store().find("vlan-id"), "");
  without->power_on();
  EXPECT_TRUE(without->answer(order("WriteItems", "<Item name=\"vlan-id\">7</Item>")).said->items.empty());
  Bench with("V3 R5");
  with.phone.supply({item("vlan-id", "42")});
  ASSERT_TRUE(with.phone.remember(bench.phone.memory()));
  EXPECT_EQ(*with.phone.store().find("vlan-id"), "42");
  EXPECT_EQ(with.phone.memory_version(), 0u);
  with.phone.supply({item("vlan-id", "42")});
  EXPECT_EQ(with.phone.memory_version(), 0u) << "the lease was renewed";
  with.phone.supply({item("vlan-id", "43")});
  EXPECT_GT(with.phone.memory_version(), 0u);
}

TEST(PhoneMemory, HoldsTheListOfDeployedFiles) {  // guide p.245
  Bench bench("V3 R5");
  bench.power_on();
  const std::string file = "<Item name=\"file-https-base-url\">https://192.0.2.10/logo.png</Item><Item name=\"file-type\">LOGO</Item>";
  bench.respond(200, service_message(order("FileDeployment", file)));
  bench.phone.handle(Fetched{effect<Fetch>(bench.last)->fetch, {{true, ""}}});
  const std::uint32_t listed = bench.phone.memory_version();
  const auto back = after_power_cut(bench);
  EXPECT_EQ(*back->phone.store().find("file-deployment-name", 1), "logo.png");
  bench.respond(200, service_message(order("FileDeployment", "<Item name=\"file-name\" index=\"1\">logo.png</Item><Item name=\"file-type\" "
                                                             "index=\"1\">LOGO</Item><Item name=\"file-action\" index=\"1\">delete</Item>")));
  EXPECT_GT(bench.phone.memory_version(), listed);
  EXPECT_EQ(after_power_cut(bench)->phone.store().find("file-deployment-name", 1), nullptr);
}

TEST(PhoneMemory, IsTakenOverByOtherFirmwareAsFarAsThatHasTheItems) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("realm", "home"), item("server-based-features", "true")});
  const auto newer = after_power_cut(bench, "V3 R1");
  EXPECT_EQ(*newer->phone.store().find("realm"), "home");
  EXPECT_EQ(value_in(newer->power_on(), "software-version"), newer->phone.firmware().version);
  EXPECT_EQ(newer->phone.memory_version(), 1u) << "what is kept is of the other firmware";
  const auto older = after_power_cut(bench, "V1 R4");
  EXPECT_EQ(*older->phone.store().find("realm"), "home");
  EXPECT_EQ(older->phone.store().find("server-based-features"), nullptr);
}

TEST(PhoneMemory, KnowsThatThePhoneIsElsewhereNow) {
  Bench bench("V3 R5");
  Phone moved({"00:1A:E8:FF:00:01", "4241", "198.51.100.7"}, bench.phone.model(), bench.phone.firmware(), "192.0.2.1:18443", "/", 7, {}, {});
  ASSERT_TRUE(moved.remember(bench.phone.memory()));
  EXPECT_EQ(*moved.store().find("contact-me-uri"), "http://198.51.100.7:8085/contact_dls.html/ContactDLS");
  EXPECT_EQ(moved.memory_version(), 1u);
}

TEST(PhoneMemory, IsRefusedWhereItIsNone) {
  const Bench bench("V3 R5");
  const std::string kept = bench.phone.memory();
  const std::string head = "understudy.phone/1\tOpenStage 60\tV3 R5.12.0\n", beside = head + "changed\tfalse\n";
  const std::pair<std::string, std::string> wrongs[] = {
      {"", "line 1: no memory of a phone (understudy.phone/1)"},
      {"understudy.phone/2\tOpenStage 60\tV3 R5.12.0\n", "line 1: no memory of a phone (understudy.phone/1)"},
      {"understudy.phone/1\tOpenStage 40\tV3 R5.12.0\n", "line 1: it is of model OpenStage 40, not OpenStage 60"},
      {head, "line 2: nothing that a phone remembers"},
      {head + "changed\tmaybe\n", "line 2: nothing that a phone remembers"},
      {beside + "pending\trealm\n", "line 3: nothing that a phone remembers"},
      {beside + "pending\trealm\t\\q\n", "line 3: nothing that a phone remembers"},
      {beside + "user\t4711\n", "line 3: nothing that a phone remembers"},
      {beside + "colour\tred\n", "line 3: nothing that a phone remembers"},
      {beside + "items\n", "in its items, line 1: no snapshot of items (understudy.items/1)"},
      {kept + "realm\n", "in its items, line 6: no item"}};
  for (const auto& [memory, says] : wrongs) {
    Bench other("V3 R5");
    other.phone.set_up({item("realm", "home")});
    const std::string before = other.phone.memory();
    const auto remembered = other.phone.remember(memory);
    ASSERT_FALSE(remembered) << says;
    EXPECT_EQ(remembered.error(), says);
    EXPECT_EQ(other.phone.memory(), before) << "unchanged";
  }
}

// What a phone does all day changes nothing that is kept.
TEST(PhoneMemory, VersionStaysWhereNothingChanged) {
  Bench bench("V3 R5");
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"realm\">home</Item><Item name=\"dcmp-url\">http://192.0.2.5/dcmp/</Item>"
                                   "<Item name=\"dcmp-poll-interval\">60</Item>"));
  bench.answer_last("<Action>CleanUp</Action>");
  const std::uint32_t version = bench.phone.memory_version();
  const Effects due = bench.phone.handle(TimerFired{effect<SetTimer>(bench.last)->timer});
  ASSERT_NE(effect<Poll>(due), nullptr);
  bench.phone.handle(Polled{200});
  bench.phone.handle(CallBegins{});
  bench.phone.handle(CallEnds{});
  bench.power_on();
  bench.answer("<Action>ReadAllItems</Action>");
  bench.answer(order("WriteItems", "<Item name=\"realm\">home</Item>"));
  bench.answer_last("<Action>CleanUp</Action>");
  EXPECT_EQ(bench.phone.memory_version(), version);
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"realm\">away</Item>"));
  EXPECT_GT(bench.phone.memory_version(), version);
}

TEST(PhoneMemory, VersionGrowsWithAFactoryReset) {
  Bench bench("V3 R5");
  const std::uint32_t version = bench.phone.memory_version();
  bench.phone.handle(PowerOn{true});
  EXPECT_GT(bench.phone.memory_version(), version);
}

}  // namespace
}  // namespace understudy::phone
