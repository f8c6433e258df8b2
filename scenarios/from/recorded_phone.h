// The phones of a recording: who they are, and what of them the recording shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/from/markup.h"
#include "transcript/entry.h"

namespace understudy::scenarios::from {

struct RecordedPhone {
  std::string id;               // in the transcript
  std::string model, firmware;  // as they stand there; empty: not said
  std::string mac, number;
  std::size_t messages = 0;  // that it said
};

// In the order in which they come. Where nobody introduced one, it is who its own items say (guide p.33).
std::vector<RecordedPhone> phones_in(const std::vector<transcript::Entry>& entries);

// Those that `who` names: a mac-addr, a number, or the transcript's id.
std::vector<RecordedPhone> phones_named(const std::vector<RecordedPhone>& phones, std::string_view who);

// The phone's element, called `name`: model, firmware, what it says of its limits, quirks that can be told from its messages, and
// the settings that differed from the factory's when it was first asked for all. What cannot be said goes to `unsaid`.
Element phone_element(const std::vector<transcript::Entry>& entries, const RecordedPhone& phone,
                      const std::string& name, bool masked, std::vector<std::string>& unsaid);

}  // namespace understudy::scenarios::from
