// What a message should not have, and the reader understands and reports all the same.
#include <gtest/gtest.h>

#include "reading_support.h"
#include "wpi/reader.h"

namespace understudy::wpi {
namespace {

constexpr std::string_view clean_up = "<Action>CleanUp</Action>";

// Expects exactly one oddity, and gives it.
OddText only(const Document& document) {
  EXPECT_EQ(document.oddities.size(), 1u) << oddities(document);
  return document.oddities.empty() ? OddText{} : document.oddities[0];
}

std::string bytes_of(std::string_view message, const OddText& odd) {
  return std::string(bytes_at(message, odd.place, odd.length));
}

TEST(Oddities, HaveNamesOfTheirOwn) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Oddity::schema); ++i)
    names.push_back(name_of(static_cast<Oddity>(i)));
  EXPECT_EQ(name_of(Oddity::schema), "schema");
  EXPECT_EQ(name_of(Oddity::doctype), "doctype");
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Oddities, WhiteSpaceBeforeAnUndeclaredRootIsTakenByPhones) {
  const std::string message = "\n  " + service_message(clean_up);
  const Document document = read_service(message);
  EXPECT_TRUE(document.well_formed);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::leading_white_space);
  EXPECT_EQ(bytes_of(message, odd), "\n  ");
  EXPECT_EQ(where(document.root_place), "2:3");
}

TEST(Oddities, WhiteSpaceBeforeADeclarationIsNotWellFormedButUnderstood) {
  const std::string message = "\n<?xml version=\"1.0\"?>" + service_message(clean_up);
  const Document document = read_service(message, true);
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error, "white space before the XML declaration");
  EXPECT_EQ(where(document.error_place), "1:1");
  EXPECT_EQ(only(document).oddity, Oddity::before_declaration);
  EXPECT_EQ(document.action(), Action::clean_up);
  EXPECT_EQ(document.root_place.line, 2u);
}

TEST(Oddities, AWarningPrintedBeforeADeclarationIsNotWellFormedButUnderstood) {
  const std::string message =
      "<br />\n<b>Warning</b>: no such file<br />\n<?xml version=\"1.0\"?>\n" + service_message(clean_up);
  const Document document = read_service(message);
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error, "text before the XML declaration");
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::before_declaration);
  EXPECT_EQ(odd.detail, "<br />\n<b>Warning</b>: no such file<br />");
  EXPECT_EQ(document.action(), Action::clean_up);
  EXPECT_EQ(bytes_at(message, document.nonce->place, document.nonce->length), "A1");
}

TEST(Oddities, AWarningPrintedBeforeAnUndeclaredRootIsNotWellFormedButUnderstood) {
  const Document document = read_service("Warning: x < 3\n" + service_message(clean_up));
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(only(document).oddity, Oddity::text_around);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, TheRootIsKnownInAnyLetterCase) {
  for (std::string_view root : {"DlsMessage", "dlsmessage", "DLSMESSAGE"}) {
    std::string message =
        "<R xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"1\"><Action>CleanUp</Action></Message></R>";
    message.replace(1, 1, root).replace(message.size() - 2, 1, root);
    const Document document = read_service(message, true);
    EXPECT_EQ(document.root, root);
    const OddText odd = only(document);
    EXPECT_EQ(odd.oddity, Oddity::root_spelling);
    EXPECT_EQ(odd.detail, root);
    EXPECT_EQ(document.action(), Action::clean_up);
  }
}

