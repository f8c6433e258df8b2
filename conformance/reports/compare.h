// Several results side by side: versions of a service one after the other, or several services.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/read_json.h"

namespace understudy::conformance {

// What became of a rule (or scenario) from the first result to the last.
enum class Change {
  none,
  fixed,    // it deviated, and is held now
  new_one,  // it deviates, and did not
  changed,  // the level changed, or it is exercised no more, or now
};
std::string_view name_of(Change change);  // "new", "fixed", "changed", ""

struct ComparedRule {
  std::string rule;
  std::vector<const RuleResult*> in;  // one for each result; nullptr: that result does not know it
  Change change = Change::none;
};

struct Comparison {
  struct Column {
    std::string name;  // the file, as typed
    const StoredResult* stored;
  };
  std::vector<Column> columns;      // oldest first: in the order in which they were given
  std::vector<ComparedRule> rules;  // in the order of the first result, then those that came later
  std::size_t new_ones = 0;         // of them rules; scenarios are counted on their own
  std::size_t new_failures = 0, fixed = 0, changed = 0, still_broken = 0;
};

// What is compared must outlive it.
Comparison compare(const std::vector<std::string>& names, const std::vector<StoredResult>& results);

// "From a.json to b.json: 1 rule newly broken, 2 fixed, 3 still broken."
std::string sentence(const Comparison& comparison);
// For the terminal: the sentence, a column for each result, the rules that are not the same in all or broken in one.
std::string text(const Comparison& comparison, std::size_t width);
std::string html(const Comparison& comparison);

}  // namespace understudy::conformance
