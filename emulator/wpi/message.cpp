#include "wpi/message.h"

#include <array>

namespace understudy::wpi {

namespace {

constexpr std::array<std::string_view, 27> oddity_names = {
    "leading_white_space", "before_declaration",      "root_spelling",     "root_unknown",       "signature_envelope",
    "no_namespace",        "other_namespace",         "several_messages",  "no_message",         "several_item_lists",
    "item_list_outside",   "item_list_before_action", "stray_reason",      "stray_action",       "comment",
    "processing_instruction", "text_around",          "unknown_element",   "unknown_attribute",  "fragment_on_reason",
    "declared_encoding",   "not_utf8",                "doctype",           "too_large",          "too_deep",
    "too_many_items",      "schema"};

}  // namespace

std::string_view name_of(Oddity oddity) { return oddity_names[static_cast<std::size_t>(oddity)]; }

std::optional<Action> Document::action() const {
  for (const Text& action : actions)
    if (auto known = action_spelled(action.text)) return known;
  return std::nullopt;
}

std::optional<Reason> Document::reason() const {
  for (const ReasonText& reason : reasons)
    if (auto known = reason_spelled(reason.reason.text)) return known;
  return std::nullopt;
}

const Item* Document::find(std::string_view name) const {
  for (const Item& item : items)
    if (item.name == name) return &item;
  return nullptr;
}

const OddText* Document::odd(Oddity oddity) const {
  for (const OddText& odd : oddities)
    if (odd.oddity == oddity) return &odd;
  return nullptr;
}

}  // namespace understudy::wpi
