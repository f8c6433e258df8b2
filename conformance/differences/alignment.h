// Which of two rows belong together, in their order.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace understudy::conformance::differences {

// Places in both rows; one that has no counterpart stands alone.
using Alignment = std::vector<std::pair<std::optional<std::size_t>, std::optional<std::size_t>>>;

// `likeness` of two is 0 where they can be no counterparts; of all the ways that with the highest sum is taken, and of those the
// one that pairs early. Rows whose product is beyond some millions are only paired place by place.
Alignment aligned(std::size_t then, std::size_t now,
                  const std::function<double(std::size_t then, std::size_t now)>& likeness);

}  // namespace understudy::conformance::differences