TEST(Oddities, AnUnknownRootStillHoldsItsMessage) {
  const Document document = read_service(
      "<Foo xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"1\"><Action>CleanUp</Action></Message></Foo>");
  EXPECT_EQ(only(document).oddity, Oddity::root_unknown);
  EXPECT_EQ(document.root, "Foo");
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, ThePhonesRootIsNoneForAService) {
  const Document document = read_service(
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"1\"><Action>CleanUp</Action></Message></WorkpointMessage>");
  EXPECT_EQ(only(document).oddity, Oddity::root_unknown);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, AMessageIsFoundInsideAForeignRoot) {
  const Document document =
      read_service("<Envelope><Body>" + service_message(clean_up) + "</Body></Envelope>");
  EXPECT_TRUE(document.odd(Oddity::root_unknown));
  EXPECT_EQ(document.root, "DLSMessage");
  EXPECT_EQ(document.root_namespace, dls_namespace);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, AWebPageIsAnUnknownRootWithoutMessageAndNothingMore) {
  const Document document =
      read_service("<html><head><title>404</title></head><body class='x'>not found<p/></body></html>");
  EXPECT_TRUE(document.well_formed);
  EXPECT_EQ(oddities(document), "root_unknown no_namespace no_message");
}

TEST(Oddities, AMessageIsFoundInsideAnXmlSignature) {
  const std::string message =
      "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo><Reference "
      "URI=\"#DLSMessage\"/></SignedInfo>"
      "<SignatureValue>QUJD</SignatureValue><Object Id=\"DLSMessage\">" +
      service_message(clean_up) + "</Object></Signature>";
  const Document document = read_service(message, true);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::signature_envelope);
  EXPECT_EQ(bytes_of(message, odd), "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">");
  EXPECT_EQ(document.root, "DLSMessage");
  EXPECT_EQ(document.root_place.offset, message.find("<DLSMessage"));
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, ASignatureInsideTheMessageIsNotTakenForItsContent) {
  const Document document =
      read_service(service_message("<Action>CleanUp</Action><Signature "
                                   "xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><a>x</a></Signature>"));
  EXPECT_EQ(only(document).oddity, Oddity::signature_envelope);
}

TEST(Oddities, NoNamespaceIsTakenByPhones) {
  const Document document =
      read_service("<DLSMessage><Message nonce=\"1\"><Action>CleanUp</Action></Message></DLSMessage>", true);
  EXPECT_EQ(only(document).oddity, Oddity::no_namespace);
  EXPECT_EQ(document.root_namespace, "");
}

TEST(Oddities, TheOperatorsOwnNamespaceIsTakenByPhones) {
  const std::string message =
      "<DLSMessage xmlns=\"http://mydomain/provisioning\"><Message "
      "nonce=\"1\"><Action>CleanUp</Action></Message></DLSMessage>";
  const OddText odd = only(read_service(message, true));
  EXPECT_EQ(odd.oddity, Oddity::other_namespace);
  EXPECT_EQ(odd.detail, "http://mydomain/provisioning");
}

TEST(Oddities, ANamespaceWithAPrefixIsTheSameNamespace) {
  const std::string message =
      "<d:DLSMessage xmlns:d=\"http://www.siemens.com/DLS\"><d:Message "
      "nonce=\"1\"><d:Action>CleanUp</d:Action></d:Message></d:DLSMessage>";
  const Document document = read_service(message, true);
  EXPECT_EQ(oddities(document), "");
  EXPECT_EQ(document.root, "DLSMessage");
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, AnElementThatLeavesTheNamespaceIsNoted) {
  const Document document = read_service(service_message("<Action xmlns=\"urn:x\">CleanUp</Action>"));
  EXPECT_EQ(only(document).oddity, Oddity::other_namespace);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, EveryMessageAfterTheFirstIsNoted) {
  const Document document = read_service(
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"1\"/><Message "
      "nonce=\"2\"/><Message/></DLSMessage>");
  EXPECT_EQ(oddities(document), "several_messages several_messages");
  EXPECT_EQ(document.messages, 3);
}

TEST(Oddities, ARootWithoutMessageIsNoted) {
  EXPECT_EQ(only(read_service("<DLSMessage xmlns=\"http://www.siemens.com/DLS\"/>")).oddity,
            Oddity::no_message);
}

