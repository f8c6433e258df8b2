// Texts of a scenario: braces, escapes, patterns.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "scenario_support.h"
#include "wpi/utf8.h"
#include "wpi/writer.h"

namespace understudy::scenarios::language {
namespace {

// The text of <set value="...">.
Text text_of(const std::string& value) {
  const auto scenario = read_steps("<set name=\"x\" value=\"" + value + "\"/>");
  return std::get<Set>(scenario->steps.front().what).value;
}

std::string bytes_of(const std::string& said) {
  const auto scenario = read_steps("<say>" + said + "</say>");
  return std::string(std::get<Say>(scenario->steps.front().what).parts.front().bytes.literal());
}

TEST(ScenarioText, HasVariablesInBraces) {
  const Text text = text_of("{mac}/{x} {{x} { y } {4} {} {-x}");
  ASSERT_EQ(text.parts.size(), 4u);
  EXPECT_EQ(text.parts[0].kind, TextPart::Kind::fact);
  EXPECT_EQ(text.parts[1].text, "/");
  EXPECT_EQ(text.parts[2].kind, TextPart::Kind::variable);
  EXPECT_EQ(text.parts[3].text, " {x} { y } {4} {} {-x}") << "only a name in braces is a variable";
  EXPECT_FALSE(text.constant());
}

TEST(ScenarioText, IsFilledInOrSaysWhatIsMissing) {
  const Text text = text_of("({mac}|{x})");
  const auto known = [](const TextPart& part) {
    return part.text == "mac" ? std::optional<std::string>("M") : std::nullopt;
  };
  EXPECT_EQ(text.filled([](const TextPart& part) { return std::optional(part.text); }), "(mac|x)");
  ASSERT_FALSE(text.filled(known));
  EXPECT_EQ(text.filled(known).error().text, "x");
}

TEST(ScenarioText, IsFoundAtItsPlaceAlsoBehindAReference) {
  const auto wrong = read_text(scenario_of("<set name=\"x\" value=\"&amp;&#x41;{nobody}\"/>"));
  EXPECT_EQ(wrong.error().with_source(),
            "scenario.xml:2:33: nothing stands for {nobody}\n"
            "  2 │ <set name=\"x\" value=\"&amp;&#x41;{nobody}\"/></steps></scenario>\n"
            "    │                                 ^^^^^^^^");
}

TEST(ScenarioText, ThatIsSaidRawHasEscapesAndNoLinesOfTheFile) {
  EXPECT_EQ(bytes_of("\n  GET / HTTP/1.1\\r\\n\n  Host: a\\r\\n \t\r\n\\r\\n\n"),
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(bytes_of("a b\\t\\\\n\\x00\\xfF"), std::string("a b\t\\n\0\xFF", 8));
}

TEST(ScenarioText, WithoutBracesIsItself) {
  rc::check([] {
    const auto points = *rc::gen::container<std::u32string>(rc::gen::inRange<char32_t>(0x20, 0x3000));
    std::string value, written;
    for (const char32_t point : points) wpi::append_utf8(value, point);
    wpi::append_escaped_attribute(written, value);
    std::string doubled;
    for (const char c : written) doubled += c == '{' ? "{{" : std::string(1, c);
    const Text text = text_of(doubled);
    RC_ASSERT(text.constant());
    RC_ASSERT(text.literal() == value);
  });
}

TEST(ScenarioPattern, IsHeldAgainstTheWholeValue) {
  const auto pattern = *Pattern::of("a|ab+");
  EXPECT_TRUE(pattern->matches("a"));
  EXPECT_TRUE(pattern->matches("abb"));
  EXPECT_FALSE(pattern->matches("abc"));
  EXPECT_FALSE(pattern->matches("xa"));
  EXPECT_FALSE(pattern->matches("a\n"));
  EXPECT_TRUE((*Pattern::of("\\p{Lu}.{2}"))->matches("\xC3\x84hm"));
}

TEST(ScenarioPattern, ThatWouldTakeTooLongFindsNothing) {
  EXPECT_FALSE((*Pattern::of("(a*)*b"))->matches(std::string(100'000, 'a')));
  EXPECT_FALSE((*Pattern::of("(?:a|b)*c"))->matches(std::string(1'000'000, 'a')))
      << "nor does it take the stack";
  EXPECT_FALSE(Pattern::of("a)(b"));
  EXPECT_FALSE(Pattern::of("("));
}

TEST(ScenarioPattern, KeepsItsOwnBraces) {
  const auto scenario = read_steps("<assert item=\"e164\" matches=\"\\p{Lu}x{2,3}[0-9]{4}\"/>");
  const Match& match = std::get<AssertItem>(scenario->steps.front().what).match;
  ASSERT_TRUE(match.pattern);
  EXPECT_TRUE(match.pattern->matches("Axxx1234"));
  const auto filled_in = read_steps("<assert item=\"mac-addr\" matches=\"{mac}|none\"/>");
  EXPECT_EQ(std::get<AssertItem>(filled_in->steps.front().what).match.pattern, nullptr)
      << "is made when the phone is known";
}

}  // namespace
}  // namespace understudy::scenarios::language
