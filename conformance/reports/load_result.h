// The result of a load run as plain data: what was planned, what became of it over time, and whether we were the limit.
// It knows neither phone nor network: whoever drove the load fills it, and reports read it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/verdict.h"

namespace understudy::conformance {

using std::chrono::microseconds;

// The plan in words. Times are from the start of the run.
struct LoadPlan {
  struct Share {
    std::string name;     // "start-up"; of a population: "OpenStage 40, V3 R5.12.0"
    std::string text;     // more, for people; may be empty
    double weight = 0.0;  // of any unit: shares are shown in percent of the sum
  };
  // A phase of the plan, a storm, or what happened from outside ("service away"). Shown as a marked span in every chart.
  struct Span {
    std::string name;  // "ramp"
    std::string text;  // "from 0 to 200/s"
    microseconds start{}, length{};
  };
  std::string sentence;  // "10,000 phones, 200 start-ups a second for 10 min, arrivals as planned (open)."
  std::uint64_t phones = 0;
  std::uint64_t seed = 0;
  bool simulated = false;  // against a service in process, in simulated time
  std::vector<Span> phases, storms;
  std::vector<Share> behaviours, populations;
};

// What became of the interactions that were planned. Always planned = done + failed + dropped: what was under way at the end
// has failed, with its cause.
struct LoadTotals {
  std::uint64_t planned = 0;
  std::uint64_t done = 0;     // came to their end, whether or not every rule was kept
  std::uint64_t failed = 0;   // begun, and ended by an error: its cause is one of LoadResult::causes
  std::uint64_t dropped = 0;  // never begun, by our doing: its cause is one of LoadHealth::dropped
  std::uint64_t disturbed = 0;  // of those that failed: after a fault of the phone, on purpose. The others are the service's
  bool add_up() const { return planned == done + failed + dropped; }
};

// Quantiles of a histogram. All zero where count is zero.
struct LoadLatency {
  std::uint64_t count = 0;
  microseconds p50{}, p90{}, p95{}, p99{}, p999{}, max{}, mean{};
};

// A line of the latency table.
struct LoadLatencyRow {
  std::string
      name;  // "connect", "TLS", "first answer", "whole interaction", "contact-me to call-back", "job queued to done"
  std::string of;       // a behaviour, "start-up"; empty: all of them
  LoadLatency service;  // from the moment that we began
  LoadLatency planned;  // from the moment that the plan meant; count 0 where the plan has no moment for it
};

// The scale of heat maps: bucket i holds latencies from bound(i) up to bound(i + 1), twenty buckets a decade, the first from
// 1 us (and less), the last from 10^7.95 us (89 s) without an end.
namespace heat {
inline constexpr std::size_t buckets = 160, a_decade = 20;
std::size_t bucket(microseconds latency);
microseconds bound(std::size_t bucket);
}  // namespace heat

// A span of the run. Intervals follow each other without a gap; their counts add up to the totals.
struct LoadInterval {
  microseconds start{}, length{};
  // Planned by the moment that the plan meant; the others by when that was settled.
  std::uint64_t planned = 0, done = 0, failed = 0, dropped = 0;
  // Whole interactions that were done in this interval, from the planned moment. max is exact.
  microseconds p50{}, p95{}, p99{}, max{};
  microseconds service_p99{};  // the same as service time: apart from p99 where arrivals had to wait
  std::vector<std::pair<std::uint16_t, std::uint64_t>>
      heat;  // bucket and count, of the same latencies; empty ones left out
  // In the order of LoadResult::states, causes, rules; what is missing at the end is zero.
  std::vector<std::uint64_t> phones;      // at the end of the interval
  std::vector<std::uint64_t> errors;      // ended by this cause: they add up to `failed`
  std::vector<std::uint64_t> deviations;  // findings of this rule
  std::vector<std::uint64_t>
      judged;                  // times that this rule was exercised: held or deviated; empty: not known
  std::uint64_t messages = 0;  // judged in this interval
  // Ours.
  microseconds lag_p99{}, lag_max{};  // begun after the planned moment
  double cpu = 0.0;                   // share of one core: 1.7 is a core and seven tenths
  std::uint64_t descriptors = 0;      // open, the most in the interval
};

// Something counted by name.
struct LoadCount {
  std::string name;  // "timed out", "503", "all phones busy"
  std::uint64_t count = 0;
  std::string example;  // the first in words; may be empty
};

// A rule that deviated under this load. The findings themselves are in the verdict.
struct LoadDeviation {
  std::string rule;
  Level level = Level::must;
  std::uint64_t count = 0;  // findings
  microseconds first{};     // when the first was seen, from the start of the run
};

// Our own health. A limit of 0 is one that is not known or does not apply.
struct LoadHealth {
  LoadLatency lag;                                       // begun after the planned moment
  double cpu_mean = 0.0, cpu_most = 0.0;                 // share of one core
  std::uint64_t descriptors = 0, descriptors_limit = 0;  // the most that were open
  std::uint64_t ports = 0, ports_limit = 0;              // local ports of one source address, the most in use
  std::uint64_t memory = 0;                              // bytes resident, the most
  std::vector<LoadCount> dropped;  // work that was never begun, by cause; adds up to totals.dropped
};

struct LoadConnections {
  std::uint64_t opened = 0;           // TCP connections made
  std::uint64_t kept = 0;             // interactions and polls that began on one that was there already
  std::uint64_t full_handshakes = 0;  // of TLS
  std::uint64_t resumed = 0;          // TLS sessions
};

// Messages that met a fault inside the phone, on purpose, by what came of them. What is missing was under way at the end.
struct LoadFault {
  std::string kind;  // "stale-nonce"
  std::uint64_t met = 0;
  std::uint64_t answered = 0;  // with status 200
  std::uint64_t refused = 0;   // with another
  std::uint64_t closed = 0;    // by the service, before an answer
  std::uint64_t silent = 0;    // no answer in time
  std::uint64_t cut = 0;       // no answer could come: the phone ended the connection, or none was made
  std::uint64_t failed = 0;    // interactions that failed with such a fault in them: they add up to totals.disturbed
};

struct LoadThreshold {
  std::string text;  // as typed: "start-up.p99<800ms"
  std::string came;  // "1.3 s"; "nothing was measured"
  bool met = false;
  bool aborted = false;  // the run was ended for it
};

// A limit of ours that makes the result INVALID.
struct LoadLimit {
  std::string which;     // "CPU", "schedule lag", "descriptors", "ports", "dropped work"
  std::string sentence;  // "The lag of the schedule was 480 ms at p99; up to 50 ms is ours to allow."
  std::string change;    // "Plan fewer than 350 arrivals a second, or give this program a core of its own."
};

// A rate that `--search` tried.
struct LoadTrial {
  double rate = 0.0;  // arrivals a second
  bool held = false;
  std::string why;  // "p99 was 1.3 s"
};

// A machine that played a part of the plan.
struct LoadMachine {
  std::uint64_t part = 1;  // from 1
  std::string host;
  LoadTotals totals;
  LoadLatency lag;
  double cpu_mean = 0.0, cpu_most = 0.0;  // share of one core
  std::uint64_t memory = 0, descriptors = 0;
  std::string clock;  // in words: how far it is from the service's; empty: nobody asked
  bool was_limit = false;  // one of the limits is this machine's
};

struct LoadResult {
  LoadPlan plan;
  LoadTotals totals;
  microseconds taken{};
  std::vector<std::string>
      states;                     // of phones, from the idle to the busy ones: "idle", "at work", "in a call"
  std::vector<LoadCount> causes;  // why interactions failed; adds up to totals.failed
  std::vector<LoadDeviation> rules;  // that deviated
  std::vector<LoadInterval> intervals;
  std::vector<LoadLatencyRow> latency;
  LoadHealth health;
  LoadConnections connections;
  std::vector<LoadFault> faults;  // by their kind; empty: there were none
  std::uint64_t messages = 0,
                validated = 0;  // judged by the rules, and of them also validated against the schema
  std::vector<LoadThreshold> thresholds;
  std::vector<LoadTrial> trials;  // of a search, in the order in which they were made
  std::optional<double> highest;  // rate that held, of a search
  std::vector<LoadLimit> limits;  // empty: the result is valid
  std::vector<std::pair<std::string, std::string>> machine;  // ("cores", "2"), ("OpenSSL", "3.0.15")
  std::vector<LoadMachine> machines;  // of a load in parts, in their order; empty: there was one
  // Of a part: what it takes to add it to the others, a JSON object that reports carry and do not read. Empty: it is the whole.
  std::string part;

