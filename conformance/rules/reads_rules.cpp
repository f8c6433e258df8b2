// reads.*: a message that is printed otherwise says the same, and is answered the same. A phone in the same state that
// differs in nothing else must have been served before: what a service does to any phone is for other rules to say.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "rules/area.h"
#include "wpi/http.h"
#include "wpi/utf8.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

// A kept connection that has gone: the phone says its message once more.
bool is_said_again(const Heard& heard) {
  return !heard.exchange.response && !heard.exchange.fresh_connection && heard.exchange.attempt <= 1;
}

std::string what_came(const Heard& heard) {
  if (!heard.has_answer() || !heard.response().complete) return "no whole answer";
  if (!heard.success()) return "status " + std::to_string(heard.response().status);
  if (heard.response().body.empty()) return "an empty body";
  return "no order";
}

// It explains itself: "overload" (field), or a TAN that is wrong (guide p.31).
bool is_explained(const wpi::Document& answer) {
  return answer.find("cleanup-reason") != nullptr;
}

bool was_reported(const Heard& heard, const wpi::Item& item, std::string_view value) {
  const auto& before = heard.before.course.reported;
  if (std::find(before.begin(), before.end(), digest_of_value(item, value)) != before.end()) return true;
  if (!heard.said()) return false;
  const auto& said = heard.said()->items;
  return std::any_of(said.begin(), said.end(), [&](const wpi::Item& other) {
    return other.name == item.name && other.index == item.index && other.value == value;
  });
}

std::string shown_name(const wpi::Item& item) {
  return item.index ? item.name + "[" + *item.index + "]" : item.name;
}

// A service that writes what the phone has just said that it holds did not understand the phone, unless it does so to
// every phone.
bool writes_needlessly(const Heard& heard, const Beat& usual, Ruling& ruling) {
  if (usual.order != Action::write_items || usual.names == digest_of_names(heard.answer())) return false;
  for (const wpi::Item& item : heard.answer().items) {
    if (item.value.empty() || !was_reported(heard, item, item.value)) continue;
    ruling.deviates(
        {"the service writes a value that the phone has just reported, which it does not do otherwise",
         "WriteItems without " + shown_name(item),
         shown_name(item) + " among its items",
         spot_at(item),
         "writes",
         {}});
    return true;
  }
  return false;
}

// How the answer to an odd message differs from what came in its place before, if in something that shows that it was
// not understood. An order may well be another one: a service has jobs to do.
bool differs(const Heard& heard, const Beat& usual, Ruling& ruling) {
  const std::string wanted(wpi::spelling(usual.order));
  const auto order = heard.proper_order();
  if (!order) {
    ruling.deviates({"the message is not answered with an order, and the same in its usual form was",
                     wanted,
                     what_came(heard),
                     {},
                     "no order",
                     {}});
    return true;
  }
  const Spot spot = spot_at(heard.answer().actions.front());
  const std::string came(wpi::spelling(*order));
  if (usual.echoed && heard.answer().nonce_or_empty() != heard.said()->nonce_or_empty()) {
    ruling.deviates({"the answer does not carry the nonce, and that to the usual form did",
                     quoted(heard.said()->nonce_or_empty()),
                     quoted(heard.answer().nonce_or_empty()),
                     {Spot::In::body, heard.answer().message_place.offset, heard.answer().message_length},
                     "nonce",
                     {}});
    return true;
  }
  if (*order == usual.order) return writes_needlessly(heard, usual, ruling);
  if (*order == Action::clean_up && !is_explained(heard.answer())) {
    ruling.deviates(
        {"the interaction is ended where it went on with " + wanted + " after the same in its usual form",
         wanted,
         came,
         spot,
         "ended",
         {}});
    return true;
  }
  const auto& beats = heard.before.course.beats;
  const bool again = !beats.empty() && beats.back().order == *order &&
                     beats.back().digest == digest_of(heard.answer(), *order);
  if (again || *order == Action::get_next_fragment) {
    ruling.deviates({again ? "the order that the phone has just carried out is given again"
                           : "a next fragment is asked for, though the reply was complete",
                     wanted,
                     came,
                     spot,
                     again ? "again" : "fragment",
                     {}});
    return true;
  }
  return false;
}

// The order that came at the same place of the same course to a phone that lacks `odd`; nullptr if there is nothing to
// compare.
const Beat* usual_of(const Heard& heard, Odd odd) {
  const Odds odds = heard.odds_so_far();
  if (!odds.has(odd) || !heard.before.course.sound || !heard.courses || !heard.said()) return nullptr;
  if (is_said_again(heard) || heard.fetches_the_rest()) return nullptr;
  return heard.courses->usual(heard.before.course, odds, odd);
}

