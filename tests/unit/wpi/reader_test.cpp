#include "wpi/reader.h"

#include <gtest/gtest.h>

#include "reading_support.h"

namespace understudy::wpi {
namespace {

constexpr std::string_view order =
    "<DLSMessage xsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
    "xmlns=\"http://www.siemens.com/DLS\">\n"
    "  <Message nonce=\"7A0C\">\n"
    "    <Action>\nWriteItems </Action>\n"
    "    <ItemList>\n"
    "      <Item index=\"2\" name='key-label-unicode'> Bücher &amp; <![CDATA[<mehr>]]> </Item><Item "
    "name=\"b\"/>\n"
    "    </ItemList>\n"
    "  </Message>\n"
    "</DLSMessage>\n";

constexpr std::string_view reply =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<WorkpointMessage\nxmlns=\"http://www.siemens.com/DLS\">\n"
    "<Message fragment=\"final\" maxItems='-1'\n nonce=\"é\t7\">\n"
    "<ReasonForContact status=\"accepted\" action=\"WriteItems\">\nreply-to</ReasonForContact>\n"
    "<ItemList><Item status=\"read only\" name=\"device-type\" type=\"x\"></Item></ItemList>\n"
    "</Message>\n"
    "</WorkpointMessage>";

TEST(Reader, UnderstandsAnOrderWithoutOddities) {
  const Document document = read_service(order, true);
  EXPECT_TRUE(document.well_formed) << document.error;
  EXPECT_EQ(oddities(document), "");
  EXPECT_EQ(document.root, "DLSMessage");
  EXPECT_EQ(document.root_namespace, dls_namespace);
  EXPECT_EQ(document.messages, 1);
  EXPECT_EQ(document.nonce_or_empty(), "7A0C");
  EXPECT_FALSE(document.max_items);
  EXPECT_FALSE(document.fragment);
  EXPECT_EQ(document.action(), Action::write_items);
  EXPECT_EQ(document.item_lists, 1);
}

TEST(Reader, DecodesAndTrimsTheValueOfAnItem) {
  const Document document = read_service(order);
  ASSERT_EQ(document.items.size(), 2u);
  const Item& first = document.items[0];
  EXPECT_EQ(first.name, "key-label-unicode");
  EXPECT_EQ(first.index, "2");
  EXPECT_EQ(first.value, "Bücher & <mehr>");
  EXPECT_FALSE(first.has_status);
  EXPECT_TRUE(first.has_name);
  EXPECT_EQ(document.items[1].value, "");
  EXPECT_FALSE(document.items[1].index);
}

TEST(Reader, UnderstandsAReplyWithItsAttributes) {
  const Document document = read_phone(reply, true);
  EXPECT_EQ(oddities(document), "");
  EXPECT_EQ(document.reason(), Reason::reply_to);
  ASSERT_EQ(document.reasons.size(), 1u);
  EXPECT_EQ(document.reasons[0].action->text, "WriteItems");
  EXPECT_EQ(document.reasons[0].status->text, "accepted");
  EXPECT_EQ(document.max_items->text, "-1");
  EXPECT_EQ(document.fragment->text, "final");
  ASSERT_EQ(document.items.size(), 1u);
  EXPECT_EQ(document.items[0].status, "read only");
  EXPECT_TRUE(document.items[0].has_status);
  EXPECT_EQ(document.items[0].type, "x");
}

TEST(Reader, KnowsWhereElementsStand) {
  const Document document = read_service(order);
  EXPECT_EQ(where(document.root_place), "1:1");
  EXPECT_EQ(bytes_at(order, document.root_place, document.root_length),
            order.substr(0, order.find(">\n") + 1));
  EXPECT_EQ(where(document.message_place), "4:3");
  EXPECT_EQ(bytes_at(order, document.message_place, document.message_length), "<Message nonce=\"7A0C\">");
  ASSERT_EQ(document.item_list_places.size(), 1u);
  EXPECT_EQ(where(document.item_list_places[0]), "7:5");
}

TEST(Reader, KnowsWhereTextStandsWithoutTheWhiteSpaceAround) {
  const Document document = read_service(order);
  ASSERT_EQ(document.actions.size(), 1u);
  EXPECT_EQ(where(document.actions[0].place), "6:1");
  EXPECT_EQ(bytes_at(order, document.actions[0].place, document.actions[0].length), "WriteItems");
}

TEST(Reader, CountsColumnsInCharactersAndOffsetsInBytes) {
  const Document document = read_service(order);
  ASSERT_EQ(document.items.size(), 2u);
  const Item& first = document.items[0];
  const Item& second = document.items[1];
  EXPECT_EQ(where(first.place), "8:7");
  EXPECT_EQ(bytes_at(order, first.place, first.tag_length), "<Item index=\"2\" name='key-label-unicode'>");
  EXPECT_EQ(first.place.offset + first.length, second.place.offset);
  EXPECT_EQ(second.place.column, first.place.column + first.length - 1) << "ü is one character of two bytes";
  EXPECT_EQ(bytes_at(order, second.place, second.length), "<Item name=\"b\"/>");
  EXPECT_EQ(second.tag_length, second.length);
}

TEST(Reader, KnowsTheExactBytesOfAttributeValues) {
  const Document document = read_phone(reply);
  EXPECT_EQ(bytes_at(reply, document.nonce->place, document.nonce->length), "é\t7");
  EXPECT_EQ(where(document.nonce->place), "5:9");
  EXPECT_EQ(document.nonce->text, "é 7") << "XML has white space in attributes be blanks";
  EXPECT_EQ(bytes_at(reply, document.fragment->place, document.fragment->length), "final");
  EXPECT_EQ(bytes_at(reply, document.max_items->place, document.max_items->length), "-1");
  ASSERT_EQ(document.reasons.size(), 1u);
  const ReasonText& reason = document.reasons[0];
  EXPECT_EQ(bytes_at(reply, reason.action->place, reason.action->length), "WriteItems");
  EXPECT_EQ(bytes_at(reply, reason.status->place, reason.status->length), "accepted");
  EXPECT_EQ(bytes_at(reply, reason.reason.place, reason.reason.length), "reply-to");
}

TEST(Reader, IsNotMisledByAnAttributeThatQuotesAnother) {
  const std::string message =
      "<DLSMessage><Message other='nonce=\"1\" >' nonce = \"2\" "
      "maxItems='a>b'><Action>CleanUp</Action></Message></DLSMessage>";
  const Document document = read_service(message);
  EXPECT_EQ(document.nonce_or_empty(), "2");
  EXPECT_EQ(bytes_at(message, document.nonce->place, document.nonce->length), "2");
  EXPECT_EQ(bytes_at(message, document.max_items->place, document.max_items->length), "a>b");
  EXPECT_EQ(bytes_at(message, document.message_place, document.message_length),
            "<Message other='nonce=\"1\" >' nonce = \"2\" maxItems='a>b'>");
}

TEST(Reader, TellsAnEmptyNonceFromNone) {
  const std::string empty = "<DLSMessage><Message nonce=\"\"/></DLSMessage>";
  ASSERT_TRUE(read_service(empty).nonce);
  EXPECT_EQ(read_service(empty).nonce->text, "");
  EXPECT_EQ(read_service(empty).nonce->place.offset, empty.find("\"\"") + 1);
  EXPECT_FALSE(read_service("<DLSMessage><Message/></DLSMessage>").nonce);
}

TEST(Reader, GivesTheStartTagOfAnElementWithoutContent) {
  const std::string message = service_message("<Action> \n</Action>");
  const Document document = read_service(message);
  ASSERT_EQ(document.actions.size(), 1u);
  EXPECT_EQ(bytes_at(message, document.actions[0].place, document.actions[0].length), "<Action>");
  EXPECT_EQ(document.actions[0].text, "");
  EXPECT_FALSE(document.action());
}

TEST(Reader, TakesTheNonceOfTheFirstMessage) {
  const Document document = read_service(
      "<DLSMessage><Message nonce=\"1\"><Action>CleanUp</Action></Message>"
      "<Message nonce=\"2\"><Action>Restart</Action></Message></DLSMessage>");
  EXPECT_EQ(document.nonce_or_empty(), "1");
  EXPECT_EQ(document.messages, 2);
  EXPECT_EQ(document.actions.size(), 2u);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Reader, KnowsAnItemWithoutNameFromOneWithAnEmptyName) {
  const Document document =
      read_service(service_message("<ItemList><Item>1</Item><Item name=\"\">2</Item></ItemList>"));
  ASSERT_EQ(document.items.size(), 2u);
  EXPECT_FALSE(document.items[0].has_name);
  EXPECT_TRUE(document.items[1].has_name);
}

TEST(Reader, SaysOfNoBytesOrBlanksThatTheMessageIsEmpty) {
  for (std::string_view nothing : {"", " ", "\r\n\t ", "\xEF\xBB\xBF"}) {
    const Document document = read_service(nothing);
    EXPECT_TRUE(document.empty);
    EXPECT_FALSE(document.well_formed);
    EXPECT_NE(document.error, "");
  }
}

TEST(Reader, GivesThePlaceAndOneLineOfWordsForAnError) {
  const Document document = read_service("<DLSMessage>\n <Message>\n</Massage></DLSMessage>");
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error_place.line, 3u);
  EXPECT_NE(document.error, "");
  EXPECT_EQ(document.error.find('\n'), std::string::npos);
}

TEST(Reader, GivesTheEndOfAMessageThatBreaksOff) {
  const std::string message = "<DLSMessage>\n<Message nonce=\"A\"><Action>CleanUp</Action>";
  const Document document = read_service(message);
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error_place.offset, message.size());
  EXPECT_EQ(document.nonce_or_empty(), "A") << "what came before is understood";
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Reader, DoesNotTakeHalfAWordForAWhole) {
  EXPECT_TRUE(read_service("<DLSMessage><Message><Action>CleanUp").actions.empty());
}

