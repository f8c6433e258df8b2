#include "live_service.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "interrupt.h"
#include "net/target.h"
#include "reports/plain.h"
#include "wpi/utf8.h"

namespace understudy::tools {

void wait_for_service(microseconds so_long, const net::Target& target, const std::string& source_address,
                      const net::Waits& waits, net::Carrier& carrier, net::EventLoop& loop) {
  const microseconds end = loop.now() + so_long;
  bool answered = false;
  while (!answered && loop.now() < end && !interrupted()) {
    net::Order order;
    order.phone = "waiting";
    order.fresh_connection = true;
    order.target = target;
    order.source_address = source_address;
    const microseconds left = end - loop.now();
    order.waits = {std::min(waits.resolve, left), std::min(waits.connect, left),
                   std::min(waits.handshake, left), std::min(waits.answer, left)};
    order.request = {"GET", target.path, {{"Host", target.host_header()}}, ""};
    bool done = false;
    carrier.carry(order, [&](const transcript::Exchange& x) {
      answered = transcript::service_spoke(x);
      done = true;
    });
    loop.run([&] { return done || interrupted(); }, left);
    carrier.close("waiting");
    if (!done) loop.run([&] { return done; }, std::chrono::seconds(1));  // it ends as interrupted
    if (!answered) loop.run(interrupted, std::chrono::milliseconds(200));
  }
}

net::DoorSettings door_settings(const std::vector<std::string>& addresses) {
  net::DoorSettings door;
  if (!std::all_of(addresses.begin(), addresses.end(), net::is_loopback)) door.device.clear();
  if (!addresses.empty() && addresses.front().find(':') != std::string::npos) door.address = "::";
  return door;
}

std::optional<net::Door> open_door(std::uint16_t port, net::DoorSettings door, net::EventLoop& loop, net::DoorHandler handler) {
  door.port = port;
  auto open = net::Door::open(loop, std::move(door), std::move(handler));
  if (open) return std::move(*open);
  std::fprintf(stderr,
               "understudy: nobody can ask these phones to call: %s (--door-port takes another port)\n",
               open.error().c_str());
  return std::nullopt;
}

void tell(const scenarios::TriggerFailure& failure) {
  std::fprintf(stderr, "understudy: a job could not be started: %s\n",
               conformance::shown(failure.why).c_str());
  constexpr std::size_t most_lines = 5;
  std::string_view said = wpi::trimmed(failure.said);
  std::vector<std::string_view> lines;
  while (!said.empty() && lines.size() < most_lines) {
    const std::size_t from = said.rfind('\n') + 1;  // npos + 1 is 0
    lines.push_back(said.substr(from));
    said = said.substr(0, from == 0 ? 0 : from - 1);
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    std::fprintf(stderr, "  | %s\n", conformance::shown(*line).c_str());
}

}  // namespace understudy::tools
