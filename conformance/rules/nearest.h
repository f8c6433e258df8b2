// "Did you mean": the name nearest to one that does not exist.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace understudy::conformance {

// How many single characters must be inserted, removed, replaced or swapped with their neighbour to turn `a`
// into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The name nearest to `wrong`, empty if none is near: at most a third of its characters differ.
std::string_view nearest(std::string_view wrong, std::span<const std::string_view> names);

}  // namespace understudy::conformance
