// The door at which services ask phones to call back: one socket for all phones, told apart by the local
// address that was called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "net/contact_call.h"
#include "net/event_loop.h"
#include "net/server.h"

namespace understudy::net {

// What the phone at an address does with a request.
enum class DoorAnswer {
  acknowledged,  // answers as its web server does, see status_of()
  silent,        // reads it and closes without an answer: a phone whose web server is dead
  nobody,        // the address is no phone's: closed unanswered too
};
// `address` is numeric, that of the phone that was called: "127.0.0.11". Called once a request, whatever it
// asks; the answer goes out when it returns. It may destroy the door.
using DoorHandler = std::function<DoorAnswer(const std::string& address, const wpi::HttpRequest& request,
                                             const ContactCall& call, const Caller& caller)>;

// 204 to a contact-me (guide p.15), whether it wishes to be called or not; 200 to a push (field); 405 to
// another method, 404 to another path (both inferred).
int status_of(Asked asked);
// An acknowledgement as it is sent, its headers in the order of the guide's example (p.15).
std::string door_bytes(Asked asked);
// What the door serves, without sockets. The connection stays open unless the caller wants it closed, or gets
// no answer.
Served answer_at_door(const DoorHandler& handler, const wpi::HttpRequest& request, const Caller& caller);

// A port beside the door's own.
struct WebPort {
  std::uint16_t port = 80;  // 0: a free one
  std::optional<ServerTls> tls;
};

class Door;

struct DoorSettings {
  // Every local address. "::" takes calls to IPv4 addresses too, where the system lets it.
  std::string address = "0.0.0.0";
  std::uint16_t port = 8085;  // where services call (guide p.12); 0: a free one
  // The door stands open on the addresses of this machine alone; empty: to every network that it is in.
  std::string device = "lo";
  std::vector<WebPort> web_ports;  // a phone's ports 80 and 443 take contact-me as well (field)
  // Of each port, as ServerSettings has it: when full, the connection that has waited longest for a whole
  // request gives way. With max_request it bounds the memory that callers can take, some 128 MB a port.
  std::size_t max_connections = 4096;
  std::size_t max_request = 16 * 1024;           // bytes
  microseconds idle = std::chrono::seconds(10);  // keep-alive, and the time for a whole request
  // Asked once a connection, before anything is read; false closes it. Empty: only the handler knows. With
  // it, not even what is no HTTP gets an answer from an address that is nobody's.
  std::function<bool(const std::string& address)> is_phone;
  // Asked once a connection: the other door that takes it, made by Door::branch(); nullptr: this one does. May be empty.
  std::function<const Door*(const std::string& address)> branch_of = {};
};

class Door {
 public:
  // All ports or none. The error is one line. The loop must outlive the door.
  static tl::expected<Door, std::string> open(EventLoop& loop, DoorSettings settings, DoorHandler handler);
  // For phones whose loop another thread runs: it has no port, and takes what another door hands to it.
  static Door branch(EventLoop& loop, const DoorSettings& settings, DoorHandler handler);
  std::uint16_t port() const { return servers_.front()->port(); }
  // Of settings.web_ports[i].
  std::uint16_t web_port(std::size_t i) const { return servers_.at(i + 1)->port(); }

 private:
  Door() = default;
  std::vector<std::unique_ptr<Server>> servers_;  // the door's own port first
};

}  // namespace understudy::net
