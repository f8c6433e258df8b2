// Phones that poll through a day of simulated time, against our own service in process: all of it judged, and hashed
// instead of kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "rules/verdict.h"

namespace understudy {

struct Day {
  int phones = 1'000;
  std::chrono::microseconds length = std::chrono::hours(24);
  int changes = 2;  // of each phone by its user, at moments that the seed chooses
  int jobs = 1;     // for each phone, of which it hears when it polls
  std::uint64_t seed = 1;
};

struct DayPassed {
  std::string hash;                   // SHA-256 of the transcript's lines, in hexadecimal digits
  std::uint64_t lines = 0, bytes = 0;  // of the transcript
  std::uint64_t polls = 0, wanted = 0;  // of which were answered 202
  std::uint64_t messages = 0, interactions = 0, clean = 0;  // of which ended with CleanUp
  std::uint64_t jobs_done = 0;
  conformance::Verdict verdict;
};

// A WPI runtime must live meanwhile.
DayPassed pass(const Day& day);

}  // namespace understudy
