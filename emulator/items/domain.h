// Whether a value and an index are ones that an item takes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "items/catalogue.h"

namespace understudy::items {

enum class Fit {
  fits,
  wrong_type,  // no number where one is wanted, no boolean ...
  outside      // of the type, but not of the range or the list
};

// By the type and the domain of the entry, as far as the domain can be read: "1-300", "0; 2-24", "0=UDP;
// 1=TCP", "ok; failed". Whether the domain is complete (Entry::closed) is for the caller to weigh. A value
// that clears always fits; booleans do in any case (field).
Fit fit(const Entry& entry, std::string_view value);

// A value of an enumeration or of yes and no, and what it means: "0" and "active". The meaning may be empty.
struct Choice {
  std::string_view value, meaning;
};
// Those that the entry's domain lists; none where it is no list of two or more that can be read as a whole. They point into the
// entry.
std::vector<Choice> choices(const Entry& entry);

// Longer than the item may be, in characters of UTF-8.
bool too_long(const Entry& entry, std::string_view value);

enum class IndexFit {
  fits,
  unwanted,  // the item has none
  missing,   // the item has instances only
  outside,   // of the known range
  refused    // outside of a range of which only this is known: that a phone answers failed there (guide p.81)
};

// By the indexes of the entry, as far as they can be read: "no", "0-41", "1-9,1001-1009", "1-?", "1-5?".
IndexFit fit_index(const Entry& entry, std::optional<int> index);

// Empty, NULL and 0.0.0.0 take a value away (field).
bool clears(std::string_view value);

}  // namespace understudy::items
