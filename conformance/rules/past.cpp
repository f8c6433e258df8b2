#include "rules/past.h"

#include <algorithm>
#include <string>

#include "items/catalogue.h"
#include "items/domain.h"
#include "rules/digest.h"
#include "rules/heard.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Reason;

// Half of a digest is enough to tell the items of one phone apart.
std::uint32_t half(std::uint64_t whole) {
  return static_cast<std::uint32_t>(whole ^ whole >> 32);
}

std::uint32_t item_digest(const wpi::Item& item) {
  std::string_view index = item.index ? std::string_view(*item.index) : std::string_view("no");
  while (index.size() > 1 && index.front() == '0') index.remove_prefix(1);
  return half(digest(index, digest(item.name)));
}

// The same for all values that are the same_value().
std::uint32_t value_digest(std::string_view value) {
  if (items::clears(value)) return half(digest(""));
  std::string folded(value);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return half(digest(folded));
}

const wpi::Item* find_same(const std::vector<wpi::Item>& items, const wpi::Item& wanted) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const wpi::Item& item) {
    return item.name == wanted.name && item.index == wanted.index;
  });
  return found == items.end() ? nullptr : &*found;
}

template <typename Entries>
auto place_of(Entries& entries, std::uint32_t item) {
  return std::lower_bound(entries.begin(), entries.end(), item,
                          [](const auto& entry, std::uint32_t wanted) { return entry.item < wanted; });
}

}  // namespace

bool same_value(std::string_view a, std::string_view b) {
  return wpi::same_ignoring_case(a, b) || (items::clears(a) && items::clears(b));
}

void Past::hear(const Heard& heard, bool opens) {
  reads_back_ = false;
  if (!heard.said()) return;
  if (opens) hear_opening(heard);
  if (heard.reason() == Reason::status) files_ordered_ = false;
  if (heard.reason() != Reason::reply_to || heard.exchange.attempt > 1) return;
  if (wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::failed)))
    return hear_failed_reply(heard);
  if (!wpi::same_ignoring_case(heard.replied_status(), wpi::spelling(wpi::ReplyStatus::accepted))) return;
  if (!failed_.empty()) hear_accepted_reply(heard);
  if (heard.replied(Action::write_items)) hear_write_reply(heard);
  if (heard.replied(Action::read_items) || heard.replied(Action::read_all_items)) hear_read_reply(heard);
}

void Past::hear_opening(const Heard& heard) {
  if (const wpi::Item* version = heard.said()->find("software-version"); version && !version->value.empty()) {
    const std::uint32_t now = half(digest(version->value));
    if (version_ != 0 && version_ != now) forget();  // other firmware may take what this one did not
    version_ = now;
  }
  // What was changed at the phone itself is no longer what was written.
  if (heard.reason() == Reason::local_changes || heard.says_flag("configuration-changed-flag", "true"))
    written_.clear();
  // It may come from its factory, at the phone's own menu, and be set up anew.
  if (heard.reason() == Reason::start_up && heard.says_flag("configuration-changed-flag", "true")) refused_.clear();
  // Whoever has a phone call back at once keeps it from being idle; any other contact is a new occasion.
  if (heard.reason() != Reason::solicited || !called_back_) failed_.clear();
  called_back_ = false;
}

void Past::hear_write_reply(const Heard& heard) {
  const auto& order = heard.before.last_answer;
  if (!order || order->action() != Action::write_items) return;
  const bool last =
      !heard.said()->fragment || heard.said()->fragment->text != wpi::spelling(wpi::Fragment::next);
  const std::vector<wpi::Item>& answers = heard.said_items();
  for (const wpi::Item& item : order->items) {
    if (items::is_secret(item.name)) continue;
    const wpi::Item* answer = find_same(answers, item);
    if (answer && !answer->status.empty())
      refuse(item, heard.exchange.interaction);
    else if (last)
      keep(item, heard.exchange.interaction);
  }
}

// A long reply is read item by item only where something may come of it: the service wrote in this interaction, or
// writes now.
bool Past::wants_all(const Heard& heard) const {
  const auto& answer = heard.exchange.answer;
  return wrote_in_ == heard.exchange.interaction || (answer && answer->action() == Action::write_items);
}

