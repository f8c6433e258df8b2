// Firmware as data, and what a phone does otherwise for it.
#include "phone/firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/catalogue.h"
#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Firmware& firmware(std::string_view name) { return **firmware_named(name); }

TEST(Firmwares, GainTheirFeaturesAtTheVersionsOfTheGuide) {
  struct Row {
    const char* name;
    bool attached, solicited, chunked, entities;
  };
  const Row rows[] = {{"V1 R4", false, false, false, false}, {"V2 R1", false, false, false, true}, {"V2 R2", true, false, false, true},
                      {"V3 R1", true, false, true, true},    {"V3 R3", true, true, true, true},    {"V3 R5", true, true, true, true}};
  for (const Row& row : rows) {
    EXPECT_EQ(firmware(row.name).attached_changes, row.attached) << row.name;
    EXPECT_EQ(firmware(row.name).send_solicited, row.solicited) << row.name;
    EXPECT_EQ(firmware(row.name).reads_chunked, row.chunked) << row.name;
    EXPECT_EQ(firmware(row.name).decodes_entities, row.entities) << row.name;
  }
}

TEST(Firmwares, SayOfThemselvesWhatTheirTimeHad) {
  EXPECT_THAT(firmware("V1 R4").basic_items, Contains("gigabit-ethernet"));
  EXPECT_THAT(firmware("V2 R1").basic_items, Contains("gigabit-ethernet"));
  EXPECT_THAT(firmware("V2 R2").basic_items, Contains("gigabit-ethernet-enabled"));
  EXPECT_THAT(firmware("V3 R1.0.0").basic_items, Not(Contains("slog-archive-me")));
  EXPECT_THAT(firmware("V3 R1.41.1").basic_items, Contains("slog-archive-me"));
  EXPECT_EQ(firmware("V3 R1").version, "V3 R1.41.1") << "the newest of that release";
}

TEST(Firmwares, OfAnyVersionHaveTheFeaturesOfTheNewestThatIsNotNewer) {
  struct Row {
    const char* asked;
    const char* version;
    const char* like;
  };
  const Row rows[] = {{"V3 R4.2.0", "V3 R4.2.0", "V3 R3.0.0"},  {"v3r4.2.0", "V3 R4.2.0", "V3 R3.0.0"},
                      {"V2 R3.1.0", "V2 R3.1.0", "V2 R2.30.0"}, {"V2.1 R0.5.0", "V2.1 R0.5.0", "V2 R2.30.0"},
                      {"V3 R1.9.0", "V3 R1.9.0", "V3 R1.0.0"},  {"V9 R1.0.0", "V9 R1.0.0", "V3 R5.12.0"},
                      {"3.5.12.0", "V3 R5.12.0", "V3 R5.12.0"}, {"V3 R5", "V3 R5.12.0", "V3 R5.12.0"},
                      {"V3 R5.9.0", "V3 R5.9.0", "V3 R3.0.0"}};
  for (const Row& row : rows) {
    const auto found = firmware_for(row.asked);
    ASSERT_TRUE(found) << row.asked << ": " << found.error();
    EXPECT_EQ(found->version, row.version);
    EXPECT_EQ(found->send_solicited, firmware(row.like).send_solicited) << row.asked;
    EXPECT_EQ(found->basic_items, firmware(row.like).basic_items) << row.asked;
    EXPECT_TRUE(found->version == row.like || found->note.find(row.like) != std::string::npos) << row.asked << found->note;
  }
  EXPECT_THAT(firmware_for("V1 R3.0.0").error(), HasSubstr("older"));
  for (const char* name : {"", "V3", "R5", "V3 Rx", "newest", "V3 R", "V R1"}) {
    ASSERT_FALSE(firmware_for(name)) << name;
    EXPECT_THAT(firmware_for(name).error(), HasSubstr("\"V3 R5.12.0\"")) << name;
  }
}

