// The load of a result as the member "load" of its JSON (docs/result.schema.json).
#pragma once

#include "reports/load_result.h"
#include "transcript/json.h"
#include "transcript/members.h"

namespace understudy::conformance {

// As the value of a key that was written. Times are microseconds; an interval is one line.
void write_load(transcript::JsonWriter& json, const LoadResult& load);

// What write_load wrote; texts are as they are shown. What is wrong is noted by `from`. Members that are absent are empty or zero, and
// those that are not known are ignored.
LoadResult read_load(const transcript::Members& from);

}  // namespace understudy::conformance
