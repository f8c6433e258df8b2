// What DHCP gives a phone (guide p.16).
#include <gmock/gmock.h>

#include "unit/phone/phone_support.h"

namespace understudy::phone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

wpi::Item item(std::string name, std::string value) {
  wpi::Item made;
  made.name = std::move(name);
  made.value = std::move(value);
  return made;
}

std::string write(const std::string& name, const std::string& value) {
  return "<Action>WriteItems</Action><ItemList><Item name=\"" + name + "\">" + value + "</Item></ItemList>";
}

// What a phone that is told to write the item says of it; "" where it takes it.
std::string answer_to(Bench& bench, const std::string& order) {
  const Send reply = bench.answer(order);
  return reply.said->items.empty() ? "" : reply.said->items[0].status;
}

TEST(Supply, MakesItemsReadOnly) {
  Bench bench("V3 R5");
  bench.phone.supply({item("dls-server-addr", "192.0.2.19"), item("dls-server-port", "18443"), item("vlan-id", "42")});
  EXPECT_EQ(*bench.phone.store().find("vlan-id"), "42");
  bench.power_on();
  for (const char* name : {"dls-server-addr", "dls-server-port", "vlan-id"}) EXPECT_EQ(answer_to(bench, write(name, "7")), "read only") << name;
  EXPECT_EQ(*bench.phone.store().find("vlan-id"), "42");
}

TEST(Supply, MakesAnItemReadOnlyThatHadTheSameValueBefore) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("vlan-id", "42")});
  bench.power_on();
  EXPECT_EQ(answer_to(bench, write("vlan-id", "42")), "");
  bench.phone.supply({item("vlan-id", "42")});
  EXPECT_EQ(answer_to(bench, write("vlan-id", "43")), "read only");
}

TEST(Supply, LeavesItemsToTheServiceThatItGivesNoMore) {
  Bench bench("V3 R5");
  bench.phone.supply({item("dls-server-addr", "192.0.2.19"), item("vlan-id", "42")});
  bench.phone.supply({item("dls-server-addr", "192.0.2.20")});
  bench.power_on();
  EXPECT_EQ(*bench.phone.store().find("vlan-id"), "");
  EXPECT_EQ(*bench.phone.store().find("dls-server-addr"), "192.0.2.20");
  EXPECT_EQ(answer_to(bench, write("vlan-id", "7")), "");
}

TEST(Supply, IsReadByTheService) {
  Bench bench("V3 R5");
  bench.phone.supply({item("dls-server-addr", "192.0.2.19")});
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadItems</Action><ItemList><Item name=\"dls-server-addr\"/></ItemList>");
  EXPECT_THAT(reply.request.body, HasSubstr("<Item name=\"dls-server-addr\">192.0.2.19</Item>"));
}

TEST(Supply, OutlivesAFactoryReset) {  // guide p.32
  Bench bench("V3 R5");
  bench.phone.supply({item("dls-server-addr", "192.0.2.19"), item("vlan-id", "42")});
  bench.phone.handle(PowerOn{.from_factory = true});
  EXPECT_EQ(*bench.phone.store().find("dls-server-addr"), "192.0.2.19");
  EXPECT_EQ(bench.phone.store().last_change("vlan-id")->who, items::Who::dhcp);
}

TEST(Supply, LeavesItemsToTheServiceWhileDhcpIsOff) {
  Bench bench("V3 R5");
  bench.phone.supply({item("vlan-id", "42")});
  bench.power_on();
  EXPECT_EQ(answer_to(bench, write("dhcp", "false")), "");
  EXPECT_EQ(answer_to(bench, write("vlan-id", "7")), "");
  bench.phone.supply({item("vlan-id", "43")});
  EXPECT_EQ(*bench.phone.store().find("vlan-id"), "7");
}

}  // namespace
}  // namespace understudy::phone
