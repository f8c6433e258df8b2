// The result as SARIF 2.1.0 (OASIS), as pages of code scanning read it.
#pragma once

#include <string>

#include "reports/result.h"

namespace understudy::conformance {

// A rule for each of the book that was judged and each scenario, and a result for each finding: a must is an error, a should a warning, a note a
// note. What the baseline covers is a suppressed result; an entry of the baseline that does not fit is a result of the rule
// `baseline.entry`, at its line. Fingerprints depend on rule, level, message and scenario alone, so that they stay the same from run to run.
std::string sarif(const Result& result);

// Where a finding is, for readers who want a file and a line: the scenario's where it has one, else the rule's in the rule book.
struct FilePlace {
  std::string file;
  std::uint64_t line = 1, column = 1;
};
FilePlace file_place(const Finding& finding);
// "known.xml:3:5".
FilePlace file_place(const std::string& place);

}  // namespace understudy::conformance
