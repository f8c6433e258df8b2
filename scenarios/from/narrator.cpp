#include "scenarios/from/narrator.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "net/carrier.h"

namespace understudy::scenarios::from {

using namespace std::chrono_literals;
using transcript::Contact;
using transcript::Event;
using transcript::Exchange;
using transcript::Heed;
using transcript::Mark;
using wpi::Reason;

namespace {

constexpr std::string_view jobs[] = {"read",          "write",        "read-all",        "restart",
                                     "factory-reset", "deploy-files", "deploy-software", "certificate",
                                     "bootstrap",     "bootstrap-pin"};

// The event that a step's name says; empty: it has a name of its own, or is none.
std::string_view event_named(std::string_view text) {
  constexpr std::string_view events[] = {"start-up",     "restart",          "factory-reset", "power-cut",
                                         "local-change", "inventory-change", "log-on",        "log-off",
                                         "poll",         "contact-me",       "enter-pin"};
  for (const std::string_view event : events)
    if (text == event || text.ends_with(": " + std::string(event))) return event;
  return {};
}

std::string_view job_named(std::string_view text) {
  for (const std::string_view job : jobs)
    if (text == job || text.ends_with("trigger " + std::string(job))) return job;
  return {};
}

// The first interaction of such an event goes without saying.
bool goes_without_saying(std::string_view event, Reason reason) {
  if (event == "start-up" || event == "restart" || event == "factory-reset" || event == "power-cut")
    return reason == Reason::start_up;
  if (event == "local-change") return reason == Reason::local_changes;
  if (event == "inventory-change" || event == "log-on" || event == "log-off")
    return reason == Reason::inventory_changes;
  return false;
}

Element log_on() {
  return {"log-on", {{"number", "{user}"}, {"password", "{user-password}"}}, "", {}};
}

}  // namespace

Narrator::Narrator(const std::vector<transcript::Entry>& entries, const Values& values)
    : entries_(entries), values_(values) {
  open_.push_back({{"steps", {}, "", {}}, 0});
  for (const transcript::Entry& entry : entries)
    if (const auto* mark = std::get_if<Mark>(&entry))
      has_steps_ = has_steps_ || (mark->event == Event::step && mark->phone == values.phone().id);
  for (const transcript::Entry& entry : entries)
    if (const auto* exchange = std::get_if<Exchange>(&entry);
        exchange && exchange->phone == values.phone().id)
      said_.push_back(exchange);
}

Element Narrator::steps() {
  const std::string& id = values_.phone().id;
  for (const transcript::Entry& entry : entries_) {
    if (const auto* mark = std::get_if<Mark>(&entry); mark && mark->phone == id) tell(*mark);
    if (const auto* contact = std::get_if<Contact>(&entry); contact && contact->phone == id) tell(*contact);
    if (const auto* exchange = std::get_if<Exchange>(&entry); exchange && exchange->phone == id)
      tell(*exchange);
  }
  close_all();
  if (awaits_rest_) here().add({"expect-rest", {}, "", {}});
  return std::move(here());
}

// ---- Where steps begin and end

Narrator::Open& Narrator::open(Element element, microseconds at, bool nested) {
  if (!nested) {
    close_all();
    add_wait(at);
  }
  begun_ = true;
  return open_.emplace_back(Open{std::move(element), 0});
}

void Narrator::close() {
  Element done = std::move(here());
  open_.pop_back();
  const bool has_items = std::any_of(done.children.begin(), done.children.end(),
                                     [](const Element& child) { return child.name == "item"; });
  if (done.name == "local-change" && !has_items) {
    done.children.insert(done.children.begin(), {"item", {{"name", "sntp-addr"}}, "192.0.2.123", {}});
    cannot_say("what was changed is not in the recording; here it is another item");
  }
  if (done.name == "inventory-change" && done.attributes.empty()) {
    done.attributes.emplace_back("modules", "1");
    cannot_say("how many modules there were is not in the recording");
  }
  here().add(std::move(done));
}

void Narrator::close_all() {
  while (in_event()) close();
}

// As long as the recording did nothing, outside of events.
void Narrator::add_wait(microseconds until) {
  if (in_event()) return;
  if (std::exchange(awaits_rest_, false)) here().add({"expect-rest", {}, "", {}});
  const microseconds idle = begun_ ? until - at_ : microseconds{};
  if (const std::string time = speed_ ? exact(idle, *speed_) : rounded(idle); !time.empty())
    here().add({"wait", {{"time", time}}, "", {}});
}

void Narrator::cannot_say(std::string text) {
  here().add(comment(text));
  unsaid_.push_back(plain(text));
}

// ---- What happened between messages

void Narrator::tell(const Mark& mark) {
  switch (mark.event) {
    case Event::step:
      step(mark);
      break;
    case Event::step_ended:
      close_all();
      break;
    case Event::interaction:
      if (const auto reason = wpi::reason_spelled(mark.text)) begin(mark.interaction, *reason, mark.at);
      break;
    case Event::interaction_ended:
      is_over_ = true;
      restarts_ = mark.text.starts_with("restart");
      unfinished_ = mark.text.starts_with("broke_off") || mark.text.starts_with("connection_lost");
      break;
    case Event::restart:
      restart(mark);
      break;
    case Event::call:
      call(mark);
      break;
    case Event::trigger:
      if (in("trigger")) break;
      if (const std::string_view job = job_named(mark.text); !job.empty())
        open({"trigger", {{"job", std::string(job)}}, "", {}}, mark.at, has_steps_ && in_event());
      else
        cannot_say("the service was given a job of the kind " + mark.text);
      break;
    case Event::fault:
      fault(mark);
      break;
    case Event::trigger_failed:
      cannot_say("the job could not be started: " + mark.text);
      break;
    case Event::hostile:
      cannot_say("here the phone did what no phone should: " + mark.text);
      break;
    default:
      return;  // does not take time
  }
  at_ = std::max(at_, mark.at);
}

// It stands before what has the phone say the message that meets it.
void Narrator::fault(const Mark& mark) {
  const std::size_t blank = mark.text.find(' ');
  const std::string kind = mark.text.substr(0, blank), number = blank == std::string::npos ? "" : mark.text.substr(blank + 1);
  const auto known = net::fault_named(kind);
  std::uint64_t amount = 0;
  const char* digits = number.data() + (number.starts_with('-') ? 1 : 0);
  const auto [rest, error] = std::from_chars(digits, number.data() + number.size(), amount);
  const bool is_number = error == std::errc() && rest == number.data() + number.size();
  if (!known || *known == net::Fault::Kind::none || *known == net::Fault::Kind::certificate || (!number.empty() && !is_number))
    return cannot_say("here the phone met a fault of the kind " + mark.text);
  Element step{"fault", {{"kind", kind}}, "", {}};
  if (*known == net::Fault::Kind::slow) step.attributes.emplace_back("rate", number);
  else if (*known == net::Fault::Kind::clock_jump) step.attributes.emplace_back("minutes", number);
  else if (*known == net::Fault::Kind::truncated_xml) step.attributes.emplace_back("item", std::to_string(amount + 1));
  else if (!number.empty()) step.attributes.emplace_back("bytes", number);
  faulty_ = mark.interaction;
  const bool opens = spoke_in_ != mark.interaction;
  if (opens && in_event() && open_.back().interactions <= 1 && here().children.empty()) {
    open_[open_.size() - 2].element.add(std::move(step));
  } else if (!here().children.empty() && (opens || here().children.back().name == "expect")) {
    here().children.insert(here().children.end() - 1, std::move(step));
  } else if (opens) {
    here().add(std::move(step));
  } else {
    cannot_say("here a message met a fault: " + mark.text);
  }
}

void Narrator::step(const Mark& mark) {
  close_all();
  if (mark.text == "behave" || mark.text.ends_with(": behave"))
    return cannot_say("from here on the phone behaved otherwise; how, the recording does not say");
  if (const std::string_view job = job_named(mark.text);
      !job.empty() && mark.text.find("trigger ") != std::string::npos) {
    open({"trigger", {{"job", std::string(job)}}, "", {}}, mark.at);
    return;
  }
  const std::string_view event = event_named(mark.text);
  if (event == "log-on")
    open(log_on(), mark.at);
  else if (event == "enter-pin")
    open({"enter-pin", {{"pin", "{pin}"}}, "", {}}, mark.at);
  else if (!event.empty())
    open({std::string(event), {}, "", {}}, mark.at);
}

void Narrator::call(const Mark& mark) {
  const bool begins = mark.text == "begins";
  if (begins == in_call_) return;
  in_call_ = begins;
  call_is_guessed_ = false;
  Element event{begins ? "call-begins" : "call-ends", {}, "", {}};
  if (in_event() && (has_steps_ || !is_over_)) {
    here().add(std::move(event));
    return;
  }
  open(std::move(event), mark.at);
  if (begins) close_all();
}

void Narrator::restart(const Mark& mark) {
  const bool told =
      in_event() && open_.back().interactions == 0 && goes_without_saying(here().name, Reason::start_up);
  if (!restarts_ && !told) {
    const bool nested = in_event() && (has_steps_ || !is_over_ || unfinished_);
    open({unfinished_ ? "power-cut" : "restart", {}, "", {}}, mark.at, nested);
  }
  restarts_ = true;
  unfinished_ = false;
}

void Narrator::tell(const Contact& contact) {
  if (contact.scripted) {
    if (!in("contact-me")) open({"contact-me", {}, "", {}}, contact.at, in_event() && has_steps_);
    if (contact.heed == Heed::not_asked) here().attributes.emplace_back("wanted", "false");
    if (const std::size_t colon = contact.elsewhere.rfind(':'); colon != std::string::npos) {
      here().attributes.emplace_back("host", contact.elsewhere.substr(0, colon));
      here().attributes.emplace_back("port", contact.elsewhere.substr(colon + 1));
    }
    at_ = std::max(at_, contact.at);
    return;
  }
  if (contact.heed != Heed::calls_back && contact.heed != Heed::in_gap && contact.heed != Heed::unheeded)
    return cannot_say("somebody called at the phone's door, and asked for nothing that it gives");
  if (!has_steps_ && is_over_) close_all();
  Element wait{"expect-contact", {}, "", {}};
  if (!in_event()) {
    if (std::exchange(awaits_rest_, false)) here().add({"expect-rest", {}, "", {}});
    wait.attributes.emplace_back("within", limit_for(contact.at - at_));
  } else if (contact.at - at_ > 10s) {
    wait.attributes.emplace_back("within", limit_for(contact.at - at_));
  }
  here().add(std::move(wait));
  begun_ = true;
  at_ = std::max(at_, contact.at);
}

// ---- Interactions

void Narrator::begin(std::uint32_t interaction, Reason reason, microseconds at) {
  if (reason == Reason::clean_up) {  // no phone begins with it
    interaction_ = interaction;
    return cannot_say("the phone said clean-up where no interaction of it was open");
  }
  const bool ordered = std::exchange(restarts_, false) && reason == Reason::start_up;
  const bool unfinished = std::exchange(unfinished_, false) || !is_over_;
  interaction_ = interaction;
  is_over_ = false;
  const bool has_started = std::exchange(has_started_, true);
  const bool own = in_event() && open_.back().interactions == 0;
  if (own && goes_without_saying(here().name, reason)) {
    ++open_.back().interactions;
    return;
  }
  const auto waits = [&] {  // for what the service, or somebody else, has the phone do
    if (!in_event() && std::exchange(awaits_rest_, false)) here().add({"expect-rest", {}, "", {}});
    Element wait{"expect-interaction", {{"reason", std::string(spelling(reason))}}, "", {}};
    if (at - at_ > 10s) wait.attributes.emplace_back("within", limit_for(at - at_));
    here().add(std::move(wait));
    begun_ = true;
  };
  const bool nested = in_event() && has_steps_;
  const bool after_log_on =
      in_event() && (open_[1].element.name == "log-on" || open_[1].element.name == "log-off");
  const bool contacted = !here().children.empty() && (here().children.back().name == "expect-contact" ||
                                                      here().children.back().name == "wait");
  if (call_is_guessed_ && reason == Reason::solicited && nested && !contacted) {
    here().add({"call-ends", {}, "", {}});
    in_call_ = call_is_guessed_ = false;
  }
  if (reason == Reason::local_changes && !in("local-change")) {
    open({"local-change", {}, "", {}}, at, nested);
  } else if (nested || after_log_on || ordered || reason == Reason::status) {
    waits();
  } else if (reason == Reason::local_changes) {
    open({"local-change", {}, "", {}}, at);
  } else if (reason == Reason::inventory_changes) {
    open({"inventory-change", {}, "", {}}, at);
  } else if (reason == Reason::start_up) {
    const bool cut = unfinished && in_event();
    open({!has_started ? "start-up" : cut ? "power-cut" : "restart", {}, "", {}}, at, cut);
  } else if (in("call-ends") && own) {
    waits();
  } else if (in_call_ && !contacted) {
    in_call_ = call_is_guessed_ = false;
    open({"call-ends", {}, "", {}}, at);
    waits();
  } else if (contacted && !in_event()) {
    waits();
  } else {  // the recording does not show who called
    close_all();
    if (std::exchange(awaits_rest_, false)) here().add({"expect-rest", {}, "", {}});
    here().add({"expect-contact", {{"within", limit_for(at - at_)}}, "", {}});
    waits();
  }
  ++open_.back().interactions;
  at_ = std::max(at_, at);
}

}  // namespace understudy::scenarios::from
