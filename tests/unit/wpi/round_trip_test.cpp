// Whatever is written is read back equal, and is as strict as the schema.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reading_support.h"
#include "wpi/reader.h"
#include "wpi/utf8.h"
#include "wpi/writer.h"

namespace understudy::wpi {
namespace {

// Characters that XML carries, those that trouble it oftener than others.
rc::Gen<char32_t> character() {
  return rc::gen::oneOf(rc::gen::elementOf(std::u32string(U"<>&\"' \t\n\r]ä")),
                        rc::gen::inRange<char32_t>(0x20, 0x7F),
                        rc::gen::suchThat(rc::gen::inRange<char32_t>(0x80, 0x110000), is_xml_character));
}

rc::Gen<std::string> text() {
  return rc::gen::map(rc::gen::container<std::u32string>(character()), [](const std::u32string& characters) {
    std::string out;
    for (char32_t c : characters) append_utf8(out, c);
    return out;
  });
}

// Without white space around it, which a reader takes away.
rc::Gen<std::string> value() {
  return rc::gen::map(text(), [](const std::string& s) { return std::string(trimmed(s)); });
}

rc::Gen<std::string> name() {
  return rc::gen::suchThat(text(), [](const std::string& s) { return !s.empty(); });
}

rc::Gen<Item> item(bool with_status) {
  return rc::gen::exec([=] {
    Item made;
    made.name = *name();
    if (*rc::gen::arbitrary<bool>()) made.index = std::to_string(*rc::gen::inRange(0, 5000));
    made.value = *value();
    made.type = *text();
    if (with_status && *rc::gen::arbitrary<bool>()) {
      made.status = spelling(static_cast<ItemStatus>(*rc::gen::inRange(0, 8)));
      made.has_status = true;
    }
    return made;
  });
}

void expect_same(const std::vector<Item>& written, const Document& read, std::string_view bytes) {
  RC_ASSERT(read.items.size() == written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    RC_ASSERT(read.items[i].name == written[i].name);
    RC_ASSERT(read.items[i].index == written[i].index);
    RC_ASSERT(read.items[i].value == written[i].value);
    RC_ASSERT(read.items[i].status == written[i].status);
    RC_ASSERT(read.items[i].has_status == written[i].has_status);
    RC_ASSERT(read.items[i].type == written[i].type);
    const std::string_view element = bytes_at(bytes, read.items[i].place, read.items[i].length);
    RC_ASSERT((element.starts_with("<Item name=\"") && element.ends_with("</Item>")));
  }
}

RC_GTEST_PROP(RoundTrip, APhonesMessageIsReadBackEqual, ()) {
  PhoneMessage message;
  message.nonce = *text();
  if (*rc::gen::arbitrary<bool>()) message.max_items = std::to_string(*rc::gen::inRange(0, 1000));
  if (*rc::gen::arbitrary<bool>()) message.fragment = static_cast<Fragment>(*rc::gen::inRange(0, 2));
  message.reason = static_cast<Reason>(*rc::gen::inRange(0, 7));
  if (*rc::gen::arbitrary<bool>()) message.action = *name();
  if (*rc::gen::arbitrary<bool>()) message.status = static_cast<ReplyStatus>(*rc::gen::inRange(0, 3));
  message.has_item_list = *rc::gen::arbitrary<bool>();
  message.items = *rc::gen::container<std::vector<Item>>(item(true));

  std::string bytes;
  write(message, bytes);
  const Document document = read_phone(bytes, true);
  RC_ASSERT(document.well_formed);
  RC_ASSERT(oddities(document) == "");
  RC_ASSERT((document.nonce && document.nonce->text == message.nonce));
  RC_ASSERT(document.max_items.has_value() == message.max_items.has_value());
  RC_ASSERT((!message.max_items || document.max_items->text == *message.max_items));
  RC_ASSERT(document.fragment.has_value() == message.fragment.has_value());
  RC_ASSERT((!message.fragment || document.fragment->text == spelling(*message.fragment)));
  RC_ASSERT(document.reason() == message.reason);
  const ReasonText& reason = document.reasons.at(0);
  RC_ASSERT(reason.action.has_value() == message.action.has_value());
  RC_ASSERT((!message.action || reason.action->text == *message.action));
  RC_ASSERT(reason.status.has_value() == message.status.has_value());
  RC_ASSERT((!message.status || reason.status->text == spelling(*message.status)));
  RC_ASSERT((document.item_lists == (message.has_item_list || !message.items.empty() ? 1 : 0)));
  expect_same(message.items, document, bytes);
}

RC_GTEST_PROP(RoundTrip, AServicesMessageIsReadBackEqual, ()) {
  ServiceMessage message;
  message.nonce = *name();
  message.action = static_cast<Action>(*rc::gen::inRange(0, 8));
  message.items = *rc::gen::container<std::vector<Item>>(item(false));
  std::string bytes;
  write(message, bytes);
  const Document document = read_service(bytes, true);
  RC_ASSERT(oddities(document) == "");
  RC_ASSERT(document.nonce_or_empty() == message.nonce);
  RC_ASSERT(document.action() == message.action);
  expect_same(message.items, document, bytes);
}

RC_GTEST_PROP(RoundTrip, AnyBytesAtAllCanBeWritten, (const std::string& bytes)) {
  PhoneMessage message;
  Item any;
  any.name = "a";
  any.value = bytes;
  message.items = {any};
  std::string out;
  write(message, out);
  RC_ASSERT(read_phone(out).well_formed);
}

}  // namespace
}  // namespace understudy::wpi
