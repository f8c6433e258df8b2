#include "load_play.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "interrupt.h"
#include "keys.h"
#include "load_limits.h"
#include "load_metrics.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using namespace std::chrono_literals;
using conformance::LoadResult;
using fleet::load::Crew;
using fleet::load::Plan;

// Phones start up so many a second before a plan that needs them to be there.
constexpr double prepares = 200;
constexpr microseconds forever = std::chrono::hours(24 * 365);
// The hands that wait for the plan to begin look up as often.
constexpr microseconds others_hear_within = 50ms;
// Beyond a phone's patience, for what it says last.
constexpr microseconds grace = 2s;

// What scenarios that ship give a step at most.
constexpr microseconds a_step = 5min;

// A key makes the pace of the plan a tenth more or less, as far as this.
constexpr double a_key = 1.1, most_pace = 20;

// A search ends when what held and what did not are so near, or when it has made so many trials.
constexpr double near = 1.1;
constexpr int most_trials = 14;
constexpr double least_rate = 0.5;

microseconds time_of_day() {
  return std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch());
}

// Why it did not hold; empty: it did.
std::string missed(const LoadResult& load) {
  if (!load.limits.empty()) return "this program was the limit: " + load.limits.front().sentence;
  std::string out;
  for (const auto& threshold : load.thresholds)
    if (!threshold.met) out += (out.empty() ? "" : ", ") + threshold.text + " was " + threshold.came;
  return out;
}

}  // namespace

// A hand at work: what it tells is taken under the lock.
struct LoadPlay::Seat : transcript::Sink {
  Seat(LoadPlay& of, std::size_t place) : play(of), number(place) {}
  void take(const transcript::Entry& entry) override { play.take(number, entry); }

  LoadPlay& play;
  std::size_t number;
  std::optional<Hand> hand;
  std::unique_ptr<Crew> crew;  // of the play that is on
  microseconds system_less_clock{};  // what is to be added to its clock to have the time of day
  bool ready = false;
  std::atomic<std::uint64_t> prepared = 0;
  std::atomic<bool> over = false;
};

LoadPlay::LoadPlay(Session& session, Settings settings) : session_(session), settings_(std::move(settings)), screen_(stderr) {
  session_.tell([this](const conformance::Finding& finding) {
    const Seat& seat = *seats_[speaks_];
    if (record_ && seat.crew) record_->take(finding, seat.crew->elapsed());
    if (found_.insert(finding.rule).second) session_.add_before(finding, recent_.lines(finding.phone, finding.exchange));
  });
}

LoadPlay::~LoadPlay() = default;

transcript::Sink& LoadPlay::sink(std::size_t hand) {
  while (seats_.size() <= hand) seats_.push_back(std::make_unique<Seat>(*this, seats_.size()));
  return *seats_[hand];
}

void LoadPlay::add(Hand hand) {
  const auto seat = std::find_if(seats_.begin(), seats_.end(), [](const auto& each) { return !each->hand; });
  (*seat)->hand.emplace(hand);
}

// ---- What the hands tell

void LoadPlay::take(std::size_t hand, const transcript::Entry& entry) {
  const std::lock_guard holds(lock_);
  speaks_ = hand;
  const Seat& seat = *seats_[hand];
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry); exchange && seat.crew) {
    record_->take(*exchange, seat.crew->elapsed());
    if (!settings_.simulated) clock_.take(*exchange, seat.system_less_clock);
    if (restart_ && cut_by_restart(seat, *exchange)) {
      transcript::Exchange cut = *exchange;
      cut.scripted = transcript::Scripted::broken;
      session_.take(cut);
      return recent_.take(cut);
    }
  }
  session_.take(entry);
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) recent_.take(*exchange);
}

bool LoadPlay::cut_by_restart(const Seat& seat, const transcript::Exchange& exchange) {
  const microseconds now = seat.hand->house.clock().now();
  if (exchange.outcome != transcript::Outcome::answered) {
    restart_->failed = now;
    return true;
  }
  const bool after_failure = restart_->failed && exchange.begun > *restart_->failed;
  const bool after_restart = restart_->done && exchange.begun > *restart_->done;
  if ((after_failure || !restart_->failed) && (after_restart || (!restart_->done && restart_->failed))) restart_.reset();
  return false;
}

