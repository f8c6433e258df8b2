// fragment.*: replies that come in several messages; how much one message holds, and what it keeps together.
#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "rules/area.h"
#include "rules/words.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Reason;

// What the phone takes in a message; nullopt where it takes any number (guide p.28).
std::optional<std::size_t> most_items(const Heard& heard) {
  if (!heard.said() || !heard.said()->max_items) return std::nullopt;
  const std::string& text = heard.said()->max_items->text;
  std::size_t most = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
  if (error != std::errc() || end != text.data() + text.size() || most == 0) return std::nullopt;
  return most;
}

bool said_next(const Heard& heard) {
  return heard.said() && heard.said()->fragment && heard.said()->fragment->text == "next";
}

void not_unasked(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!order || said_next(heard)) return;
  if (*order == Action::get_next_fragment) {
    ruling.deviates({"asks for a fragment that there is not",
                     "another action, or CleanUp",
                     "GetNextFragment",
                     spot_at(heard.answer().actions.front()),
                     "",
                     {}});
  } else if (heard.reason() == Reason::reply_to) {
    ruling.held();
  }
}

void next_requested(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!said_next(heard) || !order) return;
  if (*order == Action::get_next_fragment || *order == Action::clean_up) return ruling.held();
  ruling.deviates({"there is more of the reply, and it is not asked for",
                   "GetNextFragment (or CleanUp)",
                   std::string(wpi::spelling(*order)),
                   spot_at(heard.answer().actions.front()),
                   "",
                   {}});
}

void all_taken(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (!order) return;
  const Spot spot = spot_at(heard.answer().actions.front());
  if (said_next(heard)) {
    if (*order != Action::clean_up) return;
    ruling.deviates({"the interaction is ended before all fragments were taken",
                     "GetNextFragment until the final one",
                     "CleanUp after " + counted(static_cast<std::uint64_t>(heard.before.fragments) + 1, "fragment"),
                     spot,
                     "left",
                     {}});
  } else if (heard.before.fragments > 0) {
    if (!Interaction::is_read(*order) || digest_of(heard.answer(), *order) != heard.before.reading)
      return ruling.held();
    ruling.deviates({"what came in fragments is read once more",
                     "no second reading of the same",
                     std::string(wpi::spelling(*order)) + " again",
                     spot,
                     "again",
                     {}});
  }
}

// One file, or one key, which nobody could divide (guide p.71).
bool is_one_family(const std::vector<wpi::Item>& items) {
  const auto family = family_of(items.front());
  return family && std::all_of(items.begin(), items.end(),
                               [&](const wpi::Item& item) { return family_of(item) == family; });
}

void max_items(const Heard& heard, Ruling& ruling) {
  const auto most = most_items(heard);
  const auto& items = heard.answer().items;
  if (!most || items.empty()) return;
  if (items.size() <= *most) {
    ruling.held();
    return;
  }
  if (is_one_family(items)) return;
  ruling.deviates({"the message brings more items than the phone takes in one",
                   "at most " + counted(*most, "item"),
                   counted(items.size(), "item"),
                   spot_at(items[*most]),
                   "",
                   {}});
}

std::string_view in_words(Family::Kind kind) {
  switch (kind) {
    case Family::Kind::key:
      return "the function of a key and what it needs";
    case Family::Kind::file:
      return "the items of a file";
    case Family::Kind::secure_mode:
      return "goto-secure-mode and what it needs";
  }
  return "";
}

void related_together(const Heard& heard, Ruling& ruling) {
  if (!heard.order()) return;
  const auto torn = heard.before.run.tears(heard.answer(), most_items(heard));
  if (!torn) {
    if (brings_family(heard.answer())) ruling.held();
    return;
  }
  const std::string words(in_words(torn->family.kind));
  ruling.deviates({words + " come in several messages",
                   "one message",
                   quoted(torn->item->name) + " in a later one",
                   spot_at(*torn->item),
                   words,
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "fragment.not-unasked", .message = not_unasked},
    {.id = "fragment.next-requested", .message = next_requested},
    {.id = "fragment.all-taken", .message = all_taken},
    {.id = "fragment.max-items", .message = max_items},
    {.id = "fragment.related-together", .message = related_together},
};

}  // namespace

std::span<const Binding> fragment_rules() {
  return bindings;
}

}  // namespace understudy::conformance
