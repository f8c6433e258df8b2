// xml.signature and the canonical form that it digests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/canonical.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The Object of a signed message in an awkward layout.
const std::string object =
    "<Object Id=\"DLSMessage\"><DLSMessage   xsi:schemaLocation='http://www.siemens.com/DLS' "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"http://www.siemens.com/DLS\"><Message "
    "nonce=\"A1B2C3D4\"><!-- gone --><Action>WriteItems</Action><ItemList><Item index=\"1\" name=\"a "
    "&lt;&quot;&#9;'\tb\">x &gt; <![CDATA[<&>]]> &#xE4;&#13;\r\ny</Item><Item status='secure' "
    "name=\"b\"/><p:q "
    "xmlns:p=\"urn:p\" p:z=\"1\" a=\"2\" xmlns=\"\"/></ItemList></Message></DLSMessage></Object>";
// Its canonical form inside a Signature, as xmllint --c14n gives it, and the SHA-1 of that in base64.
const std::string canonical_object =
    "<Object xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"DLSMessage\"><DLSMessage "
    "xmlns=\"http://www.siemens.com/DLS\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xsi:schemaLocation=\"http://www.siemens.com/DLS\"><Message "
    "nonce=\"A1B2C3D4\"><Action>WriteItems</Action><ItemList><Item "
    "index=\"1\" name=\"a &lt;&quot;&#x9;' b\">x &gt; &lt;&amp;&gt; \xC3\xA4&#xD;\ny</Item><Item name=\"b\" "
    "status=\"secure\"></Item><p:q xmlns=\"\" xmlns:p=\"urn:p\" a=\"2\" "
    "p:z=\"1\"></p:q></ItemList></Message></DLSMessage></Object>";
const std::string digest_of_object = "K++clGgdY2pKdtu3a2TStODUWBQ=";

std::string signed_with(const std::string& what, const std::string& digest,
                        const std::string& reference = "#DLSMessage",
                        const std::string& method = "http://www.w3.org/2000/09/xmldsig#sha1") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Signature "
         "xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n<SignedInfo>"
         "<CanonicalizationMethod "
         "Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/><SignatureMethod "
         "Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\"/>\n<Reference URI=\"" +
         reference + "\"><DigestMethod Algorithm=\"" + method + "\"/><DigestValue>\n" + digest +
         "\n</DigestValue></Reference></SignedInfo>\n<SignatureValue>MTIz</SignatureValue>\n" + what +
         "\n</Signature>";
}
// A message that is right but for its signature.
const std::string clean_up =
    "<Object Id=\"DLSMessage\"><DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
    "nonce=\"A1B2C3D4\"><Action>CleanUp</Action></Message></DLSMessage></Object>";

Verdict judged_body(const std::string& body) {
  return judged(single(phone_says("start-up"), body));
}

TEST(Canonical, IsWhatXmllintMakesOfIt) {
  const auto root = parse_tree(signed_with(object, "x"));
  ASSERT_TRUE(root);
  const XmlElement* found = root->find("Object");
  ASSERT_TRUE(found);
  EXPECT_EQ(canonical(*found), canonical_object);
}

TEST(Canonical, RefusesWhatItDoesNotUnderstand) {
  for (const std::string& xml : std::vector<std::string>{
           "", "text", "<a>", "<a", "<a b>", "<a b=c/>", "<a b=\"", "<a>&own;</a>", "<a>&#xD800;</a>",
           "<a>&#;</a>", "<a>&", "<!DOCTYPE a><a/>", "<a><![CDATA[</a>", "<a><!--</a>", "<a><?x</a>"})
    EXPECT_FALSE(parse_tree(xml)) << xml;
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_tree(deep));
}

TEST(XmlSignature, IsNotExercisedWithoutOne) {
  EXPECT_EQ(result(judged(conversation()), "xml.signature").outcome, Outcome::not_exercised);
}

TEST(XmlSignature, HoldsAnEnvelopeWhoseDigestMatches) {
  const Verdict verdict =
      judged(single(phone_says("start-up"), signed_with(object, digest_of_object)), {.ending = "broke_off"});
  EXPECT_EQ(result(verdict, "xml.signature").held, 1u);
  EXPECT_EQ(result(verdict, "xml.root").held, 1u);
  EXPECT_EQ(result(verdict, "nonce.echo").held, 1u);
}

TEST(XmlSignature, NotesADigestThatDoesNotMatch) {
  const Verdict verdict = judged_body(signed_with(clean_up, "2jmj7l5rSw0yVb/vlWAYkK/YBwk="));
  EXPECT_THAT(deviating(verdict), ElementsAre("xml.signature"));
  const Finding finding = only_finding(verdict, "xml.signature");
  EXPECT_EQ(finding.level, Level::note);
  EXPECT_EQ(finding.came, "\"2jmj7l5rSw0yVb/vlWAYkK/YBwk=\"");
  EXPECT_EQ(marked(finding.excerpt), "DigestValue");
  // What it should have been makes it right.
  EXPECT_THAT(deviating(judged_body(signed_with(clean_up, finding.expected))), IsEmpty());
}

TEST(XmlSignature, NotesAReferenceToAnotherObjectAndMissingParts) {
  const Finding other = only_finding(judged_body(signed_with(clean_up, "x", "#Other")), "xml.signature");
  EXPECT_THAT(other.message, HasSubstr("Reference"));
  const std::string bare =
      "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">" + clean_up + "</Signature>";
  EXPECT_EQ(only_finding(judged_body(bare), "xml.signature").message, "the signature has no SignedInfo");
  std::string unsigned_one = signed_with(clean_up, "x");
  unsigned_one.erase(unsigned_one.find("MTIz"), 4);
  const Finding no_value = only_finding(judged_body(unsigned_one), "xml.signature");
  EXPECT_EQ(no_value.message, "the signature has no SignatureValue");
  EXPECT_EQ(no_value.came, "an empty one");
}

TEST(XmlSignature, LetsADigestPassThatItCannotCompute) {
  EXPECT_EQ(result(judged_body(
                       signed_with(clean_up, "x", "#DLSMessage", "http://www.w3.org/2001/04/xmlenc#sha256")),
                   "xml.signature")
                .held,
            1u);
}

}  // namespace
}  // namespace understudy::conformance
