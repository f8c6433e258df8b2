// What a phone is set up with, and what it remembers of who changed its items.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"
#include "support/messages.h"

namespace understudy::phone {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string order(const std::string& action, const std::string& items) {
  return "<Action>" + action + "</Action><ItemList>" + items + "</ItemList>";
}

TEST(SetUp, GivesAPhoneItsValuesBeforeItIsSwitchedOn) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("realm", "home"), item("key-label", "Three", "3")});
  bench.power_on();
  const Send read = bench.answer(order("ReadItems", "<Item name=\"realm\"/><Item name=\"key-label\" index=\"3\"/>"));
  EXPECT_EQ(read.said->items[0].value, "home");
  EXPECT_EQ(read.said->items[1].value, "Three");
  EXPECT_EQ(bench.phone.store().last_change("realm")->who, items::Who::administrator);
}

TEST(SetUp, IsForgottenByAFactoryReset) {
  Bench bench("V3 R5");
  bench.phone.set_up({item("realm", "home")});
  bench.power_on();
  bench.answer_last(order("Restart", "<Item name=\"restart-password\">124816</Item><Item name=\"restart-type\">FactoryReset</Item>"));
  EXPECT_EQ(*bench.phone.store().find("realm"), "");
}

TEST(UnknownItems, AreStoredAndReadBackUnlessTheSwitchSaysRefuse) {  // guide p.78
  const std::string write = order("WriteItems", "<Item name=\"no-such-item\">1</Item>");
  const std::string read = order("ReadItems", "<Item name=\"no-such-item\"/>");
  Bench stores("V3 R5");
  stores.power_on();
  EXPECT_TRUE(stores.answer(write).said->items.empty());
  EXPECT_EQ(stores.answer(read).said->items[0].value, "1");
  Switches switches;
  switches.unknown_items = items::UnknownItems::refuse;
  Bench refuses("V3 R5", {}, {}, switches);
  refuses.power_on();
  EXPECT_EQ(refuses.answer(write).said->items[0].status, "unknown item");
  EXPECT_EQ(refuses.answer(read).said->items[0].status, "unknown item");
}

TEST(WriteItems, TakeWhatDecidesOnOthersBeforeThem) {  // guide p.71: what belongs together comes in one message
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer(order("WriteItems", "<Item name=\"cfu-ext-activated\">true</Item><Item name=\"dls-server-addr\">192.0.2.7</Item>"
                                                      "<Item name=\"dhcp\">false</Item><Item name=\"server-based-features\">true</Item>"
                                                      "<Item name=\"uaCSTA-enabled\">true</Item>"));
  EXPECT_THAT(names(reply), ElementsAre());
  EXPECT_EQ(*bench.phone.store().find("cfu-ext-activated"), "true");
}

TEST(WriteItems, OfWhatDhcpSuppliesAreReadOnly) {  // guide p.16
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer(order("WriteItems", "<Item name=\"dls-server-addr\">192.0.2.7</Item>"));
  EXPECT_THAT(reply.request.body, HasSubstr("<Item name=\"dls-server-addr\" status=\"read only\"></Item>"));
}

TEST(ReadItems, GiveThePhonesOwnFlag) {
  Bench bench("V3 R5");
  bench.change("realm", "x");
  const Send reply = bench.answer(order("ReadItems", "<Item name=\"configuration-changed-flag\"/>"));
  EXPECT_EQ(reply.said->items[0].value, "true");
}

TEST(Phone, RemembersWhoChangedAnItemLastAndWhen) {
  Bench bench("V3 R5");
  const Effects effects = bench.phone.handle(ItemsChanged{{item("realm", "mine")}}, 5s);
  EXPECT_EQ(bench.phone.store().last_change("realm"), (items::Change{items::Who::user, 5s}));
  bench.phone.handle(ItemsChanged{{item("realm", "by mouse")}, items::Who::web_pages}, 6s);
  EXPECT_EQ(bench.phone.store().last_change("realm"), (items::Change{items::Who::web_pages, 6s}));
  bench.phone.handle(TimerFired{effect<SetTimer>(effects)->timer}, 7s);
  auto document = std::make_shared<wpi::Document>(
      bench.reader.read("<DLSMessage><Message nonce=\"1\">" + order("WriteItems", "<Item name=\"realm\">theirs</Item>") + "</Message></DLSMessage>",
                        wpi::Sender::service));
  wpi::HttpResponse response;
  response.status = 200;
  bench.phone.handle(Answered{response, document}, 8s);
  EXPECT_EQ(bench.phone.store().last_change("realm"), (items::Change{items::Who::service, 8s}));
}

}  // namespace
}  // namespace understudy::phone