template <Odd odd>
void reads(const Heard& heard, Ruling& ruling) {
  const Beat* usual = usual_of(heard, odd);
  if (!usual || differs(heard, *usual, ruling)) return;
  if (usual->order == Action::clean_up && heard.proper_order() == Action::clean_up) ruling.held();
}

// The value decoded once more; the same where it holds no reference.
std::string decoded_again(std::string_view value) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> named = {
      {{"lt;", "<"}, {"gt;", ">"}, {"amp;", "&"}, {"quot;", "\""}, {"apos;", "'"}}};
  std::string out;
  while (!value.empty()) {
    const char c = value.front();
    value.remove_prefix(1);
    const auto* entity =
        std::find_if(named.begin(), named.end(), [&](const auto& e) { return value.starts_with(e.first); });
    if (c == '&' && entity != named.end()) {
      out += entity->second;
      value.remove_prefix(entity->first.size());
      continue;
    }
    if (c == '&' && value.starts_with('#')) {
      const bool hex = value.starts_with("#x");
      const char* first = value.data() + (hex ? 2 : 1);
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(first, value.data() + value.size(), number, hex ? 16 : 10);
      if (error == std::errc() && end != value.data() + value.size() && *end == ';') {
        wpi::append_utf8(out, static_cast<char32_t>(number));
        value.remove_prefix(static_cast<std::size_t>(end - value.data()) + 1);
        continue;
      }
    }
    out += c;
  }
  return out;
}

// Written back as it stood between the tags, instead of what it said.
void references(const Heard& heard, Ruling& ruling) {
  if (heard.odds_so_far().has(Odd::references) && heard.proper_order() == Action::write_items)
    for (const wpi::Item& item : heard.answer().items) {
      if (item.value.find('&') == std::string::npos) continue;
      const std::string meant = decoded_again(item.value);
      if (meant == item.value || was_reported(heard, item, item.value) || !was_reported(heard, item, meant))
        continue;
      ruling.deviates({"a value comes back with references that were not decoded",
                       quoted(meant),
                       quoted(item.value),
                       spot_at(item),
                       "undecoded",
                       {}});
      return;
    }
  reads<Odd::references>(heard, ruling);
}

// After failed or busy, what comes after accepted. Other orders may follow: what a service wants next need not depend
// on this one.
void statuses(const Heard& heard, Ruling& ruling) {
  if (!heard.odds.has(Odd::status)) return;
  const Beat* usual = usual_of(heard, Odd::status);
  if (!usual || usual->order == Action::clean_up || heard.before.course.beats.empty()) return;
  const bool busy = wpi::same_ignoring_case(heard.replied_status(), "busy");
  const std::string status = busy ? "busy" : "failed";
  const auto order = heard.proper_order();
  if (!order) {
    ruling.deviates({status + " is not answered with an order",
                     "CleanUp, or another order",
                     what_came(heard),
                     {},
                     "no order",
                     {}});
    return;
  }
  const bool as_usual = *order == usual->order;
  const bool read_back = *order == Action::read_items && digest_of(heard.answer(), *order) == usual->digest &&
                         heard.before.course.beats.back().order == Action::write_items;
  if (as_usual && (busy || read_back)) {
    const std::string came(wpi::spelling(*order));
    ruling.deviates({came + " follows " + status + " as it follows accepted",
                     "CleanUp, or another order",
                     came,
                     spot_at(heard.answer().actions.front()),
                     status,
                     {}});
    return;
  }
  if (busy || usual->order == Action::read_items) ruling.held();
}

}  // namespace

void goes_as_alone(const Heard& heard, Ruling& ruling) { reads<Odd::neighbour>(heard, ruling); }

namespace {

constexpr Binding bindings[] = {
    {.id = "reads.attribute-order", .exchange = reads<Odd::attribute_order>},
    {.id = "reads.white-space", .exchange = reads<Odd::white_space>},
    {.id = "reads.nonce-any", .exchange = reads<Odd::nonce>},
    {.id = "reads.nonce-fresh", .exchange = reads<Odd::fresh_nonce>},
    {.id = "reads.empty-forms", .exchange = reads<Odd::empty_form>},
    {.id = "reads.no-fragment", .exchange = reads<Odd::no_fragment>},
    {.id = "reads.item-order", .exchange = reads<Odd::item_order>},
    {.id = "reads.cookie-verbatim", .exchange = reads<Odd::cookie>},
    {.id = "reads.statuses", .exchange = statuses},
    {.id = "reads.entities", .exchange = references},
};

}  // namespace

std::span<const Binding> reads_rules() {
  return bindings;
}

}  // namespace understudy::conformance
