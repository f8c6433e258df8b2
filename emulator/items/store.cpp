#include "items/store.h"

#include <algorithm>
#include <charconv>

#include "items/catalogue.h"
#include "items/domain.h"
#include "wpi/http.h"

namespace understudy::items {

namespace {

constexpr int no_index = -1;

std::optional<int> index_in(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

// What the phone says of a value that it does not take; only where the catalogue knows all that it takes.
std::optional<wpi::ItemStatus> objection(const Entry& entry, std::string_view value) {
  if (!entry.closed) return std::nullopt;
  switch (fit(entry, value)) {
    case Fit::fits:
      break;
    case Fit::wrong_type:
      return wpi::ItemStatus::invalid_data;
    case Fit::outside:
      return wpi::ItemStatus::failed;
  }
  return std::nullopt;
}

// A phone answers true where True was written (field).
std::string stored_form(const Entry* entry, const std::string& value) {
  if (clears(value)) return {};
  if (entry && entry->type == Type::boolean)
    for (std::string_view word : {"true", "false"})
      if (wpi::same_ignoring_case(value, word)) return std::string(word);
  return value;
}

bool is_certificate(std::string_view name) {
  return (name.find("certificate") != std::string_view::npos || name.ends_with("-ca")) &&
         !name.ends_with("-info");
}

bool is_readable(std::string_view name) {
  const Entry* entry = find(name);
  return !is_certificate(name) && !(entry && entry->access == Access::write_only);
}

wpi::Item as_item(const std::pair<std::string, int>& key, const std::string& value) {
  wpi::Item item;
  item.name = key.first;
  if (key.second != no_index) item.index = std::to_string(key.second);
  item.value = value;
  return item;
}

}  // namespace

void Store::put(std::string_view name, std::optional<int> index, std::string value) {
  values_.insert_or_assign({std::string(name), index.value_or(no_index)}, Held{std::move(value), is_readable(name)});
}

std::optional<wpi::ItemStatus> Store::write(const wpi::Item& item) {
  if (item.name.empty()) return wpi::ItemStatus::unknown_item;
  const Entry* entry = items::find(item.name);
  if (entry && entry->access == Access::read_only) return wpi::ItemStatus::read_only;
  // What only an order or a clean-up has a use for.
  if (entry && entry->access == Access::not_applicable) return wpi::ItemStatus::unexpected_item;
  std::optional<int> index;
  if (item.index) {
    index = index_in(*item.index);
    if (!index || (entry && entry->index == "no")) return wpi::ItemStatus::invalid_index;
  }
  if (entry)
    if (auto status = objection(*entry, item.value)) return status;
  put(item.name, index, stored_form(entry, item.value));
  return std::nullopt;
}

const std::string* Store::find(std::string_view name, std::optional<int> index) const {
  const auto found = values_.find({std::string(name), index.value_or(no_index)});
  return found == values_.end() ? nullptr : &found->second.value;
}

std::vector<wpi::Item> Store::instances(std::string_view name) const {
  std::vector<wpi::Item> items;
  for (auto at = values_.lower_bound({std::string(name), no_index});
       at != values_.end() && at->first.first == name; ++at)
    items.push_back(as_item(at->first, at->second.value));
  return items;
}

std::vector<wpi::Item> Store::all() const {
  std::vector<wpi::Item> items;
  append_all(items, {});
  return items;
}

void Store::append_all(std::vector<wpi::Item>& out, const std::vector<std::string>& without) const {
  out.reserve(out.size() + values_.size());
  auto next = without.begin();  // both are sorted by name
  for (const auto& [key, held] : values_) {
    while (next != without.end() && *next < key.first) ++next;
    if (held.readable && (next == without.end() || *next != key.first)) out.push_back(as_item(key, held.value));
  }
}

}  // namespace understudy::items
