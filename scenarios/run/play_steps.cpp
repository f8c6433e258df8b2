// How a strand of a play enters each kind of step.
#include <algorithm>
#include <utility>

#include "items/catalogue.h"
#include "scenarios/duration.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Step;

namespace {

Frame frame_of(Frame::Kind kind, const Step& step) {
  Frame frame;
  frame.kind = kind;
  frame.step = &step;
  return frame;
}

Frame frame_of(const language::Steps& steps) {
  Frame frame;
  frame.steps = &steps;
  return frame;
}

}  // namespace

void Play::enter(Strand& strand, const Step& step) {
  if (!step.phones) return begin(strand, step);
  if (std::holds_alternative<language::Together>(step.what) || step.phones->count == 1) {
    // A <together> makes strands of its own; for one phone alone the frame only puts the former one back.
    Frame frame = frame_of(Frame::Kind::each, step);
    frame.phone_before = strand.phone;
    frame.next = step.phones->count;
    strand.phone = step.phones->first;
    strand.frames.push_back(std::move(frame));
    return begin(strand, step);
  }
  Frame frame = frame_of(Frame::Kind::each, step);
  frame.phone_before = strand.phone;
  strand.frames.push_back(std::move(frame));
}

void Play::begin(Strand& strand, const Step& step) {
  std::visit([&](const auto& it) { begin(strand, step, it); }, step.what);
}

void Play::begin(Strand& strand, const Step& step, const language::EventStep&) {
  strand.frames.push_back(frame_of(Frame::Kind::event, step));
}

// ---- What is expected of the service

void Play::begin(Strand& strand, const Step& step, const language::Expect& it) {
  wait(strand, {Waiting::Message{{&it}, false, &step}}, it.within);
}

void Play::begin(Strand& strand, const Step& step, const language::OneOf& it) {
  Waiting::Message message{{}, false, &step};
  microseconds limit{};
  for (const language::Expect& each : it.expected) {
    message.expected.push_back(&each);
    limit = std::max(limit, each.within);
  }
  wait(strand, {std::move(message)}, limit);
}

void Play::begin(Strand& strand, const Step& step, const language::AnyOrder& it) {
  Waiting::Message message{{}, true, &step};
  microseconds limit{};
  for (const language::Expect& each : it.expected) {
    message.expected.push_back(&each);
    limit += each.within;
  }
  wait(strand, {std::move(message)}, limit);
}

// To the end of the enclosing step; where there is none, of the strand.
void Play::begin(Strand& strand, const Step& step, const language::Never& it) {
  const auto event = std::find_if(strand.frames.rbegin(), strand.frames.rend(),
                                  [](const Frame& frame) { return frame.kind == Frame::Kind::event; });
  Frame& frame = event == strand.frames.rend() ? strand.frames.front() : *event;
  frame.nevers.push_back(&it);
  frame.never_places.push_back(it.action ? it.action_place : step.place);
}

void Play::begin(Strand& strand, const Step& step, const language::ExpectContact& it) {
  wait(strand, {Waiting::Contact{&step}}, it.within);
}

void Play::begin(Strand& strand, const Step& step, const language::ExpectInteraction& it) {
  wait(strand, {Waiting::Interaction{&step, it.reason}}, it.within);
}

void Play::begin(Strand& strand, const Step& step, const language::ExpectRest& it) {
  wait(strand, {Waiting::Rest{&step}}, it.within);
}

void Play::begin(Strand& strand, const Step&, const language::WaitTime& it) {
  wait(strand, {Waiting::Time{}}, it.time);
}

void Play::begin(Strand& strand, const Step& step, const language::WaitUntil& it) {
  using What = language::WaitUntil::What;
  switch (it.what) {
    case What::rest:
      return wait(strand, {Waiting::Rest{&step}}, it.at_most);
    case What::contact:
      return wait(strand, {Waiting::Contact{&step}}, it.at_most);
    case What::message:
      return wait(strand, {Waiting::Message{{}, false, &step}}, it.at_most);
    case What::poll:
      return wait(strand, {Waiting::Poll{&step}}, it.at_most);
  }
}

// ---- Values, faults

void Play::begin(Strand& strand, const Step&, const language::Set& it) {
  if (auto value = filled(strand, it.value)) values_.set(strand.phone, it.name, std::move(*value));
}

