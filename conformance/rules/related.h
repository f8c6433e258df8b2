// What belongs together in one message (guide p.71): the items of a file, of a key, and of the way into secure mode.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wpi/message.h"

namespace understudy::conformance {

struct Family {
  enum class Kind { key, file, secure_mode };
  Kind kind = Kind::key;
  std::string index;  // of the key or the file; empty where there is none
  auto operator<=>(const Family&) const = default;
};
// nullopt for an item that stands alone.
std::optional<Family> family_of(const wpi::Item& item);

// A family that one message after another brought in parts.
struct Torn {
  Family family;
  const wpi::Item* item = nullptr;  // of the later message
};

// The orders of one action that follow each other directly in an interaction.
class WriteRun {
 public:
  static constexpr std::size_t most_families = 256;

  // The first family that this order would tear, although one message could have held what came of it: at most
  // `most_items` of them, and well below 50 kB (guide p.69).
  std::optional<Torn> tears(const wpi::Document& order, std::optional<std::size_t> most_items) const;
  // The order was given. One of another action, or none, ends the run.
  void add(const wpi::Document* order);

 private:
  struct Part {
    std::vector<std::uint64_t> names;  // digests
    std::size_t bytes = 0;
    bool has_head = false;
  };
  static std::map<Family, Part> parts_of(const wpi::Document& order);

  std::optional<wpi::Action> action_;
  std::map<Family, Part> parts_;
};

// An order brings a family of two items or more.
bool brings_family(const wpi::Document& order);

}  // namespace understudy::conformance
