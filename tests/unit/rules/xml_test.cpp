// xml.*: each rule held and deviated from, and the variety that is nobody's fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* open = "<DLSMessage xmlns=\"http://www.siemens.com/DLS\">";
constexpr const char* clean_up = "<Message nonce=\"A1B2C3D4\"><Action>CleanUp</Action></Message>";

std::vector<Turn> says(const std::string& body) {
  return single(phone_says("start-up"), body);
}
// WriteItems with that ItemList; the phone's own end follows, which is not judged.
Verdict writes(const std::string& list, const std::string& firmware = "V3 R5.12.0") {
  return judged(says(service_says("<Action>WriteItems</Action>" + list)),
                {.firmware = firmware, .ending = "broke_off"});
}
Finding finding_in(const std::vector<Turn>& turns, const std::string& rule) {
  const Verdict verdict = judged(turns);
  EXPECT_THAT(deviating(verdict), ElementsAre(rule));
  return only_finding(verdict, rule);
}

TEST(LegalVariety, IsNoFinding) {
  const std::string message = clean_up;
  for (const std::string& body : std::vector<std::string>{
           // declarations, white space, comments before the root
           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(open) + message + "</DLSMessage>",
           "<?xml version='1.0' encoding='utf-8' standalone='yes'?>" + std::string(open) + message +
               "</DLSMessage>",
           "\n   " + std::string(open) + message + "</DLSMessage>\n\n",
           "\xEF\xBB\xBF<?xml version=\"1.0\"?>" + std::string(open) + message + "</DLSMessage>",
           "<!-- made by hand --><?made so?>" + std::string(open) + message + "</DLSMessage>",
           // order and quotes of attributes, prefix, CDATA, references
           std::string(
               "<DLSMessage xsi:schemaLocation='http://www.siemens.com/DLS' "
               "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns='http://www.siemens.com/DLS'>") +
               "<Message\n  nonce = 'A1B2C3D4'\n><Action>\n  CleanUp\n</Action></Message></DLSMessage>",
           std::string("<d:DLSMessage xmlns:d=\"http://www.siemens.com/DLS\"><d:Message "
                       "nonce=\"A1B2C3D4\"><d:Action>CleanUp"
                       "</d:Action></d:Message></d:DLSMessage>"),
           std::string(open) +
               "<Message nonce=\"&#65;1B2C3D4\"><Action><![CDATA[CleanUp]]></Action></Message></DLSMessage>",
           std::string(open) + "<Message nonce=\"A1B2C3D4\"><Action>Clean&#85;p</Action><ItemList><Item "
                               "name=\"cleanup-reason\" type='x' index='1'>&lt;&amp;&gt; \xC3\xA4 "
                               "&#x20AC;</Item></ItemList></Message></DLSMessage>",
       }) {
    const Verdict verdict = judged(says(body));
    EXPECT_THAT(deviating(verdict), IsEmpty())
        << body << (verdict.findings.empty() ? "" : verdict.findings[0].message);
    EXPECT_EQ(result(verdict, "nonce.echo").held, 1u) << body;
  }
}

TEST(XmlWellFormed, IsDeviatedFromByBrokenXmlAndOnlyByThat) {
  // What could be read of it was right: the nonce is not held against it, nor counted as held.
  const Verdict verdict =
      judged(says(std::string(open) + "<Message nonce=\"A1B2C3D4\"><Action>CleanUp</Action></Mes"));
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.well-formed"));
  EXPECT_EQ(result(verdict, "nonce.echo").outcome, Outcome::not_exercised);
  EXPECT_EQ(result(verdict, "flow.clean-up").held, 1u);
}

TEST(XmlWellFormed, LetsWhatWasReadOfABrokenMessageDeviateToo) {
  const Verdict verdict =
      judged(says(std::string(open) + "<Message nonce=\"FOREIGN\"><Action>CleanUp</Action><"));
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.well-formed", "nonce.echo"));
}

TEST(XmlWellFormed, IsDeviatedFromByAnythingBeforeTheProlog) {
  const std::string declared = "<?xml version=\"1.0\"?>" + std::string(open) + clean_up + "</DLSMessage>";
  EXPECT_EQ(finding_in(says("\n" + declared), "xml.well-formed").message,
            "white space stands before the prolog");
  EXPECT_EQ(finding_in(says("Warning: no such file\n" + declared), "xml.well-formed").message,
            "text stands before the prolog");
  EXPECT_EQ(finding_in(says("Warning\n" + std::string(open) + clean_up + "</DLSMessage>"), "xml.well-formed")
                .message,
            "text stands before the prolog");
}

TEST(XmlWellFormed, ShowsTheRawAmpersandOfAnOperator) {
  const Verdict verdict = writes("<ItemList>" + item("display-id", "Smith & Co") + "</ItemList>");
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.well-formed"));
  EXPECT_THAT(only_finding(verdict, "xml.well-formed").excerpt->text, HasSubstr("Smith & Co"));
}

