// What a play has happen to its phones.
#include <charconv>
#include <utility>

#include "scenarios/duration.h"
#include "scenarios/run/free_texts.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Step;

namespace {

std::string name_of(const Step& step) {
  const auto* event = std::get_if<language::EventStep>(&step.what);
  const auto* trigger = event ? std::get_if<language::Trigger>(&event->event) : nullptr;
  return trigger ? step.element + " " + trigger->job : step.element;
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
  Desk& desk = desks_[strand.phone];
  if (frame.marked && desk.marked > 1)
    --desk.marked;
  else if (means_.stage.rests(desk.id))
    mark_end(strand.phone, "idle");
  else
    desk.lingers = true;
}

// False where the play is over.
bool Play::post(Strand& strand, const Step& step, const language::EventStep& it) {
  Desk& desk = desks_[strand.phone];
  mark_step(strand.phone, name_of(step));
  Frame& frame = strand.frames[strand.frames.size() - 2];  // its steps stand upon it
  frame.marked = true;
  frame.interactions_before = means_.stage.interactions(desk.id);
  if (const auto* trigger = std::get_if<language::Trigger>(&it.event)) {
    start_job(strand, step, *trigger);
    return !failed_;
  }
  if (const auto* contact = std::get_if<language::ContactMe>(&it.event)) {
    const auto host = filled(strand, contact->host), port = filled(strand, contact->port);
    if (!host || !port) return false;
    means_.stage.call_at_door(desk.id, contact->wanted,
                              port->empty() || host->empty() ? *host : *host + ":" + *port);
    return true;
  }
  if (const auto* behave = std::get_if<language::Behave>(&it.event)) {
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
  const auto event = event_of(strand, step, it.event);
  if (!event) return false;
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

// The phone may be called while the trigger still runs: then the job may be done before the trigger is.
void Play::start_job(Strand& strand, const Step& step, const language::Trigger& trigger) {
  Desk& desk = desks_[strand.phone];
  if (!means_.start_job || !means_.can_start(trigger.job))
    return fail(How::not_exercised, {step.place,
                                     scenario_->phones[strand.phone].name,
                                     "it wants the service to start a job: a trigger for \"" + trigger.job +
                                         "\" in a file for --triggers",
                                     "",
                                     "",
                                     {}});
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