TEST(Oddities, ItemsOfSeveralListsAreAllUnderstood) {
  const std::string message = service_message(
      "<Action>WriteItems</Action><ItemList><Item name=\"a\">1</Item></ItemList><ItemList><Item "
      "name=\"b\">2</Item></ItemList>");
  const Document document = read_service(message, true);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::several_item_lists);
  EXPECT_EQ(odd.place.offset, message.rfind("<ItemList>")) << "the second is the one too many";
  EXPECT_EQ(document.item_lists, 2);
  EXPECT_EQ(document.items.size(), 2u);
}

TEST(Oddities, AnItemListBesideTheMessageIsUnderstood) {
  const Document document = read_service(
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"1\"><Action>WriteItems</Action></Message>"
      "<ItemList><Item name=\"a\">1</Item></ItemList></DLSMessage>",
      true);
  EXPECT_EQ(only(document).oddity, Oddity::item_list_outside);
  EXPECT_EQ(document.items.size(), 1u);
  EXPECT_EQ(document.item_lists, 1);
}

TEST(Oddities, AnItemListBeforeTheActionIsUnderstood) {
  const std::string message =
      service_message("<ItemList><Item name=\"a\">1</Item></ItemList><Action>WriteItems</Action>");
  const Document document = read_service(message, true);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::item_list_before_action);
  EXPECT_EQ(bytes_of(message, odd), "<ItemList>");
  EXPECT_EQ(document.items.size(), 1u);
}

TEST(Oddities, AStrayReasonForContactIsNotedInAServicesMessageAlone) {
  const std::string message = service_message("<Action>CleanUp</Action><ReasonForContact/>");
  EXPECT_EQ(only(read_service(message, true)).oddity, Oddity::stray_reason);
  EXPECT_EQ(read_service(message).reasons.size(), 1u);
}

TEST(Oddities, AStrayActionIsNotedInAPhonesMessageAlone) {
  const std::string message =
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
      "nonce=\"1\"><ReasonForContact>status</ReasonForContact>"
      "<Action>CleanUp</Action></Message></WorkpointMessage>";
  const Document document = read_phone(message, true);
  EXPECT_EQ(only(document).oddity, Oddity::stray_action);
  EXPECT_EQ(document.reason(), Reason::status);
}

TEST(Oddities, CommentsAreNotedWhereverTheyStand) {
  const std::string message =
      "<!-- eins --><!---->" + service_message("<Action>Clean<!-- zwei ü -->Up</Action>") + "<!--drei-->";
  const Document document = read_service(message, true);
  EXPECT_EQ(oddities(document), "comment comment comment comment");
  EXPECT_EQ(document.action(), Action::clean_up) << "a comment does not cut a word";
  EXPECT_EQ(bytes_of(message, document.oddities[0]), "<!-- eins -->");
  EXPECT_EQ(bytes_of(message, document.oddities[1]), "<!---->");
  EXPECT_EQ(bytes_of(message, document.oddities[2]), "<!-- zwei ü -->");
  EXPECT_EQ(bytes_of(message, document.oddities[3]), "<!--drei-->");
}

TEST(Oddities, ProcessingInstructionsAreNotedButNotTheDeclaration) {
  const std::string message =
      "<?xml version=\"1.0\"?><?xml-stylesheet href='a'?>" + service_message(clean_up);
  const Document document = read_service(message, true);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::processing_instruction);
  EXPECT_EQ(odd.detail, "xml-stylesheet");
  EXPECT_EQ(bytes_of(message, odd), "<?xml-stylesheet href='a'?>");
}

TEST(Oddities, TextWhereOnlyElementsBelongIsNotedOnceForEachStretch) {
  const std::string message = service_message(
      "\n eins ü <Action>CleanUp</Action> zwei &amp; <ItemList> drei <Item name=\"a\">1</Item></ItemList>");
  const Document document = read_service(message, true);
  EXPECT_EQ(oddities(document), "text_around text_around text_around");
  EXPECT_EQ(bytes_of(message, document.oddities[0]), "eins ü");
  EXPECT_EQ(bytes_of(message, document.oddities[1]), "zwei &amp;");
  EXPECT_EQ(bytes_of(message, document.oddities[2]), "drei");
}

