#include "reports/load_result.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "look/shown.h"
#include "reports/findings.h"
#include "reports/plain.h"

namespace understudy::conformance {

namespace {

// Adds by place; the longer one decides how many there are.
void add(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& other) {
  if (into.size() < other.size()) into.resize(other.size());
  for (std::size_t i = 0; i < other.size(); ++i) into[i] += other[i];
}

void add_heat(LoadInterval& into, const LoadInterval& next) {
  std::vector<std::uint64_t> counts(heat::buckets);
  for (const LoadInterval* each : {&std::as_const(into), &next})
    for (const auto& [bucket, count] : each->heat)
      counts[std::min<std::size_t>(bucket, heat::buckets - 1)] += count;
  into.heat.clear();
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0) into.heat.emplace_back(static_cast<std::uint16_t>(i), counts[i]);
}

// The middle of the bucket in which the quantile falls, never above what was measured.
microseconds quantile(const LoadInterval& interval, std::uint64_t all, double share) {
  const double wanted = std::ceil(share * static_cast<double>(all));
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : interval.heat) {
    seen += count;
    if (static_cast<double>(seen) < wanted) continue;
    const double from = static_cast<double>(std::max<std::int64_t>(heat::bound(bucket).count(), 1));
    const microseconds middle(std::llround(from * std::pow(10.0, 0.5 / static_cast<double>(heat::a_decade))));
    return std::min(middle, interval.max);
  }
  return interval.max;
}

double seconds(microseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::uint64_t at(const std::vector<std::uint64_t>& counts, std::size_t place) {
  return place < counts.size() ? counts[place] : 0;
}

}  // namespace

namespace heat {

std::size_t bucket(microseconds latency) {
  if (latency.count() <= 1) return 0;
  const double decades = std::log10(static_cast<double>(latency.count()));
  // What lies on a bound belongs above it, whatever the logarithm rounds to.
  auto place = static_cast<std::size_t>(decades * static_cast<double>(a_decade));
  place = std::min(place, buckets - 1);
  while (place + 1 < buckets && bound(place + 1) <= latency) ++place;
  while (place > 0 && bound(place) > latency) --place;
  return place;
}

microseconds bound(std::size_t bucket) {
  if (bucket == 0) return microseconds(0);
  return microseconds(static_cast<std::int64_t>(
      std::ceil(std::pow(10.0, static_cast<double>(bucket) / static_cast<double>(a_decade)) - 1e-6)));
}

}  // namespace heat

bool LoadResult::thresholds_met() const {
  return std::all_of(thresholds.begin(), thresholds.end(),
                     [](const LoadThreshold& each) { return each.met; });
}

void merge(LoadInterval& into, const LoadInterval& next) {
  const bool quantiles_of_next = into.done == 0, quantiles_change = into.done != 0 && next.done != 0;
  into.length = next.start + next.length - into.start;
  into.planned += next.planned;
  into.done += next.done;
  into.failed += next.failed;
  into.dropped += next.dropped;
  into.max = std::max(into.max, next.max);
  add_heat(into, next);
  if (quantiles_of_next) {
    into.p50 = next.p50, into.p95 = next.p95, into.p99 = next.p99;
  } else if (quantiles_change) {
    std::uint64_t all = 0;
    for (const auto& [bucket, count] : into.heat) all += count;
    into.p50 = quantile(into, all, 0.5);
    into.p95 = quantile(into, all, 0.95);
    into.p99 = quantile(into, all, 0.99);
  }
  // There is no histogram of these: the worst is told.
  into.service_p99 = std::max(into.service_p99, next.service_p99);
  into.lag_p99 = std::max(into.lag_p99, next.lag_p99);
  into.lag_max = std::max(into.lag_max, next.lag_max);
  into.phones = next.phones;
  add(into.errors, next.errors);
  add(into.deviations, next.deviations);
  add(into.judged, next.judged);
  into.messages += next.messages;
  const double before = seconds(into.length) - seconds(next.length), after = seconds(next.length);
  if (before + after > 0) into.cpu = (into.cpu * before + next.cpu * after) / (before + after);
  into.descriptors = std::max(into.descriptors, next.descriptors);
}