namespace {

// Of the phone's own items; of one without an index where none is asked for.
std::optional<std::string> held_by(const phone::Phone& phone, const std::string& name,
                                   const std::optional<std::string>& index) {
  wpi::Item wanted;
  wanted.name = name;
  if (index && !index->empty()) wanted.index = *index;
  const std::string* value = phone.store().find(name, items::index_of(wanted));
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace

void Play::begin(Strand& strand, const Step& step, const language::CaptureItem& it) {
  const auto name = filled(strand, it.name);
  if (!name) return;
  std::optional<std::string> index;
  if (it.index && !(index = filled(strand, *it.index))) return;
  const auto value = held_by(means_.stage.phone(desks_[strand.phone].id), *name, index);
  if (!value) return fail(strand, step.place, "the phone has no item " + *name, "a value", "none");
  values_.set(strand.phone, it.into, *value);
}

void Play::begin(Strand& strand, const Step& step, const language::AssertItem& it) {
  const auto name = filled(strand, it.name);
  if (!name) return;
  std::optional<std::string> index;
  if (it.index && !(index = filled(strand, *it.index))) return;
  const auto value = held_by(means_.stage.phone(desks_[strand.phone].id), *name, index);
  const std::string what = "the phone's item " + *name + (index && !index->empty() ? "[" + *index + "]" : "");
  if (const auto wrong =
          mismatch(it.match, value, what, step.place, items::is_secret(*name), fill_for(strand)))
    fail(strand, *wrong);
}

void Play::begin(Strand& strand, const Step&, const language::Fault& it) {
  Desk& desk = desks_[strand.phone];
  desk.fault = it.fault;
  desk.fault_chance = it.chance;
  if (it.shows) desk.fault.shows = means_.stage.phone(desks_[*it.shows].id).shows();
  desk.faults = it.times;
}

// ---- Several at once, and again

void Play::begin(Strand& strand, const Step&, const language::Together& it) {
  strand.children = 0;
  strand.meetings.clear();
  strand.held.clear();
  const auto add = [&](const Step& branch, std::uint32_t phone) {
    new_strand(&strand, phone).frames.push_back(frame_of(Frame::Kind::one, branch));
    ++strand.children;
  };
  for (const Step& branch : it.branches) {
    const language::PhoneRange range = branch.phones.value_or(language::PhoneRange{strand.phone, 1});
    for (std::uint32_t n = 0; n < range.count; ++n) add(branch, range.first + n);
  }
  wait(strand, {Waiting::Strands{}}, longest_duration);  // each strand's own waits have an end
}

void Play::begin(Strand& strand, const Step&, const language::Branch& it) {
  strand.frames.push_back(frame_of(it.steps));
}

void Play::begin(Strand& strand, const Step& step, const language::Meet& it) {
  if (!strand.parent) return;  // nobody to meet
  Strand& group = *strand.parent;
  std::uint32_t& there = group.meetings[it.name];
  if (++there >= it.strands) {
    there = 0;
    ++group.held[it.name];
  }
  wait(strand, {Waiting::Meeting{&step, it.name}}, it.at_most);
}

void Play::begin(Strand& strand, const Step&, const language::With& it) {
  strand.frames.push_back(frame_of(it.steps));
}

void Play::begin(Strand& strand, const Step& step, const language::Repeat&) {
  strand.frames.push_back(frame_of(Frame::Kind::repeat, step));
}

void Play::begin(Strand& strand, const Step& step, const language::ForEach&) {
  strand.frames.push_back(frame_of(Frame::Kind::rows, step));
}

void Play::begin(Strand& strand, const Step&, const language::Choose& it) {
  std::uint64_t all = 0;
  for (const auto& option : it.options) all += option.weight;
  if (all == 0) return;
  std::uint64_t at = random_.next() % all;
  for (const auto& option : it.options) {
    if (at < option.weight) return strand.frames.push_back(frame_of(option.steps));
    at -= option.weight;
  }
}

void Play::begin(Strand& strand, const Step&, const language::Include& it) {
  strand.frames.push_back(frame_of(it.steps));
}

void Play::begin(Strand& strand, const Step&, const language::StartTimer& it) {
  timers_[{strand.phone, it.name}] = means_.clock.now();
}

void Play::begin(Strand& strand, const Step& step, const language::StopTimer& it) {
  const auto started = timers_.find({strand.phone, it.name});
  if (started == timers_.end())
    return fail(How::could_not_run, {step.place,
                                     scenario_->phones[strand.phone].name,
                                     "the timer \"" + it.name + "\" is not running",
                                     "",
                                     "",
                                     {}});
  const microseconds time = means_.clock.now() - started->second;
  timers_.erase(started);
  outcome_.timers.push_back({it.name, scenario_->phones[strand.phone].name, time});
  means_.stage.mark(transcript::Event::note, desks_[strand.phone].id,
                    "timer " + it.name + ": " + std::to_string(time.count()) + " us");
  if (it.at_most && time > *it.at_most)
    fail(strand, step.place, "it took longer than it may", "at most " + in_words(*it.at_most),
         in_words(time));
}

}  // namespace understudy::scenarios
