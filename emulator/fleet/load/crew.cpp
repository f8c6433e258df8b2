#include "fleet/load/crew.h"

#include <algorithm>
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

}  // namespace

Crew::Crew(Stage& stage, net::Clock& clock, Arrivals arrivals, Settings settings)
    : clock_(clock), arrivals_(std::move(arrivals)), settings_(std::move(settings)), desks_(stage, clock, arrivals_, settings_.acts) {
  population_.resize(phones());
  places_.resize(phones());
  waiting_.resize(plan().populations.size());
  for (std::uint64_t place = 0; place < phones(); ++place) {
    const std::uint64_t phone = arrivals_.part().phone(place);
    population_[place] = static_cast<std::uint16_t>(arrivals_.population_of(phone));
    waits(phone);
  }
  desks_.settled = [this](const Desks::Settled& what) { settled(what.phone); };
}

void Crew::after(microseconds wait, void (Crew::*what)()) {
  clock_.after(wait, [this, what, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired() && !over()) (this->*what)();
  });
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
  places_[place] = static_cast<std::uint32_t>(list.size());
  list.push_back(static_cast<std::uint32_t>(place));
}

void Crew::waits_no_more(std::uint64_t phone) {
  auto& list = waiting_[population_[arrivals_.part().place_of(phone)]];
  const std::uint32_t place = places_[arrivals_.part().place_of(phone)];
  list[place] = list.back();
  places_[list[place]] = place;
  list.pop_back();
}

// The phone itself, or another of its kind.
bool Crew::find_idle(std::uint64_t& phone) {
  if (desks_.idle(phone)) return true;
  const auto& list = waiting_[population_[arrivals_.part().place_of(phone)]];
  for (std::size_t n = 0; n < std::min(looks, list.size()); ++n) {
    const std::uint64_t other = arrivals_.part().phone(list[(phone + n) % list.size()]);
    if (!desks_.idle(other)) continue;
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
      desks_.prepare(arrivals_.part().phone(prepared_++));
    }
    if (prepared_ < phones() || desks_.preparing() > 0)
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
  desks_.afflict();
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
  while (at_work() < arrivals_.part().share_of(on->at_work)) {
    Arrival arrival = arrivals_.without_moment(arrivals_.count() + closed_);
    if (!find_idle(arrival.phone)) return after(10ms, &Crew::fill);
    ++closed_;
    const std::uint64_t settled = settled_;
    begin(arrival, clock_.now());
    // What fails at once would be begun again and again without an end.
    if (settled_ > settled) return after(10ms, &Crew::fill);
  }
}

void Crew::begin(Arrival arrival, microseconds planned) {
  if (!find_idle(arrival.phone)) return drop("all phones busy");
  waits_no_more(arrival.phone);
  desks_.begin(arrival, planned);
}

void Crew::drop(const std::string& cause) {
  ++settled_;
  Counts& counts = desks_.tally().counts;
  ++counts.dropped;
  counts.dropped_causes.add(cause, "");
}

void Crew::settled(std::uint64_t phone) {
  ++settled_;
  waits(phone);
  if (state_ == State::playing &&
      std::any_of(plan().phases.begin(), plan().phases.end(), [](const Phase& p) { return p.at_work > 0; }))
    after({}, &Crew::fill);
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
  const std::uint64_t open = over() ? next_ : planned_by(pacing_.plan_at(until));
  const Slice slice = desks_.take(slice_begin_, until, open - planned_told_ + closed_ - closed_told_);
  planned_told_ = open;
  closed_told_ = closed_;
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
  if ((next_ == arrivals_.count() && at_work() == 0) || clock_.now() >= drain_begin_ + settings_.drains)
    return end();
  after(10ms, &Crew::drain);
}

void Crew::stop() {
  if (!over()) end();
}

void Crew::end() {
  const bool begun = state_ != State::ready && state_ != State::preparing;
  const microseconds until = std::max(elapsed(), slice_begin_);
  const std::uint64_t due = begun ? std::max(planned_by(pacing_.plan_at(until)), planned_told_) : next_;
  for (; next_ < due; ++next_) drop("begun too late");
  state_ = State::over;
  desks_.break_off();
  if (begun) close_slice(until);
}

}  // namespace understudy::fleet::load
