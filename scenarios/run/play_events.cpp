// What a play has happen to its phones.
#include <charconv>
#include <utility>

#include "scenarios/duration.h"
#include "scenarios/run/free_texts.h"
#include "scenarios/run/play.h"
#include "wpi/http.h"
#include "wpi/utf8.h"

namespace understudy::scenarios {

using language::Step;

namespace {

std::string name_of(const Step& step) {
  const auto* event = std::get_if<language::EventStep>(&step.what);
  if (event && !event->label.empty()) return event->label;
  const auto* trigger = event ? std::get_if<language::Trigger>(&event->event) : nullptr;
  return trigger ? step.element + " " + trigger->job : step.element;
}

// "a=1; b=2", as a phone says them.
wpi::Headers cookies_in(std::string_view said) {
  wpi::Headers out;
  while (!said.empty()) {
    const std::size_t end = std::min(said.find(';'), said.size());
    const std::string_view pair = wpi::trimmed(said.substr(0, end));
    said.remove_prefix(std::min(end + 1, said.size()));
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos)
      out.push_back({std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1))});
  }
  return out;
}

}  // namespace

void Play::mark_step(std::uint32_t n, const std::string& name) {
  Desk& desk = desks_[n];
  if (desk.lingers) mark_end(n, "idle");
  if (desk.marked++ > 0) return;
  desk.begun.clear();
  desk.contacts = desk.polls = 0;
  means_.stage.mark(transcript::Event::step, desk.id, title_.empty() ? name : title_ + ": " + name);
}

void Play::mark_end(std::uint32_t n, const std::string& how) {
  Desk& desk = desks_[n];
  desk.lingers = false;
  if (desk.marked == 0) return;
  desk.marked = 0;
  means_.stage.mark(transcript::Event::step_ended, desk.id, how);
}

void Play::end_event(Strand& strand, Frame& frame) {
  if (!frame.marked) return;
  Desk& desk = desks_[strand.phone];
  if (desk.marked > 1)
    --desk.marked;
  else if (means_.stage.rests(desk.id))
    mark_end(strand.phone, "idle");
  else
    desk.lingers = true;
}

// Else it is no step of the transcript.
bool Play::says_something(const Desk& desk, const language::EventStep& it) const {
  if (!it.steps.empty()) return true;
  if (std::holds_alternative<language::Poll>(it.event)) return !means_.stage.phone(desk.id).poll_url().empty();
  return !std::holds_alternative<language::Behave>(it.event) && !std::holds_alternative<language::CallBegins>(it.event);
}

// False where the play is over.
bool Play::post(Strand& strand, const Step& step, const language::EventStep& it) {
  Desk& desk = desks_[strand.phone];
  const auto* trigger = std::get_if<language::Trigger>(&it.event);
  const auto* contact = std::get_if<language::ContactMe>(&it.event);
  const auto* behave = std::get_if<language::Behave>(&it.event);
  // What cannot be filled in does not happen.
  std::optional<phone::Event> event;
  if (!trigger && !contact && !behave && !(event = event_of(strand, step, it.event))) return false;
  Frame& frame = strand.frames[strand.frames.size() - 2];  // its steps stand upon it
  if (trigger && !can_start(strand, step, *trigger)) return false;
  frame.marked = says_something(desk, it);
  if (frame.marked) mark_step(strand.phone, name_of(step));
  frame.interactions_before = means_.stage.interactions(desk.id);
  if (trigger) {
    start_job(strand, step, *trigger);
    return !failed_;
  }
  if (contact) {
    const auto host = filled(strand, contact->host), port = filled(strand, contact->port);
    if (!host || !port) return false;
    means_.stage.call_at_door(desk.id, contact->wanted,
                              port->empty() || host->empty() ? *host : *host + ":" + *port);
    return true;
  }
  if (behave) {
    const auto set = [](bool& to, const std::optional<bool>& from) { to = from.value_or(to); };
    set(desk.switches.fails, behave->fails);
    set(desk.switches.ends, behave->ends);
    set(desk.switches.refuses_first, behave->refuses_first);
    set(desk.switches.wrong_tan, behave->wrong_tan);
    if (behave->max_items)
      desk.switches.max_items = *behave->max_items == 0 ? std::nullopt : behave->max_items;
    if (behave->cookie_of) {
      const bool own = *behave->cookie_of == strand.phone;
      desk.switches.others_cookies = own ? wpi::Headers{} : cookies_in(desks_[*behave->cookie_of].last_words.cookie);
    }
    if (behave->quirks) means_.stage.post(desk.id, phone::QuirksSet{means_.quirks | *behave->quirks});
    means_.stage.post(desk.id, phone::Behave{desk.switches});
    return true;
  }
  if (const auto* change = std::get_if<language::LocalChange>(&it.event); change && change->unique)
    for (const wpi::Item& item : std::get<phone::ItemsChanged>(*event).items)
      means_.stage.mark(transcript::Event::planted, desk.id, item.value);
  means_.stage.post(desk.id, *event);
  return true;
}

