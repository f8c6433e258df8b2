#include "fleet/load/plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace understudy::fleet::load {

namespace {

double seconds_of(microseconds time) {
  return std::chrono::duration<double>(time).count();
}

// "start-ups", "plays of log-on"
std::string several(const Share& share) {
  return share.scenario.empty() ? share.name() + "s" : "plays of " + share.name();
}

}  // namespace

std::string_view name_of(Behaviour behaviour) {
  constexpr std::array<std::string_view, plain_behaviours.size() + 1> names = {
      "start-up", "poll", "local-change", "call-back", "scenario"};
  return names[static_cast<std::size_t>(behaviour)];
}

std::optional<Behaviour> behaviour_named(std::string_view name) {
  for (const Behaviour each : plain_behaviours)
    if (name_of(each) == name) return each;
  return std::nullopt;
}

// Of a file its name alone, as scenarios are named.
std::string Share::name() const {
  if (scenario.empty()) return std::string(name_of(behaviour));
  const std::size_t slash = scenario.rfind('/');
  const std::string last = slash == std::string::npos ? scenario : scenario.substr(slash + 1);
  return last.ends_with(".xml") ? last.substr(0, last.size() - 4) : last;
}

std::uint64_t Phase::arrivals() const {
  if (at_work > 0) return 0;
  return static_cast<std::uint64_t>(std::llround((from + to) / 2 * seconds_of(length)));
}

std::string Phase::text() const {
  if (at_work > 0) return grouped(at_work) + " at work all the time";
  if (from == to) return plain_rate(from) + " a second";
  return "from " + plain_rate(from) + " to " + plain_rate(to) + " a second";
}

microseconds Plan::length() const {
  microseconds out{};
  for (const Phase& phase : phases) out += phase.length;
  return out;
}

std::uint64_t Plan::arrivals() const {
  std::uint64_t out = 0;
  for (const Phase& phase : phases) out += phase.arrivals();
  return out;
}

double Plan::highest_rate() const {
  double out = 0;
  for (const Phase& phase : phases)
    if (phase.at_work == 0) out = std::max({out, phase.from, phase.to});
  return out;
}

std::vector<Chance> Plan::faults_of(std::size_t population) const {
  std::vector<Chance> out = faults;
  const auto& own = populations[population].faults;
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

bool Plan::has_faults() const {
  return !faults.empty() || std::any_of(populations.begin(), populations.end(), [](const Population& each) { return !each.faults.empty(); });
}

bool Plan::needs_preparation() const {
  return std::any_of(behaviours.begin(), behaviours.end(), [](const Share& share) {
    return share.behaviour != Behaviour::start_up && share.behaviour != Behaviour::scenario;
  });
}

std::string Plan::sentence() const {
  std::string out = storm.empty() ? "" : "Storm " + storm + " (seed " + std::to_string(seed) + "). ";
  if (!master.empty()) {
    std::string classes;
    for (const Share& share : behaviours) classes += (classes.empty() ? "" : ", ") + share.name();
    return "Users of the Locust master at " + master + " (" + classes + "), on up to " + grouped(phones) + (phones == 1 ? " phone" : " phones");
  }
  out += grouped(phones) + (phones == 1 ? " phone, " : " phones, ");
  const std::string what = behaviours.size() == 1 ? several(behaviours.front()) : "arrivals";
  if (phases.size() == 1) {
    const Phase& phase = phases.front();
    if (phase.at_work > 0)
      out += grouped(phase.at_work) + " at work all the time (closed), " + what;
    else if (phase.from == phase.to)
      out += plain_rate(phase.from) + " " + what + " a second";
    else
      out += what + " " + phase.text();
    out += " for " + plain_time(phase.length);
  } else {
    out += std::to_string(phases.size()) + " phases in " + plain_time(length()) + ", at most " +
           plain_rate(highest_rate()) + " " + what + " a second";
  }
  const bool open =
      std::none_of(phases.begin(), phases.end(), [](const Phase& phase) { return phase.at_work > 0; });
  if (open)
    out +=
        spacing == Spacing::even ? ", arrivals as planned (open)" : ", arrivals by chance as planned (open)";
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string plain_rate(double rate) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", rate);
  return text;
}

std::string plain_time(microseconds time) {
  const auto us = time.count();
  char text[40];
  if (us >= 3'600'000'000 && us % 3'600'000'000 == 0)
    std::snprintf(text, sizeof text, "%lld h", static_cast<long long>(us / 3'600'000'000));
  else if (us >= 60'000'000 && us % 60'000'000 == 0)
    std::snprintf(text, sizeof text, "%lld min", static_cast<long long>(us / 60'000'000));
  else if (us >= 1'000'000)
    std::snprintf(text, sizeof text, "%.4g s", static_cast<double>(us) / 1e6);
  else
    std::snprintf(text, sizeof text, "%.4g ms", static_cast<double>(us) / 1e3);
  return text;
}

}  // namespace understudy::fleet::load
