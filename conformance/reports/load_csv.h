// A load as tables for spreadsheets and scripts: CSV by RFC 4180, a head line, times in milliseconds.
#pragma once

#include <string>

#include "reports/load_result.h"

namespace understudy::conformance {

// A line an interval: counts, latency, phones by state, errors by cause, deviations by rule, our own health.
std::string intervals_csv(const LoadResult& load);
// The latency table: a line each for service time and for the time from the planned moment.
std::string latency_csv(const LoadResult& load);

}  // namespace understudy::conformance
