// What a play has happen to its phones.
#include <charconv>
#include <utility>

#include "scenarios/duration.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Step;

void Play::mark_step(std::uint32_t n, const Step& step) {
  Desk& desk = desks_[n];
  if (desk.lingers) mark_end(n, "idle");
  if (desk.marked++ > 0) return;
  desk.begun.clear();
  desk.contacts = desk.polls = 0;
  std::string name = step.element;
  if (const auto* event = std::get_if<language::EventStep>(&step.what)) {
    if (const auto* trigger = std::get_if<language::Trigger>(&event->event)) name += " " + trigger->job;
    if (!event->label.empty()) name = event->label;
  }
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
  if (frame.marked) mark_step(strand.phone, step);
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
    if (behave->quirks) means_.stage.post(desk.id, phone::QuirksSet{means_.quirks | *behave->quirks});
    means_.stage.post(desk.id, phone::Behave{desk.switches});
    return true;
  }
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
