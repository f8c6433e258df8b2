#include "unit/reports/load_support.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "unit/reports/results_support.h"

namespace understudy::conformance {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

LoadLatency summary(std::vector<microseconds> all) {
  LoadLatency out;
  out.count = all.size();
  if (all.empty()) return out;
  std::sort(all.begin(), all.end());
  const auto of = [&](double share) {
    return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
  };
  out.p50 = of(0.5), out.p90 = of(0.9), out.p95 = of(0.95), out.p99 = of(0.99), out.p999 = of(0.999);
  out.max = all.back();
  std::int64_t sum = 0;
  for (const microseconds each : all) sum += each.count();
  out.mean = microseconds(sum / static_cast<std::int64_t>(all.size()));
  return out;
}

LoadLatency scaled(LoadLatency latency, double by) {
  for (microseconds* each :
       {&latency.p50, &latency.p90, &latency.p95, &latency.p99, &latency.p999, &latency.max, &latency.mean})
    *each = microseconds(std::llround(static_cast<double>(each->count()) * by));
  return latency;
}

// The planned rate, by the share of the run that is over.
double planned_rate(double share) {
  if (share < 0.1) return 200.0 * share / 0.1;
  if (share < 0.4) return 200.0;
  if (share < 0.5) return 300.0;
  if (share < 0.6) return 400.0;
  if (share < 0.7) return 500.0;
  if (share < 0.8) return 600.0;
  return 200.0;
}

}  // namespace

