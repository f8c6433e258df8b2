// What can be changed only while something else allows it.
#include <algorithm>
#include <array>

#include "items/store.h"

namespace understudy::items {

namespace {

constexpr std::string_view dhcp_switch = "dhcp";
// What a phone has from DHCP wherever that is on: without it there was no first contact (guide p.12, p.16; their names are
// inferred). All else that DHCP supplied is known by who changed it last.
constexpr std::array<std::string_view, 2> always_from_dhcp = {"dls-server-addr", "dls-server-port"};

constexpr std::array<std::string_view, 2> forwarding_by_type = {"cfu-ext-activated", "cfu-ext-address"};
constexpr std::array<std::string_view, 2> needed_for_forwarding_by_type = {"uaCSTA-enabled", "server-based-features"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_on(const Store& store, std::string_view name) {
  const std::string* value = store.find(name);
  return value && *value == "true";
}

}  // namespace

bool decides_on_others(std::string_view name) { return name == dhcp_switch || is_one_of(needed_for_forwarding_by_type, name); }

bool changeable_now(const Store& store, std::string_view name, std::optional<int> index) {
  if (is_one_of(forwarding_by_type, name))
    return std::all_of(needed_for_forwarding_by_type.begin(), needed_for_forwarding_by_type.end(),
                       [&](std::string_view needed) { return is_on(store, needed); });
  if (!is_on(store, dhcp_switch)) return true;
  if (is_one_of(always_from_dhcp, name)) return false;
  const auto last = store.last_change(name, index);
  return !last || last->who != Who::dhcp;
}

}  // namespace understudy::items
