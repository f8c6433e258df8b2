// The classes of users that a plan has, for a master of Locust.
#pragma once

#include <string>
#include <vector>

#include "fleet/load/plan.h"
#include "locust_worker.h"

namespace understudy::tools {

// In the order of the plan's behaviours; each name is there once: "StartUp", "LocalChange", "WriteInACall".
std::vector<LocustWorker::Class> classes_of(const fleet::load::Plan& plan);

// With these classes and the plan's weights.
std::string locustfile_of(const fleet::load::Plan& plan);

}  // namespace understudy::tools
