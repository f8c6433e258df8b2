// A scenario from a recording: what one phone did and heard, as a person would write it down. Nothing is read or written.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/from/recorded_phone.h"
#include "transcript/entry.h"

namespace understudy::scenarios::from {

struct MadeScenario {
  std::string xml;
  std::vector<std::string>
      unsaid;  // what the language cannot say, a line each; the file has a comment where it was
};

// `entries` are a whole transcript. Masked values never come in as values: an item that has one is only said to be there, and
// one that the phone's user changed takes its value from a <set> that says so. With `as_a_new_one` the phone has neither mac-addr nor
// number of its own: each play is by one that the service has not seen.
MadeScenario scenario_from(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone,
                           bool as_a_new_one = false);

// How a recording is played again.
struct Pace {
  double speed = 1;   // waits are as recorded, divided by it; 0: there are none
  double starts = 0;  // so many phones begin a second, one after the other; 0: each as long after the first as it did, see `speed`
};

// The same of each of these phones, to be played again at once whatever the service does now: it is expected that messages come, not
// which, and where the phone answered otherwise than it does by itself it does so again. One may be there several times. From
// `first_new_one` on they have no mac-addr and number of their own, as above.
std::vector<MadeScenario> replays_of(const std::vector<transcript::Entry>& entries, const std::vector<RecordedPhone>& phones,
                                     const Pace& pace, std::size_t first_new_one);

}  // namespace understudy::scenarios::from
