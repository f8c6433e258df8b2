// The result as JSON: understudy.result/1, described by docs/result.schema.json.
#pragma once

#include <string>

#include "reports/result.h"

namespace understudy::conformance {

std::string json(const Result& result);

}  // namespace understudy::conformance
