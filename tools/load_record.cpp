#include "load_record.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "load_limits.h"
#include "own_health.h"
#include "reports/plain.h"
#include "rules/own_fault.h"

namespace understudy::tools {

namespace {

using namespace fleet::load;
using conformance::LoadInterval;
using conformance::LoadResult;

// A run of any length is told in so many intervals at most.
constexpr std::size_t most_intervals = 600;
// What happens to the service shows in this time.
constexpr microseconds follows_within = std::chrono::seconds(30);
// Shorter, and it was one connection that failed.
constexpr microseconds counts_as_away = std::chrono::milliseconds(500);

enum States : std::size_t { off, idle, at_work, states };

std::vector<conformance::LoadCount> counts_of(const Causes& causes) {
  std::vector<conformance::LoadCount> out;
  for (const auto& [name, cause] : causes.by_name) out.push_back({name, cause.count, cause.example});
  return out;
}

conformance::LoadLatencyRow row(std::string name, std::string of, const Latency& latency) {
  return {std::move(name), std::move(of), quantiles_of(latency.service), quantiles_of(latency.planned)};
}

std::vector<std::pair<std::uint16_t, std::uint64_t>> heat_of(const Histogram& histogram) {
  std::map<std::uint16_t, std::uint64_t> by_bucket;
  for (const Histogram::Bucket& bucket : histogram.buckets())
    by_bucket[static_cast<std::uint16_t>(conformance::heat::bucket(bucket.latency))] += bucket.count;
  return {by_bucket.begin(), by_bucket.end()};
}

std::uint64_t& at(std::vector<std::uint64_t>& counts, std::size_t place) {
  if (counts.size() <= place) counts.resize(place + 1);
  return counts[place];
}

}  // namespace

conformance::LoadLatency quantiles_of(const Histogram& h) {
  return {h.count(),        h.quantile(0.5),   h.quantile(0.9), h.quantile(0.95),
          h.quantile(0.99), h.quantile(0.999), h.most(),        h.mean()};
}

conformance::LoadPlan in_words(const Plan& plan, bool simulated) {
  conformance::LoadPlan out;
  out.sentence = plan.sentence() + ".";
  out.phones = plan.phones;
  out.seed = plan.seed;
  out.simulated = simulated;
  microseconds start{};
  for (const Phase& phase : plan.phases) {
    out.phases.push_back({phase.name, phase.text(), start, phase.length});
    start += phase.length;
  }
  for (const Share& share : plan.behaviours)
    out.behaviours.push_back({share.name(), share.scenario.empty() ? "" : "a scenario", share.weight});
  for (const Population& population : plan.populations)
    out.populations.push_back({population.name, "", population.weight});
  return out;
}

LoadRecord::LoadRecord(const Plan& plan, bool simulated) : simulated_(simulated) {
  result_.plan = in_words(plan, simulated);
  result_.states = {"off", "idle", "at work"};
  result_.machine = {{"cores", std::to_string(std::thread::hardware_concurrency())}};
  cpu_begun_ = cpu_before_ = cpu_seconds();
  wall_begun_ = wall_before_ = wall_seconds();
}

void LoadRecord::take(const Slice& slice) {
  LoadInterval out;
  out.start = slice.start;
  out.length = slice.length;
  out.planned = slice.counts.planned;
  out.done = slice.counts.done;
  out.failed = slice.counts.failed;
  out.dropped = slice.counts.dropped;
  const Histogram& planned = slice.counts.interaction.planned;
  out.p50 = planned.quantile(0.5);
  out.p95 = planned.quantile(0.95);
  out.p99 = planned.quantile(0.99);
  out.max = planned.most();
  out.service_p99 = slice.counts.interaction.service.quantile(0.99);
  out.heat = heat_of(planned);
  out.phones.resize(states);
  out.phones[off] = slice.off;
  out.phones[idle] = slice.idle;
  out.phones[at_work] = slice.at_work;
  for (const auto& [name, cause] : slice.counts.causes.by_name)
    at(out.errors, causes_.emplace(name, causes_.size()).first->second) += cause.count;
  out.deviations = std::exchange(deviated_, {});
  out.messages = slice.counts.messages;
  out.lag_p99 = slice.counts.lag.quantile(0.99);
  out.lag_max = slice.counts.lag.most();
  const double cpu = cpu_seconds(), wall = wall_seconds();
  if (!simulated_) {
    if (wall > wall_before_ + 0.001) out.cpu = (cpu - cpu_before_) / (wall - wall_before_);
    out.descriptors = open_descriptors();
    result_.health.cpu_most =
        std::max(result_.health.cpu_most, slice.length >= std::chrono::milliseconds(900) ? out.cpu : 0.0);
    result_.health.cpu_mean = wall > wall_begun_ ? (cpu - cpu_begun_) / (wall - wall_begun_) : 0;
    result_.health.descriptors = std::max(result_.health.descriptors, out.descriptors);
  }
  cpu_before_ = cpu;
  wall_before_ = wall;
  // The rest of a second at the end, in which nothing happened any more.
  if (slice.length < std::chrono::milliseconds(500) &&
      out.done + out.failed + out.dropped + out.planned == 0 && !result_.intervals.empty()) {
    LoadInterval& before = result_.intervals.back();
    before.length += out.length;
    before.phones = std::move(out.phones);
    return;
  }
  result_.intervals.push_back(std::move(out));
  // Twice as many for a while: made fewer each second, the first ones would be made one again and again.
  if (result_.intervals.size() > 2 * most_intervals) conformance::coarsen(result_.intervals, most_intervals);
}

void LoadRecord::take(const conformance::Finding& finding, microseconds since_the_plan_began) {
  const auto [known, fresh] = rules_.emplace(finding.rule, result_.rules.size());
  if (fresh) result_.rules.push_back({finding.rule, finding.level, 0, since_the_plan_began});
  ++result_.rules[known->second].count;
  ++at(deviated_, known->second);
  ++deviations_;
}

// The service was away from the first connection that it did not take to the next answer.
void LoadRecord::take(const transcript::Exchange& exchange, microseconds since_the_plan_began) {
  using transcript::Outcome;
  if (conformance::own_fault(exchange)) {
    if (own_faults_++ == 0) own_fault_ = exchange.failure;
  } else if (exchange.outcome == Outcome::no_connection) {
    if (!away_) away_ = since_the_plan_began;
  } else if (exchange.outcome == Outcome::answered && away_) {
    if (since_the_plan_began - *away_ >= counts_as_away) result_.plan.storms.push_back(away_until(since_the_plan_began));
    away_.reset();
  }
}

conformance::LoadPlan::Span LoadRecord::away_until(microseconds moment) const {
  return {"service away", "no connection for " + conformance::spoken(moment - *away_), *away_, moment - *away_};
}

namespace {

// Somebody changed the pace of the plan while it ran: its phases came at other times then, and that is shown.
void show_paces(const Crew& crew, conformance::LoadPlan& plan) {
  const auto& paces = crew.pacing().stretches();
  if (paces.size() == 1) return;
  microseconds start{};
  for (std::size_t n = 0; n < plan.phases.size(); ++n) {
    const microseconds begin = start;
    start += crew.plan().phases[n].length;
    plan.phases[n].start = crew.pacing().when(begin);
    plan.phases[n].length = crew.pacing().when(start) - plan.phases[n].start;
  }
  for (std::size_t n = 1; n < paces.size(); ++n) {
    const microseconds end = n + 1 < paces.size() ? paces[n + 1].start : crew.elapsed();
    if (paces[n].pace != 1.0 && end > paces[n].start)
      plan.storms.push_back({paces[n].pace == 0 ? "paused" : "at " + plain_rate(paces[n].pace) + " of its pace",
                             "by hand", paces[n].start, end - paces[n].start});
  }
}

}  // namespace

LoadResult LoadRecord::result(const Crew& crew) const {
  LoadResult out = result_;
  show_paces(crew, out.plan);
  if (away_ && crew.elapsed() - *away_ >= counts_as_away) out.plan.storms.push_back(away_until(crew.elapsed()));
  for (const Happening& each : crew.plan().happenings) {
    const microseconds moment = crew.pacing().when(each.moment);
    const auto came_of_it = std::find_if(out.plan.storms.begin(), out.plan.storms.end(), [&](const auto& span) {
      return span.start >= moment && span.start < moment + follows_within;
    });
    if (came_of_it != out.plan.storms.end())
      came_of_it->text = each.what + ": " + came_of_it->text;
    else if (moment <= crew.elapsed())
      out.plan.storms.push_back({each.what, "", moment, {}});
  }
  const Tally& tally = crew.tally();
  const Counts& counts = tally.counts;
  out.totals = {counts.planned, counts.done, counts.failed, counts.dropped};
  out.taken = crew.elapsed();
  out.causes.resize(causes_.size());
  for (const conformance::LoadCount& cause : counts_of(counts.causes)) {
    const auto known = causes_.find(cause.name);
    if (known != causes_.end())
      out.causes[known->second] = cause;
    else
      out.causes.push_back(cause);
  }
  const auto row_of_histogram = [](std::string name, const Histogram& histogram) {
    return conformance::LoadLatencyRow{std::move(name), "", quantiles_of(histogram), {}};
  };
  out.latency.push_back(row_of_histogram("connect", tally.connect));
  out.latency.push_back(row_of_histogram("TLS", tally.tls));
  out.latency.push_back(row("first answer", "", tally.first_answer));
  out.latency.push_back(row("whole interaction", "", counts.interaction));
  for (std::size_t n = 0; n < tally.by_share.size(); ++n)
    if (tally.by_share[n].service.count() > 0)
      out.latency.push_back(row("whole interaction", crew.plan().behaviours[n].name(), tally.by_share[n]));
  if (tally.call_back.service.count() > 0)
    out.latency.push_back(row("contact-me to call-back", "", tally.call_back));
  if (tally.job.service.count() > 0) out.latency.push_back(row("job queued to done", "", tally.job));
  out.health.lag = quantiles_of(counts.lag);
  out.health.dropped = counts_of(counts.dropped_causes);
  out.health.memory = most_memory();
  out.connections = {tally.connections.opened, tally.connections.kept, tally.connections.full_handshakes,
                     tally.connections.resumed};
  out.messages = counts.messages;
  const std::uint64_t settled = counts.done + counts.failed;
  out.limits = limits_of(out, settled > 0 ? counts.busy / static_cast<std::int64_t>(settled) : microseconds(0));
  if (own_faults_ > 0)
    out.limits.push_back(
        {"connections",
         grouped(own_faults_) + " connections could not be made from here: " + own_fault_ + ".",
         "Plan fewer arrivals a second, or give this machine more addresses."});
  conformance::coarsen(out.intervals, most_intervals);
  return out;
}

}  // namespace understudy::tools
