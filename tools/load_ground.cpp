#include "load_ground.h"

#include <utility>

#include "fleet/load/desks.h"
#include "load_cast.h"
#include "net/local_address.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using fleet::load::Part;

// Phone k is where user k logs on, and from the first again where there are fewer.
LoadActs::UserOf users_of(const std::vector<MobileUserOption>& users) {
  return [&users](std::uint64_t phone) {
    return users.empty() ? std::nullopt : std::optional(users[phone % users.size()]);
  };
}

// The port of each phone of these arrivals, at a door of its own. The error is one line.
tl::expected<std::vector<std::uint16_t>, std::string> own_doors_of(const LoadOptions& options, const Part& machine,
                                                                   const fleet::load::Arrivals& arrivals, House& house) {
  std::vector<std::pair<std::string, std::uint16_t>> wanted;
  for (std::uint64_t place = 0; place < arrivals.phones(); ++place) {
    const std::uint64_t phone = arrivals.part().phone(place);
    const std::uint64_t port = options.door_port == 0 ? 0 : options.door_port + machine.place_of(phone);
    if (port > 65'535)
      return tl::unexpected("a door for each of " + std::to_string(machine.below(arrivals.plan().phones)) + " phones does not fit behind port " +
                            std::to_string(options.door_port) + ": take a lower --door-port, or 0 for free ones");
    wanted.emplace_back(fleet::load::id_of(phone), static_cast<std::uint16_t>(port));
  }
  return house.open_own_doors(wanted);
}

}  // namespace

LoadGround::LoadGround(transcript::Sink& sink, std::unique_ptr<House> at, std::size_t place, std::size_t grounds)
    : house(std::move(at)), stage(house->carrier(), house->clock(), sink, nullptr, house->downloads()) {
  house->stage = &stage;
  stage.number_exchanges(place + 1, grounds);
}

LoadGround::~LoadGround() { house->stage = nullptr; }

tl::expected<void, Refusal> LoadGround::furnish(const LoadOptions& options, const LoadWish& wish, const Part& machine,
                                                const fleet::load::Arrivals& arrivals) {
  const net::Target& target = wish.production.target;
  const Traits& traits = wish.production.traits;
  means_.emplace(scenarios::Means{.stage = stage, .clock = house->clock(), .reader = reader_, .service = target.host_header()});
  means_->path = target.path;
  means_->switches = traits.switches;
  means_->quirks = traits.quirks;
  house->give_jobs(*means_);
  if (std::string why = cannot_play(wish.scenarios, !options.mobile_users.empty(), means_->can_start); !why.empty())
    return tl::unexpected(Refusal{exit_wrong_command_line, std::move(why)});
  acts.emplace(wish.scenarios, *means_, users_of(options.mobile_users), arrivals.plan().seed);
  if (options.door_per_phone) {
    auto open = own_doors_of(options, machine, arrivals, *house);
    if (!open) return tl::unexpected(Refusal{exit_could_not_run, std::move(open.error())});
    own_doors = std::move(*open);
  }
  put_on_stage(stage,
               {options, traits, target, wish.on_loopback, wish.on_loopback ? "" : net::local_address_towards(target), house->door,
                wish.wanted.kinds, wish.scenarios, wish.addresses, own_doors, machine},
               arrivals);
  return {};
}

}  // namespace understudy::tools
