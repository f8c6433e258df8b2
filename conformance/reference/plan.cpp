#include "reference/plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "items/catalogue.h"
#include "reference/bootstrap.h"
#include "wpi/writer.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Item;

namespace {

// Room for the envelope is left: root, Message and Action take some 300 bytes, the nonce what the phone
// chose.
constexpr std::size_t most_bytes = wpi::message_limit_strict - 4'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> profile = {{
    {"country-iso", "DE"},
    {"date-format", "0"},
    {"idle-missed-calls", "true"},
    {"language-iso", "de"},
    {"registration-backoff-timer", "120"},  // seconds
    {"session-timer", "true"},
    {"sntp-addr", "ntp.example.net"},
    {"sntp-tz-offset", "60"},  // minutes (field)
    {"time-format", "0"},
}};

constexpr std::array<std::string_view, 6> secure_mode = {"goto-secure-mode", "dls-client-certificate",
                                                         "dls-server-ca",    "dls-secure-port",
                                                         "secure-mode-data", "max-pin-retries"};

std::size_t written_size(const Item& item) {
  std::string escaped;
  wpi::append_escaped(escaped, item.name);
  wpi::append_escaped(escaped, item.value);
  return escaped.size() + (item.index ? item.index->size() : 0) + 48;
}

// What belongs together has the same name here; empty for an item that stands alone.
std::string family(const Item& item) {
  if (std::find(secure_mode.begin(), secure_mode.end(), item.name) != secure_mode.end()) return "secure mode";
  if (item.index) return "index " + *item.index;
  return item.name.starts_with("file-") ? "file" : "";
}

std::vector<std::vector<Item>> families(std::vector<Item> items) {
  std::vector<std::vector<Item>> groups;
  std::map<std::string, std::size_t> place;
  for (Item& item : items) {
    const std::string name = family(item);
    const auto [found, fresh] =
        name.empty() ? std::pair(place.end(), true) : place.try_emplace(name, groups.size());
    if (fresh)
      groups.emplace_back().push_back(std::move(item));
    else
      groups[found->second].push_back(std::move(item));
  }
  return groups;
}

// Of an item that is given twice the later value holds: a message never writes both.
std::vector<Item> without_doubles(const std::vector<Item>& items) {
  std::vector<Item> out;
  std::map<std::pair<std::string, std::optional<std::string>>, std::size_t> place;
  for (const Item& item : items) {
    const auto [found, fresh] = place.try_emplace(std::pair(item.name, item.index), out.size());
    if (fresh)
      out.push_back(item);
    else
      out[found->second] = item;
  }
  return out;
}

std::vector<Order> in_parts(Action action, std::vector<Item> items, Purpose purpose, std::uint64_t job,
                            std::optional<std::size_t> max_items) {
  std::vector<Order> orders;
  for (auto& part : split(std::move(items), max_items))
    orders.push_back(Order{action, std::move(part), purpose, job});
  return orders;
}

std::vector<Item> names_of(const std::vector<Item>& items) {
  std::vector<Item> names = without_doubles(items);
  for (Item& item : names) item.value.clear();
  return names;
}

}  // namespace

Item make_item(std::string name, std::string value) {
  Item item;
  item.name = std::move(name);
  item.value = std::move(value);
  return item;
}

std::vector<Item> profile_items() {
  std::vector<Item> items;
  items.reserve(profile.size());
  for (const auto& [name, value] : profile) items.push_back(make_item(std::string(name), std::string(value)));
  return items;
}

std::vector<Item> settings_of_user(const std::string& e164) {
  return {make_item("display-id-unicode", "User " + e164), make_item("sip-name", "user" + e164), make_item("sip-mobility-state", "0")};
}

