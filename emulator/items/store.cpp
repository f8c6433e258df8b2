#include "items/store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "items/base.h"
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

// What the phone says of a value that it does not take; only where the catalogue knows all that it takes, and a length from
// the guide.
std::optional<wpi::ItemStatus> objection(const Entry& entry, std::string_view value) {
  if (entry.evidence.starts_with("guide") && too_long(entry, value)) return wpi::ItemStatus::failed;
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

// What it says of an index. One that is missing is lived with: services leave it out (field).
std::optional<wpi::ItemStatus> objection(const Entry& entry, std::optional<int> index) {
  switch (fit_index(entry, index)) {
    case IndexFit::fits:
    case IndexFit::missing:
      break;
    case IndexFit::unwanted:
    case IndexFit::outside:
      return wpi::ItemStatus::invalid_index;
    case IndexFit::refused:
      return wpi::ItemStatus::failed;
  }
  return std::nullopt;
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

std::string stored_form(const Entry* entry, const std::string& value, Null null) {
  if (null == Null::is_text && value == "NULL") return value;
  if (clears(value)) return {};
  if (entry && entry->type == Type::boolean)
    for (std::string_view word : {"true", "false"})
      if (wpi::same_ignoring_case(value, word)) return std::string(word);
  return value;
}

std::optional<int> index_of(const wpi::Item& item) { return item.index ? index_in(*item.index) : std::nullopt; }

wpi::Item rejected(const wpi::Item& item, wpi::ItemStatus status) {
  wpi::Item out;
  out.name = item.name;
  out.index = item.index;
  out.status = spelling(status);
  return out;
}

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
    if (d.in_base != place.in_base) return d.in_base < place.in_base;
    return d.place().own && (!place.own || before(own_keys_[d.own_key], name, index));
  };
  return static_cast<std::size_t>(std::partition_point(differences_.begin(), differences_.end(), stands_before) -
                                  differences_.begin());
}

const Store::Difference* Store::difference_at(std::size_t position, const Place& place, std::string_view name, int index) const {
  if (position == differences_.size()) return nullptr;
  const Difference& found = differences_[position];
  if (found.place() != place) return nullptr;
  if (place.own && (own_keys_[found.own_key].name != name || own_keys_[found.own_key].index != index)) return nullptr;
  return &found;
}

void Store::walk(std::string_view name, const std::function<bool(const View&)>& take) const {
  static const Base nothing;
  const Base& base = base_ ? *base_ : nothing;
  const Place from = place_of(name, Key::none);
  std::size_t shared = from.in_base;
  auto own = differences_.begin() + static_cast<std::ptrdiff_t>(position_of({from.in_base, true}, name, Key::none));
  while (shared < base.held.size() || own != differences_.end()) {
    if (own != differences_.end() && own->in_base == shared) {
      if (!take({key_of(*own), own->value, own->listed(), own->change()})) return;
      if (!own->place().own) ++shared;
      ++own;
    } else {
      const Base::Held& held = base.held[shared++];
      if (!take({held.key, held.value, held.listed, Change{}})) return;
    }
  }
}

const Key& Store::key_of(const Difference& difference) const {
  return difference.own_key == Difference::none ? base_->held[difference.in_base].key : own_keys_[difference.own_key];
}

void Store::put(std::string_view name, std::optional<int> index, std::string value, Change change) {
  const std::string* held = find(name, index);
  // DHCP makes an item its own, whatever it held before (guide p.16).
  const auto made_its_own = [&] { return change.who == Who::dhcp && last_change(name, index)->who != Who::dhcp; };
  if (!held || *held != value || made_its_own()) put_difference(name, index, std::move(value), change);
}

void Store::put_difference(std::string_view name, std::optional<int> index, std::string value, Change change) {
  const int at = index.value_or(Key::none);
  const Place place = place_of(name, at);
  const std::size_t position = position_of(place, name, at);
  ++changes_;
  value.shrink_to_fit();  // one that was put together has more space than it needs
  const bool plain = wpi::is_plain(value) && wpi::is_plain(name);
  if (difference_at(position, place, name, at)) {
    Difference& old = differences_[position];
    old.value = std::move(value);
    old.stamp = Difference::stamp_of(change, plain, old.listed());
    return;
  }
  std::uint32_t own_key = Difference::none;
  bool listed = true;
  if (place.own) {
    const bool heads = base_ && std::find(base_->heading.begin(), base_->heading.end(), name) != base_->heading.end();
    listed = is_readable(name) && !heads;
    own_key = static_cast<std::uint32_t>(own_keys_.size());
    own_keys_.push_back({std::string(name), at});
  } else {
    listed = base_->held[place.in_base].listed;
  }
  // Not twice as much each time: most of it would stay empty in every phone of a fleet.
  if (differences_.size() == differences_.capacity()) differences_.reserve(differences_.size() + differences_.size() / 8 + 4);
  differences_.insert(differences_.begin() + static_cast<std::ptrdiff_t>(position),
                      Difference{std::move(value), place.in_base, own_key, Difference::stamp_of(change, plain, listed)});
}

