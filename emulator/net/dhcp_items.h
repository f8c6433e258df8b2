// What a lease is to the phone: items.
#pragma once

#include <vector>

#include "net/dhcp.h"
#include "wpi/message.h"

namespace understudy::net::dhcp {

// The items that this lease supplies, for Phone::supply(). The catalogue has names for the service and the VLAN alone: none
// is known for address, mask, router, DNS and domain. `dhcp` and `vlan-method` say how a phone comes to its values, and are
// nobody's to supply.
std::vector<wpi::Item> items_of(const Lease& lease);

}  // namespace understudy::net::dhcp
