// Option 43: what a DHCP server tells these phones alone.
#include <algorithm>
#include <map>

#include "net/dhcp.h"
#include "net/target.h"
#include "net/words.h"
#include "wpi/http.h"
#include "wpi/vocabulary.h"

namespace understudy::net::dhcp {

namespace {

enum Tag : std::uint8_t {
  pad = 0,
  vendor_name = 1,
  vlan_id = 2,
  service_address = 3,
  service_name = 4,
  end = 255
};
constexpr int highest_vlan = 4095;

using Tags = std::map<std::uint8_t, std::string>;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

// Nothing where a tag runs over the end. The first of a tag that is there twice.
std::optional<Tags> tags_in(std::string_view bytes) {
  Tags tags;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint8_t tag = byte_at(bytes, at++);
    if (tag == pad) continue;
    if (tag == end) break;
    if (at == bytes.size() || byte_at(bytes, at) > bytes.size() - at - 1) return std::nullopt;
    const std::size_t size = byte_at(bytes, at++);
    tags.emplace(tag, bytes.substr(at, size));
    at += size;
  }
  return tags;
}

std::string_view text_of(const Tags& tags, std::uint8_t tag) {
  const auto found = tags.find(tag);
  if (found == tags.end()) return {};
  const std::string_view text = found->second;
  return text.substr(0, text.find_last_not_of('\0') + 1);
}

// sdlp://host:port. A host and a port are what they are in the URL of a service.
std::optional<Service> service_of(std::string_view address) {
  constexpr std::string_view scheme = "sdlp://";
  if (!wpi::same_ignoring_case(address.substr(0, scheme.size()), scheme)) return std::nullopt;
  const auto target = target_of("https://" + std::string(address.substr(scheme.size())));
  if (!target || target->path != wpi::default_path) return std::nullopt;
  return Service{target->host, target->port, ""};
}

void take_vlan(const std::string& bytes, Lease& lease) {
  unsigned value = 0;
  for (std::size_t n = 0; n < bytes.size() && n < 4; ++n) value = value << 8 | byte_at(bytes, n);
  if (bytes.size() == 4 && value <= highest_vlan)
    lease.vlan = static_cast<int>(value);
  else
    lease.notes.push_back("vendor option 2 left out: " + quoted(bytes) +
                          " is no VLAN; it has 4 bytes, and is at most " + std::to_string(highest_vlan));
}

}  // namespace

std::string Service::url() const {
  return Target{true, host, port, ""}.url();
}

void read_vendor_options(std::string_view bytes, Lease& lease) {
  const auto tags = tags_in(bytes);
  if (!tags) {
    lease.notes.push_back("the vendor options (option 43) are left out: one of them runs over the end");
    return;
  }
  if (text_of(*tags, vendor_name) != vendor) {
    lease.notes.push_back("the vendor options (option 43) are left out: their vendor (tag 1) is " +
                          (tags->count(vendor_name) ? quoted(text_of(*tags, vendor_name)) : "not said") +
                          ", and a phone takes those of \"" + std::string(vendor) + "\"");
    return;
  }
  if (const auto vlan = tags->find(vlan_id); vlan != tags->end()) take_vlan(vlan->second, lease);
  const std::string_view address = text_of(*tags, service_address), name = text_of(*tags, service_name);
  if (tags->count(service_address)) lease.service = service_of(address);
  if (lease.service)
    lease.service->name = name;
  else if (tags->count(service_address))
    lease.notes.push_back("vendor option 3 left out: " + quoted(address) +
                          " is no address of a service such as sdlp://192.0.2.19:18443");
}

}  // namespace understudy::net::dhcp
