#include "fleet/load/crew.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

namespace understudy::fleet::load {

namespace {

using namespace std::chrono_literals;

constexpr microseconds a_slice = 1s;
// Arrivals that are late are begun so many at a time: what the others do goes on in between.
constexpr int at_a_time = 64;
// Of the phones without work so many are looked at for one that rests: the others may be at something that nobody planned.
constexpr std::size_t looks = 32;

constexpr std::string_view prefix = "phone-";

std::uint64_t phone_of(const std::string& id) {
  std::uint64_t number = 1;
  std::from_chars(id.data() + prefix.size(), id.data() + id.size(), number);
  return number - 1;
}

wpi::Reason reason_of(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::local_change:
      return wpi::Reason::local_changes;
    case Behaviour::call_back:
      return wpi::Reason::solicited;
    case Behaviour::start_up:
    case Behaviour::poll:
    case Behaviour::scenario:
      break;
  }
  return wpi::Reason::start_up;
}

}  // namespace

std::string id_of(std::uint64_t phone) {
  return std::string(prefix) + std::to_string(phone + 1);
}

Crew::Crew(Stage& stage, net::Clock& clock, Arrivals arrivals, Settings settings)
    : stage_(stage), clock_(clock), arrivals_(std::move(arrivals)), settings_(std::move(settings)) {
  slice_.by_share.resize(plan().behaviours.size());
  desks_.resize(phones());
  population_.resize(phones());
  waiting_.resize(plan().populations.size());
  for (std::uint64_t place = 0; place < phones(); ++place) {
    const std::uint64_t phone = arrivals_.part().phone(place);
    population_[place] = static_cast<std::uint16_t>(arrivals_.population_of(phone));
    waits(phone);
    stage_.direct(id_of(phone), this);
  }
}

Crew::~Crew() {
  afflict(false);
  for (std::uint64_t place = 0; place < phones(); ++place) stage_.direct(id_of(arrivals_.part().phone(place)), nullptr);
}

// The faults of phone k are made from k and the seed alone.
void Crew::afflict(bool on) {
  if (!plan().has_faults()) return;
  std::vector<std::shared_ptr<const Faults>> by_population(plan().populations.size());
  for (std::size_t n = 0; on && n < by_population.size(); ++n) by_population[n] = faults_of(plan().faults_of(n));
  for (std::uint64_t place = 0; place < phones(); ++place) {
    const std::uint64_t phone = arrivals_.part().phone(place);
    stage_.afflict(id_of(phone), by_population[population_[place]], fault_seed(plan().seed, phone));
  }
}

void Crew::after(microseconds wait, void (Crew::*what)()) {
  clock_.after(wait, [this, what, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && !over()) (this->*what)();
  });
}

Crew::Desk& Crew::desk_of(const std::string& id) {
  return desk(phone_of(id));
}

// ---- Time: the clock's, and the plan's

microseconds Crew::elapsed() const {
  return state_ == State::ready || state_ == State::preparing ? microseconds(0) : clock_.now() - begin_;
}

void Crew::set_pace(double pace) {
  if (state_ != State::playing || pace < 0) return;
  pacing_.set(elapsed(), pace);
  turn();
  marks();
  fill();
}

// Where the pace changes meanwhile, whoever changes it comes back to this.
void Crew::when_plan_is_at(microseconds plan_moment, void (Crew::*what)()) {
  if (pacing_.pace() == 0) return;
  const microseconds ahead = std::max(microseconds(0), pacing_.when(plan_moment) - elapsed());
  clock_.after(ahead, [this, what, known = pacing_.stretches().size(), here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && !over() && pacing_.stretches().size() == known) (this->*what)();
  });
}

// ---- Who has no work

void Crew::waits(std::uint64_t phone) {
  const std::uint64_t place = arrivals_.part().place_of(phone);
  auto& list = waiting_[population_[place]];
  desks_[place].place = static_cast<std::uint32_t>(list.size());
  list.push_back(static_cast<std::uint32_t>(place));
}