void Past::hear_read_reply(const Heard& heard) {
  const std::uint32_t now = heard.exchange.interaction;
  const bool last =
      !heard.said()->fragment || heard.said()->fragment->text != wpi::spelling(wpi::Fragment::next);
  const bool all = heard.replied(Action::read_all_items);
  if (last && all) {
    was_read_ = true;
    files_ordered_ = false;
  }
  if (written_.empty() || (all && !wants_all(heard))) return;
  for (const wpi::Item& item : heard.said_items()) {
    if (!item.status.empty()) continue;
    const std::uint32_t wanted = item_digest(item);
    const auto place = place_of(written_, wanted);
    if (place == written_.end() || place->item != wanted) continue;
    reads_back_ = true;
    if (place->value == value_digest(item.value)) {
      place->said_in = now;
      place->lost = false;
    } else if (place->written_in == now) {
      place->lost = true;
    } else if (!place->lost) {
      written_.erase(place);  // someone else has changed it since
    }
  }
}

void Past::hear_failed_reply(const Heard& heard) {
  const auto& order = heard.before.last_answer;
  if (!order || !heard.replied(*order->action())) return;
  const std::uint64_t what = digest_of(*order, *order->action());
  for (Failed& entry : failed_)
    if (entry.order == what) {
      ++entry.times;
      return;
    }
  if (failed_.size() < most_failed) failed_.push_back({what, 1});
}

void Past::hear_accepted_reply(const Heard& heard) {
  const auto& order = heard.before.last_answer;
  if (!order) return;
  const std::uint64_t what = digest_of(*order, *order->action());
  std::erase_if(failed_, [&](const Failed& entry) { return entry.order == what; });
}

void Past::answered(const Heard& heard) {
  if (!heard.success() || !heard.exchange.answer) return;
  const wpi::Document& answer = heard.answer();
  if (resets(answer)) forget();
  if (answer.action() == Action::file_deployment) files_ordered_ = true;
  if (answer.action() == Action::clean_up) {
    const wpi::Item* solicited = answer.find("send-solicited");
    called_back_ = solicited && wpi::same_ignoring_case(solicited->value, "true");
  }
}

void Past::forget() {
  was_read_ = false;
  written_.clear();
  refused_.clear();
  failed_.clear();
}

void Past::keep(const wpi::Item& item, std::uint32_t interaction) {
  const std::uint32_t wanted = item_digest(item), value = value_digest(item.value);
  // What the phone takes now it refuses no more.
  std::erase_if(refused_, [&](const Refused& entry) { return entry.item == wanted && entry.value == value; });
  auto place = place_of(written_, wanted);
  if (place == written_.end() || place->item != wanted) {
    if (written_.size() >= most_written) return;
    place = written_.insert(place, Written{});
  }
  *place = Written{wanted, value, interaction, 0, false};
  wrote_in_ = interaction;
}

void Past::refuse(const wpi::Item& item, std::uint32_t interaction) {
  const std::uint32_t wanted = item_digest(item), value = value_digest(item.value);
  for (Refused& entry : refused_)
    if (entry.item == wanted && entry.value == value) return;
  if (refused_.size() < most_refused) refused_.push_back({wanted, value, interaction});
}

Past::Known Past::known(const wpi::Item& item, std::uint32_t interaction) const {
  if (written_.empty()) return Known::nothing;
  const std::uint32_t wanted = item_digest(item);
  const auto place = place_of(written_, wanted);
  if (place == written_.end() || place->item != wanted || place->value != value_digest(item.value))
    return Known::nothing;
  if (place->lost) return Known::did_not_keep;
  return place->said_in == interaction ? Known::has_it : Known::nothing;
}

bool Past::refused(const wpi::Item& item, std::uint32_t interaction) const {
  if (refused_.empty()) return false;
  const std::uint32_t wanted = item_digest(item), value = value_digest(item.value);
  return std::any_of(refused_.begin(), refused_.end(), [&](const Refused& entry) {
    return entry.item == wanted && entry.value == value && entry.interaction != interaction;
  });
}

int Past::failed(std::uint64_t order) const {
  for (const Failed& entry : failed_)
    if (entry.order == order) return entry.times;
  return 0;
}

}  // namespace understudy::conformance
