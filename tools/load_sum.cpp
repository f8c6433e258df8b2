#include "load_sum.h"

#include <algorithm>
#include <utility>

#include "reports/plain.h"

namespace understudy::tools {

namespace {

using namespace fleet::load;
using conformance::LoadInterval;
using conformance::LoadResult;

// A run of any length is told in so many intervals at most, and kept in twice as many: made fewer each second, the first ones
// would be made one again and again.
constexpr std::size_t most_intervals = 600;
// What happens to the service shows in this time.
constexpr microseconds follows_within = std::chrono::seconds(30);
// The rest of a second at the end in which nothing happened any more belongs to the one before.
constexpr microseconds a_rest = std::chrono::milliseconds(500);

void add(std::map<std::string, std::uint64_t>& into, const std::map<std::string, std::uint64_t>& other) {
  for (const auto& [name, count] : other) into[name] += count;
}

microseconds floored(microseconds start, std::int64_t grid) {
  return start - start % std::chrono::seconds(grid);
}

std::vector<conformance::LoadCount> counts_of(const Causes& causes) {
  std::vector<conformance::LoadCount> out;
  for (const auto& [name, cause] : causes.by_name) out.push_back({name, cause.count, cause.example});
  return out;
}

conformance::LoadLatencyRow row(std::string name, std::string of, const Latency& latency) {
  return {std::move(name), std::move(of), quantiles_of(latency.service), quantiles_of(latency.planned)};
}

std::vector<std::pair<std::uint16_t, std::uint64_t>> heat_of(const Sketch& sketch) {
  std::map<std::uint16_t, std::uint64_t> by_bucket;
  for (const auto& [latency, count] : sketch.steps())
    by_bucket[static_cast<std::uint16_t>(conformance::heat::bucket(microseconds(latency)))] += count;
  return {by_bucket.begin(), by_bucket.end()};
}

// Those that came first stand first.
std::vector<conformance::LoadCount> causes_of(const LoadSum& sum) {
  std::vector<conformance::LoadCount> out = counts_of(sum.tally.counts.causes);
  const auto since = [&](const conformance::LoadCount& each) {
    const auto known = sum.causes.find(each.name);
    return known == sum.causes.end() ? microseconds::max() : known->second;
  };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return since(a) < since(b); });
  return out;
}

std::vector<conformance::LoadDeviation> rules_of(const LoadSum& sum) {
  std::vector<conformance::LoadDeviation> out;
  for (const auto& [name, rule] : sum.rules) out.push_back(rule);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

// In the order of `names`; what is missing at the end is zero.
template <typename Named, typename Name>
std::vector<std::uint64_t> placed(const std::map<std::string, std::uint64_t>& counts, const std::vector<Named>& all, Name name) {
  std::vector<std::uint64_t> out;
  for (std::size_t n = 0; n < all.size(); ++n)
    if (const auto found = counts.find(all[n].*name); found != counts.end()) {
      out.resize(n + 1);
      out[n] = found->second;
    }
  return out;
}

std::vector<LoadInterval> intervals_of(const LoadSum& sum, const LoadResult& named) {
  std::vector<LoadInterval> out;
  std::vector<LoadSecond::Phones> phones(sum.sources);
  for (const LoadSecond& second : sum.seconds) {
    for (std::size_t source = 0; source < second.phones.size(); ++source)
      if (second.phones[source]) phones[source] = *second.phones[source];
    LoadInterval next = interval_of(second);
    next.phones.assign(phones.front().size(), 0);
    for (const LoadSecond::Phones& each : phones)
      for (std::size_t state = 0; state < each.size(); ++state) next.phones[state] += each[state];
    next.errors = placed(second.errors, named.causes, &conformance::LoadCount::name);
    next.deviations = placed(second.deviations, named.rules, &conformance::LoadDeviation::rule);
    const bool idle = next.done + next.failed + next.dropped + next.planned == 0;
    if (&second == &sum.seconds.back() && next.length < a_rest && idle && !out.empty()) {
      out.back().length += next.length;
      out.back().phones = std::move(next.phones);
    } else {
      out.push_back(std::move(next));
    }
  }
  return out;
}

// Somebody changed the pace of the plan while it ran: its phases came at other times then, and that is shown.
void show_paces(const LoadSum& sum, conformance::LoadPlan& plan) {
  const auto& paces = sum.pacing.stretches();
  if (paces.size() == 1) return;
  for (conformance::LoadPlan::Span& phase : plan.phases) {
    const microseconds begin = phase.start;
    phase.start = sum.pacing.when(begin);
    phase.length = sum.pacing.when(begin + phase.length) - phase.start;
  }
  for (std::size_t n = 1; n < paces.size(); ++n) {
    const microseconds end = n + 1 < paces.size() ? paces[n + 1].start : sum.taken();
    if (paces[n].pace != 1.0 && end > paces[n].start)
      plan.storms.push_back({paces[n].pace == 0 ? "paused" : "at " + plain_rate(paces[n].pace) + " of its pace",
                             "by hand", paces[n].start, end - paces[n].start});
  }
}

// Where several saw it away, it was until the first of them had its answer.
std::vector<LoadSum::Away> together(std::vector<LoadSum::Away> all) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::pair(a.start, a.end) < std::pair(b.start, b.end); });
  std::vector<LoadSum::Away> out;
  for (const LoadSum::Away& each : all) {
    if (!out.empty() && each.start < out.back().end)
      out.back().end = std::min(out.back().end, each.end);
    else
      out.push_back(each);
  }
  return out;
}

