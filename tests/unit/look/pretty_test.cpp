#include "look/pretty.h"

#include <gtest/gtest.h>
#include <string>

namespace understudy::look {

namespace {

std::string printed(std::string_view xml) {
  const auto rows = laid_out(xml);
  if (!rows) return "as it came";
  std::string out;
  for (const Row& row : *rows) {
    out += std::string(2 * row.depth, ' ');
    for (const Range piece : row.pieces) out += xml.substr(piece.from, piece.to - piece.from);
    out += "\n";
  }
  return out;
}

TEST(LayingOut, GivesEachElementALineAndThoseInItAnIndent) {
  EXPECT_EQ(printed("<?xml version='1.0'?><a><b/><Item name=\"x\">1 &amp; 2</Item><c></c></a>"),
            "<?xml version='1.0'?>\n<a>\n  <b/>\n  <Item name=\"x\">1 &amp; 2</Item>\n  <c></c>\n</a>\n");
}

TEST(LayingOut, ReplacesTheLayoutThatCame) {
  EXPECT_EQ(printed("<a>\r\n\t<b>\r\n   x y\r\n</b>\n\n</a>\n"), "<a>\n  <b>x y</b>\n</a>\n");
}

TEST(LayingOut, KeepsBlanksThatAreValues) {
  EXPECT_EQ(printed("<a><b> x </b><c>  </c></a>"), "<a>\n  <b> x </b>\n  <c>  </c>\n</a>\n");
}

TEST(LayingOut, TakesCdataForTextAndGreaterThanInQuotesForNone) {
  EXPECT_EQ(printed("<a b='>'><c><![CDATA[<d>]]></c></a>"), "<a b='>'>\n  <c><![CDATA[<d>]]></c>\n</a>\n");
}

TEST(LayingOut, PutsTextBesideElementsOnLinesOfItsOwn) {
  EXPECT_EQ(printed("<a>one<b/>two<!-- c -->three</a>"),
            "<a>\n  one\n  <b/>\n  two\n  <!-- c -->\n  three\n</a>\n");
}

TEST(LayingOut, LeavesAloneWhatDoesNotLookWellFormed) {
  for (const char* broken :
       {"", "text", "<a>", "<a></b>", "</a>", "<a><b></a></b>", "<a/><b/>", "<a/>text", "text<a/>",
        "<a b='<'/>", "<a", "<a b=\"></a>", "<!-- open", "<a><![CDATA[</a>", "< a/>", "<>"})
    EXPECT_EQ(printed(broken), "as it came") << broken;
}

TEST(LayingOut, LivesWithTagsWithinTagsWithoutEnd) {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  EXPECT_EQ(printed(deep), "as it came");
}

}  // namespace

}  // namespace understudy::look
