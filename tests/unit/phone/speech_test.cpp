// What every real service needs of a phone's messages: each of these, ignored, fails at least one of them (field).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone_support.h"

namespace understudy::phone {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(FirstMessage, StartsWithTheDeclarationAndTheRootAsRealPhonesWriteThem) {
  Bench bench("V3 R5");
  const std::string body = bench.power_on().request.body;
  EXPECT_THAT(body, StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<WorkpointMessage"));
  EXPECT_LT(body.find("xmlns=\""), body.find("xmlns:xsi=\""));
  EXPECT_LT(body.find("xmlns:xsi=\""), body.find("xsi:schemaLocation=\""));
}

TEST(FirstMessage, HasTheNonceAsFirstAttributeInUpperCaseHex) {
  Bench bench("V3 R5");
  EXPECT_THAT(bench.power_on().request.body, ::testing::ContainsRegex("<Message nonce=\"[0-9A-F]{32}\" maxItems=\"-1\">"));
}

TEST(FirstMessage, HasTheReasonOnOneLineWithoutBlanks) {
  Bench bench("V3 R5");
  EXPECT_THAT(bench.power_on().request.body, HasSubstr("<ReasonForContact>start-up</ReasonForContact>"));
}

TEST(FirstMessage, HasNonceReasonAndMacWithinTheFirst1500Bytes) {
  for (const char* firmware : {"V1 R4", "V2 R2", "V3 R5"}) {
    Bench bench(firmware);
    const std::string start = bench.power_on().request.body.substr(0, 1500);
    EXPECT_THAT(start, HasSubstr("nonce=\"")) << firmware;
    EXPECT_THAT(start, HasSubstr("<ReasonForContact>")) << firmware;
    EXPECT_THAT(start, HasSubstr("<Item name=\"mac-addr\">00:1A:E8:FF:00:01</Item>")) << firmware;
  }
}

TEST(FirstMessage, IsPostedAsTextXmlWithItsLength) {
  Bench bench("V3 R5");
  const Send send = bench.power_on();
  EXPECT_EQ(send.request.method, "POST");
  EXPECT_EQ(send.request.target, "/DeploymentService/LoginService");
  ASSERT_EQ(send.request.headers.size(), 3u);
  EXPECT_EQ(send.request.headers[0], (wpi::Header{"Host", "192.0.2.1:18443"}));
  EXPECT_EQ(send.request.headers[1], (wpi::Header{"Content-Type", "text/xml"}));
  EXPECT_EQ(send.request.headers[2], (wpi::Header{"Content-Length", std::to_string(send.request.body.size())}));
}

TEST(FirstMessage, ListsTheBasicItemsOfV1InTheOrderOfTheGuide) {  // guide p.38, p.43
  Bench bench("V1 R4");
  EXPECT_THAT(names(bench.power_on()),
              ::testing::ElementsAre("device-type", "related-device-type", "gigabit-ethernet", "software-type",
                                     "related-software-type", "software-version", "related-software-version",
                                     "contact-me-uri", "mac-addr", "configuration-changed-flag", "part-number",
                                     "sip-mobility-state", "e164", "user-pwd", "user-pwd-unicode", "basic-e164",
                                     "mobility-enabled"));
}

TEST(FirstMessage, ReportsAsFailedWhatAV1PhoneCannotRead) {  // guide p.33, p.43
  Bench bench("V1 R4");
  const Send send = bench.power_on();
  EXPECT_THAT(send.request.body, HasSubstr("<Item name=\"gigabit-ethernet\" status=\"failed\"></Item>"));
  EXPECT_THAT(send.request.body, HasSubstr("<Item name=\"user-pwd-unicode\" status=\"failed\"></Item>"));
}

TEST(FirstMessage, ListsTheBasicItemsOfV2R2InTheOrderOfTheGuide) {  // guide p.40
  Bench bench("V2 R2");
  bench.settle(bench.power_on());
  const Send send = bench.change("sntp-addr", "192.0.2.7");
  EXPECT_THAT(names(send),
              ::testing::ElementsAre("device-type", "related-device-type", "gigabit-ethernet-enabled", "software-type",
                                     "related-software-type", "software-version", "related-software-version",
                                     "contact-me-uri", "mac-addr", "configuration-changed-flag",
                                     "configuration-attached-flag", "configuration-attached-number", "part-number",
                                     "backlight-type", "sip-mobility-state", "e164", "user-pwd", "mobility-enabled",
                                     "basic-e164", "sntp-addr"));
}

TEST(Reply, RepeatsTheCookieWithoutItsAttributesAndCarriesFragmentFinal) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>WriteItems</Action><ItemList><Item name=\"e164\">4242</Item></ItemList>",
                                  {{"Set-Cookie", "JSESSIONID=AB12; Path=/DeploymentService; Secure"}});
  EXPECT_EQ(*wpi::find_header(reply.request.headers, "Cookie"), "JSESSIONID=AB12");
  EXPECT_EQ(reply.request.headers[1].name, "Cookie");  // right behind Host, as a real phone has it
  EXPECT_THAT(reply.request.body, HasSubstr("maxItems=\"-1\" fragment=\"final\">"));
  EXPECT_THAT(reply.request.body, HasSubstr("<ReasonForContact action=\"WriteItems\" status=\"accepted\">reply-to</ReasonForContact>"));
  EXPECT_THAT(reply.request.body, HasSubstr("<ItemList/>"));
  EXPECT_FALSE(reply.fresh_connection);
}

