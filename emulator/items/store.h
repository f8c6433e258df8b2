// A phone's items: what it holds, under name and index.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wpi/message.h"

namespace understudy::items {

// Name, then index (-1: none), in the order in which ReadAllItems lists them.
class Store {
 public:
  // Fills the store without a check, as the factory does.
  void put(std::string_view name, std::optional<int> index, std::string value);
  // A service's write. nullopt: stored; else what the phone says of the item (guide p.26, p.78-83).
  std::optional<wpi::ItemStatus> write(const wpi::Item& item);
  // The value, or what the phone says of it. An item without index that has instances gives none: see instances().
  const std::string* find(std::string_view name, std::optional<int> index = std::nullopt) const;
  std::vector<wpi::Item> instances(std::string_view name) const;   // "whole family": every index of a name
  // All readable items, passwords that are write-only and certificates left out (guide p.30).
  std::vector<wpi::Item> all() const;
  // The same behind what `out` holds already, but for the names in `without`, which is sorted.
  void append_all(std::vector<wpi::Item>& out, const std::vector<std::string>& without) const;
  std::size_t size() const { return values_.size(); }

 private:
  struct Held {
    std::string value;
    bool readable = true;  // by its name: looked up once, when it is put
  };
  std::map<std::pair<std::string, int>, Held, std::less<>> values_;
};

}  // namespace understudy::items
