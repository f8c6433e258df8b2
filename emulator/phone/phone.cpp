#include "phone/phone.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "items/factory.h"
#include "phone/speech.h"

namespace understudy::phone {

using items::index_of;
using wpi::Item;
using wpi::Reason;

namespace {

std::shared_ptr<const items::Base> make_base(const Model& model, const Firmware& firmware) {
  items::Store store;
  items::fill(store, model, firmware.unsupported_items);
  const auto put = [&](std::string_view name, std::string value) { store.put(name, std::nullopt, std::move(value)); };
  for (std::string_view own : {"contact-me-uri", "mac-addr", "e164", "basic-e164"}) put(own, "");  // each phone has its own
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
  // What only some firmware says of itself (field); gigabit-ethernet, which V1 could not read, is none of them (guide p.38).
  constexpr std::pair<std::string_view, std::string_view> says[] = {
      {"gigabit-ethernet-enabled", "false"}, {"slog-archive-me", "false"},         {"fault-report-slog-entry", "false"},
      {"fault-time-slog-entry", ""},         {"fault-report-ocsr-connect", "false"}, {"fault-tome-ocsr-connect", "false"},
      {"fault-report-admin-pwd", "false"},   {"fault-time-admin-pwd", ""},         {"fault-report-user-pwd", "false"},
      {"fault-time-user-pwd", ""},           {"cloud-pin-value", "failure"}};
  for (const auto& [name, value] : says)
    if (std::find(firmware.basic_items.begin(), firmware.basic_items.end(), name) != firmware.basic_items.end())
      put(name, std::string(value));
  return store.as_base(firmware.basic_items);
}

// "host:18443" with another port; an IPv6 address has brackets.
std::string with_port(const std::string& host, std::uint16_t port) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  return (has_port ? host.substr(0, colon) : host) + ":" + std::to_string(port);
}

}  // namespace

std::shared_ptr<const items::Base> factory_base(const Model& model, const Firmware& firmware) {
  static std::mutex making;
  static std::map<std::pair<std::string, std::string>, std::shared_ptr<const items::Base>> bases;
  const std::lock_guard lock(making);
  std::shared_ptr<const items::Base>& base = bases[{model.device_type, firmware.version}];
  if (!base) base = make_base(model, firmware);
  return base;
}

Phone::Phone(Identity identity, const Model& model, const Firmware& firmware, std::string host_header, std::string path,
             std::uint64_t seed, Quirks quirks, Limits limits, Switches switches)
    : Phone(std::move(identity), model, firmware, std::make_shared<const Service>(Service{std::move(host_header), std::move(path)}),
            seed, quirks, limits, switches) {}

Phone::Phone(Identity identity, const Model& model, const Firmware& firmware, std::shared_ptr<const Service> service,
             std::uint64_t seed, Quirks quirks, Limits limits, Switches switches)
    : identity_(std::move(identity)),
      model_(model),
      firmware_(&firmware),
      service_(std::move(service)),
      switches_(switches),
      limits_(limits),
      random_(seed) {
  set_quirks(quirks);
  if (quirks.has(Quirk::soft_client)) identity_.mac = soft_client_name(identity_.e164);
  factory_reset();
  changed_ = false;  // as the guide's first start-up says (p.33): a service that does not know the phone reads anyway
}

