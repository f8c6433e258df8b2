// Whether a message of the service is the one that a scenario expects.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "scenarios/language/model.h"
#include "scenarios/run/values.h"
#include "transcript/entry.h"

namespace understudy::scenarios {

// In what something is not as expected.
struct Mismatch {
  language::Place place;
  std::string message;         // in one line
  std::string expected, came;  // short
  bool unknown = false;        // a word in braces has no value: nothing could be compared
};

using Captures = std::map<std::string, std::string>;  // by variable

// The first thing that is otherwise; nullopt: the message is the expected one, and `captures` has what it is to take from it.
std::optional<Mismatch> mismatch(const language::Expect& expect, const transcript::Exchange& came,
                                 const Fill& fill, Captures& captures);
// It is what must not come.
bool is_forbidden(const language::Never& never, const transcript::Exchange& came, const Fill& fill);
// A value, or that there is none, against what it is to be. `what` names it: `the item "sntp-addr"`; `secret`: its value is not
// told.
std::optional<Mismatch> mismatch(const language::Match& match, const std::optional<std::string>& value,
                                 const std::string& what, language::Place place, bool secret,
                                 const Fill& fill);

// "WriteItems with 2 items (sntp-addr, realm)"; "no answer: ..."; for people.
std::string said_by_service(const transcript::Exchange& came);
std::string said_by_phone(const wpi::Document* said, std::size_t bytes);
// An action and all else that an <expect> asks of a message, in a few words.
std::string in_words(const language::Expect& expect);

}  // namespace understudy::scenarios
