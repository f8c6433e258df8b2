// How a phone takes what a service answers: the eight actions, and everything that is none.
#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "phone/entities.h"
#include "phone/phone.h"
#include "phone/speech.h"

namespace understudy::phone {

using items::index_of;
using items::rejected;
using wpi::Action;
using wpi::Document;
using wpi::Item;
using wpi::ReplyStatus;

namespace {

constexpr std::array<std::string_view, 12> own_items = {
    "device-type",    "related-device-type",        "software-type",               "related-software-type",
    "software-version", "related-software-version", "contact-me-uri",              "mac-addr",
    "part-number",    "configuration-changed-flag", "configuration-attached-flag", "configuration-attached-number"};

// The password that a factory reset takes, the same for every phone (guide p.51).
constexpr std::string_view factory_reset_password = "124816";

// In words, or in the numbers of older services (field); the guide's default is immediate (p.177).
bool is_immediate(const Document& order) {
  const Item* priority = order.find("file-priority");
  return !priority || priority->value.empty() || priority->value == "immediate" || priority->value == "1";
}

}  // namespace

bool says_itself(std::string_view item) { return std::find(own_items.begin(), own_items.end(), item) != own_items.end(); }

// Everything but an order in a readable message ends the interaction (field): an empty answer, an error status, an answer
// without action. A message that cannot be read makes the phone say clean-up (guide p.13).
void Phone::happen(const Answered& answered, Effects& effects) {
  if (!open_ || open_->fetch != 0) return;
  retries_ = 0;
  const wpi::HttpResponse& response = answered.response;
  keep_cookies(response, open_->cookies, quirks_.has(Quirk::verbatim_cookie));
  if (open_->restarts) return restart(effects);
  if (open_->said_clean_up) return finish(End::phone_clean_up, "", effects);
  if (response.status < 200 || response.status > 299)
    return finish(End::unclean, "status " + std::to_string(response.status), effects);
  if (response.framing == wpi::Framing::chunked && !firmware_->reads_chunked)
    return finish(End::unclean, "a chunked answer, which firmware " + firmware_->version + " cannot read", effects);
  if (!answered.document || answered.document->empty) return finish(End::unclean, "an empty answer", effects);

  std::optional<Document> as_v1_reads_it;
  if (!firmware_->decodes_entities || quirks_.has(Quirk::undecoded_entities))
    as_v1_reads_it = with_entities_left(*answered.document, response.body);
  const Document& order = as_v1_reads_it ? *as_v1_reads_it : *answered.document;
  const bool foreign = quirks_.has(Quirk::strict_nonce) && order.nonce_or_empty() != open_->nonce;
  if (!order.well_formed || foreign)  // the wording is ours (inferred)
    return say_clean_up(foreign ? "nonce mismatch" : "invalid message", effects);
  if (order.actions.empty()) return finish(End::unclean, "an answer without action", effects);
  if (++open_->actions > limits_.actions)
    return finish(End::broke_off, "more than " + std::to_string(limits_.actions) + " actions", effects);

  const std::optional<Action> action = order.action();
  if (action != Action::clean_up) {
    if (switches_.ends) return say_clean_up("password retries exceeded", effects);  // as the guide's phone (p.83)
    if (switches_.fails) return reply(order.actions.front().text, ReplyStatus::failed, effects);
  }
  if (action) return obey(*action, order, effects);
  reply(order.actions.front().text, ReplyStatus::failed, effects);  // "not accepted or unsupported" (guide p.29)
}

void Phone::happen(const AnsweredByHand& by_hand, Effects& effects) {
  if (!open_ || open_->fetch != 0) return;
  by_hand_ = &by_hand;
  if (by_hand.obeys) {
    happen(by_hand.answer, effects);
  } else {
    retries_ = 0;
    keep_cookies(by_hand.answer.response, open_->cookies, quirks_.has(Quirk::verbatim_cookie));
    open_->fragments.clear();
    wpi::PhoneMessage message;
    message.reason = wpi::Reason::reply_to;
    if (const auto& order = by_hand.answer.document; order && !order->actions.empty()) message.action = order->actions.front().text;
    message.status = ReplyStatus::accepted;
    message.fragment = last_fragment();
    send(std::move(message), false, effects);
  }
  by_hand_ = nullptr;
}

void Phone::take_words(wpi::PhoneMessage& message) {
  const Words& words = by_hand_->words;
  if (words.reason && *words.reason != message.reason) {
    message.reason = *words.reason;
    if (message.reason != wpi::Reason::reply_to) {
      message.action.reset();
      message.status.reset();
    }
    open_->said_clean_up = message.reason == wpi::Reason::clean_up;
  }
  if (words.status) {
    message.other_status = *words.status;
    // As the phone's own replies have it (field).
    if (*words.status != wpi::spelling(ReplyStatus::accepted) && message.written_items.empty() && message.items.empty())
      message.has_item_list = false;
  }
  if (words.action) message.action = *words.action;
  if (words.fragment) message.fragment = *words.fragment;
  if (words.nonce) {
    message.nonce = *words.nonce;
    message.has_nonce = !words.nonce->empty();
  }
  if (!words.items) return;
  message.items = *words.items;
  message.written_items.clear();
  message.has_item_list = true;
}

void Phone::say_clean_up(std::string why, Effects& effects) {
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::clean_up;
  message.fragment = wpi::Fragment::final_;
  Item reason;
  reason.name = "cleanup-reason";
  reason.value = std::move(why);
  message.has_item_list = !quirks_.has(Quirk::bare_clean_up);
  if (message.has_item_list) message.items.push_back(std::move(reason));
  open_->said_clean_up = true;
  send(std::move(message), false, effects);
}

void Phone::happen(const NotAnswered& lost, Effects& effects) {
  if (!open_ || open_->fetch != 0) return;
  if (open_->restarts) return restart(effects);
  if (lost.connection_was_kept && open_->last.attempt == 1) {
    if (open_->last.said->reason() == wpi::Reason::status) return say_status_anew(effects);
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
    case Action::software_deployment:
      // Unless it is ordered to be done at once (guide p.56; that the phone then says busy is inferred).
      if (in_call_ && !is_immediate(order)) return reply(spelling(action), ReplyStatus::busy, effects);
      return deploy_software(order, effects);
    case Action::file_deployment: return deploy_files(order, effects);
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
  each_basic_item(wpi::Reason::reply_to, [&](const std::string& name, std::string_view value, bool readable) {
    if (readable) return wpi::append_item(identity, name, std::nullopt, value);
    Item unread;
    unread.name = name;
    wpi::append_item(identity, rejected(unread, wpi::ItemStatus::failed));
  });
  ItemParts parts = no_parts(identity.size() + store_.written_size());
  parts.add_written(identity);
  store_.write_all([&](std::string_view elements) { parts.add_written(elements); });
  return parts;
}

void Phone::read_items(const Document& order, Effects& effects) {
  ItemParts items = no_parts();
  for (const Item& wanted : order.items) {
    if (const auto status = missing_item(model_, *firmware_, wanted.name, index_of(wanted))) {
      items.add(rejected(wanted, *status));
    } else if (wanted.name == "bootstrapping-tan" && secure()) {
      Item tan = wanted;
      open_->wrong_tan = switches_.wrong_tan && !secure_->tan.empty();
      tan.value = secure_->tan;
      if (open_->wrong_tan) tan.value.back() = tan.value.back() == '0' ? '1' : '0';
      items.add(std::move(tan));
    } else if (wanted.name == "configuration-changed-flag") {  // no store has it: it is the phone's own memory
      Item flag = wanted;
      flag.value = changed_ ? "true" : "false";
      items.add(std::move(flag));
    } else {
      for (Item& item : store_.read(wanted)) items.add(std::move(item));
    }
  }
  reply_items(spelling(Action::read_items), std::move(items), effects);
}

void Phone::write_items(const Document& order, Effects& effects) {
  if (in_call_) return reply(spelling(Action::write_items), ReplyStatus::busy, effects);  // guide p.46
  ItemParts refused = no_parts();
  const auto unwanted = [&](const Item& item) {
    const auto n = static_cast<std::size_t>(&item - order.items.data());
    return (switches_.refuses_first && n == 0) || (switches_.max_items && n >= *switches_.max_items);
  };
  const auto status_of = [&](const Item& item) -> std::optional<wpi::ItemStatus> {
    if (says_itself(item.name)) return wpi::ItemStatus::read_only;
    if (const auto status = missing_item(model_, *firmware_, item.name, index_of(item))) return status;
    if (unwanted(item)) return wpi::ItemStatus::failed;
    if (const std::string why = objection_to_certificate(item); !why.empty()) {
      effects.push_back(Note{item.name + (item.index ? "[" + *item.index + "]" : "") + " is refused: " + why});
      return wpi::ItemStatus::failed;
    }
    return store_.write(item, switches_.unknown_items, now_, quirks_.has(Quirk::literal_null) ? items::Null::is_text : items::Null::clears);
  };
  // What decides whether others can be changed goes before them, wherever it stands: what belongs together comes in one
  // message (guide p.71).
  for (const bool deciding : {true, false})
    for (const Item& item : order.items)
      if (items::decides_on_others(item.name) == deciding)
        if (const auto status = status_of(item)) refused.add(rejected(item, *status));
  prepare_secure_mode(order, refused, effects);
  open_->accepted_write = true;
  mobility_may_have_changed();
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
    open_->resets = true;
  }
  if (!quirks_.has(Quirk::reply_before_restart)) return restart(effects);
  open_->restarts = true;
  reply(spelling(Action::restart), ReplyStatus::accepted, effects);
}

void Phone::clean_up(const Document& order, Effects& effects) {
  const Item* why = order.find("cleanup-reason");
  if (why && wpi::same_ignoring_case(why->value, "overload")) return overloaded(effects);
  overloads_ = 0;
  const Item* solicited = order.find("send-solicited");
  tan_was_answered(why, effects);
  finish(End::clean_up, "", effects);
  if (!solicited || solicited->value != "true" || !firmware_->send_solicited) return;
  // At once where nothing keeps it busy; any number of wishes is one call (guide p.72, p.75).
  if (in_call_)
    call_back_ = true;
  else
    want(wpi::Reason::solicited);
}

void Phone::next_fragment(Effects& effects) {
  if (open_->fragments.empty()) return reply(spelling(Action::get_next_fragment), ReplyStatus::failed, effects);
  wpi::PhoneMessage message;
  message.reason = wpi::Reason::reply_to;
  message.action = open_->fragmented_action;  // repeated on each fragment (guide p.70)
  message.status = ReplyStatus::accepted;
  message.items = std::move(open_->fragments.front().items);
  message.written_items = std::move(open_->fragments.front().written);
  open_->fragments.erase(open_->fragments.begin());
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
