// UTF-8, HTTP headers and the words of WPI.
#include <gtest/gtest.h>

#include "wpi/http.h"
#include "wpi/user_info.h"
#include "wpi/utf8.h"
#include "wpi/vocabulary.h"

namespace understudy::wpi {
namespace {

TEST(UserInfo, IsWhatStandsBeforeTheHostOfAUrl) {
  EXPECT_EQ(user_info_in("https://desk:s3cret@10.0.0.5/files/"), "desk:s3cret");
  EXPECT_EQ(user_info_in("from https://desk@host"), "desk");
  EXPECT_EQ(user_info_in("https://desk:s@cret@host?x"), "desk:s@cret") << "it should have been encoded, but is a secret all the same";
  EXPECT_EQ(user_info_in("http://a/ ftp://b:c@d/"), "b:c");
  for (const char* none : {"", "https://host/a@b", "https://host?a@b", "https://@host/", "mail@host", "https://", "://"})
    EXPECT_EQ(user_info_in(none), "") << none;
}

TEST(Utf8, KnowsWhatIsNoCharacter) {
  for (std::string_view broken :
       {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\xFF"})
    EXPECT_EQ(find_broken_utf8(std::string("12345678ü").append(broken)), 10u);
  EXPECT_EQ(find_broken_utf8("Bücher 日本 😀"), std::string_view::npos);
  EXPECT_EQ(find_broken_utf8(""), std::string_view::npos);
}

TEST(Utf8, DecodesAndEncodesTheLimitsOfEachLength) {
  for (char32_t c : {U'\0', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    std::string text;
    append_utf8(text, c);
    const CodePoint point = decode_utf8(text, 0);
    EXPECT_TRUE(point.valid);
    EXPECT_EQ(point.value, c);
    EXPECT_EQ(point.length, text.size());
  }
}

TEST(Utf8, PairsSurrogatesAndReplacesLoneOnes) {
  std::string text;
  append_utf8(text, u"a😀é");
  EXPECT_EQ(text, "a😀é");
  const char16_t lone[] = {0xD800, u'b', 0xDC00, 0xD83D};
  text.clear();
  append_utf8(text, std::u16string_view(lone, 4));
  EXPECT_EQ(text, "\uFFFDb\uFFFD\uFFFD");
}

TEST(Utf8, TrimsWhatXmlCallsWhiteSpaceAndNothingElse) {
  EXPECT_EQ(trimmed(" \t\r\na b\v \n"), "a b\v");
  EXPECT_EQ(trimmed(" \n "), "");
}

TEST(Vocabulary, SpellsAndKnowsEveryWordExactly) {
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(reason_spelled(spelling(static_cast<Reason>(i))), static_cast<Reason>(i));
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(action_spelled(spelling(static_cast<Action>(i))), static_cast<Action>(i));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(reply_status_spelled(spelling(static_cast<ReplyStatus>(i))), static_cast<ReplyStatus>(i));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(fragment_spelled(spelling(static_cast<Fragment>(i))), static_cast<Fragment>(i));
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(item_status_spelled(spelling(static_cast<ItemStatus>(i))), static_cast<ItemStatus>(i));
  EXPECT_EQ(spelling(Reason::local_changes), "local-changes");
  EXPECT_EQ(spelling(Action::get_next_fragment), "GetNextFragment");
  EXPECT_EQ(spelling(ItemStatus::read_only), "read only");
  EXPECT_FALSE(action_spelled("cleanup"));
  EXPECT_FALSE(reason_spelled(" start-up"));
}

TEST(Headers, AreFoundInAnyCaseAndCounted) {
  const Headers headers = {{"Content-Length", "1"}, {"Set-Cookie", "a"}, {"set-cookie", "b"}};
  ASSERT_TRUE(find_header(headers, "content-length"));
  EXPECT_EQ(*find_header(headers, "SET-COOKIE"), "a");
  EXPECT_FALSE(find_header(headers, "Content"));
  EXPECT_EQ(count_headers(headers, "Set-cookie"), 2u);
}

TEST(Headers, MakeARequestToTheByteWithNothingAdded) {
  EXPECT_EQ(to_bytes({"POST", "/a?b", {{"Host", "h"}, {"Cookie", ""}}, "body"}),
            "POST /a?b HTTP/1.1\r\nHost: h\r\nCookie: \r\n\r\nbody");
}

TEST(HttpFlaws, HaveNamesThatLeadBack) {
  for (int i = 0; i <= static_cast<int>(HttpFlaw::too_many_interim); ++i)
    EXPECT_EQ(http_flaw_named(name_of(static_cast<HttpFlaw>(i))), static_cast<HttpFlaw>(i));
  EXPECT_EQ(name_of(HttpFlaw::too_many_interim), "too_many_interim");
  EXPECT_FALSE(http_flaw_named("bad"));
}

}  // namespace
}  // namespace understudy::wpi
