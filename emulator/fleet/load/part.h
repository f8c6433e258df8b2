// A part of a plan, for who plays it with others: which of its phones are there.
#pragma once

#include <cstdint>

namespace understudy::fleet::load {

// Every `of`-th phone, from the `number`-th: so the parts do the same side by side, at every moment of the plan.
struct Part {
  std::uint64_t number = 0, of = 1;  // number is below `of`

  bool is_whole() const { return of == 1; }
  bool has(std::uint64_t phone) const { return phone % of == number; }
  // Of the phones 0 to `phone` - 1, so many are in the part.
  std::uint64_t below(std::uint64_t phone) const { return phone <= number ? 0 : (phone - number - 1) / of + 1; }
  // The k-th phone of the part, and which one of the part a phone is.
  std::uint64_t phone(std::uint64_t k) const { return number + k * of; }
  std::uint64_t place_of(std::uint64_t phone) const { return phone / of; }
  // Of so many that the whole plan has: the shares of all parts add up to it.
  std::uint64_t share_of(std::uint64_t all) const { return below(all); }
  // Part k of so many, of this part.
  Part part(std::uint64_t k, std::uint64_t parts) const { return {number + of * k, of * parts}; }

  bool operator==(const Part&) const = default;
};

}  // namespace understudy::fleet::load
