// Where a service is: the URL of a command line, taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::net {

struct Target {
  bool tls = true;
  std::string host;  // name or address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string path;                 // "/DeploymentService/LoginService" where the URL has none
  std::string host_header() const;  // "host:port", IPv6 in brackets
  std::string url() const;
};

// Takes https://host:port with an optional path. The error is one line that says what is wrong with the text
// and what would be right. http:// is refused: WPI messages travel over TLS (guide p.12).
tl::expected<Target, std::string> target_of(std::string_view url);
// The same where a phone polls: plain http:// (guide p.15) is taken too, and the usual port is HTTP's own.
tl::expected<Target, std::string> poll_target_of(std::string_view url);

// May the program send to this address without being asked twice? Loopback and private ranges: 127.0.0.0/8,
// ::1, 10/8, 172.16/12, 192.168/16, 169.254/16, fc00::/7, fe80::/10. `address` is numeric.
bool is_near(std::string_view address);
bool is_loopback(std::string_view address);  // 127.0.0.0/8 and ::1; numeric, IPv4-mapped addresses too

// A numeric address without brackets and zone, or a host's name of sane form (RFC 1123, and "_"). What looks
// like an address and is none is no name.
bool is_host(std::string_view text);

}  // namespace understudy::net
