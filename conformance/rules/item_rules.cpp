// item.*: what is written, as the catalogue knows it. Orders that are no writes carry items that are no settings.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "items/catalogue.h"
#include "items/domain.h"
#include "rules/area.h"
#include "rules/index_domain.h"
#include "rules/nearest.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using items::Entry;
using wpi::Action;
using wpi::Item;

bool writes(const Heard& heard) {
  return heard.order() == Action::write_items && !heard.answer().items.empty();
}

std::string shown_name(const Item& item) {
  return item.index ? item.name + "[" + *item.index + "]" : item.name;
}

// A value may be shown where its item is no secret.
std::string shown_value(const Item& item) {
  return items::is_secret(item.name) ? std::string("a value that is not shown") : quoted(item.value);
}

Spot whole(const Item& item) {
  return {Spot::In::body, item.place.offset, item.length};
}

// What is only guessed, or not known to be complete, is never more than a note.
std::optional<Level> must_if(bool certain) {
  return certain ? std::nullopt : std::optional(Level::note);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The names are one slip apart: a character more, less or other, two swapped, or letters in another case. Names that
// differ in a digit are those of neighbours.
bool is_slip(std::string_view wrong, std::string_view listed) {
  if (wpi::same_ignoring_case(wrong, listed)) return true;
  if (wrong.size() > listed.size() + 1 || listed.size() > wrong.size() + 1) return false;
  if (edit_distance(wrong, listed) != 1) return false;
  const auto differ = std::mismatch(wrong.begin(), wrong.end(), listed.begin(), listed.end());
  const bool digit = (differ.first != wrong.end() && is_digit(*differ.first)) ||
                     (differ.second != listed.end() && is_digit(*differ.second));
  return !digit;
}

std::size_t length_in_characters(std::string_view text) {
  // A byte of the form 10xxxxxx continues a character.
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const Entry* meant_by(std::string_view wrong) {
  for (const Entry& entry : items::catalogue())
    if (is_slip(wrong, entry.name)) return &entry;
  return nullptr;
}

void known(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  bool right = true;
  std::string unlisted;
  const Item* first = nullptr;
  std::size_t more = 0;
  for (const Item& item : heard.answer().items) {
    if (item.name.empty() || items::find(item.name)) continue;  // without a name: xml.item-attributes
    right = false;
    if (const Entry* meant = meant_by(item.name)) {
      ruling.deviates({"an item is written whose name is one slip away from that of another",
                       quoted(meant->name) + "?",
                       quoted(item.name),
                       spot_at(item),
                       meant->name,
                       {}});
      continue;
    }
    constexpr std::size_t shown = 3;
    if (!first) first = &item;
    if (more++ < shown) unlisted += (unlisted.empty() ? "" : ", ") + quoted(item.name);
    if (more == shown + 1) unlisted += " and others";
  }
  if (first)
    ruling.deviates({"an item is written that is not in the catalogue (which is not complete)",
                     "an item that is known", unlisted, spot_at(*first), "unlisted", Level::note});
  if (right) ruling.held();
}

void writable(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  bool right = true;
  for (const Item& item : heard.answer().items) {
    const Entry* entry = items::find(item.name);
    if (!entry) continue;
    const bool no_setting = entry->access == items::Access::not_applicable;
    if (!no_setting && entry->access != items::Access::read_only) continue;
    right = false;
    ruling.deviates(
        {no_setting ? "an item is written that is no setting" : "an item is written that is read only",
         "an item that can be written", quoted(shown_name(item)), spot_at(item), entry->name,
         must_if(!no_setting && entry->access_certain)});
  }
  if (right) ruling.held();
}

// What DHCP supplies, and what the catalogue does not know to be read only, the phone says when it is written (guide
// p.16, p.83).
void writable_to_phone(const Heard& heard, Ruling& ruling) {
  const auto& order = heard.before.last_answer;
  if (!order || order->action() != Action::write_items || !heard.replied(Action::write_items)) return;
  for (const Item& said : heard.said_items()) {
    if (said.status != wpi::spelling(wpi::ItemStatus::read_only)) continue;
    const Entry* entry = items::find(said.name);
    if (entry && entry->access == items::Access::read_only) continue;  // said when it was written
    ruling.deviates({"an item was written that the phone says is read only",
                     "an item that can be written",
                     quoted(shown_name(said)),
                     {},
                     entry ? entry->name : std::string(),
                     Level::note});
  }
}

// A list of one code is what was seen, and no list.
bool is_list(const Entry& entry) {
  return entry.type != items::Type::enumeration || entry.closed ||
         entry.values.find(';') != std::string::npos;
}

bool has_form(const Entry& entry) {
  return entry.type == items::Type::boolean || entry.type == items::Type::integer ||
         entry.type == items::Type::enumeration;
}

// Calls back with each item written whose value can be judged. A record holds secrets masked.
template <typename Visit>
void each_value(const Heard& heard, Visit visit) {
  for (const Item& item : heard.answer().items)
    if (const Entry* entry = items::find(item.name); entry && !entry->secret) visit(item, *entry);
}

std::string_view type_in_words(items::Type type) {
  if (type == items::Type::boolean) return "true or false";
  return type == items::Type::integer ? "a number" : "a code of the list";
}

void type(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  bool right = true, any = false;
  each_value(heard, [&](const Item& item, const Entry& entry) {
    if (!has_form(entry) || !is_list(entry)) return;
    any = true;
    if (items::fit(entry, item.value) != items::Fit::wrong_type) return;
    right = false;
    ruling.deviates({"the value of " + entry.name + " is of another type",
                     std::string(type_in_words(entry.type)), shown_value(item), whole(item), entry.name,
                     must_if(entry.closed)});
  });
  if (any && right) ruling.held();
}

void range(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  bool right = true, any = false;
  each_value(heard, [&](const Item& item, const Entry& entry) {
    if (!(has_form(entry) && is_list(entry)) && !entry.max_length) return;
    any = true;
    if (entry.max_length) {
      const std::size_t length = length_in_characters(item.value);
      if (length > static_cast<std::size_t>(*entry.max_length)) {
        right = false;
        ruling.deviates({"the value of " + entry.name + " is too long",
                         "at most " + std::to_string(*entry.max_length) + " characters",
                         counted(length, "character"), whole(item), entry.name, must_if(entry.closed)});
      }
    }
    if (!is_list(entry) || items::fit(entry, item.value) != items::Fit::outside) return;
    right = false;
    ruling.deviates({"the value of " + entry.name + " is outside of what it takes" +
                         (entry.closed ? "" : ", as far as that is known"),
                     entry.values, shown_value(item), whole(item), entry.name, must_if(entry.closed)});
  });
  if (any && right) ruling.held();
}

void index(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  bool right = true, any = false;
  for (const Item& item : heard.answer().items) {
    const Entry* entry = items::find(item.name);
    if (!entry || (item.index && !index_in(*item.index))) continue;  // no number: xml.item-attributes
    any = true;
    const IndexDomain domain = index_domain_of(*entry);
    std::string what, expected;
    bool certain = domain.certain;
    if (!item.index) {
      if (!domain.indexed || domain.optional) continue;
      what = " comes without an index";
      expected = "an index: " + entry->index;
    } else if (!domain.indexed) {
      what = " comes with an index and has no instances";
      expected = "no index";
    } else if (!domain.holds(*index_in(*item.index))) {
      what = " comes with an index outside of its range";
      expected = entry->index;
      certain = domain.certain_bounds;
    } else {
      continue;
    }
    right = false;
    ruling.deviates({entry->name + what, std::move(expected),
                     item.index ? "index " + quoted(*item.index) : std::string("none"), spot_at(item),
                     entry->name, must_if(certain)});
  }
  if (any && right) ruling.held();
}

void unique(const Heard& heard, Ruling& ruling) {
  if (!writes(heard)) return;
  std::map<std::pair<std::string_view, std::string_view>, const Item*> first;
  bool right = true;
  for (const Item& item : heard.answer().items) {
    if (item.name.empty()) continue;
    const auto [place, fresh] = first.try_emplace(
        {item.name, item.index ? std::string_view(*item.index) : std::string_view("no")}, &item);
    if (fresh || same_value(place->second->value, item.value)) continue;
    right = false;
    const Entry* entry = items::find(item.name);
    ruling.deviates({"an item is written twice in one message, with different values",
                     shown_name(item) + " once",
                     shown_value(*place->second) + ", then " + shown_value(item),
                     whole(item),
                     entry ? entry->name : std::string(),
                     {}});
  }
  if (right) ruling.held();
}

// Not every model has the item under that index.
bool depends_on_model(const Item& item, std::optional<int> number) {
  return std::any_of(items::models().begin(), items::models().end(),
                     [&](const items::Model& each) { return !items::has_item(each, item.name, number); });
}

void model(const Heard& heard, Ruling& ruling) {
  if (!writes(heard) || !heard.phone.model) return;
  const items::Model& phones = *heard.phone.model;
  bool right = true, any = false;
  for (const Item& item : heard.answer().items) {
    const Entry* entry = items::find(item.name);
    if (!entry) continue;
    const auto number = item.index ? index_in(*item.index) : std::nullopt;
    if (item.index && (!number || !index_domain_of(*entry).holds(*number))) continue;  // item.index
    const auto at = number ? std::optional(static_cast<int>(*number)) : std::nullopt;
    if (items::has_item(phones, item.name, at)) {
      any = any || depends_on_model(item, at);
      continue;
    }
    any = true, right = false;
    ruling.deviates({"an item is written that this model does not have",
                     "what " + phones.device_type + " has",
                     quoted(shown_name(item)),
                     spot_at(item),
                     entry->name,
                     {}});
  }
  if (any && right) ruling.held();
}

void read_back(const Heard& heard, Ruling& ruling) {
  if (writes(heard)) {
    const Rewritten rewritten = rewritten_in(heard);
    if (rewritten.item) {
      const bool lost = rewritten.known == Past::Known::did_not_keep;
      ruling.deviates({lost ? "writes again what the phone had taken, and then said that it has otherwise"
                            : "writes again what the phone has just said that it has",
                       lost ? "what the phone said, or another value" : "only what differs",
                       quoted(shown_name(*rewritten.item)) + ", the same as before",
                       whole(*rewritten.item),
                       lost ? "lost" : "again",
                       {}});
      return;
    }
  }
  if (heard.past.reads_back()) ruling.held();
}

constexpr Binding bindings[] = {
    {.id = "item.known", .message = known},
    {.id = "item.writable", .exchange = writable_to_phone, .message = writable},
    {.id = "item.type", .message = type},
    {.id = "item.range", .message = range},
    {.id = "item.index", .message = index},
    {.id = "item.unique", .message = unique},
    {.id = "item.read-back", .message = read_back},
    {.id = "item.model", .message = model},
};

}  // namespace

std::span<const Binding> item_rules() {
  return bindings;
}

}  // namespace understudy::conformance