void Phone::factory_reset() {
  other_changes_ += store_.changes() + 1;
  store_ = items::Store(factory_base(model_, *firmware_));
  const bool v6 = identity_.address.find(':') != std::string::npos;
  put("contact-me-uri", "http://" + (v6 ? "[" + identity_.address + "]" : identity_.address) + ":" + std::to_string(identity_.door) + "/contact_dls.html/ContactDLS");  // guide p.12, p.14
  put("mac-addr", identity_.mac);
  put("e164", identity_.e164);
  put("basic-e164", identity_.e164);
  take_supplied();
  user_.clear();
  user_password_.clear();
  changes_.clear();
  secure_.reset();  // back in default mode (guide p.51 has the factory's settings; inferred)
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

bool Phone::idle() const {
  return !open_ && waiting_.empty() && !deployments_ && !waits_for(Wait::restart) && !waits_for(Wait::gather) &&
         !waits_for(Wait::retry) && !waits_for(Wait::overload);
}

bool Phone::says(std::string_view item, std::string_view value) const {
  const std::string* held = store_.find(item);
  return held && *held == value;
}

void Phone::set_up(const std::vector<Item>& settings) {
  for (const Item& item : settings) store_.put(item.name, index_of(item), item.value, {items::Who::administrator, {}});
}

void Phone::supply(const std::vector<Item>& given) {
  const auto is_given = [&](const Item& old) {
    return std::any_of(given.begin(), given.end(), [&](const Item& item) {
      return item.name == old.name && item.index == old.index && item.value == old.value;
    });
  };
  std::erase_if(supplied_, is_given);
  give_back(store_, supplied_);
  supplied_ = given;
  take_supplied();
}

void Phone::factory_reset(Effects& effects) {
  factory_reset();
  effects.push_back(Forget{});
}

void Phone::take_supplied() {
  if (says("dhcp", "false")) return;
  for (const Item& item : supplied_) store_.put(item.name, index_of(item), item.value, {items::Who::dhcp, now_});
}

Effects Phone::handle(const Event& event, microseconds now) {
  now_ = now;
  const bool changed = changed_;
  const std::string beside = user_and_pending();
  Effects effects;
  std::visit([&](const auto& it) { happen(it, effects); }, event);
  give_up_log_on();
  begin_next(effects);
  if (changed_ != changed || user_and_pending() != beside) ++other_changes_;
  return effects;
}

void Phone::happen(const PowerOn& on, Effects& effects) {
  if (on.from_factory) factory_reset(effects);
  forget_downloads(true, effects);
  done_ = {};
  start_up();
}

// What could not be reported before is, once the service knows that the phone is here (inferred).
void Phone::start_up() {
  want(Reason::start_up);
  if (!changes_.empty() && !waits_for(Wait::gather)) want(Reason::local_changes);
}

void Phone::happen(const PowerCut& cut, Effects& effects) {
  if (open_) finish(End::broke_off, "its power is cut", effects);
  if (cut.to_factory) factory_reset(effects);
  go_down(effects);
}

void Phone::happen(const ItemsChanged& changed, Effects& effects) {
  for (const Item& item : changed.items) note_change(item, changed.by);
  if (!waits_for(Wait::gather)) wait(Wait::gather, limits_.gathers_changes, effects);
}

void Phone::happen(const CallBegins&, Effects& effects) {
  in_call_ = true;
  effects.push_back(InCall{true});
}

// The phone only knows that it is wanted, not why (guide p.72).
void Phone::happen(const CallEnds&, Effects& effects) {
  in_call_ = false;
  effects.push_back(InCall{false});
  if (call_back_) want(Reason::solicited);
  call_back_ = false;
}

void Phone::happen(const TimerFired& fired, Effects& effects) {
  const auto found = std::find(timer_.begin(), timer_.end(), fired.timer);
  if (fired.timer == 0 || found == timer_.end()) return;  // another has taken its place
  *found = 0;
  switch (static_cast<Wait>(found - timer_.begin())) {
    case Wait::restart: return start_up();
    case Wait::gather: return want(Reason::local_changes);
    case Wait::retry: return;
    case Wait::overload: return say_again(effects);
    case Wait::poll:
      effects.push_back(Poll{poll_url()});
      return poll_later(effects);
  }
}

void Phone::happen(const CutShort& cut, Effects& effects) {
  waiting_.clear();
  forget_downloads(false, effects);
  if (again_) changes_.insert(changes_.begin(), again_->reported.begin(), again_->reported.end());
  again_.reset();
  const std::uint64_t poll = timer(Wait::poll);
  timer_ = {};
  timer(Wait::poll) = poll;
  if (open_) finish(End::broke_off, cut.why, effects);
}

void Phone::want(const Due& due) {
  if (std::find(waiting_.begin(), waiting_.end(), due) == waiting_.end()) waiting_.push_back(due);
}

void Phone::wait(Wait what, microseconds time, Effects& effects) {
  timer(what) = ++timers_;
  effects.push_back(SetTimer{timers_, time});
}

// One interaction at a time, each on a connection of its own (guide p.33, p.34).
void Phone::begin_next(Effects& effects) {
  if (open_ || waiting_.empty() || waits_for(Wait::restart) || waits_for(Wait::retry) || waits_for(Wait::overload)) return;
  const Due due = waiting_.front();
  waiting_.erase(waiting_.begin());
  open(due, effects);
  if (!due.elsewhere.empty()) effects.push_back(Note{"calls " + due.elsewhere + ", as it was asked to"});

  if (due.reason == Reason::clean_up) return say_clean_up("password retries exceeded", effects);  // guide p.83
  wpi::PhoneMessage message;
  message.reason = due.reason;
  if (due.reason == Reason::local_changes) open_->reported = std::exchange(changes_, {});
  message.items = basic_items(due.reason);
  introduce_user(message.items);
  const std::size_t identity = message.items.size();
  if (attaches_changes(due.reason))
    message.items.insert(message.items.end(), open_->reported.begin(), open_->reported.end());
  for (Item& item : more_items(due)) message.items.push_back(std::move(item));
  if (due.reason == Reason::status)
    for (Item& item : results_to_tell()) message.items.push_back(std::move(item));
  arrange(message.items, identity, quirks_);
  send(std::move(message), true, effects);
}

void Phone::open(Due due, Effects& effects) {
  open_ = std::make_unique<Interaction>();
  open_->due = due;
  open_->nonce = new_nonce();
  if (quirks_.has(Quirk::stale_cookie)) open_->cookies.push_back({"PHPSESSID", "2f6c0d5b7e914a38; path=/"});
  open_->cookies.insert(open_->cookies.end(), switches_.others_cookies.begin(), switches_.others_cookies.end());
  effects.push_back(Begin{due.reason, ++interactions_});
}

bool Phone::attaches_changes(Reason reason) const {
  return reason == Reason::local_changes && firmware_->attached_changes && open_ && !open_->reported.empty();
}

std::vector<Item> Phone::basic_items(Reason reason) const {
  std::vector<Item> items;
  items.reserve(firmware_->basic_items.size() + (attaches_changes(reason) ? open_->reported.size() : 0));
  each_basic_item(reason, [&](const std::string& name, std::string_view value, bool readable) {
    Item& item = items.emplace_back();
    item.name = name;
    item.value = value;
    if (!readable) item.status = spelling(wpi::ItemStatus::failed);  // what a phone cannot read (guide p.33, p.38)
  });
  return items;
}

void Phone::each_basic_item(Reason reason,
                            const std::function<void(const std::string& name, std::string_view value, bool readable)>& take) const {
  const bool attaches = attaches_changes(reason);
  for (std::size_t n = 0; n < firmware_->basic_items.size(); ++n) {
    const std::string& name = firmware_->basic_items[n];
    if (name == "user-pwd" && quirks_.has(Quirk::withheld_user_pwd)) continue;
    if (name == "configuration-changed-flag") {
      take(name, changed_ ? "true" : "false", true);
    } else if (name == "configuration-attached-flag") {
      if (attaches) take(name, "true", true);
    } else if (name == "configuration-attached-number") {
      if (attaches) take(name, std::to_string(open_->reported.size()), true);
    } else if (name == "backlight-type" && firmware_->major > 2 && reason != Reason::start_up && reason != Reason::reply_to) {
      continue;  // V3 reports it at start-up and in ReadAllItems only (field)
    } else {
      const std::string* value = store_.in_heading(n);
      take(name, value ? std::string_view(*value) : std::string_view(), value != nullptr);
    }
  }
}

void Phone::send(wpi::PhoneMessage message, bool fresh_connection, Effects& effects) {
  if (quirks_.has(Quirk::fresh_nonce)) open_->nonce = new_nonce();
  message.nonce = open_->nonce;
  if (by_hand_) take_words(message);
  if (switches_.max_items) message.max_items = std::to_string(*switches_.max_items);
  if (quirks_.has(Quirk::connection_close)) fresh_connection = true;

  Send out;
  out.interaction = interactions_;
  out.message = ++open_->messages;
  out.fresh_connection = fresh_connection;
  out.elsewhere = open_->due.elsewhere;
  out.wrong_tan = std::exchange(open_->wrong_tan, false);
  out.others_cookie = !switches_.others_cookies.empty();
  std::string host = out.elsewhere.empty() ? service_->host_header : out.elsewhere;
  if (secure()) {
    out.credentials = secure_->credentials;
    if (out.elsewhere.empty()) host = with_port(host, out.credentials->port);
  }
  out.request = request_of(message, layout_, service_->path, host, open_->cookies);
  if (quirks_.has(Quirk::connection_close)) out.request.headers.push_back({"Connection", "close"});
  out.said = document_of(std::move(message), layout_);
  if (by_hand_) out.by_hand = by_hand_->broken ? ByHand::broken : ByHand::words;
  if (by_hand_ && by_hand_->words.body) {
    set_body(out.request, *by_hand_->words.body);
    out.said = by_hand_->words.said;
  }
  open_->last = out;
  effects.push_back(std::move(out));
}

void Phone::finish(End end, std::string why, Effects& effects) {
  const Interaction over = std::move(*open_);
  open_.reset();
  effects.push_back(Finish{end, interactions_, std::move(why)});
  if (end == End::clean_up || end == End::restart) {
    changed_ = !changes_.empty();
    user_comes_or_goes(over);
    if (call_back_ && !in_call_) {
      want(Reason::solicited);
      call_back_ = false;
    }
  } else {
    // What the service did not take is reported again with what comes next.
    changes_.insert(changes_.begin(), over.reported.begin(), over.reported.end());
  }
  change_over(end, effects);
  if (end == End::connection_lost) {
    try_again_later(over.due, effects);
    if (waits_for(Wait::retry)) tell_later(over.told);
  }
  if (deployments_ && !deployments_->to_tell.empty()) want(Reason::status);
  poll_later(effects);  // any contact starts its time over (wiki)
}

void Phone::restart(Effects& effects) {
  const bool resets = open_ && open_->resets;
  if (open_) finish(End::restart, "", effects);
  if (resets) factory_reset(effects);
  go_down(effects);
}

// It comes back as after a power cut.
void Phone::vanish(Effects& effects) {
  finish(End::broke_off, "it vanishes, and starts up again", effects);
  go_down(effects);
}

// A phone that restarts forgets that it was wanted (guide p.72), and where to poll (wiki).
void Phone::go_down(Effects& effects) {
  waiting_.clear();
  again_.reset();
  forget_downloads(false, effects);
  timer_ = {};
  call_back_ = false;
  contacts_.reset();
  retries_ = overloads_ = 0;
  forget_poll_target(store_);
  if (in_call_) effects.push_back(InCall{false});
  in_call_ = false;
  effects.push_back(Restarting{});
  wait(Wait::restart, limits_.restart_takes, effects);
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
