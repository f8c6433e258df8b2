#include "differences/alignment.h"

#include <algorithm>

namespace understudy::conformance::differences {

namespace {

constexpr std::size_t most_cells = 4'000'000;

Alignment by_place(std::size_t then, std::size_t now,
                   const std::function<double(std::size_t, std::size_t)>& likeness) {
  Alignment out;
  for (std::size_t n = 0; n < std::max(then, now); ++n) {
    if (n < then && n < now && likeness(n, n) > 0) {
      out.emplace_back(n, n);
      continue;
    }
    if (n < then) out.emplace_back(n, std::nullopt);
    if (n < now) out.emplace_back(std::nullopt, n);
  }
  return out;
}

}  // namespace

Alignment aligned(std::size_t then, std::size_t now,
                  const std::function<double(std::size_t, std::size_t)>& likeness) {
  if ((then + 1) > most_cells / (now + 1)) return by_place(then, now, likeness);
  // best[i][j]: the highest sum that the rows have from i and j on.
  std::vector<double> best((then + 1) * (now + 1), 0), like(then * now, 0);
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return best[i * (now + 1) + j]; };
  for (std::size_t i = then; i-- > 0;)
    for (std::size_t j = now; j-- > 0;) {
      const double pair = like[i * now + j] = likeness(i, j);
      at(i, j) = std::max({at(i + 1, j), at(i, j + 1), pair > 0 ? pair + at(i + 1, j + 1) : 0});
    }
  Alignment out;
  std::size_t i = 0, j = 0;
  while (i < then && j < now) {
    const double pair = like[i * now + j];
    if (pair > 0 && pair + at(i + 1, j + 1) >= at(i, j)) {
      out.emplace_back(i++, j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      out.emplace_back(i++, std::nullopt);
    } else {
      out.emplace_back(std::nullopt, j++);
    }
  }
  for (; i < then; ++i) out.emplace_back(i, std::nullopt);
  for (; j < now; ++j) out.emplace_back(std::nullopt, j);
  return out;
}

}  // namespace understudy::conformance::differences
