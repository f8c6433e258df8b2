// How a play has a phone be hostile, and sees whether a healthy one is served afterwards. What that means is the judge's to say.
#include <algorithm>
#include <utility>

#include "scenarios/language/walk.h"
#include "scenarios/run/play.h"

namespace understudy::scenarios {

using language::Hostile;
using language::Step;
using namespace std::chrono_literals;

namespace {

// A service that serves nobody after a case has so long to come to itself, so that the next case is judged on its own.
constexpr microseconds recovery = 90s, tries_again = 5s;

}  // namespace

bool Play::is_hostile(const Strand& strand) {
  for (const Strand* each = &strand; each; each = each->parent)
    if (std::any_of(each->frames.begin(), each->frames.end(), [](const Frame& frame) {
          return frame.kind == Frame::Kind::hostile && frame.siege <= Frame::Siege::leaving;
        }))
      return true;
  return false;
}

// What goes otherwise than the script says ends the case, and nothing else: true where there is one around.
bool Play::leave_case(const Strand& strand) {
  if (!is_hostile(strand)) return false;
  for (const auto& each : strands_) {
    if (each.get() != &strand) continue;
    wait_no_more(*each);
    while (!each->frames.empty() && each->frames.back().kind != Frame::Kind::hostile) {
      Frame& frame = each->frames.back();
      if (frame.kind == Frame::Kind::event) end_event(*each, frame);
      if (frame.kind == Frame::Kind::each) each->phone = frame.phone_before;
      each->frames.pop_back();
    }
  }
  wake();
  return true;
}

// Its own phone, then all others that act in it.
std::vector<std::uint32_t> Play::hostile_phones(const Hostile& it, std::uint32_t own) const {
  std::vector<std::uint32_t> out{own};
  language::each_step(it.steps, [&](const Step& step) {
    for (std::uint32_t n = 0; step.phones && n < step.phones->count; ++n)
      if (const std::uint32_t phone = step.phones->first + n;
          phone != it.guard && std::find(out.begin(), out.end(), phone) == out.end())
        out.push_back(phone);
  });
  return out;
}

void Play::begin(Strand& strand, const Step& step, const Hostile& it) {
  Frame frame;
  frame.kind = Frame::Kind::hostile;
  frame.step = &step;
  frame.phone_before = strand.phone;
  mark_step(strand.phone, it.name);
  for (const std::uint32_t n : hostile_phones(it, strand.phone))
    means_.stage.mark(transcript::Event::hostile, desks_[n].id, it.rule + ": " + it.name);
  strand.frames.push_back(std::move(frame));
}

void Play::besiege(Strand& strand) {
  Frame& frame = strand.frames.back();
  const auto& it = std::get<Hostile>(frame.step->what);
  const std::string& guard = desks_[it.guard].id;
  switch (frame.siege) {
    case Frame::Siege::playing: {
      frame.siege = Frame::Siege::leaving;
      Frame inner;
      inner.steps = &it.steps;
      strand.frames.push_back(std::move(inner));
      return;
    }
    case Frame::Siege::leaving:
      for (const std::uint32_t n : hostile_phones(it, frame.phone_before))
        if (!means_.stage.rests(desks_[n].id)) means_.stage.post(desks_[n].id, phone::CutShort{"the case is over"});
      frame.siege = Frame::Siege::guarding;
      frame.since = means_.clock.now();
      return;
    case Frame::Siege::guarding:
      frame.siege = Frame::Siege::guarded;
      frame.interactions_before = means_.stage.interactions(guard);
      strand.phone = it.guard;
      mark_step(it.guard, "then a healthy phone");
      means_.stage.mark(transcript::Event::guard, guard, desks_[frame.phone_before].id);
      means_.stage.post(guard, phone::PowerOn{});
      wait(strand, {Waiting::Rest{.step = frame.step, .ends_event = false, .not_before = {}, .guards = true}}, it.within);
      return;
    case Frame::Siege::guarded: {
      const bool rests = means_.stage.rests(guard);
      if (!rests) means_.stage.post(guard, phone::CutShort{"it was not served in time"});
      means_.stage.mark(transcript::Event::guard_ended, guard, rests ? "idle" : "not served in time");
      mark_end(it.guard, rests ? "idle" : "not served in time");
      strand.phone = frame.phone_before;
      const bool served = rests && means_.stage.interactions(guard) > frame.interactions_before &&
                          means_.stage.last_end(guard) == phone::End::clean_up;
      if (served || means_.clock.now() - frame.since >= recovery) return end_case(strand, served);
      frame.siege = Frame::Siege::guarding;
      return wait(strand, {Waiting::Time{}}, tries_again);
    }
  }
}

void Play::end_case(Strand& strand, bool served) {
  const Step& step = *strand.frames.back().step;
  const auto& it = std::get<Hostile>(step.what);
  strand.frames.pop_back();
  for (const std::uint32_t n : hostile_phones(it, strand.phone)) {
    hang_up(desks_[n]);
    means_.stage.mark(transcript::Event::hostile_ended, desks_[n].id, "");
  }
  mark_end(strand.phone, "idle");
  if (!served)
    fail(strand, step.place, "no healthy phone is served any more", "a start-up that ends with CleanUp, as before", "none in 90 s");
}

void Play::hang_up(Desk& desk) {
  for (const std::string& as : desk.said_open) means_.stage.hang_up(as);
  desk.said_open.clear();
}

}  // namespace understudy::scenarios
