#include "fleet/load/storms.h"

namespace understudy::fleet::load {

namespace {

using namespace std::chrono_literals;

Phase phase(std::string name, double from, double to, microseconds length) {
  Phase out;
  out.name = std::move(name);
  out.from = from;
  out.to = to;
  out.length = length;
  return out;
}

// A second.
double rate_of(double arrivals, microseconds length) {
  return arrivals / std::chrono::duration<double>(length).count();
}

Plan all_once(std::string name, Behaviour behaviour, std::uint64_t phones, microseconds length) {
  Plan plan;
  const double rate = rate_of(static_cast<double>(phones), length);
  plan.phases = {phase(std::move(name), rate, rate, length)};
  plan.behaviours = {{behaviour, 1.0}};
  return plan;
}

Plan power_cut(std::uint64_t phones, microseconds length) {
  return all_once("power is back", Behaviour::start_up, phones, length);
}

Plan poll_stampede(std::uint64_t phones, microseconds length) {
  return all_once("stampede", Behaviour::poll, phones, length);
}

Plan contact_me_all(std::uint64_t phones, microseconds length) {
  return all_once("contact-me", Behaviour::call_back, phones, length);
}

// Rises to a peak in the middle and falls again: each phone does something once on average.
Plan morning(std::uint64_t phones, microseconds length) {
  Plan plan;
  const double peak = 2 * rate_of(static_cast<double>(phones), length);
  plan.phases = {phase("people come", 0, peak, length / 2),
                 phase("people have come", peak, 0, length - length / 2)};
  plan.behaviours = {{Behaviour::local_change, 6}, {Behaviour::start_up, 3}, {Behaviour::call_back, 1}};
  plan.spacing = Spacing::poisson;
  return plan;
}

// People go on working, and in a third of the time the service is restarted.
Plan service_restart(std::uint64_t phones, microseconds length) {
  Plan plan;
  const double rate = rate_of(static_cast<double>(phones), length);
  plan.phases = {phase("people work", rate, rate, length)};
  plan.behaviours = {{Behaviour::local_change, 6}, {Behaviour::start_up, 3}, {Behaviour::call_back, 1}};
  plan.happenings = {{length / 3, std::string(restart_service)}};
  return plan;
}

Plan scenario_once(std::string name, std::string scenario, std::uint64_t phones, microseconds length) {
  Plan plan = all_once(std::move(name), Behaviour::scenario, phones, length);
  plan.behaviours.front().scenario = std::move(scenario);
  return plan;
}

Plan firmware_wave(std::uint64_t phones, microseconds length) {
  return scenario_once("firmware is deployed", "deploy-software", phones, length);
}

Plan certificate_change(std::uint64_t phones, microseconds length) {
  return scenario_once("certificates are changed", "certificate", phones, length);
}

constexpr Storm all[] = {
    {"power-cut", "power is back: every phone starts up, one after the other without a pause", 10s,
     power_cut},
    {"poll-stampede", "every phone polls, as phones do that were all switched on in the same minute", 10s,
     poll_stampede},
    {"contact-me-all", "every phone is asked to call, and calls back", 10s, contact_me_all},
    {"service-restart", "the service is restarted while people work: who fails meanwhile, and how long it lasts", 60s,
     service_restart},
    {"firmware-wave", "every phone is given firmware, and really loads it", 60s, firmware_wave},
    {"certificate-change", "every phone is given another certificate for its web pages", 60s, certificate_change},
    {"morning", "changes of users, start-ups and call-backs rise to a peak and fall again, by chance", 120s,
     morning},
};

}  // namespace

std::span<const Storm> storms() {
  return all;
}

const Storm* find_storm(std::string_view name) {
  for (const Storm& storm : all)
    if (storm.name == name) return &storm;
  return nullptr;
}

}  // namespace understudy::fleet::load