void show_happenings(const LoadSum& sum, conformance::LoadPlan& plan) {
  for (const LoadSum::Away& away : together(sum.away))
    plan.storms.push_back({"service away", "no connection for " + conformance::spoken(away.end - away.start), away.start, away.end - away.start});
  for (const Happening& each : sum.happenings) {
    const microseconds moment = sum.pacing.when(each.moment);
    const auto came_of_it = std::find_if(plan.storms.begin(), plan.storms.end(), [&](const auto& span) {
      return span.start >= moment && span.start < moment + follows_within;
    });
    if (came_of_it != plan.storms.end())
      came_of_it->text = each.what + ": " + came_of_it->text;
    else if (moment <= sum.taken())
      plan.storms.push_back({each.what, "", moment, {}});
  }
}

}  // namespace

void LoadSecond::add(const LoadSecond& other) {
  length = std::max(length, other.start + other.length - start);
  planned += other.planned;
  done += other.done;
  failed += other.failed;
  dropped += other.dropped;
  messages += other.messages;
  latency.merge(other.latency);
  service.merge(other.service);
  lag.merge(other.lag);
  if (phones.size() < other.phones.size()) phones.resize(other.phones.size());
  for (std::size_t source = 0; source < other.phones.size(); ++source)
    if (other.phones[source]) phones[source] = other.phones[source];
  tools::add(errors, other.errors);
  tools::add(deviations, other.deviations);
  cpu = std::max(cpu, other.cpu);
  descriptors = std::max(descriptors, other.descriptors);
}

void LoadSum::take(LoadSecond second) {
  for (const auto& [name, count] : second.errors) {
    const auto [known, fresh] = causes.emplace(name, second.start);
    if (!fresh) known->second = std::min(known->second, second.start);
  }
  place(std::move(second));
}

void LoadSum::place(LoadSecond second) {
  const microseconds start = floored(second.start, grid);
  second.length += second.start - start;
  second.start = start;
  const auto at = std::lower_bound(seconds.begin(), seconds.end(), second.start,
                                      [](const LoadSecond& each, microseconds moment) { return each.start < moment; });
  if (at != seconds.end() && at->start == second.start)
    at->add(second);
  else
    seconds.insert(at, std::move(second));
  if (seconds.size() > 2 * most_intervals) coarsen(most_intervals);
}

void LoadSum::double_grid() {
  grid *= 2;
  std::vector<LoadSecond> out;
  for (LoadSecond& each : seconds) {
    const microseconds start = floored(each.start, grid);
    if (!out.empty() && start == out.back().start) {
      out.back().add(each);
      continue;
    }
    each.length += each.start - start;
    each.start = start;
    out.push_back(std::move(each));
  }
  seconds = std::move(out);
}

void LoadSum::coarsen(std::size_t most) {
  while (seconds.size() > std::max<std::size_t>(most, 1)) double_grid();
}

