// Recordings of others as transcripts. For who reads a format of theirs.
#pragma once

#include <string>
#include <vector>

#include "transcript/file.h"

namespace understudy::transcript {

struct Recording {
  std::string program;                      // that recorded it
  bool masked = false;                      // secrets were masked before it was written
  std::vector<RecordedExchange> exchanges;  // times are of one clock, whichever
  LeftOut left_out;                         // what was left out already
  std::size_t recorded = 0;                 // how many entries there were
};

// The first of its times, from which all are counted.
microseconds first_time(const std::vector<RecordedExchange>& exchanges);
void count_from(microseconds first, Exchange& exchange);
Start start_of(const Recording& recording, microseconds first);
Transcript transcript_of(Recording recording);

}  // namespace understudy::transcript
