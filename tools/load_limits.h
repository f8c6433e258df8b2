// Whether this program can play a load, asked before it begins; and whether it was the limit, asked afterwards.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "fleet/load/plan.h"
#include "load_sum.h"
#include "reports/load_result.h"

namespace understudy::tools {

struct LoadMeans {
  std::uint64_t descriptors = 0;  // that this process may have open
  std::uint64_t ports = 0;        // of one source address
  bool one_address = false;       // all phones call from the same one
  microseconds timeout{};         // a phone waits so long for an answer
  std::uint64_t kept = 0;         // connections that a phone keeps open; 0: none longer than it speaks
  std::uint64_t doors = 0;        // ports of their own, at which phones are called
  fleet::load::Part part = {};    // of the plan, that is played here
};
// Why a plan cannot fit, with the arithmetic; empty: it fits.
std::string does_not_fit(const fleet::load::Plan& plan, const LoadMeans& means);

inline constexpr const char* dropped_work = "dropped work";  // the name of that limit
// The limits that make the result invalid: in simulated time there is none but dropped work. It was played by so many threads.
std::vector<conformance::LoadLimit> limits_of(const LoadSum& sum, const conformance::LoadResult& load, std::size_t threads);
// Files waited so long for one of the threads that fetch them; nothing where that is ours to allow.
std::optional<conformance::LoadLimit> limit_of_downloads(microseconds longest_wait);

// The plan began so long after --start-at.
std::optional<conformance::LoadLimit> limit_of_start(microseconds late);

}  // namespace understudy::tools