void Store::remove(std::string_view name, std::optional<int> index) {
  const int at = index.value_or(Key::none);
  const Place place = place_of(name, at);
  const std::size_t position = position_of(place, name, at);
  if (!place.own || !difference_at(position, place, name, at)) return;
  ++changes_;
  const std::uint32_t freed = differences_[position].own_key;
  differences_.erase(differences_.begin() + static_cast<std::ptrdiff_t>(position));
  // The last key takes its place: their order says nothing.
  const auto last = static_cast<std::uint32_t>(own_keys_.size() - 1);
  if (freed != last) {
    own_keys_[freed] = std::move(own_keys_[last]);
    for (Difference& other : differences_)
      if (other.own_key == last) other.own_key = freed;
  }
  own_keys_.pop_back();
}

std::optional<wpi::ItemStatus> Store::write(const wpi::Item& item, UnknownItems unknown, microseconds now, Null null) {
  const Entry* entry = items::find(item.name);
  if (item.name.empty() || (!entry && unknown == UnknownItems::refuse)) return wpi::ItemStatus::unknown_item;
  if (entry && entry->access == Access::read_only) return wpi::ItemStatus::read_only;
  // What only an order or a clean-up has a use for.
  if (entry && entry->access == Access::not_applicable) return wpi::ItemStatus::unexpected_item;
  std::optional<int> index;
  if (item.index && !(index = index_in(*item.index))) return wpi::ItemStatus::invalid_index;
  if (entry) {
    if (auto status = objection(*entry, index)) return status;
    if (!changeable_now(*this, item.name, index)) return wpi::ItemStatus::read_only;
    if (auto status = objection(*entry, item.value)) return status;
  }
  put(item.name, index, stored_form(entry, item.value, null), {Who::service, now});
  return std::nullopt;
}

std::vector<wpi::Item> Store::read(const wpi::Item& wanted) const {
  std::optional<int> index;
  if (wanted.index && !(index = index_in(*wanted.index))) return {rejected(wanted, wpi::ItemStatus::invalid_index)};
  const Entry* entry = items::find(wanted.name);
  // A phone says failed of what it cannot read (guide p.33).
  if (entry && entry->access == Access::write_only) return {rejected(wanted, wpi::ItemStatus::failed)};
  wpi::Item item;
  item.name = wanted.name;
  item.index = wanted.index;
  if (const std::string* value = find(wanted.name, index)) {
    item.value = *value;
    return {item};
  }
  std::vector<wpi::Item> family = instances(wanted.name);
  if (!family.empty() && !index) return family;
  if (!entry) return {rejected(wanted, family.empty() ? wpi::ItemStatus::unknown_item : wpi::ItemStatus::invalid_index)};
  if (entry->access == Access::not_applicable) return {rejected(wanted, wpi::ItemStatus::unexpected_item)};
  if (auto status = objection(*entry, index)) return {rejected(wanted, *status)};
  return {item};  // an item that was never given a value
}

std::optional<Change> Store::last_change(std::string_view name, std::optional<int> index) const {
  const int at = index.value_or(Key::none);
  const Place place = place_of(name, at);
  if (const Difference* own = difference_at(position_of(place, name, at), place, name, at))
    return own->change();
  return place.own ? std::nullopt : std::optional(Change{});
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
    if (base_) up_to(base_->begin_of(own.in_base));
    if (!own.place().own) done = base_->begin_of(own.in_base + 1);
    if (!own.listed()) continue;
    const Key& key = key_of(own);
    written.clear();
    if (own.plain())
      wpi::append_plain_item(written, key.name, index_of(key), own.value);
    else
      wpi::append_item(written, key.name, index_of(key), own.value);
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

void Store::each(const std::function<void(const Key& key, const std::string& value, Change change)>& take) const {
  walk("", [&](const View& view) { return take(view.key, view.value, view.change), true; });
}

bool Store::operator==(const Store& other) const {
  std::vector<View> theirs;
  other.walk("", [&](const View& view) { return theirs.push_back(view), true; });
  std::size_t n = 0;
  bool same = true;
  walk("", [&](const View& view) {
    same = n < theirs.size() && theirs[n].key == view.key && theirs[n].value == view.value;
    ++n;
    return same;
  });
  return same && n == theirs.size();
}

}  // namespace understudy::items