TEST(Reply, KeepsTheNonceOfItsInteraction) {  // guide p.34
  Bench bench("V3 R5");
  const Send first = bench.power_on();
  const Send reply = bench.answer("<Action>ReadAllItems</Action>");
  EXPECT_EQ(reply.said->nonce_or_empty(), first.said->nonce_or_empty());
}

TEST(Reply, TakesAFreshNonceWhereTheSwitchSaysSo) {
  Bench bench("V3 R5", Quirks{Quirk::fresh_nonce});
  const Send first = bench.power_on();
  const Send reply = bench.answer("<Action>ReadAllItems</Action>");
  EXPECT_NE(reply.said->nonce_or_empty(), first.said->nonce_or_empty());
}

TEST(NewInteraction, TakesANewConnectionNonceAndNoCookie) {  // guide p.33, p.34
  Bench bench("V3 R5");
  const Send first = bench.power_on();
  bench.answer_last("<Action>CleanUp</Action>", {{"Set-Cookie", "a=b"}});
  const Send second = bench.power_on();
  EXPECT_TRUE(second.fresh_connection);
  EXPECT_NE(second.said->nonce_or_empty(), first.said->nonce_or_empty());
  EXPECT_EQ(wpi::find_header(second.request.headers, "Cookie"), nullptr);
}

TEST(ReadAllItems, BeginsWithTheIdentityAndStaysWithin50kB) {
  Bench bench("V3 R5");
  bench.power_on();
  const Send reply = bench.answer("<Action>ReadAllItems</Action>");
  EXPECT_THAT(reply.request.body.substr(0, 1500), HasSubstr("00:1A:E8:FF:00:01"));
  EXPECT_LE(reply.request.body.size(), wpi::message_limit_strict);
  const wpi::Document read = bench.reader.read(reply.request.body, wpi::Sender::phone);
  EXPECT_GT(read.items.size(), 150u);
  std::vector<std::string> all;
  for (const wpi::Item& item : read.items) all.push_back(item.name + "[" + item.index.value_or("") + "]");
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end()) << "an item stands there twice";
}

TEST(SaidDocument, IsWhatTheReaderReadsFromTheBytes) {
  Bench bench("V3 R5");
  const Send first = bench.power_on();
  const Send all = bench.answer("<Action>ReadAllItems</Action>");
  EXPECT_TRUE(all.said->items_left_out);
  EXPECT_TRUE(all.said->items.empty());
  for (const Send& send : {first, bench.answer("<Action>ReadItems</Action><ItemList><Item name=\"e164\"/><Item name=\"alert\"/></ItemList>")}) {
    EXPECT_FALSE(send.said->items_left_out);
    const wpi::Document read = bench.reader.read(send.request.body, wpi::Sender::phone, {true, {}});
    EXPECT_TRUE(read.well_formed) << read.error;
    EXPECT_TRUE(read.oddities.empty()) << name_of(read.oddities.front().oddity) << " " << read.oddities.front().detail;
    EXPECT_EQ(read.reason(), send.said->reason());
    EXPECT_EQ(read.nonce_or_empty(), send.said->nonce_or_empty());
    ASSERT_EQ(read.items.size(), send.said->items.size());
    for (std::size_t i = 0; i < read.items.size(); ++i) {
      EXPECT_EQ(read.items[i].name, send.said->items[i].name);
      EXPECT_EQ(read.items[i].value, send.said->items[i].value);
      EXPECT_EQ(read.items[i].status, send.said->items[i].status);
    }
  }
}

}  // namespace
}  // namespace understudy::phone