LoadResult believable_load(const LoadShape& shape) {
  LoadResult out;
  const auto at = [&](double share) {
    return microseconds(std::llround(share * static_cast<double>(microseconds(shape.length).count())));
  };
  out.plan.sentence =
      "10,000 phones: up to 600 start-ups a second, arrivals as planned, whatever the service does (open).";
  out.plan.phones = shape.phones;
  out.plan.seed = 9;
  out.plan.phases = {{"ramp", "from 0 to 200/s", at(0), at(0.1)},
                     {"steady", "200/s", at(0.1), at(0.3)},
                     {"steps", "300, 400, 500, 600/s", at(0.4), at(0.4)},
                     {"after", "200/s", at(0.8), at(0.2)}};
  out.plan.storms = {{"service-restart", "the service is away", at(0.9), at(1.0 / 30)}};
  out.plan.behaviours = {{"start-up", "", 60}, {"poll", "", 30}, {"local change", "", 10}};
  out.plan.populations = {{"OpenStage 40", "V3 R5.12.0", 3},
                          {"OpenStage 60", "V2 R2.48, quirk reply-before-software", 2}};
  out.states = {"idle", "at work", "waiting for the service"};
  out.causes = {{"connection refused", 0, "127.0.0.1:18443: connection refused"},
                {"timed out", 0, "no answer to the first message within 30 s"},
                {"answer 503", 0, "HTTP/1.1 503 Service Unavailable"}};
  out.rules = {{"nonce.echo", Level::must, 0, {}}, {"http.timely", Level::should, 0, {}}};
  out.health.dropped = {{"all phones busy", 0, ""}};

  std::mt19937_64 random(out.plan.seed);
  const auto chance = [&] { return static_cast<double>(random() >> 11) * 0x1.0p-53; };
  const auto around = [&](double middle, double spread) {
    // Sum of three: near enough to a bell.
    return middle * std::exp(spread * (chance() + chance() + chance() - 1.5));
  };
  std::vector<microseconds> all, all_service, lags;
  double owed = 0.0, backlog = 0.0;
  const auto whole = [](double number) { return static_cast<std::uint64_t>(std::max(number, 0.0)); };
  const double step = static_cast<double>(shape.interval.count());
  for (seconds now{0}; now < shape.length; now += shape.interval) {
    const double share = static_cast<double>(now.count()) / static_cast<double>(shape.length.count());
    const double rate = planned_rate(share) * shape.scale;
    const bool stalls = shape.interval <= seconds(2) && now.count() % 60 >= 30 && now.count() % 60 < 32;
    const bool away = share >= 0.9 && share < 0.9 + 1.0 / 30;
    LoadInterval each;
    each.start = now;
    each.length = std::min<microseconds>(shape.interval, shape.length - now);
    owed += rate * step;
    each.planned = whole(owed);
    owed -= static_cast<double>(each.planned);
    each.dropped = rate > 590 * shape.scale && chance() < 0.2 ? 2 : 0;
    each.dropped = std::min(each.dropped, each.planned);
    backlog += static_cast<double>(each.planned - each.dropped);
    const auto settled = std::min(whole(stalls ? 0.0 : 900.0 * shape.scale * step), whole(backlog));
    backlog -= static_cast<double>(settled);
    each.failed = away ? settled : std::min(settled, whole(rate / 400.0 * chance() * 1.5));
    each.done = settled - each.failed;
    each.errors = {away ? each.failed : 0, away ? 0 : each.failed / 2,
                   away ? 0 : each.failed - each.failed / 2};
    // After a stall those are late that had to wait.
    const bool after_stall = now.count() % 60 == 32 && shape.interval <= seconds(2);
    std::vector<microseconds> mine, service;
    const std::uint64_t samples = std::min(each.done, shape.samples);
    for (std::uint64_t i = 0; i < samples; ++i) {
      const double own = around(40'000.0 * (1.0 + rate / 700.0 / std::max(shape.scale, 0.01)), 0.9);
      const double wait = after_stall && chance() < 0.7 ? chance() * 2e6 : 0.0;
      service.emplace_back(std::llround(own));
      mine.emplace_back(std::llround(own + wait));
    }
    for (const microseconds latency : mine) {
      const auto bucket = static_cast<std::uint16_t>(heat::bucket(latency));
      const auto found = std::find_if(each.heat.begin(), each.heat.end(),
                                      [&](const auto& cell) { return cell.first == bucket; });
      const std::uint64_t stands_for = each.done / samples;
      if (found == each.heat.end())
        each.heat.emplace_back(bucket, stands_for);
      else
        found->second += stands_for;
    }
    std::sort(each.heat.begin(), each.heat.end());
    const LoadLatency of_mine = summary(mine);
    each.p50 = of_mine.p50, each.p95 = of_mine.p95, each.p99 = of_mine.p99, each.max = of_mine.max;
    each.service_p99 = summary(service).p99;
    const auto busy = std::min<std::uint64_t>(shape.phones, whole(rate * 0.06 + backlog));
    each.phones = {shape.phones - busy, away ? 0 : busy, away ? busy : 0};
    each.messages = each.done * 3;
    each.judged = {each.done * 3, each.messages};
    each.deviations = {rate < 400 * shape.scale
                           ? 0
                           : whole(static_cast<double>(each.done) * 3 * (rate / shape.scale - 390) / 6000),
                       after_stall ? each.done / 8 : 0};
    for (std::size_t i = 0; i < out.rules.size(); ++i) {
      if (out.rules[i].count == 0 && each.deviations[i] != 0) out.rules[i].first = now;
      out.rules[i].count += each.deviations[i];
    }
    each.lag_p99 = microseconds(std::llround(around(300.0 + rate, 0.6)));
    each.lag_max = each.lag_p99 * 3;
    each.cpu = 0.05 + rate / shape.scale / 600.0 * 0.9 * (0.9 + 0.2 * chance());
    each.descriptors = 40 + busy;

    out.totals.planned += each.planned;
    out.totals.done += each.done;
    out.totals.failed += each.failed;
    out.totals.dropped += each.dropped;
    for (std::size_t i = 0; i < out.causes.size(); ++i) out.causes[i].count += each.errors[i];
    out.messages += each.messages;
    out.health.cpu_most = std::max(out.health.cpu_most, each.cpu);
    out.health.cpu_mean += each.cpu * static_cast<double>(each.length.count()) /
                           static_cast<double>(microseconds(shape.length).count());
    out.health.descriptors = std::max(out.health.descriptors, each.descriptors);
    lags.push_back(each.lag_p99);
    all.insert(all.end(), mine.begin(), mine.end());
    all_service.insert(all_service.end(), service.begin(), service.end());
    out.intervals.push_back(std::move(each));
  }
  // What is still under way at the end has failed.
  const auto left = whole(std::round(backlog));
  if (!out.intervals.empty() && left != 0) {
    out.intervals.back().failed += left;
    out.intervals.back().errors[1] += left;
    out.causes[1].count += left;
    out.totals.failed += left;
  }
  out.taken = shape.length;
  out.validated = out.messages / 100;
  out.health.dropped[0].count = out.totals.dropped;
  out.health.lag = summary(lags);
  out.health.descriptors_limit = 20'000;
  out.health.ports = 900;
  out.health.ports_limit = 28'000;
  out.health.memory = 312 * 1024 * 1024;
  out.connections = {out.totals.done + out.totals.failed, 0, out.totals.done, 0};
  const LoadLatency planned = summary(all), service = summary(all_service);
  out.latency = {{"connect", "", scaled(service, 0.01), {}},
                 {"TLS", "", scaled(service, 0.05), {}},
                 {"first answer", "", scaled(service, 0.3), scaled(planned, 0.4)},
                 {"whole interaction", "", service, planned},
                 {"whole interaction", "start-up", service, planned},
                 {"contact-me to call-back", "", {}, {}},
                 {"job queued to done", "", scaled(service, 4), {}}};
  out.thresholds = {{"start-up.p99<800ms", "1.2 s", false, false}, {"errors<5%", "2.9 %", true, false}};
  out.machine = {
      {"cores", "2"}, {"CPU", "Intel(R) Xeon(R) Processor"}, {"OpenSSL", "3.0.19"}, {"kernel", "6.1"}};
  return out;
}

Result loaded(const LoadShape& shape) {
  Result out = one_must();
  out.load = believable_load(shape);
  conclude(out);
  return out;
}

Result quiet_load() {
  Result out = conforming();
  out.load = believable_load({.length = seconds(40), .interval = seconds(1), .phones = 1000, .scale = 0.5});
  out.load->rules.clear();
  for (LoadThreshold& each : out.load->thresholds) each.met = true, each.came = "90 ms";
  out.load->trials = {
      {200, true, "p99 was 90 ms"}, {400, false, "p99 was 1.3 s"}, {300, true, "p99 was 480 ms"}};
  out.load->highest = 300;
  conclude(out);
  return out;
}

Result invalid_load() {
  Result out = conforming();
  out.load = believable_load();
  out.load->limits = {
      {"CPU", "this program used 1.9 of 2 cores on average",
       "plan fewer than 350 arrivals a second, or give the service a machine of its own"},
      {"schedule lag", "the lag of the schedule was 480 ms at p99; 50 ms is what we allow ourselves", ""}};
  conclude(out);
  return out;
}

Result all_failed_load() {
  Result out = could_not_run();
  LoadResult load = believable_load({.length = seconds(60)});
  for (LoadInterval& each : load.intervals) {
    each.failed += each.done;
    each.errors = {each.failed, 0, 0};
    each.done = each.messages = 0;
    each.deviations.clear();
    each.judged.clear();
    each.heat.clear();
    each.p50 = each.p95 = each.p99 = each.max = each.service_p99 = {};
  }
  load.totals.failed += load.totals.done;
  load.totals.done = load.messages = load.validated = 0;
  load.causes = {{"connection refused", load.totals.failed, "127.0.0.1:18443: connection refused"}};
  load.rules.clear();
  for (LoadLatencyRow& each : load.latency) each.service = each.planned = {};
  out.load = std::move(load);
  conclude(out);
  return out;
}

Result hostile_load() {
  const std::string evil =
      "=<script>alert(1)</script>\"'><img src=x onerror=alert(1)>,\x1b[2J\xFF\xE2\x80\xAE";
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  Result out = many();
  LoadResult load = believable_load({.length = seconds(20)});
  load.plan.sentence = load.plan.phases[0].name = load.plan.storms[0].name = load.plan.behaviours[0].name =
      load.plan.populations[0].text = evil;
  load.plan.phases[1] = {evil, evil, microseconds::max() / 4, microseconds::max() / 4};
  load.plan.behaviours[1].weight = std::numeric_limits<double>::quiet_NaN();
  load.states[0] = load.causes[0].name = load.causes[0].example = load.rules[0].rule =
      load.health.dropped[0].name = evil;
  load.latency[0].name = load.latency[0].of = load.thresholds[0].text = load.thresholds[0].came = evil;
  load.machine = {{evil, evil}, {"cores", "1e999"}};
  load.limits = {{evil, evil, evil}};
  load.trials = {{std::numeric_limits<double>::infinity(), false, evil}};
  load.highest = std::numeric_limits<double>::quiet_NaN();
  load.intervals[0].length = {};
  load.intervals[1].cpu = std::numeric_limits<double>::quiet_NaN();
  load.intervals[2].cpu = std::numeric_limits<double>::infinity();
  load.intervals[3].cpu = -1;
  load.intervals[4].planned = load.intervals[4].done = load.intervals[4].failed = most;
  load.intervals[5].heat = {{65535, most}, {0, most}};
  load.intervals[6].phones = load.intervals[6].errors = load.intervals[6].deviations =
      load.intervals[6].judged = std::vector<std::uint64_t>(9, most);
  load.intervals[7].max = microseconds::max();
  load.health.cpu_mean = std::numeric_limits<double>::quiet_NaN();
  load.totals.done = most;
  out.load = std::move(load);
  conclude(out);
  return out;
}

}  // namespace understudy::conformance
