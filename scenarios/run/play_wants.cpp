// Who waits for a message of the service, or will before the phone comes to rest: it is held until then.
#include <algorithm>

#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Step;
using language::Steps;

namespace {

enum class Look { nothing, message, end };  // end: before one is looked for, the phone comes to rest

Look look_in(const Steps& steps, std::size_t from, std::uint32_t phone, std::uint32_t desk, bool new_events);

struct Looking {
  std::uint32_t phone, desk;
  bool new_events;  // an event is the beginning of something else

  Look in(const Steps& steps) const { return look_in(steps, 0, phone, desk, new_events); }
  Look rest() const { return phone == desk ? Look::end : Look::nothing; }
  Look message() const { return phone == desk ? Look::message : Look::nothing; }

  Look operator()(const language::Expect&) const { return message(); }
  Look operator()(const language::OneOf&) const { return message(); }
  Look operator()(const language::AnyOrder&) const { return message(); }
  Look operator()(const language::ExpectRest&) const { return rest(); }
  Look operator()(const language::WaitUntil& it) const {
    if (it.what == language::WaitUntil::What::message) return message();
    return it.what == language::WaitUntil::What::rest ? rest() : Look::nothing;
  }
  Look operator()(const language::EventStep& it) const {
    if (new_events) return Look::end;
    const Look found = in(it.steps);
    return found == Look::nothing && it.rest ? rest() : found;
  }
  Look operator()(const language::Together& it) const { return in(it.branches); }
  Look operator()(const language::Branch& it) const { return in(it.steps); }
  Look operator()(const language::Hostile& it) const {
    const Look found = in(it.steps);
    return found == Look::nothing ? rest() : found;
  }
  Look operator()(const language::With& it) const { return in(it.steps); }
  Look operator()(const language::Repeat& it) const { return it.times > 0 ? in(it.steps) : Look::nothing; }
  Look operator()(const language::ForEach& it) const { return in(it.steps); }
  Look operator()(const language::Include& it) const { return in(it.steps); }
  Look operator()(const language::Choose& it) const {
    for (const language::Choose::Option& option : it.options)
      if (const Look found = in(option.steps); found != Look::nothing) return found;
    return Look::nothing;
  }
  template <typename Other>
  Look operator()(const Other&) const {
    return Look::nothing;
  }
};

Look look_in(const Steps& steps, std::size_t from, std::uint32_t phone, std::uint32_t desk, bool new_events) {
  for (std::size_t n = from; n < steps.size(); ++n) {
    const Step& step = steps[n];
    std::uint32_t its_phone = phone;
    if (step.phones) its_phone = desk - step.phones->first < step.phones->count ? desk : step.phones->first;
    const Look found = std::visit(Looking{its_phone, desk, new_events}, step.what);
    if (found != Look::nothing) return found;
  }
  return Look::nothing;
}

bool in_event(const Strand* strand) {
  for (; strand; strand = strand->parent)
    for (const Frame& frame : strand->frames)
      if (frame.kind == Frame::Kind::event) return true;
  return false;
}

}  // namespace

bool Play::wants(std::uint32_t desk) const {
  return std::any_of(strands_.begin(), strands_.end(),
                     [&](const auto& strand) { return wants(*strand, desk); });
}

// It is at an <expect>, or there will be one before the phone comes to rest.
bool Play::wants(const Strand& strand, std::uint32_t desk) const {
  if (strand.over) return false;
  if (strand.waiting) {
    if (std::holds_alternative<Waiting::Message>(strand.waiting->what) && strand.phone == desk) return true;
    if (std::holds_alternative<Waiting::Rest>(strand.waiting->what) && strand.phone == desk) return false;
    if (std::holds_alternative<Waiting::Strands>(strand.waiting->what)) return false;
  }
  std::size_t events = 0;  // that enclose what is looked at
  for (const Frame& frame : strand.frames) events += frame.kind == Frame::Kind::event;
  const bool outer_event = in_event(strand.parent);
  std::uint32_t phone = strand.phone;
  for (auto at = strand.frames.rbegin(); at != strand.frames.rend(); ++at) {
    const bool new_events = events == 0 && !outer_event;
    Look found = Look::nothing;
    switch (at->kind) {
      case Frame::Kind::steps:
        found = look_in(*at->steps, at->next, phone, desk, new_events);
        break;
      case Frame::Kind::one:
        break;
      case Frame::Kind::each:
        phone = at->phone_before;
        break;
      case Frame::Kind::event:
        --events;
        if (phone == desk && std::get<language::EventStep>(at->step->what).rest) return false;
        break;
      case Frame::Kind::hostile:
        return false;
      case Frame::Kind::repeat: {
        const auto& it = std::get<language::Repeat>(at->step->what);
        if (at->next < static_cast<std::size_t>(it.times))
          found = look_in(it.steps, 0, phone, desk, new_events);
        break;
      }
      case Frame::Kind::rows: {
        const auto& it = std::get<language::ForEach>(at->step->what);
        if (at->next < it.table->rows.size()) found = look_in(it.steps, 0, phone, desk, new_events);
        break;
      }
    }
    if (found != Look::nothing) return found == Look::message;
  }
  return false;
}

}  // namespace understudy::scenarios