void Crew::waits_no_more(std::uint64_t phone) {
  auto& list = waiting_[population_[arrivals_.part().place_of(phone)]];
  const std::uint32_t place = desk(phone).place;
  list[place] = list.back();
  desks_[list[place]].place = place;
  list.pop_back();
}

// The phone itself, or another of its kind.
bool Crew::find_idle(std::uint64_t& phone) {
  if (!desk(phone).working && stage_.rests(id_of(phone))) return true;
  const auto& list = waiting_[population_[arrivals_.part().place_of(phone)]];
  for (std::size_t n = 0; n < std::min(looks, list.size()); ++n) {
    const std::uint64_t other = arrivals_.part().phone(list[(phone + n) % list.size()]);
    if (!stage_.rests(id_of(other))) continue;
    phone = other;
    return true;
  }
  return false;
}

// ---- The run

void Crew::start() {
  begin_ = clock_.now();
  state_ = State::preparing;
  prepare();
}

void Crew::prepare() {
  if (plan().needs_preparation()) {
    const double so_far = std::chrono::duration<double>(clock_.now() - begin_).count();
    const std::uint64_t due = arrivals_.part().share_of(static_cast<std::uint64_t>(so_far * settings_.prepares) + 1);
    while (prepared_ < std::min(due, phones())) {
      desks_[prepared_].preparing = true;
      ++preparing_;
      act(arrivals_.part().phone(prepared_++), Behaviour::start_up, 0);
    }
    if (prepared_ < phones() || preparing_ > 0)
      return after(prepared_ < phones() ? microseconds(static_cast<std::int64_t>(1e6 / settings_.prepares)) : microseconds(10ms),
                   &Crew::prepare);
  }
  const microseconds now = clock_.now();
  const std::optional<microseconds> begins = settings_.begins ? settings_.begins() : now;
  if (!begins) return after(10ms, &Crew::prepare);
  if (*begins > now) return after(*begins - now, &Crew::prepare);
  late_ = now - *begins;
  begin_ = late_ < a_slice ? *begins : now;
  play();
}

void Crew::play() {
  state_ = State::playing;
  afflict(true);
  after(a_slice, &Crew::slices);
  microseconds start{};
  for (const Phase& phase : plan().phases) {
    if (phase.at_work > 0) marks_.push_back({start, &Crew::fill});
    start += phase.length;
  }
  for (const Happening& each : plan().happenings) marks_.push_back({each.moment, nullptr, each.what});
  marks_.push_back({start, &Crew::drain});
  std::stable_sort(marks_.begin(), marks_.end(),
                   [](const Mark& a, const Mark& b) { return a.moment < b.moment; });
  marks();
  turn();
}

void Crew::marks() {
  while (mark_ < marks_.size() && marks_[mark_].moment <= plan_now()) {
    const Mark& mark = marks_[mark_++];
    if (mark.what)
      (this->*mark.what)();
    else if (happens)
      happens(mark.happening);
    if (over()) return;
  }
  if (mark_ < marks_.size()) when_plan_is_at(marks_[mark_].moment, &Crew::marks);
}

void Crew::turn() {
  if (state_ == State::over) return;
  for (int n = 0; n < at_a_time && next_ < arrivals_.count(); ++n) {
    const Arrival arrival = arrivals_.at(next_);
    if (arrival.moment > plan_now()) return when_plan_is_at(arrival.moment, &Crew::turn);
    ++next_;
    begin(arrival, begin_ + pacing_.when(arrival.moment));
  }
  if (next_ < arrivals_.count()) when_plan_is_at({}, &Crew::turn);
}