TEST(Reader, AcceptsAByteOrderMark) {
  const std::string message =
      "\xEF\xBB\xBF<?xml version=\"1.0\"?>" + service_message("<Action>CleanUp</Action>");
  const Document document = read_service(message);
  EXPECT_TRUE(document.well_formed) << document.error;
  EXPECT_EQ(oddities(document), "");
  EXPECT_EQ(bytes_at(message, document.nonce->place, document.nonce->length), "A1");
}

TEST(Reader, ReadsTheSameAfterAnythingElse) {
  Reader reader;
  const std::string good = service_message("<Action>CleanUp</Action>");
  for (std::string_view before : {"<a", "<!DOCTYPE a><a/>", "\xFF\xFE", "<a><b></a>", "<a>&x;</a>", ""}) {
    for (bool validate : {false, true}) {
      reader.read(before, Sender::service, {.validate = validate});
      const Document document = reader.read(good, Sender::service, {.validate = validate});
      EXPECT_TRUE(document.well_formed) << before << document.error;
      EXPECT_EQ(oddities(document), "") << before;
      EXPECT_EQ(document.action(), Action::clean_up);
    }
  }
}

TEST(Reader, KnowsPlacesFarInsideALargeMessage) {
  std::string message = service_message("<Action>WriteItems</Action><ItemList>");
  message.resize(message.size() - std::string_view("</Message></DLSMessage>").size());
  for (int i = 0; i < 3000; ++i)
    message += "<Item name=\"näme-" + std::to_string(i) + "\">ü😀</Item>" + (i % 7 ? "" : "\n");
  message += "</ItemList></Message></DLSMessage>";
  const Document document = read_service(message, true);
  ASSERT_EQ(document.items.size(), 3000u) << document.error;
  for (int i : {0, 1, 700, 1499, 2999}) {
    const Item& item = document.items[static_cast<std::size_t>(i)];
    const std::string expected = "<Item name=\"näme-" + std::to_string(i) + "\">";
    EXPECT_EQ(bytes_at(message, item.place, item.tag_length), expected);
    EXPECT_EQ(bytes_at(message, item.place, item.length), expected + "ü😀</Item>");
  }
  // Item 2999 is the third behind the line feed that follows item 2996.
  EXPECT_EQ(where(document.items[2997].place), "430:1");
  EXPECT_EQ(where(document.items[2999].place), "430:65");
}

}  // namespace
}  // namespace understudy::wpi
