#include "wpi/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/messages.h"

namespace understudy::wpi {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string written(const auto& message) {
  std::string out;
  write(message, out);
  return out;
}

TEST(PhoneWriter, WritesAStartUpToTheByteAsPhonesDo) {
  PhoneMessage message;
  message.nonce = "0123456789ABCDEF0123456789ABCDEF";
  message.items = {item("device-type", "OpenStage 60"), item("bootstrapping-tan", "")};
  EXPECT_EQ(written(message),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<WorkpointMessage\n"
            "xmlns=\"http://www.siemens.com/DLS\"\n"
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
            "xsi:schemaLocation=\"http://www.siemens.com/DLS\">\n"
            "<Message nonce=\"0123456789ABCDEF0123456789ABCDEF\" maxItems=\"-1\">\n"
            "<ReasonForContact>start-up</ReasonForContact>\n"
            "<ItemList>\n"
            "<Item name=\"device-type\">OpenStage 60</Item>\n"
            "<Item name=\"bootstrapping-tan\"></Item>\n"
            "</ItemList>\n"
            "</Message>\n"
            "</WorkpointMessage>\n");
}

TEST(PhoneWriter, WritesAReplyWithActionBeforeStatusOnOneLine) {
  PhoneMessage message;
  message.nonce = "AB";
  message.fragment = Fragment::final_;
  message.reason = Reason::reply_to;
  message.action = "WriteItems";
  message.status = ReplyStatus::accepted;
  EXPECT_THAT(written(message),
              HasSubstr("<Message nonce=\"AB\" maxItems=\"-1\" fragment=\"final\">\n"
                        "<ReasonForContact action=\"WriteItems\" status=\"accepted\">reply-to"
                        "</ReasonForContact>\n"
                        "<ItemList/>\n"
                        "</Message>\n"));
}

TEST(PhoneWriter, WritesNoItemListInABusyReply) {
  PhoneMessage message;
  message.status = ReplyStatus::busy;
  message.has_item_list = false;
  EXPECT_THAT(written(message), Not(HasSubstr("ItemList")));
}

TEST(PhoneWriter, LeavesOutMaxItemsWhereThereIsNone) {
  PhoneMessage message;
  message.max_items.reset();
  EXPECT_THAT(written(message), HasSubstr("<Message nonce=\"\">"));
}

TEST(PhoneWriter, PutsNameThenIndexThenStatus) {
  PhoneMessage message;
  Item refused = item("line-ring-delay", "");
  refused.status = "invalid index";
  refused.index = "6";
  message.items = {refused};
  EXPECT_THAT(written(message),
              HasSubstr("<Item name=\"line-ring-delay\" index=\"6\" status=\"invalid index\"></Item>"));
}

TEST(PhoneWriter, BringsNonceReasonAndMacWithinTheFirst1500Bytes) {
  PhoneMessage message;
  message.nonce = std::string(32, 'A');
  message.reason = Reason::reply_to;
  message.action = "SoftwareDeployment";
  message.status = ReplyStatus::accepted;
  message.fragment = Fragment::final_;
  for (int i = 0; i < 10; ++i)
    message.items.push_back(item("related-software-version", "V3 R5.12.0 and a little more"));
  message.items.push_back(item("mac-addr", "00:1A:E8:FF:00:01"));
  EXPECT_LT(written(message).find("00:1A:E8:FF:00:01"), 1500u);
}

TEST(PhoneWriter, AppendsToWhatStandsThere) {
  std::string out = "before";
  write(PhoneMessage{}, out);
  EXPECT_EQ(out.find("before<?xml"), 0u);
}

TEST(ServiceWriter, WritesAnOrderAsTheGuidePrintsIt) {
  ServiceMessage message;
  message.nonce = "0123456789ABCDEF0123456789ABCDEF";
  message.action = Action::write_items;
  message.items = {item("sntp-addr", "ntp.example.net")};
  EXPECT_EQ(written(message),
            "<DLSMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
            "xmlns=\"http://www.siemens.com/DLS\">\n"
            "<Message nonce=\"0123456789ABCDEF0123456789ABCDEF\">\n"
            "<Action>WriteItems</Action>\n"
            "<ItemList>\n"
            "<Item name=\"sntp-addr\">ntp.example.net</Item>\n"
            "</ItemList>\n"
            "</Message>\n"
            "</DLSMessage>\n");
}

TEST(ServiceWriter, WritesNoItemListWhereThereAreNoItems) {
  EXPECT_THAT(written(ServiceMessage{.nonce = "A", .action = Action::clean_up, .items = {}}),
              HasSubstr("<Action>CleanUp</Action>\n</Message>"));
}

TEST(Escaping, ReplacesWhatWouldBeMarkup) {
  std::string out;
  append_escaped(out, "a<b>&\"c'");
  EXPECT_EQ(out, "a&lt;b&gt;&amp;&#34;c'");
}

TEST(Escaping, KeepsLineFeedsInTextButNotInAttributes) {
  PhoneMessage message;
  message.nonce = "a\nb\tc";
  message.items = {item("pem", "a\nb\tc\rd")};
  const std::string out = written(message);
  EXPECT_THAT(out, HasSubstr("nonce=\"a&#10;b&#9;c\""));
  EXPECT_THAT(out, HasSubstr(">a\nb\tc&#13;d<"));
}

TEST(Escaping, ReplacesWhatXmlCannotCarry) {
  std::string out;
  append_escaped(out, std::string_view("a\0b\x1F\xC3z\xED\xA0\x80\xEF\xBF\xBF", 12));
  EXPECT_EQ(out, "a\uFFFDb\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Escaping, LeavesCharactersOfAnyLengthAsTheyAre) {
  std::string out;
  append_escaped(out, "Bücher 日本 😀");
  EXPECT_EQ(out, "Bücher 日本 😀");
}

TEST(PlainItem, IsWrittenAsAnyOther) {
  for (const std::string& value : {std::string(), std::string("192.0.2.1"), std::string(" ~ '#/=;")})
    for (const std::optional<int> index : {std::optional<int>(), std::optional(7)}) {
      ASSERT_TRUE(is_plain(value));
      std::string plain, usual;
      append_plain_item(plain, "sntp-addr", index, value);
      append_item(usual, "sntp-addr", index, value);
      EXPECT_EQ(plain, usual);
    }
  for (const char* value : {"a<b", "a>b", "a&b", "a\"b", "\t", "\n", "\r", "\x01", "\x7f", "\xC3\xA4"}) EXPECT_FALSE(is_plain(value)) << value;
}

}  // namespace
}  // namespace understudy::wpi
