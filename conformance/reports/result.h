// The result of a run: what was judged, how it ended, and the exit status that follows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/fingerprint.h"
#include "reports/summary.h"
#include "rules/baseline.h"
#include "rules/verdict.h"

namespace understudy::conformance {

enum class Ending { conforming, deviations, could_not_run, interrupted };
std::string_view name_of(Ending ending);  // "could-not-run"

struct Result {
  RunSummary run;
  Fingerprint fingerprint;
  Verdict verdict;
  bool strict = false;                              // a should counts as a must
  std::vector<std::string> required_not_exercised;  // rules that --require names and that were not exercised
  std::vector<std::string> troubles;                // our own, in words: a report that could not be written
  std::string transcript;  // judged from this file; empty: live. An interruption in a recording is no reason
                           // to exit 130
  std::string again;       // the command that repeats the run; "" where there is none
  std::string again_scenario;  // that plays a scenario alone, with {scenario} for its name; "": as `again`
  std::string baseline;                // the file; empty: none
  std::vector<EntryOutcome> entries;   // of the baseline, once it was applied to the verdict
  std::string hostname = "localhost";  // where it ran, for JUnit
  // Filled by conclude().
  Ending ending = Ending::conforming;
  int exit = 0;
  std::vector<int> also;  // further statuses that apply
  bool folds_scenarios = false;  // the console does not list the steps that are titled with one: "NAME: start-up" of "NAME/phone"
};

// Fills ending, exit and also. The first that applies of 130 interrupted, 1 deviations that no baseline covers (or a required rule
// that was not exercised, or an entry of the baseline that fails), 4 could not run (no answer ever came, or troubles), 0; the others go into `also`.
// Where no answer ever came there is nothing to deviate: that is 4 and never 1.
void conclude(Result& result);

// The verdict in a sentence: "Not conforming: 1 rule that a service must keep is broken."
std::string sentence(const Result& result);

// True where nothing fails that was judged: no rule, nothing that --require names, no entry of the baseline.
bool conforms(const Result& result);

// Of the baseline: "2 known deviations, 1 entry not exercised"; empty where there is nothing to say.
std::string baseline_in_words(const Result& result);

// The command that shows a finding again; "" where there is none.
std::string repeat(const Result& result, const Finding& finding);

}  // namespace understudy::conformance
