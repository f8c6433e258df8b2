// How a phone takes what a service answers: the eight actions, and everything that is none.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <utility>

#include "phone/phone.h"
#include "phone/speech.h"

namespace understudy::phone {

using wpi::Action;
using wpi::Document;
using wpi::Item;
using wpi::ReplyStatus;

namespace {

// What a phone is cannot be written (guide p.83 for device-type; the others inferred).
constexpr std::array<std::string_view, 12> own_items = {
    "device-type",    "related-device-type",        "software-type",               "related-software-type",
    "software-version", "related-software-version", "contact-me-uri",              "mac-addr",
    "part-number",    "configuration-changed-flag", "configuration-attached-flag", "configuration-attached-number"};

// The password that a factory reset takes, the same for every phone (guide p.51).
constexpr std::string_view factory_reset_password = "124816";

std::optional<int> index_of(const Item& item) {
  if (!item.index) return std::nullopt;
  int index = 0;
  const std::string& text = *item.index;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(index) : std::nullopt;
}

// An item in a reply that says only what was wrong with it (guide p.78-83).
Item rejected(const Item& item, wpi::ItemStatus status) {
  Item out;
  out.name = item.name;
  out.index = item.index;
  out.status = spelling(status);
  return out;
}

}  // namespace

// Everything but an order in a readable message ends the interaction (field): an empty answer, an error status, an answer
// without action. A message that cannot be read makes the phone say clean-up (guide p.13).
void Phone::take(const Answered& answered, Effects& effects) {
  const wpi::HttpResponse& response = answered.response;
  keep_cookies(response, open_->cookies, quirks_.has(Quirk::verbatim_cookie));
  if (open_->restarts) return restart(effects);
  if (open_->said_clean_up) return finish(End::phone_clean_up, "", effects);
  if (response.status < 200 || response.status > 299)
    return finish(End::unclean, "status " + std::to_string(response.status), effects);
  if (response.framing == wpi::Framing::chunked && !firmware_.reads_chunked)
    return finish(End::unclean, "a chunked answer, which firmware " + firmware_.version + " cannot read", effects);
  if (!answered.document || answered.document->empty) return finish(End::unclean, "an empty answer", effects);

  Document half_read;
  if (quirks_.has(Quirk::undecoded_entities)) half_read = undecoded(*answered.document, response.body);
  const Document& order = quirks_.has(Quirk::undecoded_entities) ? half_read : *answered.document;
  const bool foreign = quirks_.has(Quirk::strict_nonce) && order.nonce_or_empty() != open_->nonce;
  if (!order.well_formed || foreign) {
    wpi::PhoneMessage message;
    message.reason = wpi::Reason::clean_up;
    message.fragment = wpi::Fragment::final_;
    Item reason;
    reason.name = "cleanup-reason";
    reason.value = foreign ? "nonce mismatch" : "invalid message";  // the wording is ours (inferred)
    message.has_item_list = !quirks_.has(Quirk::bare_clean_up);
    if (message.has_item_list) message.items.push_back(std::move(reason));
    open_->said_clean_up = true;
    return send(std::move(message), false, effects);
  }
  if (order.actions.empty()) return finish(End::unclean, "an answer without action", effects);
  if (++open_->actions > limits_.actions)
    return finish(End::broke_off, "more than " + std::to_string(limits_.actions) + " actions", effects);

  const std::optional<Action> action = order.action();
  if (action) return obey(*action, order, effects);
  reply(order.actions.front().text, ReplyStatus::failed, effects);  // "not accepted or unsupported" (guide p.29)
}

void Phone::take(const NotAnswered& lost, Effects& effects) {
  if (open_->restarts) return restart(effects);
  if (lost.connection_was_kept && open_->last.attempt == 1) {
    // The service closed between two messages: said once more, on a new connection.
    open_->last.attempt = 2;
    open_->last.fresh_connection = true;
    effects.push_back(open_->last);
    return;
  }
  finish(End::connection_lost, lost.why, effects);
}

void Phone::obey(Action action, const Document& order, Effects& effects) {
  if (action != Action::get_next_fragment) open_->fragments.clear();
  switch (action) {
    case Action::read_all_items:
      if (does_once(Quirk::busy_when_read)) return reply(spelling(action), ReplyStatus::busy, effects);
      return reply_items(spelling(action), all_items(), effects);
    case Action::read_items: return read_items(order, effects);
    case Action::write_items:
      if (does_once(Quirk::failed_when_written)) return reply(spelling(action), ReplyStatus::failed, effects);
      return write_items(order, effects);
    case Action::restart: return obey_restart(order, effects);
    case Action::clean_up: return clean_up(order, effects);
    case Action::get_next_fragment: return next_fragment(effects);
    case Action::file_deployment:
    case Action::software_deployment: return reply(spelling(action), ReplyStatus::failed, effects);
  }
}

ItemParts Phone::no_parts(std::size_t expected) const {
  constexpr std::size_t small = 5'000;  // bytes
  return ItemParts(quirks_.has(Quirk::small_fragments) ? std::min(small, limits_.message) : limits_.message, layout_, expected);
}

// On unsplit replies too (guide p.48; some services rely on it, field).
std::optional<wpi::Fragment> Phone::last_fragment() const {
  return quirks_.has(Quirk::no_fragment) ? std::nullopt : std::optional(wpi::Fragment::final_);
}

// Identity first: some services look at the beginning of a message only (field).
ItemParts Phone::all_items() const {
  if (layout_ != wpi::Layout{} || quirks_.has(Quirk::identity_last) || quirks_.has(Quirk::items_reversed)) {
    std::vector<Item> items = basic_items(wpi::Reason::reply_to);
    const std::size_t identity = items.size();
    for (Item& item : store_.all()) items.push_back(std::move(item));
    arrange(items, identity, quirks_);
    ItemParts parts = no_parts();
    for (Item& item : items) parts.add(std::move(item));
    return parts;
  }
  std::string identity;
  for (const Item& item : basic_items(wpi::Reason::reply_to)) wpi::append_item(identity, item);
  ItemParts parts = no_parts(identity.size() + store_.written_size());
  parts.add_written(identity);
  store_.write_all([&](std::string_view elements) { parts.add_written(elements); });
  return parts;
}

void Phone::read_items(const Document& order, Effects& effects) {
  ItemParts items = no_parts();
  for (const Item& wanted : order.items) {
    if (wanted.index && !index_of(wanted)) {
      items.add(rejected(wanted, wpi::ItemStatus::invalid_index));
      continue;
    }
    if (const std::string* value = store_.find(wanted.name, index_of(wanted))) {
      Item item;
      item.name = wanted.name;
      item.index = wanted.index;
      item.value = *value;
      items.add(std::move(item));
      continue;
    }
    std::vector<Item> family = store_.instances(wanted.name);
    if (family.empty())
      items.add(rejected(wanted, wpi::ItemStatus::unknown_item));
    else if (wanted.index)
      items.add(rejected(wanted, wpi::ItemStatus::invalid_index));
    else
      for (Item& item : family) items.add(std::move(item));
  }
  reply_items(spelling(Action::read_items), std::move(items), effects);
}

void Phone::write_items(const Document& order, Effects& effects) {
  ItemParts refused = no_parts();
  for (const Item& item : order.items) {
    const bool own = std::find(own_items.begin(), own_items.end(), item.name) != own_items.end();
    const auto status = own ? wpi::ItemStatus::read_only : store_.write(item);
    if (status) refused.add(rejected(item, *status));
  }
  if (does_once(Quirk::vanishing)) return vanish(effects);
  reply_items(spelling(Action::write_items), std::move(refused), effects);
}

void Phone::obey_restart(const Document& order, Effects& effects) {
  const Item* password = order.find("restart-password");
  const Item* type = order.find("restart-type");
  if (password || type) {
    // Both or neither, and both right (guide p.51; the refusal is inferred).
    if (!password || !type || password->value != factory_reset_password || type->value != "FactoryReset")
      return reply(spelling(Action::restart), ReplyStatus::failed, effects);
    factory_reset();
  }
  if (!quirks_.has(Quirk::reply_before_restart)) return restart(effects);
  open_->restarts = true;
  reply(spelling(Action::restart), ReplyStatus::accepted, effects);
}

void Phone::clean_up(const Document& order, Effects& effects) {
  const Item* solicited = order.find("send-solicited");
  finish(End::clean_up, "", effects);
  if (solicited && solicited->value == "true" && firmware_.send_solicited) want(wpi::Reason::solicited);  // guide p.75
}

void Phone::next_fragment(Effects& effects) {
  if (open_->fragments.empty()) return reply(spelling(Action::get_next_fragment), ReplyStatus::failed, effects);
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::reply_to;
  message.action = open_->fragmented_action;  // repeated on each fragment (guide p.70)
  message.status = ReplyStatus::accepted;
  message.items = std::move(open_->fragments.front().items);
  message.written_items = std::move(open_->fragments.front().written);
  open_->fragments.pop_front();
  message.fragment = open_->fragments.empty() ? last_fragment() : wpi::Fragment::next;
  send(std::move(message), false, effects);
}

// Without items: failed, busy, or accepted with nothing to add.
void Phone::reply(std::string_view action, ReplyStatus status, Effects& effects) {
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::reply_to;
  message.action = std::string(action);
  message.status = status;
  message.fragment = last_fragment();
  message.has_item_list = status == ReplyStatus::accepted;
  send(std::move(message), false, effects);
}

// Accepted, with items.
void Phone::reply_items(std::string_view action, ItemParts parts, Effects& effects) {
  open_->fragmented_action = action;
  open_->fragments = parts.take();
  next_fragment(effects);
}

}  // namespace understudy::phone
