// Other layouts say the same: a reader takes every one of them for what the usual one says.
#include "wpi/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reading_support.h"
#include "wpi/utf8.h"

namespace understudy::wpi {
namespace {

using ::testing::HasSubstr;

std::string written(const PhoneMessage& message, const Layout& layout) {
  std::string out;
  write(message, layout, out);
  return out;
}

PhoneMessage reply() {
  PhoneMessage message;
  message.nonce = "0A";
  message.fragment = Fragment::final_;
  message.reason = Reason::reply_to;
  message.action = "ReadItems";
  message.status = ReplyStatus::accepted;
  message.items = {item("key-label", "R&D \"O'Hara\" <2nd>", "2"), item("e164", "", std::nullopt, "failed")};
  return message;
}

rc::Gen<std::string> text() {
  return rc::gen::map(
      rc::gen::container<std::u32string>(rc::gen::oneOf(
          rc::gen::elementOf(std::u32string(U"<>&\"'-:/._,+ äß€")), rc::gen::inRange<char32_t>(0x20, 0x7F),
          rc::gen::suchThat(rc::gen::inRange<char32_t>(0x80, 0x110000), is_xml_character))),
      [](const std::u32string& characters) {
        std::string out;
        for (const char32_t c : characters) append_utf8(out, c);
        return std::string(trimmed(out));
      });
}

Layout any_layout() {
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  Layout layout;
  layout.declaration = static_cast<Layout::Declaration>(*rc::gen::inRange(0, 3));
  layout.references = static_cast<Layout::References>(*rc::gen::inRange(0, 3));
  for (bool* each :
       {&layout.reordered, &layout.index_first, &layout.single_quotes, &layout.line_before_reason,
        &layout.line_after_reason, &layout.items_on_lines, &layout.indented, &layout.empty_as_one_tag})
    *each = flag();
  return layout;
}

RC_GTEST_PROP(EveryLayout, IsReadBackEqual, ()) {
  PhoneMessage message = reply();
  message.nonce = *text();
  const auto several =
      *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(text(), text()));
  for (const auto& [name, value] : several)
    message.items.push_back(item("n" + name, value, value.size() % 2 ? "7" : "0"));
  const Document document = read_phone(written(message, any_layout()));
  RC_ASSERT(document.well_formed);
  RC_ASSERT(document.nonce_or_empty() == message.nonce);
  RC_ASSERT(document.reason() == message.reason);
  RC_ASSERT(document.reasons.at(0).action->text == "ReadItems");
  RC_ASSERT(document.reasons.at(0).status->text == "accepted");
  RC_ASSERT(document.items.size() == message.items.size());
  for (std::size_t i = 0; i < message.items.size(); ++i) {
    RC_ASSERT(document.items[i].name == message.items[i].name);
    RC_ASSERT(document.items[i].index == message.items[i].index);
    RC_ASSERT(document.items[i].value == message.items[i].value);
    RC_ASSERT(document.items[i].status == message.items[i].status);
  }
}

RC_GTEST_PROP(TheUsualLayout, IsToTheByteWhatIsWrittenWithoutOne, ()) {
  PhoneMessage message = reply();
  message.nonce = *text();
  message.items.push_back(item("n", *text(), "3"));
  if (*rc::gen::arbitrary<bool>()) message.items.clear();
  message.has_item_list = *rc::gen::arbitrary<bool>();
  std::string usual;
  write(message, usual);
  RC_ASSERT(written(message, {}) == usual);
}

TEST(Layout, PrintsARepliesHeadAsTheGuideDoes) {  // guide p.48
  const std::string out = written(reply(), {.declaration = Layout::Declaration::none,
                                            .reordered = true,
                                            .line_before_reason = true,
                                            .line_after_reason = true});
  EXPECT_THAT(
      out,
      HasSubstr(
          "<WorkpointMessage\nxsi:schemaLocation=\"http://www.siemens.com/DLS\"\n"
          "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
          "xmlns=\"http://www.siemens.com/DLS\">\n"
          "<Message fragment=\"final\" maxItems=\"-1\" nonce=\"0A\">\n"
          "<ReasonForContact status=\"accepted\" action=\"ReadItems\">\nreply-to\n</ReasonForContact>\n"));
  EXPECT_THAT(out, HasSubstr("<Item status=\"failed\" name=\"e164\"></Item>\n"));
}

TEST(Layout, PutsAnIndexBeforeTheNameAndAttributesIntoSingleQuotes) {
  EXPECT_THAT(written(reply(), {.index_first = true, .single_quotes = true}),
              HasSubstr("<Item index='2' name='key-label'>"));
}

TEST(Layout, WritesTheSameCharactersByNameOrByNumber) {
  using enum Layout::References;
  EXPECT_THAT(written(reply(), {.references = named}),
              HasSubstr(">R&amp;D &quot;O&apos;Hara&quot; &lt;2nd&gt;<"));
  EXPECT_THAT(written(reply(), {.references = numeric}),
              HasSubstr(">R&#38;D &#34;O'Hara&#34; &#60;2nd&#62;<"));
  EXPECT_THAT(written(reply(), {.references = numeric}), HasSubstr(">reply&#x2D;to</ReasonForContact>"));
}

TEST(Layout, EncodesInLatin1WhatLatin1Has) {
  PhoneMessage message = reply();
  message.items = {item("e164", "Müller €")};
  const std::string out = written(message, {.declaration = Layout::Declaration::latin1});
  EXPECT_THAT(out, HasSubstr("encoding=\"ISO-8859-1\""));
  EXPECT_THAT(out, HasSubstr("M\xFCller &#8364;"));
}

TEST(Layout, PrintsEmptyItemsAsOneTagAndTextOnLinesOfItsOwn) {
  const std::string out =
      written(reply(), {.items_on_lines = true, .indented = true, .empty_as_one_tag = true});
  EXPECT_THAT(out,
              HasSubstr("\n      <Item name=\"e164\" status=\"failed\"/>\n    </ItemList>\n  </Message>\n"));
  EXPECT_THAT(out, HasSubstr("<Item name=\"key-label\" index=\"2\">\nR&amp;D"));
}

TEST(Layout, SpellsAStatusWithACapital) {
  EXPECT_THAT(written(reply(), {.capital_status = true}), HasSubstr("status=\"Accepted\""));
}

}  // namespace
}  // namespace understudy::wpi
