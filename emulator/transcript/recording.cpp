#include "transcript/recording.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "transcript/messages.h"
#include "transcript/traces.h"
#include "wpi/reader.h"

namespace understudy::transcript {

namespace {

using wpi::Action;
using wpi::Reason;

constexpr std::string_view device_id = "device-id=";

// A phone as it is known from what it said.
struct Known {
  std::string id;
  bool open = false;  // an interaction
  std::uint32_t interaction = 0, message = 0;
  std::uint32_t attempt = 1;
  std::string last_body;  // as long as it is not answered
  bool last_answered = false;
  // What ends the interaction with its last exchange, unless the phone goes on all the same.
  Ending ending = Ending::broke_off;
  std::string why;
  std::size_t last = 0;                      // that exchange, by its place among the entries
  std::vector<std::string> nonces, cookies;  // of the interaction, by which it is found
  microseconds last_ended{};
};

}  // namespace

class Weaver {
 public:
  // `out` gets entries as they come; nullptr: they are kept until weave() gives them.
  explicit Weaver(std::function<void(const Entry&)> out) : live_(std::move(out)) {}
  Woven weave(std::vector<RecordedExchange>& recorded);
  void take_live(RecordedExchange one);
  void forget(std::uint64_t connection) { by_connection_.erase(connection); }
  void cut_all();
  const LeftOut& left_out() const { return out_.left_out; }

 private:
  void put(Entry entry);
  void read(RecordedExchange& one);
  void forget(Known& phone);
  void take(RecordedExchange& one);
  void take_get(RecordedExchange& one);
  void take_contact(RecordedExchange& one);
  Known* phone_of(const RecordedExchange& one);
  Known& introduced(const std::string& key, const wpi::Document* said, std::string_view mac);
  void begin(Known& phone, const Exchange& exchange);
  void end(Known& phone, microseconds at, Ending ending);
  void cut(Known& phone);
  void put_late_marks();
  void end_by(Known& phone, const Exchange& exchange);
  void leave_out(const RecordedExchange& one, Lack lack);
  void put_apart(RecordedExchange& one, Known& phone);

