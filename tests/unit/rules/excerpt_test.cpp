// Excerpts fit a screen, and their carets stand where they should.
#include "rules/excerpt.h"

#include <gtest/gtest.h>

#include "rules/ruling.h"
#include "rules_support.h"

namespace understudy::conformance {
namespace {

std::size_t characters(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

TEST(Excerpt, ShowsTheLinesAroundTheMark) {
  const std::string text = "one\ntwo\nthree mark end\nfour\nfive\n";
  const Excerpt excerpt = excerpt_of(text, text.find("mark"), 4);
  EXPECT_EQ(excerpt.text, "two\nthree mark end\nfour");
  EXPECT_EQ(excerpt.line, 2u);
  EXPECT_EQ(excerpt.mark_line, 3u);
  EXPECT_EQ(excerpt.mark_column, 7u);
  EXPECT_EQ(marked(excerpt), "mark");
}

TEST(Excerpt, StandsAtTheEdgesOfTheText) {
  EXPECT_EQ(excerpt_of("mark\nnext", 0, 4).text, "mark\nnext");
  EXPECT_EQ(excerpt_of("mark\nnext", 0, 4).line, 1u);
  EXPECT_EQ(excerpt_of("before\nmark", 7, 4).text, "before\nmark");
  EXPECT_EQ(marked(excerpt_of("before\nmark", 7, 4)), "mark");
  EXPECT_EQ(excerpt_of("", 0, 0).text, "");
  EXPECT_EQ(excerpt_of("abc", 99, 5).mark_column, 4u);  // behind the end: where more should have come
}

TEST(Excerpt, LeavesCarriageReturnsOut) {
  const Excerpt excerpt = excerpt_of("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", 17, 23);
  EXPECT_EQ(excerpt.text, "HTTP/1.1 200 OK\nContent-Type: text/html\n");
  EXPECT_EQ(marked(excerpt), "Content-Type: text/html");
}

TEST(Excerpt, CountsCharactersNotBytes) {
  const std::string text = "<Item name=\"ä\">Grüße €</Item>";
  EXPECT_EQ(marked(excerpt_of(text, text.find("Grüße"), std::string("Grüße").size())), "Grüße");
  EXPECT_EQ(excerpt_of(text, text.find("€"), 3).mark_length, 1u);
  EXPECT_EQ(excerpt_of(text, text.find("Gr"), 1).mark_column, 16u);
}

TEST(Excerpt, ShowsBytesThatAreNoUtf8AsReplacements) {
  const Excerpt excerpt = excerpt_of("a\xE4z \xC3", 1, 1);
  EXPECT_EQ(excerpt.text, "a\uFFFDz \uFFFD");
  EXPECT_EQ(marked(excerpt), "\uFFFD");
}

TEST(Excerpt, CutsWhatIsFarFromTheMark) {
  const std::string text = std::string(5000, 'a') + "MARK" + std::string(5000, 'b');
  const Excerpt excerpt = excerpt_of(text, 5000, 4, 40);
  EXPECT_EQ(characters(excerpt.text), 40u);
  EXPECT_TRUE(excerpt.text.starts_with("\u2026a"));
  EXPECT_TRUE(excerpt.text.ends_with("b\u2026"));
  EXPECT_EQ(marked(excerpt), "MARK");
  EXPECT_EQ(marked(excerpt_of(text, 0, 3, 40)), "aaa");
  EXPECT_EQ(marked(excerpt_of(text, text.size() - 3, 3, 40)), "bbb");
}

TEST(Excerpt, CutsAMarkThatIsLongerThanTheLine) {
  const std::string text(5000, 'a');
  const Excerpt excerpt = excerpt_of(text, 1000, 3000, 40);
  EXPECT_EQ(characters(excerpt.text), 40u);
  EXPECT_LE(excerpt.mark_column + excerpt.mark_length, 41u);
}

TEST(Excerpt, EndsAMarkWithItsLine) {
  const Excerpt excerpt = excerpt_of("<Message\n nonce=\"\">", 0, 19);
  EXPECT_EQ(excerpt.mark_length, 8u);
}

TEST(Excerpt, CutsLongNeighboursBehindTheirBeginning) {
  const std::string text = std::string(300, 'x') + "\nmark\n" + std::string(300, 'y');
  const Excerpt excerpt = excerpt_of(text, 301, 4, 20);
  EXPECT_EQ(excerpt.text, std::string(19, 'x') + "\u2026\nmark\n" + std::string(19, 'y') + "\u2026");
}

TEST(HeaderSpot, FindsAHeaderLineInAnyCaseAndElseTheStatusLine) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-type : text/xml\r\nX-Content-Length: 1\r\n\r\n";
  const Spot spot = header_spot(head, "Content-Type");
  EXPECT_EQ(head.substr(spot.offset, spot.length), "Content-type : text/xml");
  EXPECT_EQ(header_spot(head, "Content-Length").length, 15u);
  EXPECT_EQ(header_spot(head, "").offset, 0u);
  EXPECT_EQ(header_spot("", "Content-Type").in, Spot::In::nowhere);
}

}  // namespace
}  // namespace understudy::conformance
