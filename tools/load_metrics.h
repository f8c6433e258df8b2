// A load as metrics for Prometheus, while it runs.
#pragma once

#include <string>

#include "load_record.h"

namespace understudy::tools {

// In the text format 0.0.4, with the names understudy_load_...; latencies in seconds, from the planned moment.
std::string metrics_of(const LoadRecord& record);

}  // namespace understudy::tools
