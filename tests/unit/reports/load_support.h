// A load result as a run of ten minutes would give it, made from a seed.
#pragma once

#include <cstdint>

#include "reports/result.h"

namespace understudy::conformance {

struct LoadShape {
  std::chrono::seconds length = std::chrono::minutes(10);
  std::chrono::seconds interval{1};
  std::uint64_t phones = 10'000;
  double scale = 1.0;           // of all rates: the plan goes up to 600/s at 1
  std::uint64_t samples = 400;  // latencies an interval at most, that stand for the others too
};

// Ramp, steady, steps up to 600/s and a service that is away for 20 s; the service stalls for two seconds each minute, and from 400/s on
// it breaks nonce.echo. All counts add up.
LoadResult believable_load(const LoadShape& shape = {});
// The same as the result of a check: deviations, and a threshold of two missed.
Result loaded(const LoadShape& shape = {});
// Valid and without deviation: two minutes, all thresholds met.
Result quiet_load();
// We were the limit.
Result invalid_load();
// Nothing is answered at all.
Result all_failed_load();
// Every text of it wants to be markup or a control character, every number is as large or as wrong as can be.
Result hostile_load();

}  // namespace understudy::conformance
