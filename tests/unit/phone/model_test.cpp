// A phone to whom anything happens in any order: it never wedges, never says two things at once, loses count of nothing, and
// holds what it said that it took.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <ostream>
#include <set>

#include "phone/entities.h"
#include "phone/phone.h"
#include "support/messages.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace understudy::phone {
namespace {

using wpi::Action;
using wpi::Item;

// What happens next; the numbers choose among what is possible, so that every sequence is one, also a shortened one.
struct Step {
  unsigned what = 0, which = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) { return out << step.what << "/" << step.which; }

rc::Gen<std::vector<Step>> steps() {
  const auto number = [](unsigned end) { return rc::gen::inRange(0u, end); };
  return rc::gen::container<std::vector<Step>>(
      rc::gen::build<Step>(rc::gen::set(&Step::what, number(44)), rc::gen::set(&Step::which, number(10'000))));
}

template <typename T, std::size_t N>
const T& one_of(const T (&all)[N], unsigned which) {
  return all[which % N];
}

// Names that a phone itself never changes, and some that it does, refuses or does not know.
const std::string plain_names[] = {"sntp-addr", "display-id-unicode", "dhcp", "registration-backoff-timer", "brand-new-item"};
const std::string other_names[] = {"mobility-enabled", "dcmp-url",       "dcmp-poll-interval", "device-type", "e164",
                                   "mac-addr",         "cleanup-reason", "userdata-vu1",       "select-dial", "basic-e164",
                                   "sip-mobility-state", "no such \"item\""};
const std::string values[] = {"", "1", "true", "True", "false", "60", "NULL", "a < b & \"c\"", "http://192.0.2.5:8080/dcmp/", "\u00e4\u20ac", "59"};
// What orders of files have in them, right and wrong.
const std::string file_items[] = {"file-name", "file-type", "file-https-base-url", "file-server", "file-action", "file-port"};
const std::string file_values[] = {"a.png", "LOGO", "https://192.0.2.9/b.png", "192.0.2.9", "delete", "deploy", "RINGTONE", "", "c.mp3"};
const int refusals[] = {302, 404, 500, 503};
const std::string indexes[] = {"1", "7", "0", "-1", "x", "", "99999999999"};

Item any_item(unsigned which) {
  Item out = item(which % 3 != 0 ? one_of(plain_names, which / 3) : one_of(other_names, which / 3), one_of(values, which / 37));
  if (which % 7 == 0) out.index = one_of(indexes, which / 7);
  return out;
}

Item file_item(unsigned which) {
  Item out = item(one_of(file_items, which), one_of(file_values, which / 7));
  if (which % 3 != 0) out.index = one_of(indexes, which / 31);
  return out;
}

// A file that can be fetched.
std::vector<Item> one_file(unsigned which) {
  return {item("file-https-base-url", which % 2 ? "https://192.0.2.9/a.png" : "https://192.0.2.9/b.png"), item("file-type", "LOGO")};
}

class World {
 public:
  World(wpi::Reader& reader, unsigned kind)
      : reader_(reader), kind_(kind), phone_(made()) {
    if (kind & 128) user_changes(item("mobility-enabled", "true"));
  }

  void step(const Step& step) {
    const unsigned which = step.which;
    switch (step.what) {
      case 0:
      case 1: return happens(PowerOn{});
      case 2:
      case 3: return user_changes(any_item(which));
      case 4: return happens(ModulesChanged{static_cast<int>(which % 3)});
      case 5:
      case 6: return happens(CallBegins{});
      case 7:
      case 8: return happens(CallEnds{});
      case 9: return happens(LogOn{"4711", "1234"});
      case 10: return happens(LogOff{});
      case 11: return happens(Polled{which % 2 ? 202 : 200});
      case 12: return happens(CutShort{"test"});
      case 13:
      case 14:
      case 15:
      case 16:
      case 17: return timer(which);
      case 40:
      case 41: return fetching_.empty() ? timer(which) : fetched(which);
      default: return under_way_ ? service(step) : timer(which);
    }
  }

  void holds_what_it_took() const {
    for (const auto& [name, value] : known_) {
      const auto index = name.second.empty() ? std::nullopt : std::optional(std::stoi(name.second));
      const std::string* held = phone_.store().find(name.first, index);
      RC_ASSERT(held && *held == value);
    }
  }

  // Another that remembers what this one does is the same, also to its service, when both are switched on.
  void outlives_a_power_cut() {
    Phone other = made();
    const std::string memory = phone_.memory();
    const auto remembered = other.remember(memory);
    if (!remembered) RC_FAIL(remembered.error());
    RC_ASSERT(other.memory() == memory);
    RC_ASSERT(other.memory_version() == 0u);
    items::Store kept = phone_.store();
    forget_poll_target(kept);
    RC_ASSERT(other.store() == kept);
    happens(CutShort{"power cut"});
    happens(PowerOn{});
    std::optional<Send> there = send_in(other.handle(PowerOn{}));
    RC_ASSERT(there.has_value());
    RC_ASSERT(without_nonce(*there) == without_nonce(under_way_.value()));
    // What was pending comes behind the start-up.
    there = send_in(other.handle(answered(message(Action::clean_up, {}, there->said->nonce->text))));
    answers(message(Action::clean_up, {}));
    const auto reports = [](const std::optional<Send>& send) { return send && send->said->reason() == wpi::Reason::local_changes; };
    RC_ASSERT(reports(there) == reports(under_way_));
    if (reports(there)) RC_ASSERT(without_nonce(*there) == without_nonce(*under_way_));
  }

  // A service that answers CleanUp to everything, and all the time in the world.
  void comes_to_rest() {
    std::size_t turns = 200 + 2 * (timers_.size() + fetching_.size());  // each may be one that is no longer waited for
    for (; !phone_.idle(); --turns) {
      RC_ASSERT(turns > 0u);
      if (under_way_) {
        answers(message(Action::clean_up, {}));
      } else if (!fetching_.empty()) {
        fetched(turns);
      } else {
        RC_ASSERT(!timers_.empty());
        timer(0);
      }
    }
    RC_ASSERT(!under_way_);
    RC_ASSERT(begun_ == finished_);
    // And lives: it says something when it is switched on.
    happens(PowerOn{});
    RC_ASSERT(under_way_.has_value());
    // A user can come or go, whatever became of the last one.
    if (*phone_.store().find("mobility-enabled") == "true") {
      const bool goes = is_possible(LogOff{}), comes = is_possible(LogOn{"4712", ""});
      RC_ASSERT(goes != comes);
    }
  }

 private:
  bool is_possible(const Event& event) {
    for (const Effect& effect : phone_.handle(event))
      if (std::holds_alternative<Note>(effect)) return false;
    return true;
  }

  Phone made() const {
    return Phone({"00:1A:E8:FF:00:01", "4241", "192.0.2.44"}, **model_named("OpenStage 60"),
                 **firmware_named(kind_ % 3 == 0 ? "V3 R5" : kind_ % 3 == 1 ? "V2 R2" : "V1 R4"), "192.0.2.1:18443",
                 "/DeploymentService/LoginService", kind_, quirks(kind_), limits(kind_));
  }
  static std::optional<Send> send_in(const Effects& effects) {
    for (const Effect& effect : effects)
      if (const auto* send = std::get_if<Send>(&effect)) return *send;
    return std::nullopt;
  }
  static std::string without_nonce(const Send& send) {
    std::string body = send.request.body;
    const std::string& nonce = send.said->nonce->text;
    return body.erase(body.find(nonce), nonce.size());
  }
  static Quirks quirks(unsigned kind) {
    Quirks out;
    if (kind & 4) out |= {Quirk::fresh_nonce};
    if (kind & 8) out |= {Quirk::reply_before_restart};
    if (kind & 16) out |= {Quirk::strict_nonce};
    if (kind & 256) out |= {Quirk::no_status_for_several};
    if (kind & 512) out |= {kind & 1024 ? Quirk::reply_instead_of_status : Quirk::reply_and_status};
    return out;
  }
  static Limits limits(unsigned kind) {
    Limits out;
    out.actions = 30;
    out.overloads = 3;
    if (kind & 32) out.message = 3'000;
    if (kind & 64) out.retry.attempts = 2;
    return out;
  }

  // ---- What happens
  // The downloads of an order come to their end, also of one that the phone has forgotten meanwhile.
  void fetched(std::size_t which) {
    auto chosen = fetching_.begin();
    std::advance(chosen, which % fetching_.size());
    Fetched event{chosen->first, {}};
    for (std::size_t n = 0; n < chosen->second; ++n) event.results.push_back({(which >> n) % 2 == 0, "no such file"});
    if (which % 5 == 0 && !event.results.empty()) event.results.pop_back();
    if (waits_for_ == chosen->first) waits_for_ = 0;
    fetching_.erase(chosen);
    happens(event);
  }

  void timer(unsigned which) {
    if (timers_.empty()) return;
    auto chosen = timers_.begin();
    std::advance(chosen, which % timers_.size());
    const std::uint64_t fired = *chosen;
    timers_.erase(chosen);
    happens(TimerFired{fired});
  }

  void user_changes(Item changed) {
    if (changed.index && changed.index->find_first_not_of("0123456789") != std::string::npos) return;
    if (changed.index && (changed.index->empty() || changed.index->size() > 5)) changed.index = "1";
    know(changed.name, changed.index, changed.value);
    happens(ItemsChanged{{changed}});
  }

  std::string message(Action action, std::vector<Item> items, std::string_view nonce = "") const {
    wpi::ServiceMessage message;
    message.nonce = nonce.empty() ? under_way_->said->nonce_or_empty() : nonce;
    message.action = action;
    message.items = std::move(items);
    std::string body;
    wpi::write(message, body);
    return body;
  }

  void service(const Step& step) {
    const unsigned which = step.which;
    std::vector<Item> items;
    for (unsigned n = 0; n < which % 5; ++n) items.push_back(any_item(which / 5 + 131 * n));
    switch (step.what) {
      case 18: return answers(message(Action::read_all_items, {}));
      case 19:
      case 20: return answers(message(Action::read_items, items));
      case 21:
      case 22:
      case 23: return answers(message(Action::write_items, items));
      case 24:
      case 25: return answers(message(Action::get_next_fragment, {}));
      case 26: return answers(message(Action::software_deployment, items));
      case 42: return answers(message(Action::file_deployment, one_file(which)));
      case 43:
        for (Item& one : items) one = file_item(which * 13 + static_cast<unsigned>(&one - items.data()) * 101);
        return answers(message(Action::file_deployment, items));
      case 27:
        if (which % 3 == 0) return answers(message(Action::restart, {}));
        if (which % 3 == 1) return answers(message(Action::restart, {item("restart-type", "FactoryReset")}));
        resets_ = true;
        return answers(message(Action::restart, {item("restart-type", "FactoryReset"), item("restart-password", "124816")}));
      case 28: return answers(message(Action::clean_up, {item("send-solicited", "true")}));
      case 29:
      case 30: return answers(message(Action::clean_up, {item("cleanup-reason", "overload")}));
      case 31: return answers("<DLSMessage><Mess");
      case 32: return answers("");
      case 33: return answers(message(Action::clean_up, {}), one_of(refusals, which));
      case 34: return answers(service_message("<Action>Dance</Action>", under_way_->said->nonce_or_empty()));
      case 35: return answers(service_message(which % 2 ? "" : "<ItemList/>", under_way_->said->nonce_or_empty()));
      case 36: return answers(message(Action::write_items, items, "another"));
      case 37: return answers(message(Action::write_items, items), 200, wpi::Framing::chunked);
      case 38: return no_answer(which % 2);
      default: return answers(message(Action::clean_up, {}));
    }
  }

  void no_answer(bool kept) {
    const Send said = *std::exchange(under_way_, std::nullopt);
    again_ = said;
    happens(NotAnswered{kept && !said.fresh_connection, "refused"});
    again_.reset();
  }

  Answered answered(const std::string& body, int status = 200, wpi::Framing framing = wpi::Framing::content_length) {
    wpi::HttpResponse response;
    response.version = "HTTP/1.1";
    response.status = status;
    response.framing = framing;
    response.body = body;
    response.complete = response.keeps_open = true;
    std::shared_ptr<const wpi::Document> order;
    if (!body.empty()) order = std::make_shared<wpi::Document>(reader_.read(body, wpi::Sender::service));
    return {std::move(response), std::move(order)};
  }

  void answers(const std::string& body, int status = 200, wpi::Framing framing = wpi::Framing::content_length) {
    const Answered answer = answered(body, status, framing);
    std::shared_ptr<const wpi::Document> order = answer.document;
    under_way_.reset();
    asked_ = order;
    const bool in_call = phone_.in_call();
    happens(answer);
    asked_.reset();
    if (order && !phone_.firmware().decodes_entities)  // what such a phone makes of it
      order = std::make_shared<wpi::Document>(with_entities_left(*order, body));
    if (order && status == 200 && under_way_ && replies("WriteItems")) took(*order, in_call);
    if (order && status == 200 && under_way_ && replies("ReadItems")) gave(*order);
  }

  bool replies(std::string_view action) const {
    const wpi::ReasonText& reason = under_way_->said->reasons.front();
    return asked_action_ == action && reason.action && reason.action->text == action;
  }

  // ---- What is known
  using Name = std::pair<std::string, std::string>;  // and index
  static bool is_plain(const std::string& name) {
    for (const std::string& plain : plain_names)
      if (plain == name) return true;
    return name == "select-dial";
  }
  void know(const std::string& name, const std::optional<std::string>& index, std::string value) {
    if (!is_plain(name)) return;
    const std::string at = index ? std::to_string(std::stoi(*index)) : "";
    known_[{name, at}] = std::move(value);
  }

  // Whatever the reply does not name was taken (guide p.78-83).
  void took(const wpi::Document& order, bool in_call) {
    const wpi::ReasonText& reason = under_way_->said->reasons.front();
    RC_ASSERT(reason.status->text == (in_call ? "busy" : "accepted"));
    if (in_call) return;
    std::multiset<Name> refused;
    for (const Item& one : under_way_->said->items) {
      RC_ASSERT(!one.status.empty());
      refused.insert({one.name, one.index.value_or("(none)")});
    }
    if (under_way_->said->fragment->text == "next") return unknown(order);
    for (const Item& one : order.items) {
      const auto found = refused.find({one.name, one.index.value_or("(none)")});
      // Of an item that stands there twice the first may be refused and the second taken.
      if (found != refused.end() || count(order, one) > 1) {
        if (count(order, one) > 1) forget(one);
        continue;
      }
      const bool clears = one.value == "NULL" || one.value == "0.0.0.0";
      const bool spelled = one.name == "dhcp" && one.value == "True";
      know(one.name, one.index, clears ? "" : spelled ? "true" : one.value);
    }
  }
  static long count(const wpi::Document& order, const Item& wanted) {
    long n = 0;
    for (const Item& one : order.items) n += one.name == wanted.name && one.index == wanted.index;
    return n;
  }
  void forget(const Item& one) {
    for (auto it = known_.begin(); it != known_.end();) it = it->first.first == one.name ? known_.erase(it) : std::next(it);
  }
  void unknown(const wpi::Document& order) {
    for (const Item& one : order.items) forget(one);
  }

  // What is read back is what was taken.
  void gave(const wpi::Document& order) {
    const wpi::Document wire = reader_.read(under_way_->request.body, wpi::Sender::phone);
    RC_ASSERT(under_way_->said->reasons.front().status->text == "accepted");
    if (under_way_->said->fragment->text == "next") return;
    RC_ASSERT(wire.items.size() >= order.items.size());
    for (const Item& one : wire.items) {
      const auto known = known_.find({one.name, one.index ? *one.index : ""});
      if (known != known_.end() && one.status.empty()) RC_ASSERT(one.value == known->second);
    }
  }

  // ---- What the phone does
  void happens(const Event& event) {
    asked_action_ = asked_ && asked_->action() ? std::string(spelling(*asked_->action())) : "";
    const bool cut = std::holds_alternative<CutShort>(event);
    if (cut) under_way_.reset();
    if (cut) waits_for_ = 0;
    int said = 0;
    const std::string memory = phone_.memory();
    const std::uint32_t version = phone_.memory_version();
    const Effects effects = phone_.handle(event);
    RC_ASSERT(phone_.memory_version() > version || (phone_.memory_version() == version && phone_.memory() == memory));
    for (const Effect& effect : effects) {
      if (const auto* begin = std::get_if<Begin>(&effect)) begins(*begin);
      if (const auto* send = std::get_if<Send>(&effect)) says(*send), ++said;
      if (const auto* finish = std::get_if<Finish>(&effect)) finishes(*finish);
      if (const auto* fetch = std::get_if<Fetch>(&effect)) asks_for(*fetch, said == 0);
      if (const auto* timer = std::get_if<SetTimer>(&effect)) {
        RC_ASSERT(timer->timer > last_timer_);
        RC_ASSERT(timer->after.count() >= 0);
        last_timer_ = timer->timer;
        timers_.insert(timer->timer);
      }
      if (std::holds_alternative<Restarting>(effect) && std::exchange(resets_, false)) known_.clear();
      if (const auto* poll = std::get_if<Poll>(&effect)) RC_ASSERT(poll->url.ends_with("contact-me?device-id=00:1A:E8:FF:00:01"));
    }
    RC_ASSERT(said <= 1);
    // In an interaction it is the service's turn, or that of a download, or else nothing would ever happen.
    RC_ASSERT((begun_ > finished_) == (under_way_.has_value() || waits_for_ != 0));
    RC_ASSERT(phone_.idle() || under_way_ || !timers_.empty() || !fetching_.empty());
    lists_each_file_once();
  }

  void begins(const Begin& begin) {
    RC_ASSERT(begun_ == finished_);
    RC_ASSERT(begin.interaction == ++begun_);
    messages_ = 0;
  }

  // Saying nothing with it, the phone waits for what it asked for.
  void asks_for(const Fetch& fetch, bool waits) {
    RC_ASSERT(!fetch.files.empty());
    for (const File& file : fetch.files) RC_ASSERT(file.wrong.empty() && !file.deletes && !file.name.empty());
    RC_ASSERT(fetching_.emplace(fetch.fetch, fetch.files.size()).second);
    if (waits) waits_for_ = fetch.fetch;
  }

  void lists_each_file_once() const {
    std::set<std::pair<std::string, std::string>> files;
    const std::size_t all = phone_.store().instances("file-deployment-name").size();
    for (std::size_t n = 1; n <= all; ++n) {
      const std::string* name = phone_.store().find("file-deployment-name", static_cast<int>(n));
      const std::string* type = phone_.store().find("file-deployment-type", static_cast<int>(n));
      RC_ASSERT(name && type);
      RC_ASSERT(files.emplace(*name, *type).second);
    }
  }

  void finishes(const Finish& finish) {
    RC_ASSERT(!under_way_);
    RC_ASSERT(finish.interaction == begun_);
    RC_ASSERT(++finished_ == begun_);
  }

  void says(const Send& send) {
    RC_ASSERT(!under_way_);
    RC_ASSERT(begun_ == finished_ + 1);
    RC_ASSERT(send.interaction == begun_);
    if (send.attempt > 1) {  // the very same, since the connection had gone
      RC_ASSERT(again_ && send.attempt == 2 && again_->attempt == 1);
      RC_ASSERT(send.message == messages_);
      RC_ASSERT(send.request.body == again_->request.body);
    } else {
      RC_ASSERT(send.message == ++messages_);
    }
    RC_ASSERT(send.fresh_connection == (send.message == 1 || send.attempt == 2));

    const wpi::Document wire = reader_.read(send.request.body, wpi::Sender::phone, {.validate = true});
    RC_ASSERT(wire.well_formed);
    for (const wpi::OddText& odd : wire.oddities) RC_FAIL(std::string(name_of(odd.oddity)) + ": " + odd.detail + " in " + send.request.body);
    RC_ASSERT(wire.nonce_or_empty().size() == 32);
    RC_ASSERT(wire.nonce_or_empty() == send.said->nonce_or_empty());
    RC_ASSERT(wire.reasons.size() == 1u);
    RC_ASSERT(wire.reason() == send.said->reason());
    if (!send.said->items_left_out) RC_ASSERT(wire.items.size() == send.said->items.size());
    const bool tells = wire.reason() == wpi::Reason::status;
    if (tells && send.attempt == 1) RC_ASSERT(wire.find("file-deployment-status"));
    if (send.message > 1) RC_ASSERT(tells || wire.reason() == wpi::Reason::reply_to || wire.reason() == wpi::Reason::clean_up);
    under_way_ = send;
  }

  wpi::Reader& reader_;
  unsigned kind_;
  Phone phone_;
  std::optional<Send> under_way_;                 // said, and not answered
  std::optional<Send> again_;                     // what may be said once more
  std::shared_ptr<const wpi::Document> asked_;    // what is being answered
  std::string asked_action_;
  std::map<std::uint32_t, std::size_t> fetching_;  // asked for, and how many files each
  std::uint32_t waits_for_ = 0;                   // the one of them that the interaction waits for
  std::set<std::uint64_t> timers_;                // set, and not fired; also those that the phone no longer waits for
  std::map<Name, std::string> known_;             // what the phone must hold
  bool resets_ = false;                           // a factory reset was ordered: with the restart all is forgotten
  std::uint64_t last_timer_ = 0;
  std::uint32_t begun_ = 0, finished_ = 0, messages_ = 0;
};

TEST(AnyPhone, NeverWedgesAndHoldsWhatItTookWhateverHappens) {
  wpi::Reader reader;
  EXPECT_TRUE(rc::check([&] {
    World world(reader, *rc::gen::inRange(0u, 2048u));
    for (const Step& step : *steps()) {
      world.step(step);
      world.holds_what_it_took();
    }
    world.comes_to_rest();
  }));
}

TEST(AnyPhone, OutlivesAPowerCutAtAnyMoment) {
  wpi::Reader reader;
  EXPECT_TRUE(rc::check([&] {
    World world(reader, *rc::gen::inRange(0u, 256u));
    for (const Step& step : *steps()) world.step(step);
    world.outlives_a_power_cut();
    world.comes_to_rest();
  }));
}

}  // namespace
}  // namespace understudy::phone
