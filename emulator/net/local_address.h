// Which of our own addresses a target would see, and which one was called.
#pragma once

#include <string>
#include <string_view>

#include "net/target.h"

namespace understudy::net {

// The numeric local address that the system would choose towards the target, without sending anything;
// "0.0.0.0" where there is no way to it or its name does not resolve.
std::string local_address_towards(const Target& target);

// The numeric address of an endpoint in words: "127.0.0.11" of "127.0.0.11:8085", "::1" of "[::1]:8085". An
// IPv4 address that came over an IPv6 socket ("[::ffff:127.0.0.11]:8085") is the IPv4 address; a zone is left
// out.
std::string address_in(std::string_view endpoint);

// A numeric address that this machine has, so that a phone can speak from it.
bool is_own_address(const std::string& address);

}  // namespace understudy::net