void coarsen(std::vector<LoadInterval>& intervals, std::size_t most) {
  most = std::max<std::size_t>(most, 1);
  if (intervals.size() <= most) return;
  const std::size_t together = (intervals.size() + most - 1) / most;
  std::vector<LoadInterval> out;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (i % together == 0)
      out.push_back(std::move(intervals[i]));
    else
      merge(out.back(), intervals[i]);
  }
  intervals = std::move(out);
}

std::vector<LoadPoint> deviations_over_load(const LoadResult& load, std::size_t rule, std::size_t most) {
  struct Seen {
    double rate, seconds;
    std::uint64_t judged, deviated;
  };
  std::vector<Seen> seen;
  for (const LoadInterval& each : load.intervals) {
    const double length = seconds(each.length);
    if (length <= 0) continue;
    const std::uint64_t deviated = at(each.deviations, rule);
    // One who counts more deviations than occasions is believed the deviations.
    const std::uint64_t judged =
        std::max(each.judged.empty() ? each.messages : at(each.judged, rule), deviated);
    if (judged == 0) continue;
    seen.push_back({static_cast<double>(each.done + each.failed) / length, length, judged, deviated});
  }
  if (seen.empty()) return {};
  const auto [least, greatest] = std::minmax_element(
      seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.rate < b.rate; });
  const double from = least->rate, width = greatest->rate - from;
  struct Sum {
    double interactions = 0, seconds = 0;
    std::uint64_t judged = 0, deviated = 0;
  };
  std::vector<Sum> sums(std::max<std::size_t>(most, 1));
  for (const Seen& each : seen) {
    const double share = width > 0 ? (each.rate - from) / width : 0;
    Sum& sum =
        sums[std::min(static_cast<std::size_t>(share * static_cast<double>(sums.size())), sums.size() - 1)];
    sum.interactions += each.rate * each.seconds;
    sum.seconds += each.seconds;
    sum.judged += each.judged;
    sum.deviated += each.deviated;
  }
  std::vector<LoadPoint> out;
  for (const Sum& sum : sums)
    if (sum.seconds > 0) out.push_back({sum.interactions / sum.seconds, sum.judged, sum.deviated});
  return out;
}

std::string why_invalid(const LoadResult& load) {
  return load.limits.front().which == "dropped work" ? "the plan was not kept, and its rate is none"
                                                     : "this program was the limit, not the service";
}

std::string sentence(const LoadResult& load) {
  if (!load.valid()) {
    const LoadLimit& first = load.limits.front();
    std::string text = "INVALID: " + as_sentence(why_invalid(load)) + " " + as_sentence(shown(first.sentence));
    if (!first.change.empty()) text += " " + as_sentence(shown(first.change));
    return text;
  }
  const LoadTotals& totals = load.totals;
  std::string text;
  if (totals.planned == 0) {
    text = "no interaction was planned";
  } else {
    text = look::grouped(totals.done) + " of " + look::grouped(totals.planned) +
           (totals.planned == 1 ? " planned interaction done, " : " planned interactions done, ") +
           look::grouped(totals.failed) + " failed" +
           (totals.disturbed == 0 ? "" : " (" + look::grouped(totals.disturbed) + " after a fault of the phone)") + ", " + look::grouped(totals.dropped) + " dropped";
  }
  const auto missed = std::count_if(load.thresholds.begin(), load.thresholds.end(),
                                    [](const LoadThreshold& each) { return !each.met; });
  if (missed != 0) {
    const auto first = std::find_if(load.thresholds.begin(), load.thresholds.end(),
                                    [](const LoadThreshold& each) { return !each.met; });
    text += "; " + std::to_string(missed) + " of " +
            look::counted(static_cast<std::uint64_t>(load.thresholds.size()), "threshold") + " missed (" +
            shown(first->text) + ": " + shown(first->came) + (missed > 1 ? ", …" : "") + ")";
  } else if (!load.thresholds.empty()) {
    text += load.thresholds.size() == 1
                ? "; the threshold was met"
                : "; all " + std::to_string(load.thresholds.size()) + " thresholds were met";
  }
  return text + ".";
}

}  // namespace understudy::conformance
