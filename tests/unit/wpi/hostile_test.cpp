// What must neither crash nor hang nor fetch anything.
#include <gtest/gtest.h>

#include "reading_support.h"
#include "wpi/reader.h"

namespace understudy::wpi {
namespace {

// As UTF-16 with a byte order mark; for text of the basic plane.
std::string utf16(std::u16string_view text, bool big_endian) {
  std::string out;
  const std::u16string marked = std::u16string(u"\uFEFF").append(text);
  for (char16_t unit : marked) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

TEST(Hostile, ADocumentTypeIsRefusedAndNothingAfterItRead) {
  for (bool validate : {false, true}) {
    const std::string message =
        "<?xml version=\"1.0\"?>\n<!-- x --><!DOCTYPE DLSMessage [<!ENTITY a \"aaa\">]>" +
        service_message("<Action>CleanUp</Action>");
    const Document document = read_service(message, validate);
    EXPECT_FALSE(document.well_formed);
    EXPECT_EQ(document.error, "a document type declaration is refused");
    ASSERT_TRUE(document.odd(Oddity::doctype));
    EXPECT_EQ(where(document.odd(Oddity::doctype)->place), "2:11");
    EXPECT_TRUE(document.actions.empty());
    EXPECT_EQ(document.messages, 0);
  }
}

TEST(Hostile, ADocumentTypeIsRefusedInAnyLetterCaseAndBehindBlanks) {
  for (std::string_view start :
       {"<!doctype html>", " \n<!DOCTYPE html>", "<?php x?><!DocType html>", "\xEF\xBB\xBF<!DOCTYPE html>"})
    EXPECT_TRUE(read_service(std::string(start) + "<html/>").odd(Oddity::doctype)) << start;
}

TEST(Hostile, ADocumentTypeBehindAWarningOpensNoWayAround) {
  const Document document = read_service("Warning <!DOCTYPE a SYSTEM \"file:///etc/passwd\">" +
                                         service_message("<Action>CleanUp</Action>"));
  EXPECT_FALSE(document.well_formed);
  EXPECT_TRUE(document.actions.empty());
}

TEST(Hostile, EntitiesAreNotExpanded) {
  for (bool validate : {false, true}) {
    const Document document = read_service(service_message("<Action>&xxe;</Action>"), validate);
    EXPECT_FALSE(document.well_formed);
    EXPECT_TRUE(document.actions.empty());
  }
}

TEST(Hostile, SchemaLocationsAreNotFollowed) {
  // A file that exists and is no schema: whoever reads it complains of it.
  const std::string message =
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:schemaLocation=\"http://www.siemens.com/DLS file:///etc/hostname urn:x http://127.0.0.1:1/x.xsd\" "
      "xsi:noNamespaceSchemaLocation=\"file:///etc/hostname\">"
      "<Message nonce=\"1\"><Action>CleanUp</Action></Message></DLSMessage>";
  const Document document = read_service(message, true);
  EXPECT_TRUE(document.well_formed);
  EXPECT_EQ(oddities(document), "");
}

TEST(Hostile, UnfinishedTagsAtTheEndOfTheBytesAreOneErrorEach) {
  for (std::string_view message :
       {"<",      "<a",           "<a b",    "<a b=",         "<a b='", "<a b='c",   "<a b='c'",
        "</",     "<!",           "<!-",     "<!--",          "<!-- a", "<![CDATA[", "<?",
        "<?x",    "<?xml",        "<?xml ",  "<?xml version", "&",      "<a>&",      "<a>&#",
        "<a>&#x", "<a><![CDATA[", "<a><!--", "<a></",         "<a/",    "]]>",       "\0"}) {
    for (bool validate : {false, true}) {
      const Document document = read_service(message, validate);
      EXPECT_FALSE(document.well_formed) << message;
      EXPECT_LE(document.error_place.offset, message.size()) << message;
    }
  }
}

TEST(Hostile, AMessageCutOffAtAnyByteIsReadUpToThere) {
  const std::string message = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" +
                              service_message(
                                  "<!-- ü --><Action>WriteItems</Action><ItemList><Item name=\"ä\" "
                                  "index=\"1\">&lt;<![CDATA[x]]></Item></ItemList>");
  Reader reader;
  for (std::size_t length = 0; length < message.size(); ++length) {
    for (bool validate : {false, true}) {
      const Document document =
          reader.read(message.substr(0, length), Sender::service, {.validate = validate});
      EXPECT_FALSE(document.well_formed) << length;
      EXPECT_LE(document.error_place.offset, length);
      for (const Text& action : document.actions) EXPECT_EQ(action.text, "WriteItems") << length;
    }
  }
}

TEST(Hostile, Utf16IsUnderstoodWithPlacesInItsBytes) {
  for (bool big_endian : {false, true}) {
    const std::string message = utf16(
        u"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<DLSMessage xmlns=\"http://www.siemens.com/DLS\">ü"
        u"<Message nonce=\"AB\"><Action>CleanUp</Action></Message></DLSMessage>",
        big_endian);
    const Document document = read_service(message);
    EXPECT_TRUE(document.well_formed) << document.error;
    EXPECT_EQ(oddities(document), "declared_encoding not_utf8 text_around");
    EXPECT_EQ(document.action(), Action::clean_up);
    ASSERT_TRUE(document.nonce);
    EXPECT_EQ(document.nonce->length, 4u);
    EXPECT_EQ(bytes_at(message, document.nonce->place, 4), utf16(u"AB", big_endian).substr(2));
    EXPECT_EQ(where(document.message_place), "2:49");
  }
}

TEST(Hostile, BrokenUtf16IsAnErrorWithAPlace) {
  std::string message = utf16(u"<DLSMessage></DLSMessage>", false);
  message += '<';  // half a character
  const Document document = read_service(message);
  EXPECT_FALSE(document.well_formed);
  EXPECT_LE(document.error_place.offset, message.size());
  EXPECT_FALSE(read_service(utf16(std::u16string(u"<a>\xD800</a>"), true)).well_formed);
}

TEST(Hostile, NulBytesAreAnError) {
  using namespace std::string_view_literals;
  const Document document =
      read_service("<DLSMessage><Message nonce=\"1\"><Action>Clean\0Up</Action></Message></DLSMessage>"sv);
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.nonce_or_empty(), "1");
}

TEST(Hostile, MoreBytesThanAllowedAreNotRead) {
  const std::string message = service_message("<Action>CleanUp</Action>" + std::string(1000, ' '));
  const Document document = Reader().read(message, Sender::service, {.limits = {.bytes = 200}});
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error, "more than 200 bytes");
  EXPECT_EQ(document.error_place.offset, 200u);
  ASSERT_TRUE(document.odd(Oddity::too_large));
  EXPECT_EQ(document.action(), Action::clean_up) << "what came before is understood";
  EXPECT_TRUE(Reader().read(message, Sender::service, {.limits = {.bytes = message.size()}}).well_formed);
}

TEST(Hostile, ElementsThatLieTooDeepAreNotRead) {
  const std::string message = service_message("<Action>CleanUp</Action><a><a><a><a/></a></a></a>");
  const Document refused = Reader().read(message, Sender::service, {.limits = {.depth = 5}});
  EXPECT_FALSE(refused.well_formed);
  EXPECT_TRUE(refused.odd(Oddity::too_deep));
  EXPECT_EQ(refused.action(), Action::clean_up);
  EXPECT_TRUE(Reader().read(message, Sender::service, {.limits = {.depth = 6}}).well_formed);
}

TEST(Hostile, AMillionOpenElementsStopAtTheLimit) {
  std::string message;
  for (int i = 0; i < 1'000'000; ++i) message += "<a>";
  for (bool validate : {false, true}) EXPECT_TRUE(read_service(message, validate).odd(Oddity::too_deep));
}

TEST(Hostile, MoreItemsThanAllowedAreNotRead) {
  std::string items = "<Action>WriteItems</Action><ItemList>";
  for (int i = 0; i < 11; ++i) items += "<Item name=\"a\"/>";
  const std::string message = service_message(items + "</ItemList>");
  const Document refused = Reader().read(message, Sender::service, {.limits = {.items = 10}});
  EXPECT_FALSE(refused.well_formed);
  EXPECT_TRUE(refused.odd(Oddity::too_many_items));
  EXPECT_EQ(refused.items.size(), 10u);
  EXPECT_TRUE(Reader().read(message, Sender::service, {.limits = {.items = 11}}).well_formed);
}

TEST(Hostile, LimitsOfNothingAreKept) {
  const std::string message = service_message("<Action>CleanUp</Action>");
  EXPECT_FALSE(
      Reader().read(message, Sender::service, {.limits = {.bytes = 0, .depth = 0, .items = 0}}).well_formed);
  EXPECT_TRUE(Reader().read(message, Sender::service, {.limits = {.depth = -1}}).odd(Oddity::too_deep));
}

}  // namespace
}  // namespace understudy::wpi