void LoadSum::merge(const LoadSum& other) {
  while (grid < other.grid) double_grid();
  for (LoadSecond second : other.seconds) {
    second.phones.insert(second.phones.begin(), sources, std::nullopt);
    place(std::move(second));
  }
  sources += other.sources;
  tally.merge(other.tally);
  for (const auto& [name, rule] : other.rules) {
    const auto [known, fresh] = rules.emplace(name, rule);
    if (fresh) continue;
    known->second.count += rule.count;
    known->second.first = std::min(known->second.first, rule.first);
    known->second.level = std::min(known->second.level, rule.level);
  }
  for (const auto& [name, since] : other.causes) {
    const auto [known, fresh] = causes.emplace(name, since);
    if (!fresh) known->second = std::min(known->second, since);
  }
  away.insert(away.end(), other.away.begin(), other.away.end());
  own_faults += other.own_faults;
  if (own_fault.empty()) own_fault = other.own_fault;
  validated += other.validated;
  health.cpu_mean = std::max(health.cpu_mean, other.health.cpu_mean);
  health.cpu_most = std::max(health.cpu_most, other.health.cpu_most);
  health.descriptors = std::max(health.descriptors, other.health.descriptors);
  health.descriptors_limit = std::max(health.descriptors_limit, other.health.descriptors_limit);
  health.ports_limit = std::max(health.ports_limit, other.health.ports_limit);
  health.memory = std::max(health.memory, other.health.memory);
}

LoadInterval interval_of(const LoadSecond& second) {
  LoadInterval out;
  out.start = second.start;
  out.length = second.length;
  out.planned = second.planned;
  out.done = second.done;
  out.failed = second.failed;
  out.dropped = second.dropped;
  out.p50 = second.latency.quantile(0.5);
  out.p95 = second.latency.quantile(0.95);
  out.p99 = second.latency.quantile(0.99);
  out.max = second.latency.most();
  out.service_p99 = second.service.quantile(0.99);
  out.heat = heat_of(second.latency);
  out.messages = second.messages;
  out.lag_p99 = second.lag.quantile(0.99);
  out.lag_max = second.lag.most();
  out.cpu = second.cpu;
  out.descriptors = second.descriptors;
  return out;
}

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

LoadResult result_of(const LoadSum& whole) {
  LoadSum sum = whole;
  sum.coarsen(most_intervals);
  LoadResult out;
  out.plan = sum.plan;
  show_paces(sum, out.plan);
  show_happenings(sum, out.plan);
  const Tally& tally = sum.tally;
  const Counts& counts = tally.counts;
  out.totals = {counts.planned, counts.done, counts.failed, counts.dropped, counts.disturbed};
  for (const auto& [kind, of] : tally.faults)
    out.faults.push_back({kind, of.met, of.answered, of.refused, of.closed, of.silent, of.cut, of.failed});
  out.taken = sum.taken();
  out.states = {"off", "idle", "at work"};
  out.causes = causes_of(sum);
  out.rules = rules_of(sum);
  out.intervals = intervals_of(sum, out);
  const auto row_of_histogram = [](std::string name, const Histogram& histogram) {
    return conformance::LoadLatencyRow{std::move(name), "", quantiles_of(histogram), {}};
  };
  out.latency.push_back(row_of_histogram("connect", tally.connect));
  out.latency.push_back(row_of_histogram("TLS", tally.tls));
  out.latency.push_back(row("first answer", "", tally.first_answer));
  out.latency.push_back(row("whole interaction", "", counts.interaction));
  for (std::size_t n = 0; n < std::min(tally.by_share.size(), sum.plan.behaviours.size()); ++n)
    if (tally.by_share[n].service.count() > 0)
      out.latency.push_back(row("whole interaction", sum.plan.behaviours[n].name, tally.by_share[n]));
  if (tally.call_back.service.count() > 0) out.latency.push_back(row("contact-me to call-back", "", tally.call_back));
  if (tally.job.service.count() > 0) out.latency.push_back(row("job queued to done", "", tally.job));
  out.health = sum.health;
  out.health.lag = quantiles_of(counts.lag);
  out.health.dropped = counts_of(counts.dropped_causes);
  out.connections = {tally.connections.opened, tally.connections.kept, tally.connections.full_handshakes,
                     tally.connections.resumed};
  out.messages = counts.messages;
  out.validated = sum.validated;
  out.machine = sum.machine;
  return out;
}

}  // namespace understudy::tools
