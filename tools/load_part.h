// A part of a plan, as the JSON of its result keeps it: what `understudy report` needs to add it to the others.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "fleet/load/part.h"
#include "load_clock.h"
#include "load_sum.h"

namespace understudy::tools {

struct LoadPart {
  fleet::load::Part part;
  std::string host;                                        // where it was played
  std::string again;                                       // the command that plays the whole plan
  std::vector<std::pair<std::string, std::string>> terms;  // what is the same for all parts of a plan: name and value
  std::vector<std::string> thresholds;                     // as typed: they are judged on the sum
  std::optional<LoadClock::Difference> clock;
  LoadSum sum;
};

// What two parts must agree on to be of one plan: all of the plan, the service, the program.
std::vector<std::pair<std::string, std::string>> terms_of(const fleet::load::Plan& plan, const std::string& service);

// By that name a part says among its circumstances which it is.
inline constexpr const char* part_fact = "part";

// An object on one line.
std::string json_of(const LoadPart& part);
// `json` as json_of() has written it, and the plan in words that stands beside it. The error is one line.
tl::expected<LoadPart, std::string> part_of_json(const std::string& json, const conformance::LoadPlan& plan);

}  // namespace understudy::tools
