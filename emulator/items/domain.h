// Whether a value is one that an item takes.
#pragma once

#include <string_view>

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

// Empty, NULL and 0.0.0.0 take a value away (field).
bool clears(std::string_view value);

}  // namespace understudy::items
