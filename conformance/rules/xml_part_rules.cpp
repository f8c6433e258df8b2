// xml.*: what stands inside a message: its lists, its items, and what does not belong there.
#include <algorithm>
#include <array>
#include <string>

#include "rules/area.h"

namespace understudy::conformance {

namespace {

using wpi::Oddity;

void item_list_place(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.item_lists == 0) return;
  bool right = true;
  if (const auto* odd = answer.odd(Oddity::several_item_lists)) {
    right = false;
    ruling.deviates({"Message holds several ItemLists",
                     "one ItemList",
                     counted(static_cast<std::uint64_t>(answer.item_lists), "ItemList"),
                     spot_at(*odd),
                     "several",
                     {}});
  }
  if (const auto* odd = answer.odd(Oddity::item_list_outside)) {
    right = false;
    ruling.deviates({"an ItemList stands beside Message",
                     "the ItemList inside Message",
                     "outside",
                     spot_at(*odd),
                     "outside",
                     {}});
  }
  if (const auto* odd = answer.odd(Oddity::item_list_before_action)) {
    right = false;
    ruling.deviates(
        {"the ItemList stands before Action", "Action first", "ItemList first", spot_at(*odd), "before", {}});
  }
  if (right) ruling.held();
}

struct Stray {
  Oddity oddity;
  std::string_view message;
  bool note = false;
};
constexpr std::array<Stray, 5> strays = {{
    {Oddity::stray_reason, "a service's message holds a ReasonForContact"},
    {Oddity::unknown_element, "the message holds an element that it does not have"},
    {Oddity::text_around, "text stands where only elements belong"},
    {Oddity::comment, "the message holds a comment", true},
    {Oddity::processing_instruction, "the message holds a processing instruction", true},
}};

void nothing_else(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.messages == 0) return;
  bool right = true;
  for (const Stray& stray : strays) {
    const auto odd =
        std::find_if(answer.oddities.begin(), answer.oddities.end(), [&](const wpi::OddText& each) {
          // Before Message nothing is wrong with comments and processing instructions; text there is no XML
          // at all.
          const std::uint32_t from = stray.note ? answer.message_place.offset : answer.root_place.offset;
          if (each.oddity != stray.oddity || each.place.offset <= from) return false;
          // Nor behind the root, where no end tag follows.
          const std::string_view body = heard.response().body;
          return !stray.note || body.find("</", std::min<std::size_t>(each.place.offset + each.length, body.size())) != std::string_view::npos;
        });
    if (odd == answer.oddities.end()) continue;
    right = false;
    // What stands in text may be a secret: the excerpt shows it masked.
    const bool name = stray.oddity == Oddity::unknown_element;
    ruling.deviates({std::string(stray.message), "one Action and at most one ItemList",
                     name ? quoted(odd->detail) : std::string(), spot_at(*odd),
                     std::string(name_of(stray.oddity)),
                     stray.note ? std::optional(Level::note) : std::nullopt});
  }
  if (right) ruling.held();
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void item_attributes(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.items.empty()) return;
  // The first of each kind stands for the others of the message.
  const wpi::Item *nameless = nullptr, *misindexed = nullptr, *stated = nullptr, *secure = nullptr,
                  *strange = nullptr;
  const auto first = [](const wpi::Item*& slot, const wpi::Item& item) {
    if (!slot) slot = &item;
  };
  for (const wpi::Item& item : answer.items) {
    if (!item.has_name || item.name.empty()) first(nameless, item);
    if (item.index && !is_number(*item.index)) first(misindexed, item);
    if (item.has_status) first(item.status == "secure" ? secure : stated, item);
    if (!item.other_attributes.empty()) first(strange, item);
  }
  if (nameless)
    ruling.deviates({"an Item has no name",
                     "a name",
                     nameless->has_name ? "an empty one" : "none",
                     spot_at(*nameless),
                     "name",
                     {}});
  if (misindexed)
    ruling.deviates({"an Item's index is no number",
                     "a number",
                     quoted(*misindexed->index),
                     spot_at(*misindexed),
                     "index",
                     {}});
  if (stated)
    ruling.deviates({"an Item carries a status, which only a phone gives",
                     "no status",
                     "status " + quoted(stated->status),
                     spot_at(*stated),
                     "status",
                     {}});
  if (secure)
    ruling.deviates({"an Item carries the status secure, as the vendor's own service sends it", "no status",
                     "status \"secure\"", spot_at(*secure), "secure", Level::note});
  if (strange)
    ruling.deviates({"an Item carries an attribute that it does not have",
                     "name, index and type alone",
                     quoted(strange->other_attributes.front()),
                     spot_at(*strange),
                     "other",
                     {}});
  if (!nameless && !misindexed && !stated && !secure && !strange) ruling.held();
}

void entities_v1(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (!heard.phone.firmware || heard.phone.firmware->major != 1 || answer.items.empty()) return;
  const std::string_view body = heard.response().body;
  for (const wpi::Item& item : answer.items) {
    if (item.place.offset >= body.size()) continue;
    const std::string_view element = body.substr(item.place.offset, item.length);
    if (element.find("<![CDATA[") != std::string_view::npos) continue;  // nothing is decoded in there
    for (std::size_t at = element.find('&'); at != std::string_view::npos; at = element.find('&', at + 1)) {
      for (const std::string_view entity : {"&lt;", "&gt;", "&amp;"}) {
        if (!element.substr(at).starts_with(entity)) continue;
        ruling.deviates({"an item holds an entity that firmware V1 does not decode",
                         "a numeric reference, or none",
                         std::string(entity) + " in " + quoted(item.name),
                         {Spot::In::body, item.place.offset + at, entity.size()},
                         "",
                         {}});
        return;
      }
    }
  }
  ruling.held();
}

constexpr Binding bindings[] = {
    {.id = "xml.item-list-place", .message = item_list_place},
    {.id = "xml.nothing-else", .message = nothing_else},
    {.id = "xml.item-attributes", .message = item_attributes},
    {.id = "xml.entities-v1", .message = entities_v1},
};

}  // namespace

std::span<const Binding> xml_part_rules() {
  return bindings;
}

}  // namespace understudy::conformance
