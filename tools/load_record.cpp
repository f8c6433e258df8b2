#include "load_record.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "own_health.h"
#include "rules/own_fault.h"

namespace understudy::tools {

namespace {

// Shorter, and it was one connection that failed.
constexpr microseconds counts_as_away = std::chrono::milliseconds(500);
// Of a shorter stretch nobody can say which share of the CPU it took.
constexpr microseconds tells_cpu = std::chrono::milliseconds(900);

}  // namespace

LoadRecord::LoadRecord(const fleet::load::Plan& plan, bool simulated, std::size_t sources)
    : sources_(sources), simulated_(simulated) {
  sum_.plan = in_words(plan, simulated);
  sum_.happenings = plan.happenings;
  sum_.sources = sources;
  sum_.machine = {{"cores", std::to_string(std::thread::hardware_concurrency())}};
  cpu_begun_ = cpu_before_ = cpu_seconds();
  wall_begun_ = wall_before_ = wall_seconds();
}

void LoadRecord::take(const fleet::load::Slice& slice, std::size_t source) {
  const fleet::load::Counts& counts = slice.tally.counts;
  LoadSecond out;
  out.start = slice.start;
  out.length = slice.length;
  out.planned = counts.planned;
  out.done = counts.done;
  out.failed = counts.failed;
  out.dropped = counts.dropped;
  out.messages = counts.messages;
  out.latency = fleet::load::Sketch(counts.interaction.planned);
  out.service = fleet::load::Sketch(counts.interaction.service);
  out.lag = fleet::load::Sketch(counts.lag);
  for (const auto& [name, cause] : counts.causes.by_name) out.errors[name] = cause.count;
  out.deviations = std::exchange(deviated_, {});
  out.phones.resize(source + 1);
  out.phones[source] = sources_[source].phones = {slice.off, slice.idle, slice.at_work};
  sources_[source].told = slice.start + slice.length;
  if (const double wall = wall_seconds(); !simulated_ && wall > wall_before_ + 0.001 && source == 0) {
    const double cpu = cpu_seconds();
    out.cpu = (cpu - cpu_before_) / (wall - wall_before_);
    out.descriptors = open_descriptors();
    conformance::LoadHealth& health = sum_.health;
    health.cpu_most = std::max(health.cpu_most, slice.length >= tells_cpu ? out.cpu : 0.0);
    health.cpu_mean = wall > wall_begun_ ? (cpu - cpu_begun_) / (wall - wall_begun_) : 0;
    health.descriptors = std::max(health.descriptors, out.descriptors);
    cpu_before_ = cpu;
    wall_before_ = wall;
  }
  sum_.tally.merge(slice.tally);
  sum_.take(std::move(out));
}

const LoadSecond* LoadRecord::last() const {
  microseconds told = microseconds::max();
  for (const Source& source : sources_)
    if (!source.ended) told = std::min(told, source.told);
  const auto behind = std::find_if(sum_.seconds.rbegin(), sum_.seconds.rend(), [&](const LoadSecond& each) { return each.start < told; });
  return behind == sum_.seconds.rend() ? nullptr : &*behind;
}

LoadSecond::Phones LoadRecord::phones() const {
  LoadSecond::Phones out{};
  for (const Source& source : sources_)
    for (std::size_t state = 0; state < out.size(); ++state) out[state] += source.phones[state];
  return out;
}

void LoadRecord::take(const conformance::Finding& finding, microseconds since_the_plan_began) {
  conformance::LoadDeviation& rule =
      sum_.rules.emplace(finding.rule, conformance::LoadDeviation{finding.rule, finding.level, 0, since_the_plan_began}).first->second;
  rule.level = std::min(rule.level, finding.level);
  ++rule.count;
  ++deviated_[finding.rule];
  ++deviations_;
}

// The service was away from the first connection that it did not take to the next answer.
void LoadRecord::take(const transcript::Exchange& exchange, microseconds since_the_plan_began) {
  using transcript::Outcome;
  if (conformance::own_fault(exchange)) {
    if (sum_.own_faults++ == 0) sum_.own_fault = exchange.failure;
  } else if (exchange.outcome == Outcome::no_connection) {
    if (!away_) away_ = since_the_plan_began;
  } else if (exchange.outcome == Outcome::answered && away_) {
    if (since_the_plan_began - *away_ >= counts_as_away) sum_.away.push_back({*away_, since_the_plan_began});
    away_.reset();
  }
}

LoadSum LoadRecord::sum() const {
  LoadSum out = sum_;
  if (away_ && out.taken() - *away_ >= counts_as_away) out.away.push_back({*away_, out.taken()});
  if (!simulated_) out.health.memory = most_memory();
  return out;
}

}  // namespace understudy::tools
