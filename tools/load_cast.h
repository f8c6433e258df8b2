// The phones of a load, and what they are to do: as the command line or a file says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "cast.h"
#include "command_line.h"
#include "fleet/load/arrivals.h"
#include "fleet/stage.h"
#include "net/address_range.h"
#include "scenarios/plan_file.h"
#include "series.h"

namespace understudy::tools {

// The plan of the options or of their file, and its kinds of phones: at least one.
tl::expected<scenarios::PlanFile, Refusal> wanted_of(const LoadOptions& options, const Traits& traits);

struct LoadCast {
  const LoadOptions& options;
  const Traits& traits;
  net::Target target;
  bool on_loopback = true;
  std::string own_address;  // what phones say of themselves where they have none of their own
  std::uint16_t door = 8085;
  const std::vector<scenarios::PhoneKindOfPlan>& kinds;  // by population
  const std::vector<SharedScenario>& scenarios;          // that they play
  const std::optional<net::AddressRange>& addresses;     // that they call from; nullopt: `options` and on_loopback say it
  const std::vector<std::uint16_t>& own_doors;           // in the order of the arrivals' part; empty: all have `door`
  fleet::load::Part machine = {};                        // of the plan: that this machine plays
};
// Those of the arrivals' part. Phone k is made from k and the seed alone; its address of `addresses` is that of its place among the
// machine's.
void put_on_stage(fleet::Stage& stage, const LoadCast& cast, const fleet::load::Arrivals& arrivals);

}  // namespace understudy::tools
