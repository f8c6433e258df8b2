// Parses the messages of an exchange that comes from a file. Not for others.
#pragma once

#include "transcript/entry.h"
#include "wpi/reader.h"

namespace understudy::transcript {

// Sets said and answer; the service's is validated.
void read_messages(wpi::Reader& reader, Exchange& exchange);

}  // namespace understudy::transcript
