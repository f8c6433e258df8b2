// Which of our own addresses a target would see.
#pragma once

#include <string>

#include "net/target.h"

namespace understudy::net {

// The numeric local address that the system would choose towards the target, without sending anything;
// "0.0.0.0" where there is no way to it or its name does not resolve.
std::string local_address_towards(const Target& target);

}  // namespace understudy::net
