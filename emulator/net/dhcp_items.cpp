#include "net/dhcp_items.h"

#include <string>

namespace understudy::net::dhcp {

std::vector<wpi::Item> items_of(const Lease& lease) {
  std::vector<wpi::Item> items;
  const auto add = [&](std::string name, std::string value) {
    wpi::Item item;
    item.name = std::move(name);
    item.value = std::move(value);
    items.push_back(std::move(item));
  };
  if (lease.service) {
    add("dls-server-addr", lease.service->host);
    add("dls-server-port", std::to_string(lease.service->port));
  }
  if (lease.vlan) add("vlan-id", std::to_string(*lease.vlan));
  return items;
}

}  // namespace understudy::net::dhcp