  std::function<void(const Entry&)> live_;
  wpi::Reader reader_;
  Woven out_;
  std::map<std::string, Known> phones_;  // by what is known of them first: MAC, number, address, connection
  std::map<std::string, Known*> by_nonce_, by_cookie_;
  std::map<std::uint64_t, Known*> by_connection_;
  std::map<std::string, std::set<Known*>> by_peer_;
  std::map<std::string, Known*> by_door_;                 // the host of its contact-me-uri, and with its port
  std::set<std::pair<std::string, std::string>> places_;  // host and path that are spoken WPI with
  std::size_t open_ = 0;
  std::multimap<std::size_t, Mark> late_;  // behind which entry
};

std::pair<std::string, std::string> place_of(const Exchange& exchange) {
  return {exchange.remote, exchange.request.target};
}

bool speaks_wpi(const Exchange& exchange) {
  return exchange.said && exchange.said->reason().has_value();
}

// "10.0.0.7:8085" of a URI.
std::string place_in(std::string_view uri) {
  if (const std::size_t scheme = uri.find("://"); scheme != std::string_view::npos) uri.remove_prefix(scheme + 3);
  return std::string(uri.substr(0, uri.find('/')));
}

std::string called(const Exchange& exchange) {
  constexpr std::size_t most = 80;  // characters; enough to find it again
  return (exchange.request.method + " " + exchange.request.target).substr(0, most);
}

void Weaver::put(Entry entry) {
  if (live_) return live_(entry);
  out_.entries.push_back(std::move(entry));
}

// A recording that goes on for days shall not grow by every nonce and cookie.
void Weaver::forget(Known& phone) {
  const auto drop = [&](std::map<std::string, Known*>& of, std::vector<std::string>& keys) {
    for (const std::string& key : keys)
      if (const auto at = of.find(key); at != of.end() && at->second == &phone) of.erase(at);
    keys.clear();
  };
  drop(by_nonce_, phone.nonces);
  drop(by_cookie_, phone.cookies);
  std::string().swap(phone.last_body);  // and with its room
}

void Weaver::leave_out(const RecordedExchange& one, Lack lack) {
  out_.left_out.add(lack, one.entry, called(one.exchange));
}

Known& Weaver::introduced(const std::string& key, const wpi::Document* said, std::string_view mac) {
  const auto [place, fresh] = phones_.try_emplace(key);
  Known& phone = place->second;
  if (!fresh) return phone;
  phone.id = "phone-" + std::to_string(phones_.size());
  PhoneMark mark;
  mark.phone = phone.id;
  mark.mac = mac;
  const auto value = [&](std::string_view name) {
    const wpi::Item* item = said ? said->find(name) : nullptr;
    return item ? item->value : std::string();
  };
  mark.model = value("device-type");
  mark.firmware = value("software-version");
  mark.e164 = value("e164");
  put(std::move(mark));
  return phone;
}

// Whose message it is: by its MAC address, else by what ties it to an earlier one. nullptr: nothing does.
Known* Weaver::phone_of(const RecordedExchange& one) {
  const Exchange& exchange = one.exchange;
  const wpi::Document& said = *exchange.said;
  const bool replies = said.reason() == Reason::reply_to;
  const wpi::Item* mac = said.find("mac-addr");
  if (mac && !mac->value.empty()) {
    const std::string key = "mac " + normal_mac(mac->value);
    if (!replies || phones_.contains(key)) return &introduced(key, &said, mac->value);
  }
  if (const auto nonce = by_nonce_.find(std::string(said.nonce_or_empty()));
      nonce != by_nonce_.end() && nonce->second->open)
    return nonce->second;
  for (const std::string& cookie : cookies_of(exchange.request.headers, "Cookie"))
    if (const auto known = by_cookie_.find(cookie); known != by_cookie_.end()) return known->second;
  if (const auto known = by_connection_.find(exchange.connection);
      exchange.connection != 0 && known != by_connection_.end())
    return known->second;
  if (const auto known = by_peer_.find(one.peer);
      !one.peer.empty() && known != by_peer_.end() && known->second.size() == 1)
    return *known->second.begin();
  if (replies) {
    // Where only one phone is waited for, it is that one.
    if (open_ != 1) return nullptr;
    for (auto& [key, phone] : phones_)
      if (phone.open) return &phone;
    return nullptr;
  }
  if (const wpi::Item* number = said.find("e164"); number && !number->value.empty())
    return &introduced("number " + number->value, &said, "");
  if (!one.peer.empty()) return &introduced("address " + one.peer, &said, "");
  if (exchange.connection != 0)
    return &introduced("connection " + std::to_string(exchange.connection), &said, "");
  return &introduced("one of its own " + std::to_string(one.entry), &said, "");
}

void Weaver::begin(Known& phone, const Exchange& exchange) {
  if (live_) forget(phone);
  phone.open = true;
  ++open_;
  ++phone.interaction;
  phone.message = 0;
  phone.last_body.clear();
  phone.ending = Ending::broke_off;
  phone.why.clear();
  const auto reason = exchange.said->reason();
  put(Mark{exchange.begun, Event::interaction, phone.id, phone.interaction,
           reason ? std::string(wpi::spelling(*reason)) : std::string()});
}

void Weaver::end(Known& phone, microseconds at, Ending ending) {
  put(Mark{at, Event::interaction_ended, phone.id, phone.interaction, std::string(name_of(ending))});
  phone.open = false;
  --open_;
}

// The phone accepted an order after which it begins anew.
bool restarts(const wpi::Document& said) {
  if (said.reason() != Reason::reply_to || said.reasons.empty()) return false;
  const auto& [reason, action, status] = said.reasons.front();
  return action && action->text == wpi::spelling(Action::restart) && status &&
         wpi::same_ignoring_case(status->text, wpi::spelling(wpi::ReplyStatus::accepted));
}

// What this answer ends, if it ends something.
void Weaver::end_by(Known& phone, const Exchange& exchange) {
  const wpi::HttpResponse& response = *exchange.response;
  const bool success = response.status >= 200 && response.status < 300;
  const auto order = success && exchange.answer ? exchange.answer->action() : std::nullopt;
  phone.ending = order ? Ending::broke_off : Ending::unclean;
  phone.why = order             ? std::string()
              : !success        ? "status " + std::to_string(response.status)
              : exchange.answer ? "no order"
                                : "an empty answer";
  if (order == Action::clean_up) return end(phone, exchange.ended, Ending::clean_up);
  if (exchange.said->reason() == Reason::clean_up) return end(phone, exchange.ended, Ending::phone_clean_up);
  if (restarts(*exchange.said)) return end(phone, exchange.ended, Ending::restart);
}

// The phone went no further: it ended with what it heard last, or it is the phone (or the recording) that broke off. That is
// only known later than it was.
void Weaver::cut(Known& phone) {
  Mark mark{phone.last_ended, Event::interaction_ended, phone.id, phone.interaction,
            std::string(name_of(phone.ending)) + (phone.why.empty() ? "" : ": " + phone.why)};
  if (live_)
    put(std::move(mark));
  else
    late_.emplace(phone.last, std::move(mark));
  phone.open = false;
  --open_;
}

void Weaver::put_late_marks() {
  std::vector<Entry> entries;
  entries.reserve(out_.entries.size() + late_.size());
  auto late = late_.begin();
  for (std::size_t i = 0; i < out_.entries.size(); ++i) {
    entries.push_back(std::move(out_.entries[i]));
    for (; late != late_.end() && late->first == i; ++late) entries.emplace_back(std::move(late->second));
  }
  out_.entries = std::move(entries);
}

// It is shown, and nothing that comes of it is judged.
void Weaver::put_apart(RecordedExchange& one, Known& phone) {
  one.exchange.untold.add(Fact::content);
  one.exchange.outcome = one.exchange.response ? Outcome::answered : Outcome::interrupted;
  phone.last_answered = one.exchange.response.has_value();
  phone.ending = Ending::broke_off;
  phone.why.clear();
  leave_out(one, one.lack);
}

void Weaver::take_get(RecordedExchange& one) {
  Exchange& exchange = one.exchange;
  if (!exchange.response) return leave_out(one, Lack::no_answer);
  const std::string& target = exchange.request.target;
  const std::size_t at = target.find(device_id);
  if (at == std::string::npos) {
    if (!places_.contains(place_of(exchange))) return leave_out(one, Lack::no_wpi);
    put(std::move(exchange));  // a probe, of no phone
    return;
  }
  const std::string_view mac = std::string_view(target).substr(at + device_id.size());
  exchange.poll = true;
  exchange.phone =
      introduced("mac " + normal_mac(mac.substr(0, mac.find('&'))), nullptr, mac.substr(0, mac.find('&'))).id;
  put(std::move(exchange));
}

// Whether the phone will call is only known from its answer; its contact gap is not.
void Weaver::take_contact(RecordedExchange& one) {
  Exchange& exchange = one.exchange;
  auto phone = by_door_.find(exchange.remote);
  if (phone == by_door_.end()) phone = by_door_.find(host_of(exchange.remote));
  if (phone == by_door_.end()) return leave_out(one, Lack::no_phone);
  if (!exchange.response) return leave_out(one, Lack::no_answer);
  const wpi::HttpRequest& request = exchange.request;
  constexpr std::string_view wanted = "ContactMe=true";
  const bool asks =
      request.body.find(wanted) != std::string::npos || request.target.find(wanted) != std::string::npos;
  Contact contact;
  contact.at = exchange.begun;
  contact.phone = phone->second->id;
  contact.local = exchange.remote;
  contact.remote = exchange.local;
  contact.encrypted = exchange.encrypted;
  contact.status = exchange.response->status;
  contact.heed = !asks ? Heed::not_asked : contact.status == 204 ? Heed::calls_back : Heed::unheeded;
  contact.request = std::move(exchange.request);
  put(std::move(contact));
}

void Weaver::take(RecordedExchange& one) {
  Exchange& exchange = one.exchange;
  exchange.number = one.entry;
  if (asks_for_contact(exchange.request) && !speaks_wpi(exchange)) return take_contact(one);
  if (exchange.request.method == "GET") return take_get(one);
  if (exchange.request.method != "POST") return leave_out(one, Lack::no_wpi);
  if (exchange.request.body.empty())
    return leave_out(one, places_.contains(place_of(exchange)) ? Lack::no_body : Lack::no_wpi);
  if (!speaks_wpi(exchange))
    return leave_out(one, !exchange.said->well_formed && places_.contains(place_of(exchange))
                              ? Lack::unreadable
                              : Lack::no_wpi);
  Known* const phone = phone_of(one);
  if (!phone) return leave_out(one, Lack::no_phone);

  const auto reason = exchange.said->reason();
  const bool again = phone->open && !phone->last_answered && exchange.request.body == phone->last_body;
  const bool goes_on = phone->open && (again || reason == Reason::reply_to || reason == Reason::clean_up);
  if (phone->open && !goes_on) cut(*phone);
  if (!goes_on) begin(*phone, exchange);
  if (!again) ++phone->message;
  phone->attempt = again ? phone->attempt + 1 : 1;
  phone->last_body = exchange.request.body;
  exchange.phone = phone->id;
  exchange.interaction = phone->interaction;
  exchange.message = phone->message;
  exchange.attempt = phone->attempt;
  if (const wpi::Item* door = exchange.said->find("contact-me-uri"); door && !door->value.empty())
    by_door_[host_of(door->value)] = by_door_[place_in(door->value)] = phone;
  if (!one.peer.empty()) by_peer_[one.peer].insert(phone);
  if (exchange.connection != 0) by_connection_[exchange.connection] = phone;
  if (const std::string nonce(exchange.said->nonce_or_empty()); !nonce.empty()) {
    by_nonce_[nonce] = phone;
    if (live_ && (phone->nonces.empty() || phone->nonces.back() != nonce)) phone->nonces.push_back(nonce);
  }
  if (exchange.response)
    for (const std::string& cookie : cookies_of(exchange.response->headers, "Set-Cookie")) {
      by_cookie_[cookie] = phone;
      if (live_) phone->cookies.push_back(cookie);
    }

  if (!goes_on && reason == Reason::reply_to) {
    exchange.untold.add(Fact::content);
    one.lack = Lack::no_request;
  } else if (!exchange.said->well_formed) {
    exchange.untold.add(Fact::content);
    one.lack = Lack::unreadable;
  }
  phone->last = out_.entries.size();
  phone->last_ended = exchange.ended;
  if (exchange.untold.has(Fact::content)) {
    const bool ends = exchange.response && exchange.answer && exchange.answer->action() == Action::clean_up;
    put_apart(one, *phone);
    const microseconds at = exchange.ended;
    put(std::move(exchange));
    if (ends) end(*phone, at, Ending::clean_up);
    return;
  }
  phone->last_answered = exchange.response.has_value();
  if (phone->last_answered) std::string().swap(phone->last_body);  // of many phones it would be much
  if (!exchange.response) {
    phone->ending = Ending::connection_lost;
    phone->why = exchange.failure;
  }
  put(exchange);
  if (exchange.response) end_by(*phone, exchange);
}

void Weaver::read(RecordedExchange& one) {
  read_messages(reader_, one.exchange);
  // Whether it is the service that ended in the middle cannot be told.
  if (one.exchange.answer && !one.exchange.answer->well_formed && !one.whole &&
      one.exchange.response->status / 100 == 2) {
    one.exchange.untold.add(Fact::content);
    one.lack = Lack::not_kept;
  }
  if (speaks_wpi(one.exchange)) places_.insert(place_of(one.exchange));
}

void Weaver::take_live(RecordedExchange one) {
  read(one);
  take(one);
}

void Weaver::cut_all() {
  for (auto& [key, phone] : phones_)
    if (phone.open) cut(phone);
}

Woven Weaver::weave(std::vector<RecordedExchange>& recorded) {
  std::stable_sort(recorded.begin(), recorded.end(),
                   [](const RecordedExchange& a, const RecordedExchange& b) {
                     return a.exchange.begun < b.exchange.begun;
                   });
  for (RecordedExchange& one : recorded) read(one);
  for (RecordedExchange& one : recorded) {
    take(one);
    one = {};  // what is kept of it has moved
  }
  cut_all();
  put_late_marks();
  return std::move(out_);
}

Woven weave(std::vector<RecordedExchange> recorded) {
  return Weaver(nullptr).weave(recorded);
}

LiveWeaver::LiveWeaver(std::function<void(const Entry&)> out)
    : weaver_(std::make_unique<Weaver>(std::move(out))) {}
LiveWeaver::~LiveWeaver() = default;
void LiveWeaver::take(RecordedExchange one) {
  weaver_->take_live(std::move(one));
}
void LiveWeaver::forget(std::uint64_t connection) {
  weaver_->forget(connection);
}
void LiveWeaver::finish() {
  weaver_->cut_all();
}
const LeftOut& LiveWeaver::left_out() const {
  return weaver_->left_out();
}

}  // namespace understudy::transcript
