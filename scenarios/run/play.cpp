#include "scenarios/run/play.h"

#include <algorithm>
#include <utility>

#include "scenarios/language/walk.h"
#include "wpi/http.h"

namespace understudy::scenarios {

using language::Step;
using language::Steps;

namespace {

constexpr std::size_t most_lines = 8;   // of the last messages
constexpr std::size_t most_begun = 64;  // interactions that nobody expects
constexpr microseconds most_in_a_case = std::chrono::seconds(60);  // for a hostile phone to come to rest
constexpr std::uint64_t most_messages = 20'000;
constexpr int turns = 1'000;  // steps that a strand takes before others have their turn

std::string seconds(microseconds time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  std::string fraction = std::to_string(milliseconds % 1'000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(milliseconds / 1'000) + "." + fraction;
}

}  // namespace

std::shared_ptr<Play> Play::make(Means& means, std::shared_ptr<const language::Scenario> scenario,
                                 std::vector<std::string> phones, std::uint64_t seed, std::string title) {
  return std::shared_ptr<Play>(
      new Play(means, std::move(scenario), std::move(phones), seed, std::move(title)));
}

Play::Play(Means& means, std::shared_ptr<const language::Scenario> scenario, std::vector<std::string> phones,
           std::uint64_t seed, std::string title)
    : means_(means),
      scenario_(std::move(scenario)),
      title_(std::move(title)),
      random_(mixed(seed, 1)),
      seed_(seed),
      keeps_words_(asks_for_words(*scenario_)) {
  desks_.resize(phones.size());
  for (std::size_t n = 0; n < phones.size(); ++n) {
    desks_[n].id = std::move(phones[n]);
    by_id_.emplace(desks_[n].id, static_cast<std::uint32_t>(n));
    if (means_.switches) desks_[n].switches = *means_.switches;
    if (n < scenario_->phones.size())
      desks_[n].switches.max_items = scenario_->kinds[scenario_->phones[n].kind].max_items;
  }
}

// Of ten thousand phones nobody wants the last words.
bool Play::asks_for_words(const language::Scenario& scenario) {
  bool found = false;
  language::each_step(scenario.steps, [&](const Step& step) {
    found |= std::holds_alternative<language::Attempt>(step.what);
    if (const auto* event = std::get_if<language::EventStep>(&step.what))
      if (const auto* behave = std::get_if<language::Behave>(&event->event)) found |= behave->cookie_of.has_value();
  });
  return found;
}

Play::~Play() {
  for (const Desk& desk : desks_)
    if (!over() && means_.directs) means_.stage.direct(desk.id, nullptr);
}

void Play::start(std::function<void()> ended) {
  ended_ = std::move(ended);
  outcome_.begun = means_.clock.now();
  if (means_.directs)
    for (const Desk& desk : desks_) means_.stage.direct(desk.id, this);
  Frame frame;
  frame.steps = &scenario_->steps;
  new_strand(nullptr, 0).frames.push_back(std::move(frame));
  wake();
}

void Play::interrupt() {
  if (!over()) finish(How::interrupted);
}

std::uint64_t Play::mixed(std::uint64_t seed, std::uint64_t n) {
  return phone::Random(seed * 0x9E3779B97F4A7C15ULL + n).next();
}

// ---- What happens to the phones

std::uint32_t Play::desk_of(const std::string& id) const {
  return by_id_.at(id);
}

void Play::tell(std::uint32_t desk, bool by_service, std::string text) {
  lines_.push_back({means_.clock.now(), desk, (by_service ? "\u2190 " : "\u2192 ") + std::move(text)});
  if (lines_.size() > most_lines) lines_.pop_front();
}

std::vector<std::string> Play::last_lines() const {
  std::vector<std::string> out;
  for (const Line& line : lines_)
    out.push_back(seconds(line.at - outcome_.begun) + "  " +
                  (desks_.size() > 1 ? scenario_->phones[line.desk].name + "  " : "") + line.text);
  return out;
}

void Play::begins(const std::string& id, wpi::Reason reason) {
  Desk& desk = desks_[desk_of(id)];
  if (desk.begun.size() < most_begun) desk.begun.push_back(reason);
  desk.disturbed = false;
  wake();
}

void Play::ends(const std::string& id, phone::End end) {
  Desk& desk = desks_[desk_of(id)];
  desk.held.reset();
  if (end == phone::End::clean_up && desk.words.opening) {
    desk.last_words.opening = std::move(desk.words.opening);
    if (desk.words.reply && !desk.words.cookie.empty()) {
      desk.last_words.reply = std::move(desk.words.reply);
      desk.last_words.cookie = std::move(desk.words.cookie);
    }
  }
  desk.words = {};
  wake();
}

void Play::keep_words(Desk& desk, const phone::Send& send) const {
  if (!keeps_words_) return;
  const std::string* cookie = wpi::find_header(send.request.headers, "Cookie");
  desk.words.cookie = cookie ? *cookie : "";
  if (send.message == 1)
    desk.words.opening = send.request;
  else if (send.said && send.said->reason() == wpi::Reason::reply_to)
    desk.words.reply = send.request;
}

// A nonce that is not the phone's own is its last one, or that of another phone of the play.
net::Fault Play::next_fault(std::uint32_t n) {
  Desk& desk = desks_[n];
  --desk.faults;
  if (desk.fault_chance < 1) {
    const std::uint64_t draw = mixed(seed_, (std::uint64_t{n} << 32) + ++desk.drawn);
    if (static_cast<double>(draw >> 11) / static_cast<double>(std::uint64_t{1} << 53) >= desk.fault_chance) return {};
  }
  net::Fault out = desk.fault;
  if (out.kind == net::Fault::Kind::stale_nonce) out.nonce = desk.old_nonce;
  if (out.kind != net::Fault::Kind::foreign_nonce) return out;
  for (const Desk& other : desks_)
    if (&other != &desk && !other.nonce.empty() && !means_.stage.phone(other.id).idle()) out.nonce = other.nonce;
  if (out.nonce.empty()) out.nonce = "0123456789ABCDEF0123456789ABCDEF";
  return out;
}

fleet::Delivery Play::says(const std::string& id, const phone::Send& send) {
  const std::uint32_t n = desk_of(id);
  Desk& desk = desks_[n];
  const std::string nonce(send.said ? send.said->nonce_or_empty() : std::string_view());
  if (send.message == 1 && send.attempt == 1) desk.old_nonce = desk.nonce;
  if (!nonce.empty()) desk.nonce = nonce;
  keep_words(desk, send);
  fleet::Delivery delivery = std::exchange(desk.next, {});
  if (desk.faults > 0) delivery.fault = next_fault(n);
  std::string text = said_by_phone(send.said.get(), send.request.body.size());
  if (send.by_hand != phone::ByHand::no) text += " (by the script)";
  if (delivery.fault.kind != net::Fault::Kind::none)
    text += " (" + std::string(name_of(delivery.fault.kind)) + ")";
  if (delivery.never) text += " (never said)";
  tell(n, false, std::move(text));
  ++outcome_.messages;
  if (outcome_.messages > most_messages && !strands_.empty())
    fail(*strands_.front(), {}, "the phones say more than " + std::to_string(most_messages) + " messages",
         "an end", "none");
  return delivery;
}

// A fault of the script's own is what it is about: its steps say what comes of it.
void Play::meets(const std::string& id, const net::Fault& fault, bool by_chance) {
  Desk& desk = desks_[desk_of(id)];
  if (by_chance && (net::breaks(fault.kind) || fault.kind == net::Fault::Kind::slow || fault.kind == net::Fault::Kind::doubled_message))
    desk.disturbed = true;
}

bool Play::hears(const std::string& id, const transcript::Exchange& x) {
  const std::uint32_t n = desk_of(id);
  tell(n, true, said_by_service(x));
  for (const auto& strand : strands_) {
    if (strand->over || strand->phone != n) continue;
    for (const Frame& frame : strand->frames)
      for (std::size_t i = 0; i < frame.nevers.size(); ++i)
        if (is_forbidden(*frame.nevers[i], x, fill_for(*strand)))
          fail(*strand, frame.never_places[i], "a message came that must not come here",
               frame.nevers[i]->action ? "no " + std::string(spelling(*frame.nevers[i]->action))
                                       : "no such message",
               said_by_service(x));
  }
  // Nobody is there, or never was: nothing that is expected can come.
  if (x.outcome != transcript::Outcome::answered && x.scripted != transcript::Scripted::broken &&
      !means_.stage.spoke())
    fail(How::could_not_run, {{}, scenario_->phones[n].name, "no answer came: " + x.failure, "", "", {}});
  // What the script itself has cut off is no word of the service.
  const bool cut =
      x.outcome == transcript::Outcome::interrupted && x.scripted == transcript::Scripted::broken;
  if (cut || (!planned_ && !wants(n))) return false;
  desks_[n].held = std::make_shared<const transcript::Exchange>(x);
  wake();
  return true;
}

void Play::contacted(const std::string& id, const transcript::Contact& contact) {
  using transcript::Heed;
  if (contact.heed == Heed::no_contact || contact.heed == Heed::nobody || contact.heed == Heed::not_asked)
    return;
  const std::uint32_t n = desk_of(id);
  ++desks_[n].contacts;
  tell(n, true,
       "contact-me" + std::string(contact.heed == Heed::calls_back ? "" : ", which it does not heed"));
  wake();
}

void Play::polled(const std::string& id, const transcript::Exchange& poll) {
  const std::uint32_t n = desk_of(id);
  ++desks_[n].polls;
  tell(n, true,
       "to a poll: " + (poll.response ? "status " + std::to_string(poll.response->status) : "no answer"));
  wake();
}

void Play::changed(const std::string&) {
  wake();
}

// ---- Going on

void Play::wake() {
  if (over()) return;
  if (inside_) {
    again_ = true;
    return;
  }
  if (std::exchange(planned_, true)) return;
  means_.clock.after({}, [weak = weak_from_this()] {
    if (const auto play = weak.lock()) play->advance();
  });
}

void Play::advance() {
  planned_ = false;
  if (over()) return;
  inside_ = true;
  do {
    again_ = false;
    for (std::size_t n = 0; n < strands_.size() && !failed_; ++n)
      if (run(*strands_[n])) again_ = true;
    if (!failed_) settle();
  } while (again_ && !failed_);
  inside_ = false;
  if (failed_) {
    outcome_.failure = std::move(failed_->second);
    return finish(failed_->first);
  }
  if (strands_.front()->over) return close();
  // A strand that is over has no children, and nobody waits for it any more.
  strands_.erase(
      std::remove_if(strands_.begin() + 1, strands_.end(), [](const auto& strand) { return strand->over; }),
      strands_.end());
}

// True if it got anywhere.
bool Play::run(Strand& strand) {
  int n = 0;
  for (; !strand.over && !failed_; ++n) {
    if (n == turns) {
      inside_ = false;
      wake();
      inside_ = true;
      return false;
    }
    if (strand.waiting) {
      if (come(strand)) continue;
      if (failed_ || !strand.until || means_.clock.now() < *strand.until) return n > 0;
      late(strand);
    } else if (strand.frames.empty()) {
      strand.over = true;
      if (strand.parent) --strand.parent->children;
    } else {
      step_on(strand);
    }
  }
  return n > 0;
}

void Play::step_on(Strand& strand) {
  Frame& frame = strand.frames.back();
  const auto push = [&strand](const Steps& steps) {
    Frame inner;
    inner.steps = &steps;
    strand.frames.push_back(std::move(inner));
  };
  switch (frame.kind) {
    case Frame::Kind::steps:
      if (frame.next == frame.steps->size()) return strand.frames.pop_back();
      return enter(strand, (*frame.steps)[frame.next++]);
    case Frame::Kind::one: {
      const Step& step = *frame.step;
      strand.frames.pop_back();
      return begin(strand, step);
    }
    case Frame::Kind::each: {
      if (frame.next == frame.step->phones->count) {
        strand.phone = frame.phone_before;
        return strand.frames.pop_back();
      }
      strand.phone = frame.step->phones->first + static_cast<std::uint32_t>(frame.next++);
      return begin(strand, *frame.step);
    }
    case Frame::Kind::event: {
      const Step& step = *frame.step;
      const auto& it = std::get<language::EventStep>(step.what);
      if (frame.phase == Frame::Phase::posting) {
        frame.phase = Frame::Phase::playing;
        push(it.steps);
        post(strand, step, it);
        return;
      }
      if (frame.phase == Frame::Phase::playing && it.rest) {
        frame.phase = Frame::Phase::settling;
        Waiting::Rest rest{&step, true};
        const auto* trigger = std::get_if<language::Trigger>(&it.event);
        if (trigger && it.steps.empty()) rest.not_before = means_.clock.now() + std::chrono::seconds(15);
        if (rest.not_before) {
          means_.stage.post(desks_[strand.phone].id, phone::PollNow{});
          means_.clock.after(std::chrono::seconds(15), [weak = weak_from_this()] {
            if (const auto play = weak.lock()) play->wake();
          });
        }
        const microseconds limit = is_hostile(strand) ? std::min(means_.step_limit, most_in_a_case) : means_.step_limit;
        return wait(strand, {rest}, limit);
      }
      end_event(strand, frame);
      return strand.frames.pop_back();
    }
    case Frame::Kind::repeat: {
      const auto& it = std::get<language::Repeat>(frame.step->what);
      if (frame.next == static_cast<std::size_t>(it.times)) return strand.frames.pop_back();
      ++frame.next;
      return push(it.steps);
    }
    case Frame::Kind::hostile:
      return besiege(strand);
    case Frame::Kind::rows: {
      const auto& it = std::get<language::ForEach>(frame.step->what);
      if (frame.next == it.table->rows.size()) return strand.frames.pop_back();
      ++frame.next;
      return push(it.steps);
    }
  }
}

// What nobody will ask for goes its way.
void Play::settle() {
  for (std::uint32_t n = 0; n < desks_.size(); ++n) {
    if (!desks_[n].held || wants(n)) continue;
    desks_[n].held.reset();
    means_.stage.let_go(desks_[n].id);
    again_ = true;
  }
}

void Play::close() {
  const bool all_rest = std::all_of(desks_.begin(), desks_.end(),
                                    [&](const Desk& desk) { return means_.stage.rests(desk.id); });
  const microseconds now = means_.clock.now();
  if (all_rest || (closing_ && now >= *closing_)) return finish(How::passed);
  if (closing_) return;
  closing_ = now + means_.step_limit;
  means_.clock.after(means_.step_limit, [weak = weak_from_this()] {
    if (const auto play = weak.lock()) play->wake();
  });
}

void Play::finish(How how) {
  for (const auto& strand : strands_) wait_no_more(*strand);
  for (std::uint32_t n = 0; n < desks_.size(); ++n) {
    Desk& desk = desks_[n];
    if (means_.directs) means_.stage.direct(desk.id, nullptr);
    desk.held.reset();
    const bool rests = means_.stage.rests(desk.id);
    if (!rests) means_.stage.post(desk.id, phone::CutShort{"the scenario is over"});
    const char* cut = how == How::interrupted ? "interrupted"
                      : how == How::passed    ? "not idle in time"
                                              : cut_by_failure;
    desk.lingers = true;
    mark_end(n, rests ? "idle" : cut);
    hang_up(desk);
  }
  outcome_.how = how;
  outcome_.ended = means_.clock.now();
  if (ended_) means_.clock.after({}, std::exchange(ended_, nullptr));
}

void Play::fail(How how, Failure failure) {
  if (failed_ || over()) return;
  failure.last = last_lines();
  failed_ = {how, std::move(failure)};
  wake();
}

void Play::fail(const Strand& strand, language::Place place, std::string message, std::string expected,
                std::string came) {
  if (leave_case(strand)) return;
  if (desks_[strand.phone].disturbed) message = "a fault of the phone came in between: " + message;
  fail(desks_[strand.phone].disturbed ? How::not_exercised : How::failed, {place,
                                                                           scenario_->phones[strand.phone].name,
                                                                           std::move(message),
                                                                           std::move(expected),
                                                                           std::move(came),
                                                                           {}});
}

void Play::fail(const Strand& strand, const Mismatch& wrong) {
  if (!wrong.unknown) return fail(strand, wrong.place, wrong.message, wrong.expected, wrong.came);
  fail(How::could_not_run, {wrong.place, scenario_->phones[strand.phone].name, wrong.message, wrong.expected, wrong.came, {}});
}

// ---- Waiting

Strand& Play::new_strand(Strand* parent, std::uint32_t phone) {
  Strand& strand = *strands_.emplace_back(std::make_unique<Strand>());
  strand.parent = parent;
  strand.phone = phone;
  return strand;
}

void Play::wait(Strand& strand, Waiting what, microseconds limit) {
  wait_no_more(strand);
  strand.waiting = std::move(what);
  strand.came = false;
  strand.until = means_.clock.now() + limit;
  strand.timer = means_.clock.after(limit, [weak = weak_from_this(), &strand] {
    const auto play = weak.lock();
    if (!play) return;
    strand.timer.reset();
    play->wake();
  });
}

void Play::wait_no_more(Strand& strand) {
  if (strand.timer) means_.clock.cancel(*strand.timer);
  strand.timer.reset();
  strand.waiting.reset();
  strand.until.reset();
  ++strand.wait;
}

}  // namespace understudy::scenarios