std::optional<std::vector<wpi::Item>> Play::items_of(const Strand& strand,
                                                     const std::vector<language::Setting>& settings) {
  std::vector<wpi::Item> items;
  for (const language::Setting& setting : settings) {
    auto name = filled(strand, setting.name), value = filled(strand, setting.value);
    if (!name || !value) return std::nullopt;
    wpi::Item& item = items.emplace_back();
    item.name = std::move(*name);
    item.value = std::move(*value);
    if (!setting.index) continue;
    auto index = filled(strand, *setting.index);
    if (!index) return std::nullopt;
    if (!index->empty()) item.index = std::move(*index);
  }
  return items;
}

std::optional<phone::Event> Play::event_of(Strand& strand, const Step&, const language::Event& event) {
  if (const auto* on = std::get_if<language::StartUp>(&event)) return phone::PowerOn{on->from_factory};
  if (std::holds_alternative<language::Restart>(event)) return phone::PowerCut{};
  if (std::holds_alternative<language::FactoryReset>(event)) return phone::PowerCut{.to_factory = true};
  if (std::holds_alternative<language::PowerCut>(event)) return phone::PowerCut{};
  if (const auto* change = std::get_if<language::LocalChange>(&event)) {
    auto items = items_of(strand, change->items);
    if (!items) return std::nullopt;
    if (change->texts) {
      const auto text = filled(strand, *change->texts);
      if (!text) return std::nullopt;
      const auto& phone = means_.stage.phone(desks_[strand.phone].id);
      for (wpi::Item& item : free_texts(phone.model(), phone.firmware(), *text)) items->push_back(std::move(item));
    }
    return phone::ItemsChanged{std::move(*items), change->by};
  }
  if (const auto* change = std::get_if<language::InventoryChange>(&event))
    return phone::ModulesChanged{change->modules};
  if (std::holds_alternative<language::CallBegins>(event)) return phone::CallBegins{};
  if (std::holds_alternative<language::CallEnds>(event)) return phone::CallEnds{};
  if (const auto* user = std::get_if<language::LogOn>(&event)) {
    auto number = filled(strand, user->number), password = filled(strand, user->password);
    if (!number || !password) return std::nullopt;
    return phone::LogOn{std::move(*number), std::move(*password)};
  }
  if (std::holds_alternative<language::LogOff>(event)) return phone::LogOff{};
  if (const auto* pin = std::get_if<language::EnterPin>(&event)) {
    auto digits = filled(strand, pin->pin);
    if (!digits) return std::nullopt;
    return phone::PinEntered{std::move(*digits)};
  }
  return phone::PollNow{};
}

bool Play::can_start(const Strand& strand, const Step& step, const language::Trigger& trigger) {
  if (means_.start_job && means_.can_start(trigger.job)) return true;
  fail(How::not_exercised,
       {step.place,
        scenario_->phones[strand.phone].name,
        "it wants the service to start a job: a trigger for \"" + trigger.job + "\" in a file for --triggers",
        "",
        "",
        {}});
  return false;
}

// The phone may be called while the trigger still runs: then the job may be done before the trigger is.
void Play::start_job(Strand& strand, const Step& step, const language::Trigger& trigger) {
  Desk& desk = desks_[strand.phone];
  if (trigger.pin) {
    auto pin = filled(strand, *trigger.pin);
    if (!pin) return;
    desk.pin = std::move(*pin);
  }
  means_.stage.mark(transcript::Event::trigger, desk.id, trigger.job);
  wait(strand, {Waiting::Job{&step}}, longest_duration);
  const std::uint32_t before = means_.stage.interactions(desk.id);
  means_.start_job(means_.stage.phone(desk.id).identity(), trigger.job,
                   trigger.job == "bootstrap-pin" ? pin_of(strand.phone) : std::string(),
                   [weak = weak_from_this(), &strand, &step, &trigger, n = strand.phone, before,
                    waits = strand.wait](Means::Started started) {
                     const auto play = weak.lock();
                     if (!play || play->over() || strand.wait != waits) return;
                     const std::string& id = play->desks_[n].id;
                     if (!started) {
                       play->means_.stage.mark(transcript::Event::trigger_failed, id, started.error());
                       play->fail(How::not_exercised, {step.place,
                                                       play->scenario_->phones[n].name,
                                                       "its job could not be started: " + started.error(),
                                                       "",
                                                       "",
                                                       {}});
                     } else {
                       if (play->means_.stage.interactions(id) == before)
                         play->means_.stage.mark(transcript::Event::job, id, trigger.job);
                       if (!trigger.capture.empty()) play->values_.set(n, trigger.capture, *started);
                       strand.came = true;
                     }
                     play->wake();
                   });
}

}  // namespace understudy::scenarios