// So many are at work as the closed phase wants that is on.
void Crew::fill() {
  if (state_ != State::playing) return;
  const microseconds now = plan_now();
  microseconds start{};
  const Phase* on = nullptr;
  for (const Phase& phase : plan().phases) {
    if (now >= start && now < start + phase.length) on = &phase;
    start += phase.length;
  }
  if (!on || pacing_.pace() == 0) return;
  while (working_ < arrivals_.part().share_of(on->at_work)) {
    Arrival arrival = arrivals_.without_moment(arrivals_.count() + closed_);
    if (!find_idle(arrival.phone)) return after(10ms, &Crew::fill);
    ++closed_;
    const std::uint64_t settled = settled_;
    begin(arrival, clock_.now());
    // What fails at once would be begun again and again without an end.
    if (settled_ > settled) return after(10ms, &Crew::fill);
  }
}

void Crew::begin(const Arrival& arrival, microseconds planned) {
  std::uint64_t phone = arrival.phone;
  if (!find_idle(phone)) return drop("all phones busy");
  Desk& desk = this->desk(phone);
  waits_no_more(phone);
  desk.working = true;
  desk.begun = desk.answered = false;
  desk.share = static_cast<std::uint32_t>(arrival.share);
  desk.behaviour = plan().behaviours[arrival.share].behaviour;
  desk.planned = planned;
  desk.posted = clock_.now();
  desk.cause.clear();
  desk.example.clear();
  desk.disturbed = net::Fault::Kind::none;
  ++working_;
  slice_.counts.lag.add(desk.posted - planned);
  if (desk.behaviour == Behaviour::scenario) {
    desk.actor = settings_.acts->begin(
        arrival.share, phone, arrival.number,
        [this, phone, here = std::weak_ptr<bool>(here_)](const Acts::End& end) {
          if (!here.expired()) played(phone, end);
        });
    return;
  }
  if (desk.behaviour == Behaviour::poll && stage_.phone(id_of(phone)).poll_url().empty()) {
    desk.cause = "not told where to poll";
    return settle(phone, false);
  }
  act(phone, desk.behaviour, arrival.number);
}

void Crew::played(std::uint64_t phone, const Acts::End& end) {
  Desk& desk = this->desk(phone);
  if (over() || !desk.working || !desk.actor) return;
  clock_.after({}, [actor = std::exchange(desk.actor, nullptr)] {});  // it is still at work: it says this
  desk.cause = end.cause;
  desk.example = end.example;
  if (end.done && end.queued) slice_.job.add(clock_.now() - *end.queued, clock_.now() - desk.planned);
  settle(phone, end.done);
}

void Crew::act(std::uint64_t phone, Behaviour behaviour, std::uint64_t turn) {
  const std::string id = id_of(phone);
  switch (behaviour) {
    case Behaviour::start_up:
    case Behaviour::scenario:
      return stage_.post(id, phone::PowerOn{});
    case Behaviour::poll:
      return stage_.post(id, phone::PollNow{});
    case Behaviour::local_change: {
      wpi::Item item;
      item.name = "display-id-unicode";
      item.value = "Desk " + std::to_string(turn + 1);
      return stage_.post(id, phone::ItemsChanged{{std::move(item)}});
    }
    case Behaviour::call_back:
      return stage_.call_at_door(id, true, "");
  }
}

void Crew::drop(const std::string& cause) {
  ++settled_;
  ++slice_.counts.dropped;
  slice_.counts.dropped_causes.add(cause, "");
}

void Crew::settle(std::uint64_t phone, bool good) {
  Desk& desk = this->desk(phone);
  desk.working = false;
  --working_;
  ++settled_;
  waits(phone);
  const microseconds now = clock_.now();
  Counts& counts = slice_.counts;
  counts.busy += now - desk.posted;
  if (good) {
    ++counts.done;
    counts.interaction.add(now - desk.posted, now - desk.planned);
    slice_.by_share[desk.share].add(now - desk.posted, now - desk.planned);
  } else {
    ++counts.failed;
    if (desk.behaviour == Behaviour::call_back && !desk.begun && desk.clock_went_back) desk.disturbed = net::Fault::Kind::clock_jump;
    if (desk.disturbed != net::Fault::Kind::none) {
      ++counts.disturbed;
      ++slice_.faults[std::string(net::name_of(desk.disturbed))].failed;
      desk.cause = cause_of(desk.disturbed);
    }
    counts.causes.add(desk.cause.empty() ? "wrong answer" : desk.cause, desk.example);
  }
  if (state_ == State::playing &&
      std::any_of(plan().phases.begin(), plan().phases.end(), [](const Phase& p) { return p.at_work > 0; }))
    after({}, &Crew::fill);
}

