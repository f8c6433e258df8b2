// Which indexes an item takes, as the catalogue says it in words: "no", "1-9,1001-1009", "0-36", "1-n", "1-5?".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "items/catalogue.h"

namespace understudy::conformance {

struct IndexDomain {
  bool indexed = false;   // the item has instances, and an index says which
  bool optional = false;  // it comes without one too: file-* of a single file
  bool certain = false;   // read in the guide; the bounds too
  bool certain_bounds = false;
  struct Range {
    long least = 0;
    std::optional<long> most;  // none: no upper bound is known
  };
  std::vector<Range> ranges;  // empty: any index

  bool holds(long index) const;
};

IndexDomain index_domain_of(const items::Entry& entry);

// The index as a number, 0 and above; nullopt where it is none.
std::optional<long> index_in(std::string_view text);

}  // namespace understudy::conformance
