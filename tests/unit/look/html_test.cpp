#include "look/html.h"

#include <gtest/gtest.h>

namespace understudy::look {

namespace {

TEST(Escaping, LeavesNothingThatCouldBeMarkup) {
  EXPECT_EQ(escaped("<a href=\"x\" b='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
}

TEST(Escaping, KeepsTabsLineEndsAndTextInAnyLanguage) {
  EXPECT_EQ(escaped("a\tb\r\nStra\u00DFe \u65E5\u672C \U0001F600"),
            "a\tb\r\nStra\u00DFe \u65E5\u672C \U0001F600");
}

TEST(Escaping, ReplacesControlCharactersAndWhatIsNoUtf8) {
  EXPECT_EQ(escaped(std::string_view("a\0b\x1B\x7F", 5)),
            "a\uFFFD"
            "b\uFFFD\uFFFD");
  EXPECT_EQ(escaped("\xC2\x85"), "\uFFFD") << "a control character of C1";
  EXPECT_EQ(escaped("L\xE4rm\xFF"), "L\uFFFDrm\uFFFD");
  EXPECT_EQ(escaped("\xEF\xBF\xBF"), "\uFFFD") << "no character";
}

}  // namespace

}  // namespace understudy::look
