// understudy phone --discover: what DHCP says, before a phone is switched on and while it runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "command_line.h"
#include "net/dhcp_client.h"

namespace understudy::tools {

class Discovery {
 public:
  using Say = std::function<void(const std::string&)>;

  // Asks on the interface as the phone with that mac-addr, and lets the loop run until there is an answer. The error is one
  // line, and the status to end with.
  static tl::expected<std::unique_ptr<Discovery>, Refusal> ask(net::EventLoop& loop, const std::string& interface,
                                                              const std::string& mac, std::uint64_t seed, Say say);
  // Told of each lease, a renewed one too. May be empty.
  std::function<void(const net::dhcp::Lease&)> changed;

  // Gives the address back.
  ~Discovery();

  const net::dhcp::Lease& lease() const { return lease_; }
  std::string address() const { return net::in_words(lease_.address); }
  // The service's URL; empty where DHCP did not say it.
  std::string service() const { return lease_.service ? lease_.service->url() : std::string(); }

 private:
  explicit Discovery(Say say) : say_(std::move(say)) {}
  void hear(const net::DhcpClient::Report& report);

  Say say_;
  std::unique_ptr<net::DhcpClient> client_;
  net::dhcp::Lease lease_;
  bool bound_ = false;
  std::string failure_;
};

}  // namespace understudy::tools