TEST(Oddities, AnUnknownElementIsNotedOnceWithAllThatIsInside) {
  const std::string message =
      service_message("<Action>CleanUp</Action><Extra a='1'><Deep>text</Deep></Extra>");
  const OddText odd = only(read_service(message, true));
  EXPECT_EQ(odd.oddity, Oddity::unknown_element);
  EXPECT_EQ(odd.detail, "Extra");
  EXPECT_EQ(bytes_of(message, odd), "<Extra a='1'>");
}

TEST(Oddities, OurElementsInTheWrongPlaceAreUnderstoodAndNoted) {
  const Document document = read_service(
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Action>WriteItems</Action><Message "
      "nonce=\"1\"><Item name=\"a\">1</Item>"
      "</Message></DLSMessage>");
  EXPECT_EQ(oddities(document), "unknown_element unknown_element");
  EXPECT_EQ(document.action(), Action::write_items);
  EXPECT_EQ(document.items.size(), 1u);
}

TEST(Oddities, MarkupInsideAnItemIsNoPartOfItsValue) {
  const Document document = read_service(
      service_message("<Action>WriteItems</Action><ItemList><Item name=\"a\">x<b>y</b>z</Item></ItemList>"));
  EXPECT_EQ(only(document).oddity, Oddity::unknown_element);
  ASSERT_EQ(document.items.size(), 1u);
  EXPECT_EQ(document.items[0].value, "xz");
}

TEST(Oddities, UnknownAttributesAreNotedWithTheirBytes) {
  const std::string message =
      "<DLSMessage Id=\"x\" xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"1\" nonse='2'><Action "
      "a=\"\">CleanUp</Action>"
      "<ItemList b='é'><Item name=\"n\" indx=\"3\">1</Item></ItemList></Message></DLSMessage>";
  const Document document = read_service(message, true);
  EXPECT_EQ(oddities(document),
            "unknown_attribute unknown_attribute unknown_attribute unknown_attribute unknown_attribute");
  std::string all;
  for (const OddText& odd : document.oddities) all += odd.detail + "[" + bytes_of(message, odd) + "]";
  EXPECT_EQ(all, "Id[Id=\"x\"]nonse[nonse='2']a[a=\"\"]b[b='é']indx[indx=\"3\"]");
  EXPECT_EQ(document.items.at(0).other_attributes, std::vector<std::string>{"indx"});
}

TEST(Oddities, NamespaceAndSchemaAttributesAreNotUnknown) {
  const std::string message =
      "<DLSMessage xmlns=\"http://www.siemens.com/DLS\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:schemaLocation=\"http://www.siemens.com/DLS\" xml:lang=\"de\"><Message "
      "nonce=\"1\"><Action>CleanUp</Action></Message></DLSMessage>";
  EXPECT_EQ(oddities(read_service(message)), "");
}

TEST(Oddities, FragmentIsTakenFromTheReasonAsWell) {
  const std::string message =
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"1\"><ReasonForContact "
      "action=\"ReadItems\" "
      "status=\"accepted\" fragment=\"next\">reply-to</ReasonForContact></Message></WorkpointMessage>";
  const Document document = read_phone(message, true);
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::fragment_on_reason);
  EXPECT_EQ(bytes_of(message, odd), "fragment=\"next\"");
  ASSERT_TRUE(document.fragment);
  EXPECT_EQ(document.fragment->text, "next");
}

