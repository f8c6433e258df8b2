// A phone's items: what it holds, under name and index.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "items/catalogue.h"
#include "wpi/message.h"

namespace understudy::items {

using std::chrono::microseconds;

// Where an item is held. Ordered as ReadAllItems lists them: by name, then by index.
struct Key {
  static constexpr int none = -1;  // an item without index

  std::string name;
  int index = none;
  auto operator<=>(const Key&) const = default;
};

// Who gave an item its value.
enum class Who : std::uint8_t { factory, service, user, web_pages, administrator, dhcp };
struct Change {
  Who who = Who::factory;
  microseconds when{};  // below 2^56, some two thousand years
  bool operator==(const Change&) const = default;
};

// What a phone does with a name that the catalogue does not have.
enum class UnknownItems { store, refuse };
// What the word NULL is to it when it is written.
enum class Null { clears, is_text };

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
  void put(std::string_view name, std::optional<int> index, std::string value, Change change = {});
  // Takes an item out that the base does not have; what the base has stays as it is.
  void remove(std::string_view name, std::optional<int> index);
  // A service's write. nullopt: stored; else what the phone says of the item (guide p.26, p.78-83).
  std::optional<wpi::ItemStatus> write(const wpi::Item& item, UnknownItems unknown = UnknownItems::store, microseconds now = {},
                                       Null null = Null::clears);
  // A service's read: the item, or every instance of it where it has some and no index was given; else the item with what
  // the phone says of it (guide p.26).
  std::vector<wpi::Item> read(const wpi::Item& wanted) const;
  // The value. An item without index that has instances gives none: see instances().
  const std::string* find(std::string_view name, std::optional<int> index = std::nullopt) const;
  // Who changed the item last, and when; the factory where nobody did. Nothing for what is not held.
  std::optional<Change> last_change(std::string_view name, std::optional<int> index = std::nullopt) const;
  // The value of the n-th item that the base has as heading, counted from 0: find() without the search.
  const std::string* in_heading(std::size_t n) const;
  std::vector<wpi::Item> instances(std::string_view name) const;   // "whole family": every index of a name
  // All readable items, passwords that are write-only and certificates left out (guide p.30).
  std::vector<wpi::Item> all() const;
  // The same as elements, as wpi::append_item() writes them, one or more at a time.
  void write_all(const std::function<void(std::string_view elements)>& take) const;
  std::size_t written_size() const;  // bytes that write_all() gives, roughly
  std::size_t size() const;
  // Every item that is held, in order, also what no service may read, with who changed it last.
  void each(const std::function<void(const Key& key, const std::string& value, Change change)>& take) const;

  // What differs from the base, as lines of text that can be kept: the same for the same differences.
  std::string snapshot() const;
  // Becomes what it was. What differed is laid on the base that is here, be it another (a phone got other firmware), but only
  // the items that it `has`. The error says what is no snapshot; nothing is changed then.
  tl::expected<void, std::string> restore(std::string_view snapshot, const std::function<bool(const Key&)>& has = {});
  // Grows with every change of an item.
  std::uint32_t changes() const { return changes_; }
  // The same items with the same values, whoever gave them.
  bool operator==(const Store& other) const;

 private:
  // Where an item stands: at this place of the base, or before it where the base does not have it.
  struct Place {
    std::uint32_t in_base = 0;
    bool own = true;  // the base does not have it
    bool operator==(const Place&) const = default;
  };
  // A fleet holds millions of them: 48 bytes.
  struct Difference {
    static constexpr std::uint32_t none = UINT32_MAX;
    std::string value;
    std::uint32_t in_base;      // see Place
    std::uint32_t own_key;      // in own_keys_; none where the base has it
    std::uint64_t stamp;        // see stamp_of()
    Place place() const { return {in_base, own_key != none}; }
    // Looked up once: what all() lists, and what is written without escaping anything. From the top: 56 bits of
    // microseconds, 6 of who, these two.
    static std::uint64_t stamp_of(Change change, bool plain, bool listed) {
      return static_cast<std::uint64_t>(change.when.count()) << 8 | static_cast<std::uint64_t>(change.who) << 2 |
             static_cast<std::uint64_t>(plain) << 1 | static_cast<std::uint64_t>(listed);
    }
    Change change() const { return {static_cast<Who>(stamp >> 2 & 63), microseconds(stamp >> 8)}; }
    bool plain() const { return stamp & 2; }
    bool listed() const { return stamp & 1; }
  };
  struct View;
  friend class Base;

  void put_difference(std::string_view name, std::optional<int> index, std::string value, Change change);
  const Key& key_of(const Difference& difference) const;
  Place place_of(std::string_view name, int index) const;
  std::size_t position_of(const Place& place, std::string_view name, int index) const;  // in differences_
  const Difference* difference_at(std::size_t position, const Place& place, std::string_view name, int index) const;
  const std::string* value_at(const Place& place, std::string_view name, int index) const;
  // Every item that is held from `name` on, in order, as long as `take` returns true.
  void walk(std::string_view name, const std::function<bool(const View&)>& take) const;

  std::shared_ptr<const Base> base_;
  std::vector<Difference> differences_;  // sorted by key
  std::vector<Key> own_keys_;            // in the order in which they came
  std::uint32_t changes_ = 0;            // see changes()
};

// The number that an item's index says; nothing where it has none, or none that is a number from 0 on.
std::optional<int> index_of(const wpi::Item& item);
// What a phone holds when that value is written: nothing for what clears, true for True (field). No entry: an unknown item.
std::string stored_form(const Entry* entry, const std::string& value, Null null = Null::clears);
// The item as a reply lists it that says only what was wrong with it (guide p.78-83).
wpi::Item rejected(const wpi::Item& item, wpi::ItemStatus status);

// An item that decides whether others can be changed: written before them.
bool decides_on_others(std::string_view name);
// Whether the item can be changed as the phone stands: not what DHCP supplies while it is on (guide p.16; that read only is said of it
// is inferred), not forwarding by type of call without the server features that it needs (guide p.227).
bool changeable_now(const Store& store, std::string_view name, std::optional<int> index);

}  // namespace understudy::items
