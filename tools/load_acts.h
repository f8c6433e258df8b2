// The scenarios of a load, played by its phones.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "fleet/load/acts.h"
#include "fleet/load/plan.h"
#include "scenarios/run/play.h"
#include "series.h"

namespace understudy::tools {

// By share of the plan; nullptr where that is none. Refused is what phones of a load cannot play: more phones than one, or one of
// another kind than theirs.
tl::expected<std::vector<SharedScenario>, Refusal> scenarios_of(const fleet::load::Plan& plan);

// Why these scenarios cannot be played here, in a line: nobody can start a job that they want, or no mobile user is known; empty:
// they can. `can_start` as scenarios::Means has it.
std::string cannot_play(const std::vector<SharedScenario>& scenarios, bool user,
                        const std::function<bool(const std::string& kind)>& can_start);

// What phones must be set to so that they can play them, before they are switched on.
std::vector<wpi::Item> settings_of(const std::vector<SharedScenario>& scenarios, const phone::Identity& phone);

class LoadActs : public fleet::load::Acts {
 public:
  // The user of phone k; none: nobody may log on.
  using UserOf = std::function<std::optional<MobileUserOption>(std::uint64_t phone)>;
  // `means` must outlive it, and whoever directs the phones must pass on what he hears.
  LoadActs(std::vector<SharedScenario> scenarios, const scenarios::Means& means, UserOf user_of, std::uint64_t seed);

  std::shared_ptr<fleet::Director> begin(std::size_t share, std::uint64_t phone, std::uint64_t turn,
                                         std::function<void(End)> over) override;

 private:
  std::vector<SharedScenario> scenarios_;
  const scenarios::Means& means_;
  UserOf user_of_;
  std::uint64_t seed_;
};

}  // namespace understudy::tools