// ---- What the stage tells

void Crew::begins(const std::string& id, wpi::Reason reason) {
  Desk& desk = desk_of(id);
  if (!std::exchange(desk.on, true)) ++on_;
  if (desk.actor) return desk.actor->begins(id, reason);
  if (desk.working && !desk.begun && desk.behaviour != Behaviour::poll && reason == reason_of(desk.behaviour))
    desk.begun = true;
}

void Crew::ends(const std::string& id, phone::End end) {
  const std::uint64_t phone = phone_of(id);
  Desk& desk = this->desk(phone);
  desk.met = net::Fault::Kind::none;  // nobody hears any more what came of it
  const bool good =
      end == phone::End::clean_up || end == phone::End::restart || end == phone::End::phone_clean_up;
  if (desk.preparing) {
    desk.preparing = false;
    --preparing_;
    if (!good) ++unprepared_;
  }
  if (desk.actor) return desk.actor->ends(id, end);
  if (over() || !desk.working || !desk.begun) return;
  if (end == phone::End::broke_off) desk.cause = "the phone broke off";
  settle(phone, good);
}

void Crew::count(const transcript::Exchange& x) {
  ++slice_.counts.messages;
  if (x.connection == 0) return;
  if (!x.fresh_connection) {
    const bool begins = x.poll || (x.message == 1 && x.attempt == 1 && x.outcome != transcript::Outcome::closed);
    if (begins) ++slice_.connections.kept;
    return;
  }
  ++slice_.connections.opened;
  if (x.connected.count() > 0) slice_.connect.add(x.connected - x.begun);
  if (!x.encrypted || x.secured.count() == 0) return;
  ++(x.tls && x.tls->resumed ? slice_.connections.resumed : slice_.connections.full_handshakes);
  slice_.tls.add(x.secured - x.connected);
}

void Crew::note_first(Desk& desk, const transcript::Exchange& x) {
  if (std::exchange(desk.answered, true) || x.first_byte.count() == 0) return;
  slice_.first_answer.add(x.first_byte - desk.posted, x.first_byte - desk.planned);
  if (desk.behaviour == Behaviour::call_back)
    slice_.call_back.add(x.begun - desk.posted, x.begun - desk.planned);
}

Delivery Crew::says(const std::string& id, const phone::Send& send) {
  Desk& desk = desk_of(id);
  return desk.actor ? desk.actor->says(id, send) : Delivery{};
}

void Crew::contacted(const std::string& id, const transcript::Contact& contact) {
  if (Desk& desk = desk_of(id); desk.actor) desk.actor->contacted(id, contact);
}

void Crew::changed(const std::string& id) {
  if (Desk& desk = desk_of(id); desk.actor) desk.actor->changed(id);
}

// A new connection and a clock that jumps are no reason to fail.
void Crew::meets(const std::string& id, const net::Fault& fault, bool by_chance) {
  Desk& desk = desk_of(id);
  if (desk.actor) desk.actor->meets(id, fault, by_chance);
  if (over() || !by_chance) return;
  desk.met = fault.kind;
  desk.clock_went_back = desk.clock_went_back || (fault.kind == net::Fault::Kind::clock_jump && fault.jump.count() < 0);
  ++slice_.faults[std::string(net::name_of(fault.kind))].met;
  if (desk.working && fault.kind != net::Fault::Kind::new_session && fault.kind != net::Fault::Kind::clock_jump) desk.disturbed = fault.kind;
}

