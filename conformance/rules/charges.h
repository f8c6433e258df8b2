// The rules by the occasions on which they are asked. Not for others.
#pragma once

#include <cstddef>
#include <vector>

#include "rules/area.h"
#include "rules/judge.h"

namespace understudy::conformance {

// What a rule asks on one kind of occasion, with the place of the rule in the table.
template <typename Ask>
struct Charge {
  std::size_t rule;
  Ask ask;
  transcript::Facts rests_on;
};

// By occasion, so that only those are gone through that have something to ask.
struct Charges {
  std::vector<Charge<HeardRule>> exchange, message, probe, connection;
  std::vector<Charge<HeardRule>> poll, elsewhere, trial;
  std::vector<Charge<EndedRule>> end, late;
  std::vector<Charge<KnockedRule>> contact;
  std::vector<Charge<EnduredRule>> endured;
};

// Of the rules that are selected.
Charges charges_of(const Selection& selection);

}  // namespace understudy::conformance
