#include "rules/duties.h"

#include <charconv>
#include <functional>
#include <string>
#include <string_view>

#include "items/catalogue.h"
#include "rules/heard.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Reason;

std::uint64_t digest(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

std::uint64_t key_of(const wpi::Item& item) {
  return digest(item.name + '[' + item.index.value_or("") + ']');
}

// Several words clear, and booleans come in any case (field): none of these is another value.
std::uint64_t value_of(const wpi::Item& item) {
  if (item.value.empty() || item.value == "NULL" || item.value == "0.0.0.0") return 0;
  std::string lower = item.value;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower == "true" || lower == "false" ? digest(lower) : digest(item.value);
}

// The items that stand behind the basic ones: as many as the phone counts (guide p.40).
std::size_t attached(const wpi::Document& said) {
  const wpi::Item* flag = said.find("configuration-attached-flag");
  const wpi::Item* number = said.find("configuration-attached-number");
  if (!flag || flag->value != "true" || !number) return 0;
  std::size_t count = 0;
  const std::string& text = number->value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() && count <= said.items.size() ? count : 0;
}

}  // namespace

bool busy_with_write(const Heard& heard) {
  return heard.replied(Action::write_items) &&
         wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::busy));
}

bool asks_for_call(const wpi::Document& answer) {
  const wpi::Item* item = answer.find("send-solicited");
  return item && wpi::same_ignoring_case(item->value, "true");
}

bool Duties::undoes(const wpi::Item& item) const {
  const auto change = changes_.find(key_of(item));
  return change != changes_.end() && change->second != value_of(item);
}

void Duties::hear(const Heard& heard) {
  if (!heard.said()) return;
  // A phone that was changed since may be fresh from its factory, and set up anew: what its user changes then counts anew.
  if (heard.reason() == Reason::start_up && heard.says_flag("configuration-changed-flag", "true")) changes_.clear();
  if (heard.reason() == Reason::local_changes) {
    const std::size_t count = attached(*heard.said());
    const auto& items = heard.said()->items;
    for (std::size_t i = items.size() - count; i < items.size(); ++i)
      // Secrets are masked in a record: each of that length looks the same.
      if (!items::is_secret(items[i].name) && changes_.size() < most_items) changes_[key_of(items[i])] = value_of(items[i]);
  }
  if (busy_with_write(heard) && heard.before.last_answer)
    for (const wpi::Item& item : heard.before.last_answer->items)
      if (refused_.size() < most_items) refused_.insert(key_of(item));
}

void Duties::answered(const Heard& heard) {
  if (heard.reason() == Reason::solicited) owes_call_ = false;
  if (!heard.success() || !heard.exchange.answer) return;
  const auto order = heard.order();
  if (order == Action::clean_up && busy_with_write(heard)) owes_call_ = !asks_for_call(heard.answer());
  if (order == Action::restart) changes_.clear();  // what comes after may be set up anew
  if (order != Action::write_items) return;
  for (const wpi::Item& item : heard.answer().items) {
    refused_.erase(key_of(item));
    // Said once: what the service has written is what both have now.
    if (undoes(item)) changes_.erase(key_of(item));
  }
}

}  // namespace understudy::conformance