std::vector<std::vector<Item>> split(std::vector<Item> items, std::optional<std::size_t> max_items) {
  const std::size_t most_items = std::max<std::size_t>(max_items.value_or(items.size()), 1);
  std::vector<std::vector<Item>> messages;
  std::size_t bytes = 0;
  for (std::vector<Item>& group : families(std::move(items))) {
    std::size_t group_bytes = 0;
    for (const Item& item : group) group_bytes += written_size(item);
    const auto full = [&](std::size_t more_items, std::size_t more_bytes) {
      return messages.empty() || messages.back().size() + more_items > most_items ||
             bytes + more_bytes > most_bytes;
    };
    if (full(group.size(), group_bytes)) {
      messages.emplace_back();
      bytes = 0;
    }
    for (Item& item : group) {
      const std::size_t size = written_size(item);
      if (!messages.back().empty() && full(1, size)) {  // a group that no message can hold
        messages.emplace_back();
        bytes = 0;
      }
      bytes += size;
      messages.back().push_back(std::move(item));
    }
  }
  return messages;
}

bool refused_before(const Phone& phone, const Item& item) {
  const auto index = index_number(item);
  if (!index) return false;
  const auto found = phone.refused.find(std::pair(item.name, *index));
  if (found == phone.refused.end()) return false;
  const auto& [value, status] = found->second;
  // Another value may be taken, unless it was not the value that was refused.
  return value == item.value || status == wpi::spelling(wpi::ItemStatus::unknown_item) ||
         status == wpi::spelling(wpi::ItemStatus::read_only) ||
         status == wpi::spelling(wpi::ItemStatus::not_supported) ||
         status == wpi::spelling(wpi::ItemStatus::invalid_index);
}

bool has_just_said(const Phone& phone, const Item& item) {
  if (!phone.open) return false;
  const auto& items = phone.open->confirmed;
  return std::any_of(items.begin(), items.end(), [&](const Item& other) {
    return other.name == item.name && other.index == item.index && other.value == item.value;
  });
}

namespace {

// Of several files each says what is to be done with it (guide p.55).
std::vector<Item> with_actions(std::vector<Item> items) {
  std::vector<std::optional<std::string>> files, told;
  const auto note = [](auto& list, const std::optional<std::string>& index) {
    if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
  };
  for (const Item& item : items) {
    note(files, item.index);
    if (item.name == "file-action") note(told, item.index);
  }
  if (files.size() < 2) return items;
  for (const auto& index : files) {
    if (std::find(told.begin(), told.end(), index) != told.end()) continue;
    items.push_back(make_item("file-action", "deploy"));
    items.back().index = index;
  }
  return items;
}

}  // namespace

std::vector<Order> orders_of(const Job& job, const Phone& phone, std::optional<std::size_t> max_items) {
  const auto once = [&](Action action, std::vector<Item> items = {}) {
    return std::vector<Order>{Order{action, std::move(items), Purpose::job, job.id}};
  };
  switch (job.kind) {
    case JobKind::read:
      return in_parts(Action::read_items, names_of(job.items), Purpose::job, job.id, max_items);
    case JobKind::write: {
      std::vector<Item> items = without_doubles(job.items);
      std::erase_if(
          items, [&](const Item& item) { return refused_before(phone, item) || has_just_said(phone, item); });
      return in_parts(Action::write_items, std::move(items), Purpose::job, job.id, max_items);
    }
    case JobKind::read_all:
      return once(Action::read_all_items);
    case JobKind::restart:
      return once(Action::restart);
    case JobKind::factory_reset:  // both, and always these (guide p.51)
      return once(Action::restart,
                  {make_item("restart-password", "124816"), make_item("restart-type", "FactoryReset")});
    case JobKind::deploy_files:
      return once(Action::file_deployment, with_actions(job.items));
    case JobKind::deploy_software:
      return once(Action::software_deployment, job.items);
    case JobKind::bootstrap:
    case JobKind::bootstrap_pin:
      return once(Action::write_items, job.items);
  }
  return {};
}

std::vector<Order> verifying(const std::vector<Item>& written, std::uint64_t job,
                             std::optional<std::size_t> max_items) {
  std::vector<Item> readable = written;
  for (Item& item : readable)
    if (std::string info = info_item_of(item.name); !info.empty()) item.name = std::move(info);
  std::erase_if(readable, [](const Item& item) {
    const items::Entry* entry = items::find(item.name);
    return entry && entry->access != items::Access::read_write && entry->access != items::Access::read_only;
  });
  return in_parts(Action::read_items, names_of(readable), Purpose::verify, job, max_items);
}

}  // namespace understudy::reference