void LoadPlay::take(std::size_t hand, const fleet::load::Slice& slice) {
  const std::lock_guard holds(lock_);
  record_->take(slice, hand);
  if (seats_[hand]->crew->over()) record_->end(hand);
  const LoadSecond* last = record_->last();
  if (!last || last->start == std::exchange(shown_, last->start) || stops_) return;
  if (!settings_.simulated) screen_.show(*record_);
  if (!settings_.abort_after || last->start + last->length < *settings_.abort_after) return;
  const LoadResult now = result_of(record_->sum());
  aborted_ = std::any_of(settings_.thresholds.begin(), settings_.thresholds.end(),
                         [&](const Threshold& each) { return !each.judge(now).met; });
}

// The plan begins for all hands at once, when the phones of the last are there.
std::optional<microseconds> LoadPlay::begins(Seat& seat) {
  const std::lock_guard holds(lock_);
  if (!std::exchange(seat.ready, true)) ++ready_;
  if (ready_ < seats_.size()) return std::nullopt;
  if (!begins_) {
    const microseconds now = seat.hand->house.clock().now();
    begins_ = seats_.size() > 1 ? now + others_hear_within : now;
    if (settings_.start_at) begins_ = now + std::chrono::duration_cast<microseconds>(*settings_.start_at - std::chrono::system_clock::now());
  }
  return begins_;
}

// ---- A play

bool LoadPlay::all_over() const {
  return std::all_of(seats_.begin(), seats_.end(), [](const auto& seat) { return seat->over.load(); });
}

void LoadPlay::run(Seat& seat) {
  seat.crew->start();
  seat.hand->house.clock().run(
      [&] {
        seat.prepared = seat.crew->prepared();
        return seat.crew->over() || stops_ || interrupted();
      },
      forever);
  seat.crew->stop();
  seat.over = true;
}

// With the screen, the keys, and the door of all phones: until the last hand is done.
void LoadPlay::run_first(const Plan& plan) {
  Seat& seat = *seats_.front();
  Crew& crew = *seat.crew;
  net::Clock& clock = seat.hand->house.clock();
  const Keys keys(clock, !settings_.simulated && settings_.part.is_whole(), [this](char key) { heed(key); });
  screen_.show_keys(keys.there());
  crew.start();
  const auto ends = [&] {
    seat.over = crew.over();
    return all_over() || interrupted() || aborted_;
  };
  while (!ends()) {
    const microseconds next = clock.now() + 1s;
    const auto shows_preparation = [&] { return crew.state() == Crew::State::preparing && clock.now() >= next; };
    clock.run([&] { return ends() || shows_preparation(); }, forever);
    if (crew.state() != Crew::State::preparing || interrupted() || settings_.simulated) continue;
    std::uint64_t prepared = crew.prepared();
    for (const auto& each : seats_) prepared += each->number == 0 ? 0 : each->prepared.load();
    const std::lock_guard holds(lock_);
    screen_.show_preparation(plan.needs_preparation() ? prepared : settings_.part.below(plan.phones), settings_.part.below(plan.phones));
  }
  stops_ = true;
  crew.stop();
}

LoadResult LoadPlay::play(const Plan& plan) {
  record_ = std::make_unique<LoadRecord>(plan, settings_.simulated, seats_.size());
  stops_ = aborted_ = false;
  ready_ = 0;
  shown_ = microseconds(-1);
  begins_.reset();
  std::uint64_t validated = 0;
  for (const auto& seat : seats_) {
    seat->ready = seat->over = false;
    seat->system_less_clock = time_of_day() - seat->hand->house.clock().now();
    validated += seat->hand->house.validated();
    Crew::Settings how;
    how.prepares = prepares;
    how.drains = drains_of(plan);
    how.acts = seat->hand->acts;
    how.begins = [this, at = seat.get()] { return begins(*at); };
    seat->crew = std::make_unique<Crew>(seat->hand->stage, seat->hand->house.clock(),
                                        fleet::load::Arrivals(plan, part_of(seat->number, seats_.size())), std::move(how));
    seat->crew->told = [this, number = seat->number](const fleet::load::Slice& slice) { take(number, slice); };
  }
  seats_.front()->crew->happens = [this](const std::string& what) { happen(what); };
  std::vector<std::thread> threads;
  for (std::size_t n = 1; n < seats_.size(); ++n) threads.emplace_back([this, n] { run(*seats_[n]); });
  run_first(plan);
  for (std::thread& thread : threads) thread.join();
  screen_.done();
  record_->set_pacing(seats_.front()->crew->pacing());
  std::uint64_t validated_now = 0;
  for (const auto& seat : seats_) validated_now += seat->hand->house.validated();
  record_->set_validated(validated_now - validated);
  return result(plan);
}

