// What happens to a phone beside its orders: users come and go, modules are plugged, the service is away or overloaded.
#include <algorithm>
#include <charconv>
#include <utility>

#include "items/model.h"
#include "phone/phone.h"
#include "phone/speech.h"
#include "phone/user_data.h"

namespace understudy::phone {

using items::index_of;
using wpi::Item;
using wpi::Reason;

namespace {

// sip-mobility-state (field): between is the time from the user's profile to his data.
constexpr std::string_view logged_on = "0", logged_off = "1", between = "2";

Item named(std::string_view name, std::string value) {
  Item item;
  item.name = name;
  item.value = std::move(value);
  return item;
}

}  // namespace

void Phone::note_change(Item item, items::Who by) {
  store_.put(item.name, index_of(item), item.value, {by, now_});
  if (item.name == "mobility-enabled") mobility_may_have_changed();
  changed_ = true;
  const auto same = std::find_if(changes_.begin(), changes_.end(),
                                 [&](const Item& old) { return old.name == item.name && old.index == item.index; });
  if (same != changes_.end())
    *same = std::move(item);
  else
    changes_.push_back(std::move(item));
}

// ---- Modules

// A module brings its keys; what was programmed on them stays when it goes (inferred).
void Phone::happen(const ModulesChanged& changed, Effects&) {
  put("key-modules", std::to_string(changed.modules));
  for (int module = 0; module < changed.modules; ++module)
    for (int key = 0; key < items::keys_of_a_module; ++key)
      for (int level : {0, items::shifted_level}) {
        const int index = items::first_key_of_modules + module * items::keys_between_modules + key + level;
        if (store_.find("function-key-def", index)) continue;
        store_.put("function-key-def", index, "0");
        store_.put("key-label-unicode", index, "");
        store_.put("locked-function-keys", index, "false");
      }
  want(Reason::inventory_changes);
}

// ---- Mobile users

// With mobility a phone whose user went says logged off; without it, it always says logged on (guide p.33, p.43).
void Phone::mobility_may_have_changed() {
  if (!says("mobility-enabled", "true")) return put("sip-mobility-state", std::string(logged_on));
  if (user_.empty() && says("sip-mobility-state", logged_on)) put("sip-mobility-state", std::string(logged_off));
}

void Phone::happen(const LogOn& user, Effects& effects) {
  if (!says("mobility-enabled", "true")) return effects.push_back(Note{"nobody can log on: mobility-enabled is not true"});
  if (!user_.empty()) return effects.push_back(Note{"nobody can log on: " + user_ + " is here"});
  user_ = user.e164;
  user_password_ = user.password;
  want(Reason::inventory_changes, Purpose::log_on);
}

void Phone::happen(const LogOff&, Effects& effects) {
  if (user_.empty() || !says("sip-mobility-state", logged_on)) return effects.push_back(Note{"there is no user to log off"});
  want(Reason::inventory_changes, Purpose::log_off);
}

// What an interaction says in its first message behind the basic items (field).
std::vector<Item> Phone::more_items(const Due& due) const {
  std::vector<Item> items;
  if (due.reason != Reason::inventory_changes) return items;
  const std::string* modules = store_.find("key-modules");
  items.push_back(named("key-modules", modules ? *modules : "0"));
  Item unread = named("blf-modules", "");
  unread.status = spelling(wpi::ItemStatus::failed);
  items.push_back(std::move(unread));
  items.push_back(named("slk-modules", "0"));
  items.push_back(named("km15-modules", "0"));
  if (due.purpose == Purpose::log_on || due.purpose == Purpose::log_off) items.push_back(named("user-pwd", user_password_));
  if (due.purpose == Purpose::user_data) items.push_back(named("requested-items", user_data_names()));
  if (due.purpose == Purpose::log_off) items.push_back(named("modified-items", user_data_names()));
  return items;
}

// A user who comes is named by his number (inferred: nothing else says who he is); when he goes there are data to be read.
void Phone::introduce_user(std::vector<Item>& basic_items) const {
  for (Item& item : basic_items) {
    if (open_->due.purpose == Purpose::log_on && item.name == "e164") item.value = user_;
    if (open_->due.purpose == Purpose::log_off && item.name == "configuration-changed-flag") item.value = "true";
  }
}

void Phone::user_comes_or_goes(const Interaction& over) {
  switch (over.due.purpose) {
    case Purpose::plain: return;
    case Purpose::log_on:
      if (!over.accepted_write) {  // no profile: the service does not know this user
        user_.clear();
        user_password_.clear();
        return;
      }
      put("e164", user_);
      put("sip-mobility-state", std::string(between));
      return want(Reason::start_up, Purpose::between);
    case Purpose::between:
      if (!user_.empty()) want(Reason::inventory_changes, Purpose::user_data);
      return;
    case Purpose::user_data:
      if (user_.empty()) return;
      put("sip-mobility-state", std::string(logged_on));
      for (std::string_view name : user_data_items)
        if (!store_.find(name, 1)) store_.put(name, 1, fresh_user_data(name));
      return;
    case Purpose::log_off: user_goes(); return want(Reason::start_up);
  }
}

void Phone::user_goes() {
  put("e164", *store_.find("basic-e164"));
  put("sip-mobility-state", std::string(logged_off));
  for (std::string_view name : user_data_items)
    if (store_.find(name, 1)) store_.put(name, 1, "");
  user_.clear();
  user_password_.clear();
}

// A log-on that broke off, and that nothing takes up again, leaves nobody logged on (inferred): else the phone would wait for
// its end for ever.
void Phone::give_up_log_on() {
  if (user_.empty() || says("sip-mobility-state", logged_on)) return;
  const auto logs_on = [](const Due& due) { return due.purpose != Purpose::plain && due.purpose != Purpose::log_off; };
  const bool goes_on = (open_ && logs_on(open_->due)) || (again_ && logs_on(again_->due)) ||
                       std::any_of(waiting_.begin(), waiting_.end(), logs_on);
  if (!goes_on) user_goes();
}

// ---- A service that is away

void Phone::try_again_later(Due due, Effects& effects) {
  if (retries_ >= limits_.retry.attempts) {
    retries_ = 0;
    if (due.reason == Reason::solicited) call_back_ = true;  // the wish is kept (guide p.72)
    return;
  }
  const int doubled = std::min(retries_++, 30);
  const microseconds pause = std::min(limits_.retry.first * (std::int64_t{1} << doubled), limits_.retry.most);
  if (std::find(waiting_.begin(), waiting_.end(), due) == waiting_.end()) waiting_.insert(waiting_.begin(), due);
  wait(Wait::retry, pause, effects);
}

// The service has too much to do: the phone says the very same again later, with a new nonce (field).
void Phone::overloaded(Effects& effects) {
  const bool gives_up = ++overloads_ > limits_.overloads;
  if (!gives_up) again_ = std::make_unique<Again>(Again{std::move(open_->last), open_->due, std::exchange(open_->reported, {}), std::move(open_->told)});
  finish(End::unclean, "the service is overloaded", effects);
  if (gives_up) return;
  const auto spread = static_cast<std::uint64_t>((limits_.overload_most - limits_.overload_least).count()) + 1;
  wait(Wait::overload, limits_.overload_least + microseconds(static_cast<std::int64_t>(random_.next() % spread)), effects);
}

void Phone::say_again(Effects& effects) {
  if (!again_) return;
  Again again = std::move(*again_);
  again_.reset();
  open(again.due, effects);
  open_->reported = std::move(again.reported);
  open_->told = std::move(again.told);
  auto said = std::make_shared<wpi::Document>(*again.send.said);
  const std::size_t at = again.send.request.body.find(said->nonce->text);
  again.send.request.body.replace(at, said->nonce->text.size(), open_->nonce);
  said->nonce->text = open_->nonce;
  again.send.said = std::move(said);
  again.send.interaction = interactions_;
  again.send.message = ++open_->messages;
  again.send.attempt = 1;
  again.send.fresh_connection = true;
  open_->last = again.send;
  effects.push_back(std::move(again.send));
}

// ---- Polling

// Where to ask: the phone appends this to dcmp-url (wiki; guide p.15).
std::string Phone::poll_url() const {
  if (poll_interval() == microseconds{}) return {};
  std::string url = *store_.find("dcmp-url");
  if (!url.ends_with('/')) url += '/';
  return url + "contact-me?device-id=" + identity_.mac;
}

// Zero: it does not poll. In addition to contact-me, as long as there is a target and an interval (guide p.24).
microseconds Phone::poll_interval() const {
  const std::string* url = store_.find("dcmp-url");
  const std::string* interval = store_.find("dcmp-poll-interval");
  int seconds = 0;
  if (interval) std::from_chars(interval->data(), interval->data() + interval->size(), seconds);
  return url && !url->empty() && seconds > 0 ? std::chrono::seconds(seconds) : microseconds{};
}

void Phone::poll_later(Effects& effects) {
  const microseconds interval = poll_interval();
  if (interval == microseconds{})
    timer(Wait::poll) = 0;
  else
    wait(Wait::poll, interval, effects);
}

void Phone::happen(const PollNow&, Effects& effects) {
  if (waits_for(Wait::restart) || poll_interval() == microseconds{}) return;
  effects.push_back(Poll{poll_url()});
  poll_later(effects);
}

void Phone::happen(const Polled& polled, Effects&) {
  if (polled.status == 202) want(Reason::solicited);  // wiki
}

}  // namespace understudy::phone
