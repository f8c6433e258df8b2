// A network interface of this machine, below its addresses: UDP datagrams to one port come in, others go out, whether the
// interface has an address or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/ipv4.h"

namespace understudy::net {

class Link {
 public:
  // The error is one line: no such interface, none with Ethernet, down, or not permitted. Needs CAP_NET_RAW, for the port
  // CAP_NET_BIND_SERVICE, and, for what is done with what comes, CAP_NET_ADMIN: that one is asked for here too, so that its
  // lack shows before anything is sent.
  static tl::expected<Link, std::string> open(const std::string& interface, std::uint16_t port);
  Link(Link&& other) noexcept;
  Link& operator=(Link&&) = delete;
  ~Link();

  const std::string& interface() const { return interface_; }
  int number() const { return number_; }       // of the interface
  int descriptor() const { return packets_; }  // readable where something came
  bool has_carrier() const;

  struct Frame {
    Mac from{};  // who sent it on this link
    Datagram datagram;
  };
  // Never waits. The error is one line.
  tl::expected<void, std::string> send(const Mac& to, const Datagram& datagram);
  // What came next, without waiting; nothing where nothing is there. What is no datagram to the port is passed over. The
  // error, one line, tells of the interface: it went down or away.
  tl::expected<std::optional<Frame>, std::string> receive();

 private:
  Link() = default;
  std::string interface_;
  std::uint16_t port_ = 0;
  int number_ = 0;
  int packets_ = -1;  // what comes and goes
  int claim_ =
      -1;  // a UDP socket on the port, never read: without it the kernel tells the server that nobody is there
};

}  // namespace understudy::net
