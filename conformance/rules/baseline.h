// A baseline: the deviations that are known of a service, with who answers for each and until when. What it covers is told and
// does not fail; an entry that covers nothing any more fails, so that the list never outlives what it lists.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/verdict.h"

namespace understudy::conformance {

// What stands in a file that was written for its user in place of a reason and an owner: taken, and told each time.
inline constexpr std::string_view baseline_placeholder = "TODO";

struct BaselineEntry {
  std::string rule;      // "nonce.echo", or "scenario.NAME"
  std::string scenario;  // only what came while that one was played; empty: wherever
  std::string reason, owner;
  std::string expires;  // the last day on which it counts, YYYY-MM-DD; empty: for good
  std::string place;    // "known.xml:3:5"; empty where it is not of a file

  bool has_placeholder() const;
};

struct Baseline {
  std::string path;
  std::vector<BaselineEntry> entries;
};

// What became of an entry. Those from `held` on fail.
enum class EntryState {
  matched,        // the deviation came, and is excused
  not_exercised,  // nothing was there that could have deviated
  held,           // the rule was held where the entry says that it is not
  missed,         // its scenario was played, and the rule had no occasion in it
  expired,        // the deviation counts as any other
};
std::string_view name_of(EntryState state);  // "not-exercised"
inline bool fails(EntryState state) {
  return state >= EntryState::held;
}

struct EntryOutcome {
  BaselineEntry entry;
  EntryState state = EntryState::not_exercised;
  std::uint64_t times = 0;  // that its deviation came
  std::string text;         // in one line, for people
};

struct BaselineContext {
  std::string today;  // YYYY-MM-DD
  std::string
      only_scenario;  // the run plays this one alone, and phones are not named after it; empty: they are
  std::set<std::string> played;  // scenarios, to their end
  bool whole = true;             // false: broken off, or no answer came. What is missing then says nothing
};

// Marks the findings that the baseline covers, and says what became of each entry, in their order. A finding is covered
// where each of its occasions is.
std::vector<EntryOutcome> apply(const Baseline& baseline, const BaselineContext& context, Verdict& verdict);

// A baseline that covers all that fails in the verdict: what `old` says of it is kept, as is what was not exercised; what is new
// has placeholders and counts until `expires`.
Baseline baseline_of(const Verdict& verdict, bool strict, const std::vector<EntryOutcome>& old,
                     const std::string& only_scenario, const std::string& expires);

// As its file.
std::string xml(const Baseline& baseline);

// The day so many days after a day, both YYYY-MM-DD; empty where that is none.
std::string day_after(std::string_view day, int days);

}  // namespace understudy::conformance
