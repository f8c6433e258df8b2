#include "items/store.h"

#include <algorithm>
#include <charconv>

#include "items/catalogue.h"
#include "items/domain.h"
#include "wpi/http.h"
#include "wpi/writer.h"

namespace understudy::items {

namespace {

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

std::optional<int> index_of(const Key& key) {
  return key.index == Key::none ? std::nullopt : std::optional(key.index);
}

wpi::Item as_item(const Key& key, const std::string& value) {
  wpi::Item item;
  item.name = key.name;
  if (const auto index = index_of(key)) item.index = std::to_string(*index);
  item.value = value;
  return item;
}

bool before(const Key& key, std::string_view name, int index) {
  const int order = std::string_view(key.name).compare(name);
  return order < 0 || (order == 0 && key.index < index);
}

}  // namespace

class Base {
 public:
  struct Held {
    Key key;
    std::string value;
    bool listed = true;
    std::size_t begin = 0;  // of its element in `elements`; empty where it is not listed
  };
  std::vector<Held> held;  // sorted by key
  std::string elements;    // of all that are listed, as they are written
  std::vector<std::string> heading;
  std::vector<Store::Place> heading_places;  // of each of them

  std::size_t begin_of(std::size_t place) const { return place < held.size() ? held[place].begin : elements.size(); }
};

struct Store::View {
  const Key& key;
  const std::string& value;
  bool listed;
};

std::shared_ptr<const Base> Store::as_base(std::vector<std::string> heading) const {
  auto base = std::make_shared<Base>();
  walk("", [&](const View& view) {
    const bool listed = view.listed && std::find(heading.begin(), heading.end(), view.key.name) == heading.end();
    base->held.push_back({view.key, view.value, listed, base->elements.size()});
    if (listed) wpi::append_item(base->elements, view.key.name, index_of(view.key), view.value);
    return true;
  });
  base->heading = std::move(heading);
  const Store on_top(base);
  for (const std::string& name : base->heading) base->heading_places.push_back(on_top.place_of(name, Key::none));
  return base;
}

Store::Place Store::place_of(std::string_view name, int index) const {
  if (!base_) return {};
  const auto& held = base_->held;
  const auto at = std::partition_point(held.begin(), held.end(), [&](const Base::Held& h) { return before(h.key, name, index); });
  const bool there = at != held.end() && at->key.name == name && at->key.index == index;
  return {static_cast<std::uint32_t>(at - held.begin()), !there};
}

// At the same place those that the base does not have stand in front of the one that it has.
std::size_t Store::position_of(const Place& place, std::string_view name, int index) const {
  const auto stands_before = [&](const Difference& d) {
    if (d.place.in_base != place.in_base) return d.place.in_base < place.in_base;
    return d.place.own && (!place.own || before(*d.key, name, index));
  };
  return static_cast<std::size_t>(std::partition_point(differences_.begin(), differences_.end(), stands_before) -
                                  differences_.begin());
}

const Store::Difference* Store::difference_at(std::size_t position, const Place& place, std::string_view name, int index) const {
  if (position == differences_.size()) return nullptr;
  const Difference& found = differences_[position];
  if (found.place != place || (place.own && (found.key->name != name || found.key->index != index))) return nullptr;
  return &found;
}

void Store::walk(std::string_view name, const std::function<bool(const View&)>& take) const {
  static const Base nothing;
  const Base& base = base_ ? *base_ : nothing;
  const Place from = place_of(name, Key::none);
  std::size_t shared = from.in_base;
  auto own = differences_.begin() + static_cast<std::ptrdiff_t>(position_of({from.in_base, true}, name, Key::none));
  while (shared < base.held.size() || own != differences_.end()) {
    if (own != differences_.end() && own->place.in_base == shared) {
      if (!take({*own->key, own->value, own->listed})) return;
      if (!own->place.own) ++shared;
      ++own;
    } else {
      const Base::Held& held = base.held[shared++];
      if (!take({held.key, held.value, held.listed})) return;
    }
  }
}

void Store::put(std::string_view name, std::optional<int> index, std::string value) {
  const int at = index.value_or(Key::none);
  const Place place = place_of(name, at);
  const std::size_t position = position_of(place, name, at);
  if (difference_at(position, place, name, at)) {
    differences_[position].value = std::move(value);
    return;
  }
  const auto behind = differences_.begin() + static_cast<std::ptrdiff_t>(position);
  if (place.own) {
    const bool heads = base_ && std::find(base_->heading.begin(), base_->heading.end(), name) != base_->heading.end();
    auto key = std::make_shared<const Key>(Key{std::string(name), at});
    differences_.insert(behind, {place, std::move(key), std::move(value), is_readable(name) && !heads});
    return;
  }
  const Base::Held& held = base_->held[place.in_base];
  if (held.value == value) return;
  // The base lives as long as the store does: no need to count who uses its keys.
  std::shared_ptr<const Key> key(std::shared_ptr<const Key>(), &held.key);
  differences_.insert(behind, {place, std::move(key), std::move(value), held.listed});
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

const std::string* Store::value_at(const Place& place, std::string_view name, int index) const {
  if (const Difference* own = difference_at(position_of(place, name, index), place, name, index)) return &own->value;
  return place.own ? nullptr : &base_->held[place.in_base].value;
}

const std::string* Store::find(std::string_view name, std::optional<int> index) const {
  const int at = index.value_or(Key::none);
  return value_at(place_of(name, at), name, at);
}

const std::string* Store::in_heading(std::size_t n) const {
  return value_at(base_->heading_places[n], base_->heading[n], Key::none);
}

std::vector<wpi::Item> Store::instances(std::string_view name) const {
  std::vector<wpi::Item> items;
  walk(name, [&](const View& view) {
    if (view.key.name != name) return false;
    items.push_back(as_item(view.key, view.value));
    return true;
  });
  return items;
}

std::vector<wpi::Item> Store::all() const {
  std::vector<wpi::Item> items;
  walk("", [&](const View& view) {
    if (view.listed) items.push_back(as_item(view.key, view.value));
    return true;
  });
  return items;
}

void Store::write_all(const std::function<void(std::string_view)>& take) const {
  const std::string_view shared = base_ ? std::string_view(base_->elements) : std::string_view();
  std::size_t done = 0;  // bytes of the shared ones
  std::string written;
  const auto up_to = [&](std::size_t end) {
    if (end > done) take(shared.substr(done, end - done));
    done = end;
  };
  for (const Difference& own : differences_) {
    if (base_) up_to(base_->begin_of(own.place.in_base));
    if (!own.place.own) done = base_->begin_of(own.place.in_base + 1);
    if (!own.listed) continue;
    written.clear();
    wpi::append_item(written, own.key->name, index_of(*own.key), own.value);
    take(written);
  }
  up_to(shared.size());
}

std::size_t Store::written_size() const {
  constexpr std::size_t element = 80;  // bytes
  return (base_ ? base_->elements.size() : 0) + differences_.size() * element;
}

std::size_t Store::size() const {
  std::size_t items = 0;
  walk("", [&](const View&) { return ++items, true; });
  return items;
}

}  // namespace understudy::items
