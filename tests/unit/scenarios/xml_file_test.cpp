// The reader of XML files with a schema that is not ours: bounds, and what it fetches (nothing).
#include "scenarios/xml_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "support/folder.h"

namespace understudy::scenarios {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view tree_xsd = R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="tree" type="Tree"/>
  <xs:complexType name="Tree">
    <xs:sequence>
      <xs:element name="leaf" type="Leaf" minOccurs="0" maxOccurs="2"/>
      <xs:element name="tree" type="Tree" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="Leaf">
    <xs:simpleContent>
      <xs:extension base="xs:int"><xs:attribute name="colour" type="xs:string" default="green"/></xs:extension>
    </xs:simpleContent>
  </xs:complexType>
</xs:schema>)";

class TreeFile : public ::testing::Test {
 protected:
  tl::expected<XmlFile, FileError> parsed(std::string bytes) const { return XmlFile::parse("tree.xml", std::move(bytes), schema_); }
  std::string wrong(std::string bytes) const {
    const auto file = parsed(std::move(bytes));
    return file ? "nothing" : file.error().one_line();
  }
  const XmlSchema schema_{tree_xsd};
};

TEST_F(TreeFile, IsReadWithThePlaceOfEverything) {
  const std::string text = "<tree>\n  <leaf colour = 'red &amp; blue'>1</leaf><leaf>\n2</leaf>\n</tree>";
  const auto file = parsed(text);
  ASSERT_TRUE(file) << file.error().one_line();
  const XmlElement& root = file->root();
  ASSERT_EQ(root.children.size(), 2u);
  const XmlElement& red = root.children[0];
  EXPECT_EQ(red.attribute("colour").value, "red & blue");
  EXPECT_EQ(text.substr(red.attribute("colour").begin, 5), "red &");
  EXPECT_EQ(text.substr(red.begin, red.end - red.begin), "<leaf colour = 'red &amp; blue'>1</leaf>");
  const XmlElement& green = root.children[1];
  EXPECT_EQ(green.text, "2") << "white space as the type has it";
  EXPECT_EQ(green.attribute("colour").value, "green") << "the schema's default";
  EXPECT_EQ(green.attribute("colour").begin, green.begin);
  EXPECT_EQ(file->error(green.begin, "x").one_line(), "tree.xml:2:43: x");
}

TEST_F(TreeFile, CountsColumnsInCharactersAndLinesByLineFeeds) {
  const auto file = parsed("\xEF\xBB\xBF<tree>\r\n<!-- \xC3\xA9\xE2\x82\xAC --><leaf>1</leaf></tree>");
  ASSERT_TRUE(file) << file.error().one_line();
  EXPECT_EQ(file->error(file->root().children[0].begin, "x").one_line(), "tree.xml:2:12: x");
  EXPECT_EQ(file->error(file->root().begin, "x").one_line(), "tree.xml:1:1: x") << "a byte order mark is no character";
}

TEST_F(TreeFile, IsHeldAgainstItsSchema) {
  EXPECT_EQ(wrong("<tree><tree/><leaf>1</leaf></tree>"),
            "tree.xml:1:1: <tree> takes <leaf> as often as wanted, then <tree> or nothing, and has <tree>, <leaf>");
  EXPECT_THAT(wrong("<tree><leaf>one</leaf></tree>"), HasSubstr("tree.xml:1:7: "));
  EXPECT_THAT(wrong("<tree>wood<leaf>1</leaf></tree>"), HasSubstr("tree.xml:1:7: <tree> takes no text"));
  EXPECT_THAT(wrong("<tree><leaf color=\"red\">1</leaf></tree>"), HasSubstr("tree.xml:1:13: <leaf> has no attribute color; did you mean colour?"));
}

TEST_F(TreeFile, WithADocumentTypeIsRefused) {
  EXPECT_EQ(wrong("<!-- <!DOCTYPE --><!DOCTYPE tree [<!ENTITY a \"1\">]>\n<tree><leaf>&a;</leaf></tree>"),
            "tree.xml:1:6: a document type declaration is refused");
  const Folder folder;
  const std::string secret = folder.put("secret", "1");
  EXPECT_THAT(wrong("<!DOCTYPE tree [<!ENTITY a SYSTEM \"file://" + secret + "\">]><tree><leaf>&a;</leaf></tree>"), HasSubstr("is refused"));
  EXPECT_THAT(wrong("<!DOCTYPE tree SYSTEM \"file://" + secret + "\"><tree/>"), HasSubstr("is refused"));
}

TEST_F(TreeFile, FetchesNoSchemaThatItNames) {
  EXPECT_EQ(wrong("<tree xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"file:///no/such.xsd\"/>"), "nothing");
}

TEST_F(TreeFile, IsBoundedInSizeAndDepth) {
  const auto nested = [](std::size_t deep) {
    std::string out;
    for (std::size_t i = 0; i < deep; ++i) out += "<tree>";
    for (std::size_t i = 0; i < deep; ++i) out += "</tree>";
    return out;
  };
  EXPECT_EQ(wrong(nested(XmlFile::most_deep)), "nothing");
  EXPECT_EQ(wrong(nested(XmlFile::most_deep + 1)), "tree.xml:1:193: more than 32 elements in each other");
  EXPECT_EQ(wrong("<tree/>" + std::string(XmlFile::most_bytes, ' ')), "tree.xml: is larger than 1048576 bytes");
  EXPECT_EQ(wrong("<tree/>" + std::string(XmlFile::most_bytes - 7, ' ')), "nothing");
}

TEST_F(TreeFile, WithoutAnEndIsNoFileToReadWhole) {
  const auto endless = XmlFile::read("/dev/zero", schema_);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().one_line(), "/dev/zero: is larger than 1048576 bytes");
}

TEST(XmlSchema, ThatIsNoneIsAFaultOfThisProgram) { EXPECT_THROW(XmlSchema("<xs:schema"), std::logic_error); }

}  // namespace
}  // namespace understudy::scenarios
