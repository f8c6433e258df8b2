// Values of a recording in the words of a scenario.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/from/markup.h"
#include "scenarios/from/recorded_phone.h"
#include "transcript/entry.h"

namespace understudy::scenarios::from {

using std::chrono::microseconds;

// As a person would say it: 10 seconds, not 9.7; nothing below half a second. Written as the language has it: "10s", "2m", "1h".
std::string rounded(microseconds time);
// The time divided by `speed`, in whole milliseconds, at most what a scenario may wait; empty: none, also with a speed of 0.
std::string exact(microseconds time, double speed);
// A limit for what took so long: some times that, and never less than 30 s.
std::string limit_for(microseconds time);

class Values {
 public:
  Values(RecordedPhone phone, std::string service, bool masked);

  // The text with {mac}, {number} and {service} where it has what they stand for; none: it is masked, or XML cannot carry it.
  std::optional<std::string> value(std::string_view item, const std::string& text) const;
  // It stands for a secret.
  bool is_stand_in(std::string_view item, const std::string& text) const;
  const RecordedPhone& phone() const { return phone_; }

 private:
  RecordedPhone phone_;
  std::string service_;  // host:port
  bool masked_;
};

// <expect> of the service's answer in that exchange. What it lacks goes to `unsaid`, a line each.
Element expectation(const transcript::Exchange& exchange, const Values& values,
                    std::vector<std::string>& unsaid);

}  // namespace understudy::scenarios::from