TEST(XmlUtf8, IsDeviatedFromByDeclarationHeaderOrBytes) {
  const std::string body = std::string(open) + clean_up + "</DLSMessage>";
  EXPECT_EQ(
      marked(finding_in(says("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + body), "xml.utf8").excerpt),
      "ISO-8859-1");
  auto header = says(body);
  header[0].answer.headers = {{"Content-Type", "text/xml; charset=\"iso-8859-1\""}};
  EXPECT_EQ(finding_in(header, "xml.utf8").came, "\"iso-8859-1\"");
  const Verdict bytes = writes("<ItemList>" + item("display-id", "M\xFCller") + "</ItemList>");
  EXPECT_THAT(deviating(bytes), ElementsAre("xml.well-formed", "xml.utf8"));
  EXPECT_EQ(marked(only_finding(bytes, "xml.utf8").excerpt), "\uFFFD");
}

TEST(XmlRoot, IsDeviatedFromByAnotherSpelling) {
  const Finding finding = finding_in(
      says("<DlsMessage xmlns=\"http://www.siemens.com/DLS\">" + std::string(clean_up) + "</DlsMessage>"),
      "xml.root");
  EXPECT_EQ(finding.came, "\"DlsMessage\"");
  EXPECT_THAT(marked(finding.excerpt), HasSubstr("<DlsMessage xmlns"));
}

TEST(XmlRoot, IsAllThatIsSaidOfAPageThatIsNoMessage) {
  auto turns = says("<html><body><p>It works!</p></body></html>");
  turns[0].answer.headers = {{"Content-Type", "text/html"}};
  EXPECT_THAT(deviating(judged(turns, {.ending = "unclean"})),
              ElementsAre("xml.root", "flow.clean-up", "flow.every-reason"));
}

TEST(XmlNamespace, IsNotedWhereItIsAnother) {
  const Finding finding = finding_in(
      says("<DLSMessage xmlns=\"http://mydomain/provisioning\">" + std::string(clean_up) + "</DLSMessage>"),
      "xml.namespace");
  EXPECT_EQ(finding.level, Level::note);
  EXPECT_EQ(finding.came, "\"http://mydomain/provisioning\"");
}

TEST(XmlNamespaceSome, IsDeviatedFromByNone) {
  const Finding finding =
      finding_in(says("<DLSMessage>" + std::string(clean_up) + "</DLSMessage>"), "xml.namespace-some");
  EXPECT_EQ(finding.level, Level::should);
  finding_in(says(std::string(open) +
                  "<Message xmlns=\"\" nonce=\"A1B2C3D4\"><Action>CleanUp</Action></Message></DLSMessage>"),
             "xml.namespace-some");
}

TEST(XmlOneMessage, IsDeviatedFromByNoneAndBySeveral) {
  EXPECT_EQ(
      finding_in(says(open + std::string(clean_up) + clean_up + "</DLSMessage>"), "xml.one-message").came,
      "2 Messages");
  EXPECT_THAT(deviating(judged(says(std::string(open) + "</DLSMessage>"), {.ending = "unclean"})),
              ElementsAre("xml.one-message", "flow.clean-up", "flow.every-reason"));
}

TEST(XmlItemListPlace, IsDeviatedFromBySeveralListsAsOneFinding) {
  std::string lists;
  for (int i = 0; i < 20; ++i)
    lists += "<ItemList>" +
             item("repertory-dial", "b", " index=\"" + std::to_string(301 + i % 12 + 100 * (i / 12)) + "\"") +
             "</ItemList>";
  const Verdict verdict = writes(lists);
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.item-list-place"));
  EXPECT_EQ(only_finding(verdict, "xml.item-list-place").came, "20 ItemLists");
  EXPECT_EQ(only_finding(verdict, "xml.item-list-place").count, 1u);
}

TEST(XmlItemListPlace, IsDeviatedFromByAListBesideMessageOrBeforeAction) {
  const std::string list = "<ItemList>" + item("ldap-user", "b") + "</ItemList>";
  const Stage stage{.ending = "broke_off"};
  const Verdict outside =
      judged(says(open + std::string("<Message nonce=\"A1B2C3D4\"><Action>WriteItems</Action></Message>") +
                  list + "</DLSMessage>"),
             stage);
  EXPECT_THAT(deviating(outside), ElementsAre("xml.item-list-place"));
  EXPECT_EQ(outside.findings[0].message, "an ItemList stands beside Message");
  const Verdict before = judged(says(service_says(list + "<Action>WriteItems</Action>")), stage);
  EXPECT_THAT(deviating(before), ElementsAre("xml.item-list-place"));
  EXPECT_EQ(before.findings[0].message, "the ItemList stands before Action");
}

TEST(XmlNothingElse, IsDeviatedFromByElementsAndTextAndNotesComments) {
  const std::string action = "<Action>CleanUp</Action>";
  EXPECT_EQ(finding_in(says(service_says(action + "<ReasonForContact/>")), "xml.nothing-else").level,
            Level::should);
  EXPECT_EQ(finding_in(says(service_says(action + "<Extra/>")), "xml.nothing-else").came, "\"Extra\"");
  EXPECT_EQ(finding_in(says(service_says(action + "text")), "xml.nothing-else").message,
            "text stands where only elements belong");
  EXPECT_EQ(finding_in(says(service_says(action + "<!-- unknown message -->")), "xml.nothing-else").level,
            Level::note);
  EXPECT_EQ(finding_in(says(service_says(action + "<?php x?>")), "xml.nothing-else").level, Level::note);
}

TEST(XmlItemAttributes, IsDeviatedFromByWhatAnItemDoesNotHave) {
  const auto item_with = [](const std::string& attributes) {
    const Verdict verdict = writes("<ItemList><Item " + attributes + ">1</Item></ItemList>");
    EXPECT_THAT(deviating(verdict), ElementsAre("xml.item-attributes")) << attributes;
    return only_finding(verdict, "xml.item-attributes");
  };
  EXPECT_EQ(item_with("index=\"1\"").message, "an Item has no name");
  EXPECT_EQ(item_with("name=\"\"").came, "an empty one");
  EXPECT_EQ(item_with("name=\"codec-rank\" index=\"two\"").came, "\"two\"");
  EXPECT_EQ(item_with("name=\"codec-rank\" index=\"\"").message, "an Item's index is no number");
  EXPECT_EQ(item_with("name=\"ldap-user\" status=\"failed\"").level, Level::must);
  EXPECT_EQ(item_with("name=\"ldap-user\" status=\"secure\"").level, Level::note);
  EXPECT_EQ(item_with("name=\"ldap-user\" value=\"b\"").came, "\"value\"");
  EXPECT_THAT(
      deviating(writes("<ItemList><Item index=\"0\" type=\"x\" name=\"trace-level\">1</Item></ItemList>")),
      IsEmpty());
}

TEST(XmlNoDoctype, IsDeviatedFromByOne) {
  const Verdict verdict = judged(says("<?xml version=\"1.0\"?>\n<!DOCTYPE DLSMessage>\n" + std::string(open) +
                                      clean_up + "</DLSMessage>"),
                                 {.ending = "clean_up"});
  EXPECT_EQ(deviating(verdict).front(), "xml.no-doctype");
  EXPECT_EQ(only_finding(verdict, "xml.no-doctype").excerpt->mark_line, 2u);
  EXPECT_EQ(result(verdict, "xml.well-formed").outcome, Outcome::not_exercised);
}

TEST(XmlSize, IsNotedFrom50001BytesAndDeviatesOver51200) {
  const auto of_size = [](std::size_t bytes) {
    const std::string frame =
        service_says("<Action>WriteItems</Action><ItemList><Item name=\"ldap-user\"></Item></ItemList>");
    return writes("<ItemList><Item name=\"ldap-user\">" + std::string(bytes - frame.size(), 'x') +
                  "</Item></ItemList>");
  };
  EXPECT_THAT(deviating(of_size(50'000)), IsEmpty());
  EXPECT_EQ(only_finding(of_size(50'001), "xml.size").level, Level::note);
  EXPECT_EQ(only_finding(of_size(51'200), "xml.size").level, Level::note);
  EXPECT_EQ(only_finding(of_size(51'201), "xml.size").level, Level::must);
  EXPECT_EQ(only_finding(of_size(51'201), "xml.size").came, "51201 bytes");
}

TEST(XmlSize, IsDeviatedFromByABodyThatWasNotReadToItsEnd) {
  auto turns = says(std::string(open) + clean_up);
  turns[0].change = [](transcript::Exchange& x) {
    x.response->complete = false;
    x.response->problems = {{wpi::HttpFlaw::body_too_large, "1048576 bytes read", 0}};
  };
  EXPECT_THAT(deviating(judged(turns)), ElementsAre("xml.size"));
}

TEST(XmlEntitiesV1, IsDeviatedFromTowardsV1Alone) {
  const std::string index = " index=\"301\"";
  const std::string list = "<ItemList>" + item("key-label", "Smith &amp; Co", index) + "</ItemList>";
  const Verdict verdict = writes(list, "V1 R4.9.0");
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.entities-v1"));
  EXPECT_EQ(marked(only_finding(verdict, "xml.entities-v1").excerpt), "&amp;");
  EXPECT_EQ(result(writes(list, "V2 R2.30.0"), "xml.entities-v1").outcome, Outcome::not_exercised);
  const std::string numeric =
      "<ItemList>" + item("key-label", "Smith &#38; Co &apos;&quot;", index) + "</ItemList>";
  EXPECT_EQ(result(writes(numeric, "V1 R4.9.0"), "xml.entities-v1").held, 1u);
  const std::string cdata = "<ItemList>" + item("key-label", "<![CDATA[&amp;]]>", index) + "</ItemList>";
  EXPECT_EQ(result(writes(cdata, "V1 R4.9.0"), "xml.entities-v1").held, 1u);
}

}  // namespace
}  // namespace understudy::conformance
