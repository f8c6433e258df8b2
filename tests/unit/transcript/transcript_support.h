// Recorded exchanges and made-up entries for the tests of transcripts.
#pragma once

#include <string>
#include <vector>

#include "transcript/entry.h"

namespace understudy::transcript {

// Every exchange of tests/wire, with exact head bytes.
std::vector<Exchange> recorded_exchanges();

// A start, a phone, marks, an exchange with everything in it, one that failed.
std::vector<Entry> all_kinds();

std::string whole_file(const std::vector<Entry>& entries);

}  // namespace understudy::transcript
