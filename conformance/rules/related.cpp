#include "rules/related.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "rules/digest.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

constexpr std::string_view key_function = "function-key-def", way_in = "goto-secure-mode";

// What a key's function needs besides (guide p.120-138; field), and what begins like it.
constexpr std::array<std::string_view, 11> of_a_key = {"select-dial",
                                                       "key-deflect-destination",
                                                       "repertory-dial",
                                                       "stimulus-DTMF-sequence",
                                                       "stimulus-feature-code",
                                                       "blf-audible",
                                                       "stimulus-led-control-uri",
                                                       "blf-popup",
                                                       "FPK-app-name",
                                                       "forwarding-dest",
                                                       "forwarding-type"};
constexpr std::string_view of_a_url_key = "send-url-";

constexpr std::array<std::string_view, 6> of_secure_mode = {
    way_in,           "dls-client-certificate", "dls-server-ca", "dls-secure-port", "secure-mode-data",
    "max-pin-retries"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Without it the family is no family: labels of keys may be written one by one.
bool is_head(const wpi::Item& item) {
  return item.name == key_function || item.name == way_in || item.name.starts_with("file-");
}

}  // namespace

std::optional<Family> family_of(const wpi::Item& item) {
  if (is_one_of(item.name, of_secure_mode)) return Family{Family::Kind::secure_mode, ""};
  // What a phone says of its files is nothing that is ordered (guide p.245).
  if (item.name.starts_with("file-") && !item.name.starts_with("file-deployment-"))
    return Family{Family::Kind::file, item.index.value_or("")};
  if (item.index &&
      (item.name == key_function || is_one_of(item.name, of_a_key) || item.name.starts_with(of_a_url_key)))
    return Family{Family::Kind::key, *item.index};
  return std::nullopt;
}

std::map<Family, WriteRun::Part> WriteRun::parts_of(const wpi::Document& order) {
  std::map<Family, Part> parts;
  for (const wpi::Item& item : order.items) {
    const auto family = family_of(item);
    if (!family || (parts.size() >= most_families && !parts.contains(*family))) continue;
    Part& part = parts[*family];
    // The certificates of dls-server-ca have indexes of their own.
    part.names.push_back(digest(item.index.value_or(""), digest(item.name)));
    part.bytes += item.length;
    part.has_head = part.has_head || is_head(item);
  }
  return parts;
}

std::optional<Torn> WriteRun::tears(const wpi::Document& order, std::optional<std::size_t> most_items) const {
  constexpr std::size_t most_bytes = wpi::message_limit_strict - 4'000;  // room for the envelope is left
  if (parts_.empty() || order.action() != action_) return std::nullopt;
  for (const auto& [family, part] : parts_of(order)) {
    const auto known = parts_.find(family);
    if (known == parts_.end()) continue;
    const Part& before = known->second;
    if (!before.has_head && !part.has_head) continue;
    // What says an item again is a new setting, or another file, and no rest of the one before.
    const bool again = std::any_of(part.names.begin(), part.names.end(), [&](std::uint64_t name) {
      return std::find(before.names.begin(), before.names.end(), name) != before.names.end();
    });
    if (again || before.bytes + part.bytes > most_bytes) continue;
    if (most_items && before.names.size() + part.names.size() > *most_items) continue;
    const auto item = std::find_if(order.items.begin(), order.items.end(),
                                   [&](const wpi::Item& one) { return family_of(one) == family; });
    return Torn{family, &*item};
  }
  return std::nullopt;
}

void WriteRun::add(const wpi::Document* order) {
  const auto action = order ? order->action() : std::nullopt;
  const bool writes = action == Action::write_items || action == Action::file_deployment ||
                      action == Action::software_deployment;
  if (!writes || action != action_) parts_.clear();
  action_ = writes ? action : std::nullopt;
  if (!writes) return;
  for (auto& [family, part] : parts_of(*order)) {
    if (parts_.size() >= most_families && !parts_.contains(family)) continue;
    Part& known = parts_[family];
    known.names.insert(known.names.end(), part.names.begin(), part.names.end());
    known.bytes += part.bytes;
    known.has_head = known.has_head || part.has_head;
  }
}

bool brings_family(const wpi::Document& order) {
  std::map<Family, std::pair<int, bool>> seen;  // how many, and whether one of them is the head
  for (const wpi::Item& item : order.items) {
    const auto family = family_of(item);
    if (!family) continue;
    auto& [count, head] = seen[*family];
    ++count;
    head = head || is_head(item);
    if (count > 1 && head) return true;
  }
  return false;
}

}  // namespace understudy::conformance
