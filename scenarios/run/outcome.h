// What came of playing a scenario once.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/language/text.h"

namespace understudy::scenarios {

using std::chrono::microseconds;

// What the transcript says of a step in which a scenario failed while its phone was not at rest.
inline constexpr const char* cut_by_failure = "the scenario failed";

// Why it did not pass, and where in its files.
struct Failure {
  language::Place place;
  std::string phone;              // whose step it was, by its name in the scenario
  std::string message;            // what is wrong, in one line
  std::string expected, came;     // short; may be empty
  std::vector<std::string> last;  // the last messages before it, a line each
};

struct TimerValue {
  std::string name, phone;
  microseconds time{};
};

struct PlayOutcome {
  enum class How {
    running,
    passed,
    failed,         // the service did otherwise than the scenario says
    not_exercised,  // it needs what nobody can do here: Failure::message says what
    could_not_run,  // the scenario itself: a variable that was never set
    interrupted,
  };
  How how = How::running;
  Failure failure;  // but for passed and interrupted
  std::vector<TimerValue> timers;
  std::uint64_t messages = 0;  // that the phones said
  microseconds begun{}, ended{};
};

}  // namespace understudy::scenarios
