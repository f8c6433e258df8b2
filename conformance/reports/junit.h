// The result as JUnit XML, as Surefire writes it and Jenkins, GitLab and others read it.
#pragma once

#include <string>

#include "reports/result.h"

namespace understudy::conformance {

// A suite for each area and a case for each rule. A failure is a rule broken (a should only where strict), an
// error is what kept us from running; a rule that was not exercised is skipped, with the reason. Of a load each threshold is a case, and
// whether the result is valid.
std::string junit(const Result& result);

}  // namespace understudy::conformance