void Crew::count(net::Fault::Kind met, const transcript::Exchange& x) {
  using transcript::Outcome;
  FaultCounts& counts = slice_.faults[std::string(net::name_of(met))];
  switch (x.outcome) {
    case Outcome::answered: ++(x.response && x.response->status == 200 ? counts.answered : counts.refused); return;
    case Outcome::closed: ++counts.closed; return;
    case Outcome::timed_out: ++counts.silent; return;
    case Outcome::no_connection:
    case Outcome::tls_failed:
    case Outcome::interrupted:
    case Outcome::not_allowed: ++counts.cut; return;
  }
}

bool Crew::hears(const std::string& id, const transcript::Exchange& exchange) {
  if (over()) return false;
  count(exchange);
  Desk& desk = desk_of(id);
  if (desk.met != net::Fault::Kind::none) count(std::exchange(desk.met, net::Fault::Kind::none), exchange);
  if (desk.actor) return desk.actor->hears(id, exchange);
  if (!desk.working || !desk.begun) return false;
  note_first(desk, exchange);
  desk.cause = cause_of(exchange);
  desk.example = exchange.failure;
  return false;
}

void Crew::polled(const std::string& id, const transcript::Exchange& poll) {
  if (over()) return;
  count(poll);
  const std::uint64_t phone = phone_of(id);
  Desk& desk = this->desk(phone);
  if (desk.actor) return desk.actor->polled(id, poll);
  if (!desk.working || desk.behaviour != Behaviour::poll) return;
  note_first(desk, poll);
  const bool good = poll.outcome == transcript::Outcome::answered && poll.response &&
                    poll.response->complete && (poll.response->status == 200 || poll.response->status == 202);
  desk.cause = cause_of(poll);
  desk.example = poll.failure;
  settle(phone, good);
}

// ---- Slices, and the end

std::uint64_t Crew::planned_by(microseconds plan_moment) const {
  std::uint64_t low = 0, high = arrivals_.count();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (arrivals_.at(middle).moment < plan_moment)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void Crew::close_slice(microseconds until) {
  Slice slice;
  slice.start = slice_begin_;
  slice.length = until - slice_begin_;
  slice.tally = std::exchange(slice_, Tally());
  slice_.by_share.resize(plan().behaviours.size());
  const std::uint64_t open = over() ? next_ : planned_by(pacing_.plan_at(until));
  slice.tally.counts.planned = open - planned_told_ + closed_ - closed_told_;
  planned_told_ = open;
  closed_told_ = closed_;
  slice.at_work = working_;
  slice.off = desks_.size() - on_;
  slice.idle = desks_.size() - std::min<std::uint64_t>(desks_.size(), slice.off + slice.at_work);
  slice_begin_ = until;
  if (told) told(slice);
}

// One that is late is told as often as its seconds have passed: what was counted meanwhile is in the first.
void Crew::slices() {
  while (!over() && slice_begin_ + a_slice <= elapsed()) close_slice(slice_begin_ + a_slice);
  if (!over()) after(slice_begin_ + a_slice - elapsed(), &Crew::slices);
}

void Crew::drain() {
  if (std::exchange(state_, State::draining) != State::draining) drain_begin_ = clock_.now();
  if ((next_ == arrivals_.count() && working_ == 0) || clock_.now() >= drain_begin_ + settings_.drains)
    return end();
  after(10ms, &Crew::drain);
}

void Crew::stop() {
  if (!over()) end();
}

void Crew::end() {
  const bool begun = state_ != State::ready && state_ != State::preparing;
  const microseconds until = std::max(elapsed(), slice_begin_);
  if (begun) {
    const std::uint64_t due = std::max(planned_by(pacing_.plan_at(until)), planned_told_);
    for (; next_ < due; ++next_) drop("begun too late");
    state_ = State::over;
    for (std::uint64_t place = 0; place < desks_.size(); ++place) {
      Desk& desk = desks_[place];
      if (!desk.working) continue;
      desk.cause = "under way at the end";
      desk.example.clear();
      desk.actor.reset();
      settle(arrivals_.part().phone(place), false);
    }
    close_slice(until);
  }
  state_ = State::over;
}

}  // namespace understudy::fleet::load
