// The message reader: whatever the bytes, every place lies inside them, validating changes nothing but what
// the schema has to say, and what was understood can be written and is read back the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wpi/reader.h"
#include "wpi/utf8.h"
#include "wpi/writer.h"

namespace {

using namespace understudy::wpi;

void demand(bool holds) {
  if (!holds) std::abort();
}

class Inspection {
 public:
  Inspection(std::string_view bytes, const Document& document) : bytes_(bytes), document_(document) {}

  void all() const {
    inside(document_.error_place, 0);
    inside(document_.root_place, document_.root_length);
    inside(document_.message_place, document_.message_length);
    for (const auto& text : {document_.nonce, document_.max_items, document_.fragment})
      if (text) inside(text->place, text->length);
    for (const Text& action : document_.actions) inside(action.place, action.length);
    for (const ReasonText& reason : document_.reasons) {
      inside(reason.reason.place, reason.reason.length);
      if (reason.action) inside(reason.action->place, reason.action->length);
      if (reason.status) inside(reason.status->place, reason.status->length);
    }
    for (const Place& place : document_.item_list_places) inside(place, 0);
    for (const Item& item : document_.items) {
      inside(item.place, item.length);
      demand(item.tag_length <= item.length);
      demand(item.value == trimmed(item.value));
    }
    for (const OddText& odd : document_.oddities) inside(odd.place, odd.length);
    words();
  }

 private:
  void inside(const Place& place, std::uint32_t length) const {
    demand(place.offset <= bytes_.size() && length <= bytes_.size() - place.offset);
    demand(place.line >= 1 && place.column >= 1);
  }

  void words() const {
    demand(document_.well_formed == document_.error.empty());
    demand(document_.error.find('\n') == std::string::npos);
    demand(static_cast<std::size_t>(document_.item_lists) == document_.item_list_places.size());
    if (document_.odd(Oddity::declared_encoding) || document_.odd(Oddity::not_utf8)) return;
    for (const auto& text : {document_.nonce, document_.max_items, document_.fragment})
      if (text) same_as_its_bytes(*text);
    const std::string_view before = bytes_.substr(0, document_.message_place.offset);
    if (document_.messages > 0) {
      demand(bytes_[before.size()] == '<');
      demand(document_.message_place.line ==
             1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')));
    }
  }

  void same_as_its_bytes(const Text& text) const {
    const std::string_view raw = bytes_.substr(text.place.offset, text.length);
    if (raw.find_first_of("&\t\r\n") == std::string_view::npos) demand(raw == text.text);
  }

  std::string_view bytes_;
  const Document& document_;
};

bool same(const Text& a, const Text& b) {
  return a.text == b.text && a.place.offset == b.place.offset && a.length == b.length;
}
bool same(const std::optional<Text>& a, const std::optional<Text>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
bool same(const Item& a, const Item& b) {
  return a.name == b.name && a.index == b.index && a.value == b.value && a.status == b.status &&
         a.type == b.type && a.has_name == b.has_name && a.has_status == b.has_status;
}

void demand_same(const Document& plain, const Document& validated) {
  demand(plain.well_formed == validated.well_formed && plain.empty == validated.empty);
  demand(plain.root == validated.root && plain.root_namespace == validated.root_namespace);
  demand(plain.messages == validated.messages && plain.item_lists == validated.item_lists);
  demand(same(plain.nonce, validated.nonce) && same(plain.fragment, validated.fragment));
  demand(plain.actions.size() == validated.actions.size() &&
         plain.reasons.size() == validated.reasons.size());
  for (std::size_t i = 0; i < plain.actions.size(); ++i) demand(same(plain.actions[i], validated.actions[i]));
  demand(plain.items.size() == validated.items.size());
  for (std::size_t i = 0; i < plain.items.size(); ++i)
    demand(same(plain.items[i], validated.items[i]) &&
           plain.items[i].place.offset == validated.items[i].place.offset);
  std::size_t schema = 0;
  for (const OddText& odd : validated.oddities) schema += odd.oddity == Oddity::schema;
  demand(plain.oddities.size() + schema == validated.oddities.size());
}

// What XML 1.0 carries of a text: a document that calls itself 1.1 may hold more.
std::string carried(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    append_utf8(out, point.valid && is_xml_character(point.value) ? point.value : replacement_character);
    at += point.length;
  }
  return out;
}

void demand_round_trip(Reader& reader, const Document& document) {
  PhoneMessage message;
  message.nonce = carried(document.nonce_or_empty());
  message.items = document.items;
  for (Item& item : message.items) {
    for (std::string* text : {&item.name, &item.value, &item.status, &item.type}) *text = carried(*text);
    if (item.index) item.index = carried(*item.index);
  }
  std::string bytes;
  write(message, bytes);
  const Document again = reader.read(bytes, Sender::phone);
  demand(again.well_formed && again.nonce_or_empty() == message.nonce &&
         again.items.size() == message.items.size());
  for (std::size_t i = 0; i < again.items.size(); ++i) demand(same(again.items[i], message.items[i]));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const XmlRuntime runtime;
  static Reader reader;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Sender sender : {Sender::phone, Sender::service}) {
    const Document plain = reader.read(bytes, sender);
    Inspection(bytes, plain).all();
    const Document validated = reader.read(bytes, sender, {.validate = true});
    Inspection(bytes, validated).all();
    demand_same(plain, validated);
    demand_round_trip(reader, plain);
  }
  return 0;
}