TEST(Oddities, FragmentOfTheMessageGoesBeforeThatOfTheReason) {
  const Document document = read_phone(
      "<WorkpointMessage xmlns=\"http://www.siemens.com/DLS\"><Message nonce=\"1\" fragment=\"final\">"
      "<ReasonForContact fragment=\"next\">reply-to</ReasonForContact></Message></WorkpointMessage>");
  EXPECT_EQ(document.fragment->text, "final");
}

TEST(Oddities, AnotherDeclaredEncodingIsNotedAndFollowed) {
  const std::string message = "<?xml version=\"1.0\" encoding='ISO-8859-1'?>" +
                              service_message(
                                  "<Action>WriteItems</Action><ItemList><Item name=\"a\">B\xFC"
                                  "cher</Item><Item name=\"b\"/></ItemList>");
  const Document document = read_service(message, true);
  EXPECT_TRUE(document.well_formed) << document.error;
  EXPECT_EQ(oddities(document), "declared_encoding not_utf8");
  EXPECT_EQ(bytes_of(message, document.oddities[0]), "ISO-8859-1");
  EXPECT_EQ(bytes_of(message, document.oddities[1]), "\xFC");
  ASSERT_EQ(document.items.size(), 2u);
  EXPECT_EQ(document.items[0].value, "Bücher");
  EXPECT_EQ(bytes_at(message, document.items[1].place, document.items[1].length), "<Item name=\"b\"/>");
}

TEST(Oddities, AnUnknownDeclaredEncodingIsReadAsUtf8) {
  const Document document =
      read_service("<?xml version=\"1.0\" encoding=\"x-strange\"?>" + service_message(clean_up));
  EXPECT_TRUE(document.well_formed) << document.error;
  EXPECT_EQ(only(document).oddity, Oddity::declared_encoding);
  EXPECT_EQ(document.action(), Action::clean_up);
}

TEST(Oddities, CharactersThatXmlCannotHoldAreWhereTheErrorIs) {
  for (const std::string bad : {"\x01", "\xEF\xBF\xBE"})
    for (const std::string around : {"<Item name=\"a\">B*cher</Item>", "<Item name=\"a*b\">B</Item>",
                                     "<Item name=\"a\">B</Item><!-- * -->", "<Item name=\"a\">*</Item>",
                                     "<Item name=\"a\"><![CDATA[B*]]></Item>"}) {
      std::string inside = around;
      inside.replace(inside.find('*'), 1, bad);
      const std::string message =
          service_message("<Action>WriteItems</Action><ItemList>" + inside + "</ItemList>");
      const Document document = read_service(message);
      EXPECT_FALSE(document.well_formed);
      EXPECT_EQ(document.error_place.offset, message.find(bad)) << around << " " << document.error;
    }
}

TEST(Oddities, BytesThatAreNotUtf8AreNotWellFormedButUnderstood) {
  const std::string message = service_message(
      "<Action>WriteItems</Action><ItemList><Item name=\"a\">B\xFC"
      "cher</Item></ItemList>");
  const Document document = read_service(message, true);
  EXPECT_FALSE(document.well_formed);
  EXPECT_EQ(document.error, "the byte 0xFC is no part of a character");
  EXPECT_EQ(document.error_place.offset, message.find('\xFC'));
  const OddText odd = only(document);
  EXPECT_EQ(odd.oddity, Oddity::not_utf8);
  EXPECT_EQ(odd.detail, "0xFC");
  EXPECT_EQ(bytes_of(message, odd), "\xFC");
  EXPECT_EQ(document.items.at(0).value, "B\uFFFDcher");
}

TEST(Oddities, AFloodOfOneKindIsCutOff) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "<!---->";
  EXPECT_EQ(read_service(service_message(many)).oddities.size(), 100u);
}

TEST(Oddities, LongTextIsShortened) {
  const Document document = read_service(service_message(std::string(100'000, 'x')));
  EXPECT_LT(only(document).detail.size(), 200u);
  EXPECT_EQ(only(document).length, 100'000u);
}

}  // namespace
}  // namespace understudy::wpi
