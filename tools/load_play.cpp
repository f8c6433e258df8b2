#include "load_play.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "interrupt.h"
#include "keys.h"
#include "load_metrics.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using namespace std::chrono_literals;
using conformance::LoadResult;
using fleet::load::Arrivals;
using fleet::load::Crew;
using fleet::load::Plan;

// Phones start up so many a second before a plan that needs them to be there.
constexpr double prepares = 200;
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

// Why it did not hold; empty: it did.
std::string missed(const LoadResult& load) {
  if (!load.limits.empty()) return "this program was the limit: " + load.limits.front().sentence;
  std::string out;
  for (const auto& threshold : load.thresholds)
    if (!threshold.met) out += (out.empty() ? "" : ", ") + threshold.text + " was " + threshold.came;
  return out;
}

}  // namespace

LoadPlay::LoadPlay(Session& session, House& house, Settings settings)
    : session_(session), house_(house), settings_(std::move(settings)), screen_(stderr) {
  session_.tell([this](const conformance::Finding& finding) {
    if (record_ && crew_) record_->take(finding, crew_->elapsed());
    if (found_.insert(finding.rule).second) session_.add_before(finding, recent_.lines(finding.phone, finding.exchange));
  });
}

void LoadPlay::take(const transcript::Entry& entry) {
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry); exchange && record_) {
    record_->take(*exchange, crew_ ? crew_->elapsed() : microseconds(0));
    if (restart_ && cut_by_restart(*exchange)) {
      transcript::Exchange cut = *exchange;
      cut.scripted = transcript::Scripted::broken;
      session_.take(cut);
      return recent_.take(cut);
    }
  }
  session_.take(entry);
  if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) recent_.take(*exchange);
}

bool LoadPlay::cut_by_restart(const transcript::Exchange& exchange) {
  const microseconds now = house_.clock().now();
  if (exchange.outcome != transcript::Outcome::answered) {
    restart_->failed = now;
    return true;
  }
  const bool after_failure = restart_->failed && exchange.begun > *restart_->failed;
  const bool after_restart = restart_->done && exchange.begun > *restart_->done;
  if ((after_failure || !restart_->failed) && (after_restart || (!restart_->done && restart_->failed))) restart_.reset();
  return false;
}

LoadResult LoadPlay::play(fleet::Stage& stage, const Arrivals& arrivals) {
  record_ = std::make_unique<LoadRecord>(arrivals.plan(), settings_.simulated);
  Crew crew(stage, house_.clock(), arrivals, {prepares, drains_of(arrivals.plan()), acts_});
  crew_ = &crew;
  bool aborted = false;
  const std::uint64_t validated = house_.validated();
  crew.told = [&](const fleet::load::Slice& slice) {
    record_->take(slice);
    if (!settings_.simulated && !crew.over()) screen_.show(*record_, crew);
    if (crew.over() || !settings_.abort_after || crew.elapsed() < *settings_.abort_after) return;
    const LoadResult now = record_->result(crew);
    aborted = std::any_of(settings_.thresholds.begin(), settings_.thresholds.end(),
                          [&](const Threshold& each) { return !each.judge(now).met; });
  };
  crew.happens = [this](const std::string& what) { happen(what); };
  crew.start();
  net::Clock& clock = house_.clock();
  const Keys keys(clock, !settings_.simulated, [this](char key) { heed(key); });
  screen_.show_keys(keys.there());
  while (!crew.over() && !interrupted() && !aborted) {
    const microseconds next = clock.now() + 1s;
    const auto shows_preparation = [&] {
      return crew.state() == Crew::State::preparing && clock.now() >= next;
    };
    clock.run([&] { return crew.over() || interrupted() || aborted || shows_preparation(); },
              arrivals.plan().length() + 24h);
    if (crew.state() == Crew::State::preparing && !interrupted() && !settings_.simulated)
      screen_.show_preparation(crew);
  }
  crew.stop();
  screen_.done();
  LoadResult out = record_->result(crew);
  out.validated = house_.validated() - validated;
  for (const Threshold& threshold : settings_.thresholds) {
    out.thresholds.push_back(threshold.judge(out));
    out.thresholds.back().aborted = aborted && !out.thresholds.back().met;
  }
  if (crew.unprepared() > 0)
    std::fprintf(stderr, "understudy: %s of %s did not start up well before the plan began\n",
                 conformance::counted(crew.unprepared(), "phone").c_str(),
                 fleet::load::grouped(arrivals.plan().phones).c_str());
  crew_ = nullptr;
  return out;
}

void LoadPlay::heed(char key) {
  if (!crew_) return;
  const double pace = crew_->pacing().pace();
  if (key == 'q') return crew_->stop();
  if (key == ' ')
    crew_->set_pace(pace == 0 ? before_pause_ : 0);
  else if (pace > 0 && (key == '+' || key == '='))
    crew_->set_pace(std::min(pace * a_key, most_pace));
  else if (pace > 0 && key == '-')
    crew_->set_pace(std::max(pace / a_key, 1 / most_pace));
  if (crew_->pacing().pace() > 0) before_pause_ = crew_->pacing().pace();
  if (!record_->empty()) screen_.show(*record_, *crew_);
}

void LoadPlay::happen(const std::string& what) {
  screen_.done();
  if (!settings_.simulated) std::fprintf(stderr, "understudy: %s\n", what.c_str());
  restart_.emplace();
  house_.restart_service([this](const tl::expected<void, std::string>& restarted) {
    if (restarted) {
      if (restart_) restart_->done = house_.clock().now();
      return;
    }
    screen_.done();
    std::fprintf(stderr, "understudy: %s\n", conformance::shown(restarted.error()).c_str());
  });
}

std::string LoadPlay::metrics() const { return record_ && crew_ ? metrics_of(*record_, *crew_) : ""; }

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

LoadResult LoadPlay::search(fleet::Stage& stage, Plan plan) {
  std::vector<conformance::LoadTrial> trials;
  std::optional<LoadResult> best, last;
  double rate = plan.phases.front().from;
  std::optional<double> held, broke;
  while (!interrupted() && trials.size() < most_trials) {
    tell("trying", rate);
    plan.phases.front().from = plan.phases.front().to = rate;
    last = play(stage, Arrivals(plan));
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
