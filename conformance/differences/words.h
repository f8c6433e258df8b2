// Differences for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "differences/differences.h"

namespace understudy::conformance::differences {

// Who the two sides are.
enum class Sides {
  now_and_then,  // the service, and what it did when it was recorded
  a_and_b,       // two services
};

struct Telling {
  Sides sides = Sides::now_and_then;
  bool show_secrets = false;
};

// One line, fit for a terminal, without line end: "in the start-up of 00:1A:E8:FF:00:01 the service wrote
// dls-contact-interval = 60, then it was 30".
std::string told(const Difference& difference, const Telling& telling);

struct Report {
  std::vector<Difference> differences;         // grouped
  std::uint64_t phones = 0, interactions = 0;  // that were compared
  std::vector<std::string> notes;              // what was not played, a line each
  bool could_not_run = false, interrupted = false;
};

// A line each, at most `most` and the count of the rest; then the notes, and the sum in the last line. With line ends.
std::string text_of(const Report& report, const Telling& telling, std::size_t most = 50);

// understudy.differences/1: an object with "differences", all of them (kind, text, reason, action, what, was, is, phones, times),
// "phones", "interactions", "notes" and "exit". A secret has neither was nor is, unless secrets are shown.
std::string json_of(const Report& report, const Telling& telling, int exit);

}  // namespace understudy::conformance::differences
