#include "look/pretty.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "look/bytes.h"
#include "unit/look/look_support.h"

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

// Without tags, references and white space.
std::string plain(std::string html) {
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string::npos;)
    html.erase(at, html.find('>', at) - at + 1);
  for (const auto& [reference, text] :
       {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    for (std::size_t at = 0; (at = html.find(reference, at)) != std::string::npos; ++at)
      html.replace(at, std::string_view(reference).size(), text);
  std::erase_if(html, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
  return html;
}

TEST(Bytes, AreShownAllAndInTheirOrderWhateverCame) {
  constexpr std::string_view parts[] = {
      "<a>", "</a>",       "<b c='<'>",     "<b c=\"x\">", "</b>",  "<d/>", "text", " ",
      "\n",  "<!-- e -->", "<![CDATA[f]]>", "<?g?>",       "&amp;", "\"",   "<",    ">"};
  std::mt19937 random(7);  // the same ones each time
  int laid = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string body = "<r>";
    for (auto n = random() % 6; n > 0; --n) {
      const std::string_view part = parts[random() % std::size(parts)];
      body += part == "<a>" && random() % 2 ? "<a>x</a>" : part;
    }
    body += "</r>";
    laid += laid_out(body) ? 1 : 0;
    const std::size_t from = random() % (body.size() + 2);
    const std::string html = body_html(body, {{from, from + random() % 5}}, "it");
    ASSERT_EQ(plain(html), plain(raw_html(body, {}, "it"))) << body;
    ASSERT_GE(count(html, "<mark>"), 1U) << body;
    ASSERT_EQ(count(html, "<mark>"), count(html, "</mark>")) << body;
  }
  EXPECT_GT(laid, 1'000);
}

}  // namespace

}  // namespace understudy::look
