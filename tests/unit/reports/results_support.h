// Results made by hand, one for each way that a run may end.
#pragma once

#include <string>
#include <vector>

#include "reports/result.h"

namespace understudy::conformance {

struct Sample {
  std::string name;
  Result result;
};

Result conforming();
Result one_must();  // with an excerpt, its carets and a command that repeats it
Result many();      // of all levels, several phones, required, everything in it hostile
Result notes_only();
Result could_not_run();
Result interrupted();
Result selected();  // --only: most rules were not selected
Result offline();   // from a transcript
Result with_baseline();  // one_must(), known, and two entries of which one does not fit
std::vector<Sample> samples();

}  // namespace understudy::conformance
