// What the options of a load ask for, understood: whatever can be refused is refused before anything is sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "command_line.h"
#include "fleet/load/part.h"
#include "load_words.h"
#include "net/address_range.h"
#include "production.h"
#include "scenarios/plan_file.h"
#include "series.h"

namespace understudy::tools {

struct LoadWish {
  Production production;
  scenarios::PlanFile wanted;  // the plan, and its kinds of phones
  std::vector<Threshold> thresholds;
  std::optional<net::AddressRange> addresses;  // that phones call from; nullopt: the options say it, or loopback has them
  std::vector<SharedScenario> scenarios;       // by share of the plan, see scenarios_of()
  scenarios::Triggers triggers;
  bool on_loopback = true, one_address = false;  // the service is; all phones call from the same address
  std::uint64_t descriptors = 0, ports = 0;      // see LoadMeans
  fleet::load::Part part;                        // of the plan, that is played here
  std::optional<std::chrono::system_clock::time_point> start_at;  // of the plan

  const fleet::load::Plan& plan() const { return wanted.plan; }
  bool polls() const;  // phones do, in that plan
};

// So many workers of a Locust master have phones of their own: worker i every so-many-th, from phone i.
inline constexpr std::uint64_t locust_workers = 1000;

tl::expected<LoadWish, Refusal> understand(const LoadOptions& options, const std::string& url);

// The same load once more: the part of the plan that was played, or the whole.
enum class Again { this_part, whole_plan };
std::string again_command(const LoadOptions& options, Again again);

// "2026-03-01T12:00:00Z"; nullopt: nothing is said. The error is one line.
tl::expected<std::optional<std::chrono::system_clock::time_point>, std::string> moment_of(const std::string& text);

// "1%", as --validate takes it.
std::string percent_of(double share);

}  // namespace understudy::tools
