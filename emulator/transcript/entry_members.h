// An entry of a transcript from the members of its line. Not for others than read.cpp.
#pragma once

#include <optional>

#include "transcript/entry.h"
#include "transcript/members.h"

namespace understudy::transcript {

// nullopt for a kind of entry, or a mark's event, that a later version may have. What is wrong the members remember.
std::optional<Entry> read_entry(const Members& members);

}  // namespace understudy::transcript
