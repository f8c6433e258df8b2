#include "phone/phone.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "items/factory.h"
#include "phone/speech.h"

namespace understudy::phone {

using wpi::Item;
using wpi::Reason;

namespace {

std::shared_ptr<const items::Base> make_base(const Model& model, const Firmware& firmware) {
  items::Store store;
  items::fill(store, model.device_type);
  const auto put = [&](std::string_view name, std::string value) { store.put(name, std::nullopt, std::move(value)); };
  put("device-type", model.device_type);
  put("related-device-type", model.device_type);
  put("software-type", "Siemens SIP");
  put("related-software-type", "Siemens SIP");
  put("software-version", firmware.version);
  put("related-software-version", firmware.version);
  put("part-number", model.part_number);
  put("mobility-enabled", "false");
  put("sip-mobility-state", "0");
  put("user-pwd", "000000");  // the factory's (field)
  put("bootstrapping-tan", "");
  put("backlight-type", "1");
  if (firmware.major > 1) put("gigabit-ethernet-enabled", "false");
  if (firmware.major > 2) {
    for (std::string_view flag : {"slog-archive-me", "fault-report-slog-entry", "fault-report-ocsr-connect",
                                  "fault-report-admin-pwd", "fault-report-user-pwd", "fault-tome-ocsr-connect"})
      put(flag, "false");
    for (std::string_view time : {"fault-time-slog-entry", "fault-time-admin-pwd", "fault-time-user-pwd"}) put(time, "");
    put("cloud-pin-value", "failure");
  }
  return store.as_base(firmware.basic_items);
}

// One for all phones of a kind, made when the first of them is.
std::shared_ptr<const items::Base> factory_base(const Model& model, const Firmware& firmware) {
  static std::mutex making;
  static std::map<std::pair<const Model*, const Firmware*>, std::shared_ptr<const items::Base>> bases;
  const std::lock_guard lock(making);
  std::shared_ptr<const items::Base>& base = bases[{&model, &firmware}];
  if (!base) base = make_base(model, firmware);
  return base;
}

}  // namespace

Phone::Phone(Identity identity, const Model& model, const Firmware& firmware, std::string host_header, std::string path,
             std::uint64_t seed, Quirks quirks, Limits limits)
    : identity_(std::move(identity)),
      model_(model),
      firmware_(firmware),
      host_header_(std::move(host_header)),
      path_(std::move(path)),
      limits_(limits),
      random_(seed) {
  set_quirks(quirks);
  if (quirks.has(Quirk::soft_client)) identity_.mac = soft_client_name(identity_.e164);
  factory_reset();
  changed_ = false;  // as the guide's first start-up says (p.33): a service that does not know the phone reads anyway
}

void Phone::factory_reset() {
  store_ = items::Store(factory_base(model_, firmware_));
  const auto put = [&](std::string_view name, std::string value) { store_.put(name, std::nullopt, std::move(value)); };
  put("contact-me-uri", "http://" + identity_.address + ":8085/contact_dls.html/ContactDLS");  // guide p.12, p.14
  put("mac-addr", identity_.mac);
  put("e164", identity_.e164);
  put("basic-e164", identity_.e164);
  changed_ = true;
}

void Phone::set_quirks(Quirks quirks) {
  quirks_ = quirks;
  done_ = {};
  layout_ = layout_of(quirks);
}

bool Phone::does_once(Quirk quirk) {
  if (!quirks_.has(quirk) || done_.has(quirk)) return false;
  done_ |= {quirk};
  return true;
}

bool Phone::idle() const { return !open_ && waiting_.empty() && !restart_timer_ && !gather_timer_; }

Effects Phone::handle(const Event& event) {
  Effects effects;
  if (const auto* on = std::get_if<PowerOn>(&event)) {
    if (on->from_factory) factory_reset();
    done_ = {};
    want(Reason::start_up);
  } else if (const auto* set = std::get_if<QuirksSet>(&event)) {
    set_quirks(set->quirks);
  } else if (const auto* changed = std::get_if<ItemsChanged>(&event)) {
    for (const Item& item : changed->items) note_change(item);
    if (!gather_timer_) {
      gather_timer_ = ++timers_;
      effects.push_back(SetTimer{*gather_timer_, limits_.gathers_changes});
    }
  } else if (const auto* inventory = std::get_if<InventoryChanged>(&event)) {
    inventory_.insert(inventory_.end(), inventory->items.begin(), inventory->items.end());
    want(Reason::inventory_changes);
  } else if (const auto* answered = std::get_if<Answered>(&event)) {
    if (open_) take(*answered, effects);
  } else if (const auto* lost = std::get_if<NotAnswered>(&event)) {
    if (open_) take(*lost, effects);
  } else if (const auto* fired = std::get_if<TimerFired>(&event)) {
    if (restart_timer_ == fired->timer) {
      restart_timer_.reset();
      want(Reason::start_up);
    } else if (gather_timer_ == fired->timer) {
      gather_timer_.reset();
      want(Reason::local_changes);
    }
  } else if (const auto* cut = std::get_if<CutShort>(&event)) {
    waiting_.clear();
    restart_timer_.reset();
    gather_timer_.reset();
    if (open_) finish(End::broke_off, cut->why, effects);
  }
  begin_next(effects);
  return effects;
}

void Phone::note_change(Item item) {
  const std::optional<int> index = item.index ? std::optional(std::stoi(*item.index)) : std::nullopt;
  store_.put(item.name, index, item.value);
  changed_ = true;
  const auto same = std::find_if(changes_.begin(), changes_.end(),
                                 [&](const Item& old) { return old.name == item.name && old.index == item.index; });
  if (same != changes_.end())
    *same = std::move(item);
  else
    changes_.push_back(std::move(item));
}

void Phone::want(Reason reason) {
  if (std::find(waiting_.begin(), waiting_.end(), reason) == waiting_.end()) waiting_.push_back(reason);
}

// One interaction at a time, each on a connection of its own (guide p.33, p.34).
void Phone::begin_next(Effects& effects) {
  if (open_ || waiting_.empty() || restart_timer_) return;
  const Reason reason = waiting_.front();
  waiting_.pop_front();

  open_.emplace();
  open_->reason = reason;
  open_->nonce = new_nonce();
  if (quirks_.has(Quirk::stale_cookie)) open_->cookies.push_back({"PHPSESSID", "2f6c0d5b7e914a38; path=/"});
  effects.push_back(Begin{reason, ++interactions_});

  wpi::PhoneMessage message;
  message.reason = reason;
  message.items = basic_items(reason);
  send(std::move(message), true, effects);
}

std::vector<Item> Phone::basic_items(Reason reason) const {
  const bool attaches = reason == Reason::local_changes && firmware_.attached_changes && !changes_.empty();
  std::vector<Item> items;
  items.reserve(firmware_.basic_items.size() + changes_.size());
  for (std::size_t n = 0; n < firmware_.basic_items.size(); ++n) {
    const std::string& name = firmware_.basic_items[n];
    if (name == "user-pwd" && quirks_.has(Quirk::withheld_user_pwd)) continue;
    Item item;
    item.name = name;
    if (name == "configuration-changed-flag") {
      item.value = changed_ ? "true" : "false";
    } else if (name == "configuration-attached-flag") {
      if (!attaches) continue;
      item.value = "true";
    } else if (name == "configuration-attached-number") {
      if (!attaches) continue;
      item.value = std::to_string(changes_.size());
    } else if (name == "backlight-type" && firmware_.major > 2 && reason != Reason::start_up && reason != Reason::reply_to) {
      continue;  // V3 reports it at start-up and in ReadAllItems only (field)
    } else if (const std::string* value = store_.in_heading(n)) {
      item.value = *value;
    } else {
      item.status = spelling(wpi::ItemStatus::failed);  // what a phone cannot read (guide p.33, p.38)
    }
    items.push_back(std::move(item));
  }
  const std::size_t identity = items.size();
  if (attaches) items.insert(items.end(), changes_.begin(), changes_.end());
  if (reason == Reason::inventory_changes) items.insert(items.end(), inventory_.begin(), inventory_.end());
  if (reason != Reason::reply_to) arrange(items, identity, quirks_);  // of a reply it is only the beginning
  return items;
}

void Phone::send(wpi::PhoneMessage message, bool fresh_connection, Effects& effects) {
  if (quirks_.has(Quirk::fresh_nonce)) open_->nonce = new_nonce();
  message.nonce = open_->nonce;
  if (quirks_.has(Quirk::connection_close)) fresh_connection = true;

  Send out;
  out.interaction = interactions_;
  out.message = ++open_->messages;
  out.fresh_connection = fresh_connection;
  out.request = request_of(message, layout_, path_, host_header_, open_->cookies);
  if (quirks_.has(Quirk::connection_close)) out.request.headers.push_back({"Connection", "close"});
  out.said = document_of(std::move(message), layout_);
  if (!fresh_connection) open_->last = out;
  effects.push_back(std::move(out));
}

void Phone::finish(End end, std::string why, Effects& effects) {
  if (end == End::clean_up || end == End::restart) {
    changed_ = false;
    if (open_->reason == Reason::local_changes) changes_.clear();
    if (open_->reason == Reason::inventory_changes) inventory_.clear();
  }
  open_.reset();
  effects.push_back(Finish{end, interactions_, std::move(why)});
}

void Phone::restart(Effects& effects) {
  finish(End::restart, "", effects);
  waiting_.clear();
  gather_timer_.reset();
  restart_timer_ = ++timers_;
  effects.push_back(Restarting{});
  effects.push_back(SetTimer{*restart_timer_, limits_.restart_takes});
}

// It comes back as after a power cut.
void Phone::vanish(Effects& effects) {
  finish(End::broke_off, "it vanishes, and starts up again", effects);
  waiting_.clear();
  restart_timer_ = ++timers_;
  effects.push_back(Restarting{});
  effects.push_back(SetTimer{*restart_timer_, limits_.restart_takes});
}

std::string Phone::new_nonce() {
  const bool cut = quirks_.has(Quirk::short_nonce);
  const std::string_view digits =
      cut || quirks_.has(Quirk::lower_case_nonce) ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string nonce;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random_.next();
    for (int i = 0; i < 16; ++i, bits >>= 4) nonce += digits[bits & 15];
  }
  if (cut) nonce.resize(23);
  return nonce;
}

}  // namespace understudy::phone
