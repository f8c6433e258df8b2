#include "phone_addresses.h"

#include "fleet/load/plan.h"
#include "net/local_address.h"

namespace understudy::tools {

using net::AddressRange;

namespace {

std::string commands_for(const AddressRange& range) {
  const std::string ip = range.is_v4() ? "ip" : "ip -6";
  std::string out = "\n  all at once:    " + ip + " route add local " + range.text() + " dev lo";
  if (!range.is_v4()) out += " && sysctl -w net.ipv6.ip_nonlocal_bind=1";
  return out + "\n  one at a time:  " + ip + " address add " + range.at(0) +
         (range.is_v4() ? "/32" : "/128") +
         " dev lo\n(as root; where the service is on another machine, its network must also send that range "
         "here)";
}

}  // namespace

std::string cannot_call_from(const AddressRange& range, std::uint64_t phones) {
  using fleet::load::grouped;
  if (range.count() < phones)
    return "--addresses " + range.text() + " has " + grouped(range.count()) + " addresses for phones, and " +
           grouped(phones) + " phones are planned: one each";
  for (const std::uint64_t k : {std::uint64_t{0}, phones - 1})
    if (!net::is_own_address(range.at(k)))
      return "this machine does not have " + range.at(k) + ", from which phone " + grouped(k + 1) +
             " is to call. So it has:" + commands_for(range);
  return "";
}

}  // namespace understudy::tools
