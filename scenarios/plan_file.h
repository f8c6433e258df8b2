// The user's file of a load's plan (docs/load.md).
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "fleet/load/plan.h"
#include "phone/firmware.h"
#include "phone/quirks.h"
#include "scenarios/file_error.h"

namespace understudy::scenarios {

// Phones of one kind.
struct PhoneKindOfPlan {
  const phone::Model* model = nullptr;  // never nullptr
  phone::Firmware firmware;
  phone::Quirks quirks;
};

struct PlanFile {
  fleet::load::Plan plan;  // its seed is 1: a run has its own
  // In the order of the plan's populations; empty where the file names none.
  std::vector<PhoneKindOfPlan> kinds;
};

// Phones that a plan may have: so many have MAC addresses of their own.
inline constexpr std::uint64_t most_phones = 10'000'000;

// The error is the first one of the file: also a behaviour, a model or a quirk that there is none of, a rate or a time that is
// none, and a plan in which nothing happens.
tl::expected<PlanFile, FileError> read_plan(const std::string& path);
// The same of bytes that are already there.
tl::expected<PlanFile, FileError> parse_plan(std::string path, std::string bytes);

}  // namespace understudy::scenarios
