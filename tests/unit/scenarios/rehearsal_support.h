// A shipped scenario, played against our own service in simulated time, with the jobs that it wants.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rules/verdict.h"
#include "scenarios/language/reader.h"
#include "scenarios/run/outcome.h"
#include "transcript/entry.h"

namespace understudy::scenarios {

// What a scenario needs of the service, a word each: "polling", "user", "secure", "gives-back", and of the jobs that are more than their
// kind says: "write=certificate", "deploy-files=several".
using Needs = std::set<std::string>;

struct Rehearsal {
  PlayOutcome outcome;
  conformance::Verdict verdict;
  std::vector<transcript::Entry> entries;
  std::string told;  // what failed and what deviated, a line each; for a failing test's message

  bool passed() const { return outcome.how == PlayOutcome::How::passed; }
  const conformance::RuleResult& rule(std::string_view id) const;
};

// `defects` are the service's.
Rehearsal rehearse(const language::SharedScenario& scenario, const Needs& needs,
                   std::vector<std::string> defects);

}  // namespace understudy::scenarios
