// A recording of a scenario, and what is made of a recording.
#pragma once

#include <string>
#include <vector>

#include "rehearsal_support.h"
#include "scenarios/from/scenario_from.h"
#include "scenarios/language/reader.h"

namespace understudy::scenarios {

// A scenario that ships.
language::SharedScenario shipped(const std::string& name);
// What a transcript of these entries has, with secrets masked.
std::vector<transcript::Entry> as_kept(const std::vector<transcript::Entry>& entries, bool masked = true);
// Those of the first phone, read by the reader of scenarios; the error is shown by the test.
language::SharedScenario read_made(const from::MadeScenario& made);
// The recordings of tests/wire as a transcript: one phone that says one message after the other.
std::vector<transcript::Entry> recorded_as_entries(const std::string& service);

}  // namespace understudy::scenarios