  bool valid() const { return limits.empty(); }
  bool thresholds_met() const;
};

// Neighbours made one until at most `most` are left: counts are added, phones are those of the last, quantiles are made anew from
// the heat (to a twentieth of a decade, that is 12 %; max stays exact). A run of any length is told in a bounded series.
void coarsen(std::vector<LoadInterval>& intervals, std::size_t most);
// The two as one. `into` comes first, `next` follows it.
void merge(LoadInterval& into, const LoadInterval& next);

// How a rule does at a load: of the intervals with a rate in this range, how often it was exercised and deviated.
struct LoadPoint {
  double rate = 0.0;  // interactions begun a second (done and failed), the mean of the range
  std::uint64_t judged = 0, deviated = 0;
  double share() const {
    return judged == 0 ? 0.0 : static_cast<double>(deviated) / static_cast<double>(judged);
  }
};
// By rising rate, at most `most` points. Of a rule by its place in LoadResult::rules. Where `judged` is not known messages count.
std::vector<LoadPoint> deviations_over_load(const LoadResult& load, std::size_t rule, std::size_t most = 24);

// Of a result that is not valid: "this program was the limit, not the service".
std::string why_invalid(const LoadResult& load);

// What to say of it behind the verdict: "119,930 of 120,000 planned interactions done, 70 failed, 0 dropped; 1 of 3 thresholds missed
// (start-up.p99<800ms: 1.3 s)." Where it is not valid: "INVALID: this program was the limit, ...", with what to change.
std::string sentence(const LoadResult& load);

}  // namespace understudy::conformance
