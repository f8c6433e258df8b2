// What the commands share that play phones against a service out there: they wait for it, open the phones' door, and tell of
// jobs that it was not given.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "net/carrier.h"
#include "net/door.h"
#include "net/event_loop.h"
#include "scenarios/trigger_runner.h"

namespace understudy::tools {

using std::chrono::microseconds;

// Tries for so long until the service gives any HTTP answer, or somebody interrupts. Nothing of it is judged or kept.
void wait_for_service(microseconds so_long, const net::Target& target, const std::string& source_address,
                      const net::Waits& waits, net::Carrier& carrier, net::EventLoop& loop);

// Where a door of phones at these addresses stands open: on loopback alone, where they are all there.
net::DoorSettings door_settings(const std::vector<std::string>& addresses);
// The door of phones, at that port. Where it cannot be opened, that is said: they cannot be asked to call.
std::optional<net::Door> open_door(std::uint16_t port, net::DoorSettings door, net::EventLoop& loop, net::DoorHandler handler);

// Why a job could not be started, and the last that was said about it, to standard error.
void tell(const scenarios::TriggerFailure& failure);

}  // namespace understudy::tools
