// A phone's items: what it holds, under name and index.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"

namespace understudy::items {

// Where an item is held. Ordered as ReadAllItems lists them: by name, then by index.
struct Key {
  static constexpr int none = -1;  // an item without index

  std::string name;
  int index = none;
  auto operator<=>(const Key&) const = default;
};

// What all phones of a kind hold before anyone changed anything: shared by them, never changed.
class Base;

// A base that is shared, and what differs from it.
class Store {
 public:
  Store() = default;
  explicit Store(std::shared_ptr<const Base> base) : base_(std::move(base)) {}
  // All that is held here, for others to start from. The items named `heading` are said in front of all others: their
  // all() leaves them out.
  std::shared_ptr<const Base> as_base(std::vector<std::string> heading = {}) const;

  // Fills the store without a check, as the factory does.
  void put(std::string_view name, std::optional<int> index, std::string value);
  // A service's write. nullopt: stored; else what the phone says of the item (guide p.26, p.78-83).
  std::optional<wpi::ItemStatus> write(const wpi::Item& item);
  // The value. An item without index that has instances gives none: see instances().
  const std::string* find(std::string_view name, std::optional<int> index = std::nullopt) const;
  // The value of the n-th item that the base has as heading, counted from 0: find() without the search.
  const std::string* in_heading(std::size_t n) const;
  std::vector<wpi::Item> instances(std::string_view name) const;   // "whole family": every index of a name
  // All readable items, passwords that are write-only and certificates left out (guide p.30).
  std::vector<wpi::Item> all() const;
  // The same as elements, as wpi::append_item() writes them, one or more at a time.
  void write_all(const std::function<void(std::string_view elements)>& take) const;
  std::size_t written_size() const;  // bytes that write_all() gives, roughly
  std::size_t size() const;

 private:
  // Where an item stands: at this place of the base, or before it where the base does not have it.
  struct Place {
    std::uint32_t in_base = 0;
    bool own = true;  // the base does not have it
    bool operator==(const Place&) const = default;
  };
  struct Difference {
    Place place;
    std::shared_ptr<const Key> key;  // the base's own where it has it
    std::string value;
    bool listed = true;              // by all(): looked up once, when it is put
  };
  struct View;
  friend class Base;

  Place place_of(std::string_view name, int index) const;
  std::size_t position_of(const Place& place, std::string_view name, int index) const;  // in differences_
  const Difference* difference_at(std::size_t position, const Place& place, std::string_view name, int index) const;
  const std::string* value_at(const Place& place, std::string_view name, int index) const;
  // Every item that is held from `name` on, in order, as long as `take` returns true.
  void walk(std::string_view name, const std::function<bool(const View&)>& take) const;

  std::shared_ptr<const Base> base_;
  std::vector<Difference> differences_;  // sorted by key
};

}  // namespace understudy::items