LoadResult LoadPlay::result(const Plan& plan) {
  const LoadSum sum = record_->sum();
  LoadResult out = result_of(sum);
  out.limits = limits_of(sum, out, seats_.size());
  std::uint64_t unprepared = 0;
  microseconds late{};
  for (const auto& seat : seats_) {
    unprepared += seat->crew->unprepared();
    late = std::max(late, seat->crew->late());
    seat->crew.reset();
  }
  if (auto limit = limit_of_start(late)) out.limits.push_back(std::move(*limit));
  for (const Threshold& threshold : settings_.thresholds) {
    out.thresholds.push_back(threshold.judge(out));
    out.thresholds.back().aborted = aborted_ && !out.thresholds.back().met;
  }
  if (unprepared > 0)
    std::fprintf(stderr, "understudy: %s of %s did not start up well before the plan began\n",
                 conformance::counted(unprepared, "phone").c_str(),
                 fleet::load::grouped(settings_.part.below(plan.phones)).c_str());
  return out;
}

// By the thread of the first hand: the others' crews hear of it on theirs.
void LoadPlay::heed(char key) {
  Crew& first = *seats_.front()->crew;
  double pace = first.pacing().pace();
  if (key == 'q') {
    stops_ = true;
    return first.stop();
  }
  if (key == ' ')
    pace = pace == 0 ? before_pause_ : 0;
  else if (pace > 0 && (key == '+' || key == '='))
    pace = std::min(pace * a_key, most_pace);
  else if (pace > 0 && key == '-')
    pace = std::max(pace / a_key, 1 / most_pace);
  if (pace == first.pacing().pace()) return;
  first.set_pace(pace);
  for (const auto& seat : seats_)
    if (net::EventLoop* loop = seat->hand->house.loop(); loop && seat->number != 0)
      loop->post([at = seat.get(), pace] {
        if (at->crew) at->crew->set_pace(pace);
      });
  if (pace > 0) before_pause_ = pace;
  const std::lock_guard holds(lock_);
  record_->set_pacing(first.pacing());
  if (record_->last()) screen_.show(*record_);
}

void LoadPlay::happen(const std::string& what) {
  {
    const std::lock_guard holds(lock_);
    screen_.done();
    if (!settings_.simulated) std::fprintf(stderr, "understudy: %s\n", what.c_str());
    restart_.emplace();
  }
  if (!settings_.restarts) return;
  House& house = seats_.front()->hand->house;
  house.restart_service([this, &house](const tl::expected<void, std::string>& restarted) {
    const std::lock_guard holds(lock_);
    if (restarted) {
      if (restart_) restart_->done = house.clock().now();
      return;
    }
    screen_.done();
    std::fprintf(stderr, "understudy: %s\n", conformance::shown(restarted.error()).c_str());
  });
}

std::string LoadPlay::metrics() const {
  const std::lock_guard holds(lock_);
  return record_ && seats_.front()->crew ? metrics_of(*record_) : "";
}

// A step of a scenario may wait for minutes for what the service does of its own accord.
microseconds LoadPlay::drains_of(const Plan& plan) const {
  const bool scenarios = std::any_of(plan.behaviours.begin(), plan.behaviours.end(),
                                     [](const auto& share) { return !share.scenario.empty(); });
  return std::max<microseconds>(settings_.patience + grace, scenarios ? a_step : microseconds(0));
}

void LoadPlay::tell(const char* what, double rate) const {
  if (!settings_.simulated)
    std::fprintf(stderr, "understudy: %s %s a second\n", what, fleet::load::plain_rate(rate).c_str());
}

LoadResult LoadPlay::search(Plan plan) {
  std::vector<conformance::LoadTrial> trials;
  std::optional<LoadResult> best, last;
  double rate = plan.phases.front().from;
  std::optional<double> held, broke;
  while (!interrupted() && trials.size() < most_trials) {
    tell("trying", rate);
    plan.phases.front().from = plan.phases.front().to = rate;
    last = play(plan);
    if (interrupted()) break;
    const std::string why = missed(*last);
    trials.push_back({rate, why.empty(), why});
    if (why.empty()) {
      held = rate;
      best = last;
    } else {
      broke = rate;
    }
    if (held && broke && *broke < *held * near) break;
    rate = held && broke ? (*held + *broke) / 2 : held ? *held * 2 : *broke / 2;
    rate = std::max(1.0, static_cast<double>(static_cast<std::uint64_t>(rate + 0.5)));
    if (held == rate || broke == rate || rate < least_rate) break;
  }
  LoadResult out = best ? std::move(*best) : std::move(*last);
  out.trials = std::move(trials);
  out.highest = held;
  return out;
}

}  // namespace understudy::tools
