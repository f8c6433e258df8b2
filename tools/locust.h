// understudy load --locust, and --locustfile.
#pragma once

#include "command_line.h"

namespace understudy::tools {

// The exit statuses.
int work_for_locust(const LoadOptions& options);
int print_locustfile(const LoadOptions& options);

}  // namespace understudy::tools