TEST(FirmwareTable, RefusesWhatIsWrongWithLineAndColumn) {
  const std::string head =
      "version\tattached_changes\tsend_solicited\treads_chunked\tdecodes_entities\tbasic_items\tunsupported_items\tunknown_items\tnote\n";
  const std::string items = "contact-me-uri mac-addr e164";
  ASSERT_TRUE(parse_firmwares(head + "V1 R1\tno\tno\tno\tno\t" + items + "\t\t\t\n"));
  struct Wrong {
    std::string rows;
    std::size_t line, column;
    std::string says;
  };
  const Wrong wrongs[] = {
      {"V1R1\tno\tno\tno\tno\t" + items + "\t\t\t\n", 2, 1, "no version"},
      {"V1 R1\tno\tperhaps\tno\tno\t" + items + "\t\t\t\n", 2, 10, "neither yes nor no"},
      {"V1 R1\tno\tno\tno\tno\tmac-addr e164\t\t\t\n", 2, 19, "lacks contact-me-uri"},
      {"V2 R1\tno\tno\tno\tno\t" + items + "\t\t\t\nV1 R1\tno\tno\tno\tno\t" + items + "\t\t\t\n", 3, 1, "older than the one above"},
      {"V1 R1\tno\n", 2, 9, "fewer than 9"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto parsed = parse_firmwares(head + wrong.rows);
    ASSERT_FALSE(parsed) << wrong.says;
    EXPECT_EQ(parsed.error().line, wrong.line) << wrong.says;
    EXPECT_EQ(parsed.error().column, wrong.column) << wrong.says;
    EXPECT_THAT(parsed.error().message, HasSubstr(wrong.says));
  }
}

std::string order(const std::string& action, const std::string& items) {
  return "<Action>" + action + "</Action><ItemList>" + items + "</ItemList>";
}

TEST(PhoneWithV1, LeavesThreeEntitiesAsTheyCameAndDecodesQuotes) {  // field
  Bench bench("V1 R4");
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"display-id\">a &lt;b&gt; &amp; &#39;c&apos; &#34;d&quot; &#38; &#xE4;&amp;lt;</Item>"
                                   "<Item name=\"sip-name\"> plain </Item><Item name=\"realm\"><![CDATA[&lt;]]></Item>"));
  EXPECT_EQ(*bench.phone.store().find("display-id"), "a &lt;b&gt; &amp; 'c' \"d\" & \u00e4&amp;lt;");
  EXPECT_EQ(*bench.phone.store().find("sip-name"), "plain");
  EXPECT_EQ(*bench.phone.store().find("realm"), "&lt;");
}

TEST(PhoneWithV2, DecodesAllEntities) {
  Bench bench("V2 R2");
  bench.power_on();
  bench.answer(order("WriteItems", "<Item name=\"display-id\">a &lt;b&gt; &amp; c</Item>"));
  EXPECT_EQ(*bench.phone.store().find("display-id"), "a <b> & c");
}

TEST(PhoneWithOldFirmware, DoesNotHaveTheServersFeatures) {  // field
  for (const char* name : {"V1 R4", "V2 R1"}) {
    Bench bench(name);
    bench.power_on();
    const Send reply = bench.answer(order("WriteItems", "<Item name=\"server-based-features\">true</Item>"
                                                        "<Item name=\"default-locked-function-keys\">true</Item>"));
    EXPECT_THAT(names(reply), ElementsAre("server-based-features", "default-locked-function-keys"));
    EXPECT_EQ(reply.said->items[0].status, "not supported");
    EXPECT_EQ(reply.said->items[1].status, "unknown item");
    const Send read = bench.answer(order("ReadItems", "<Item name=\"server-based-features\"/>"));
    EXPECT_EQ(read.said->items[0].status, "not supported");
    EXPECT_THAT(bench.answer("<Action>ReadAllItems</Action>").request.body, Not(HasSubstr("server-based")));
  }
}

TEST(Phone, SaysNotSupportedOfAKeyThatItsModelDoesNotHave) {  // guide p.26, p.120
  Bench bench("V3 R5");  // an OpenStage 60
  bench.power_on();
  for (const char* action : {"WriteItems", "ReadItems"}) {
    const Send reply = bench.answer(order(action, "<Item name=\"key-label\" index=\"9\">x</Item>"));
    EXPECT_THAT(reply.request.body, HasSubstr("<Item name=\"key-label\" index=\"9\" status=\"not supported\"></Item>")) << action;
  }
}

}  // namespace
}  // namespace understudy::phone
