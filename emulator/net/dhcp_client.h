// A phone's DHCP client on an interface of this machine: asks as the phone, takes the address, keeps it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <variant>

#include "net/dhcp_conversation.h"
#include "net/event_loop.h"

namespace understudy::net {

struct DhcpSettings {
  std::string interface;  // "veth0": of Ethernet's kind, and up
  dhcp::Client client;    // the phone's mac-addr, which need not be the interface's, and its host name
  dhcp::Patience patience = {};
  std::uint64_t seed = 0;  // of chance
};

class DhcpClient {
 public:
  // bound: the address is on the interface, and with it a default route where the lease has one and the machine none; again
  // with each renewal. lost: both are gone again, and it asks anew. failed: they are gone, and it asks no more. Called on the
  // loop, never from start() or release(); it may destroy the client.
  using Report = std::variant<dhcp::Bound, dhcp::Lost, dhcp::Failed, dhcp::Note>;
  using Listener = std::function<void(const Report&)>;

  // Asks at once. The error is one line: see Link::open().
  static tl::expected<std::unique_ptr<DhcpClient>, std::string> start(EventLoop& loop, DhcpSettings settings,
                                                                      Listener listener);
  // Takes away from the interface what was set. The server is not told: it keeps the address for the phone.
  ~DhcpClient();

  const std::optional<dhcp::Lease>& lease() const;  // the one that is held
  // Tells the server that the address is free, and takes it from the interface. Asks no more.
  void release();

 private:
  DhcpClient();
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
