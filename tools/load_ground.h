// A place on which phones of a load are played, with what plays them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "command_line.h"
#include "fleet/load/arrivals.h"
#include "fleet/stage.h"
#include "house.h"
#include "load_acts.h"
#include "load_wish.h"

namespace understudy::tools {

class LoadGround {
 public:
  // All entries of its stage go to the sink. Of several grounds each numbers exchanges as its place among them has it, from 0.
  LoadGround(transcript::Sink& sink, std::unique_ptr<House> at, std::size_t place = 0, std::size_t grounds = 1);
  ~LoadGround();
  LoadGround(const LoadGround&) = delete;
  LoadGround& operator=(const LoadGround&) = delete;

  // The phones of these arrivals come on the stage, of those that the machine plays. Options and wish must outlive the ground.
  tl::expected<void, Refusal> furnish(const LoadOptions& options, const LoadWish& wish, const fleet::load::Part& machine,
                                      const fleet::load::Arrivals& arrivals);

  std::unique_ptr<House> house;
  fleet::Stage stage;
  std::optional<LoadActs> acts;          // once it is furnished
  std::vector<std::uint16_t> own_doors;  // ports of phones that have one of their own

 private:
  wpi::Reader reader_;
  std::optional<scenarios::Means> means_;
};

}  // namespace understudy::tools
