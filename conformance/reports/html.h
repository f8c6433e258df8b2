// The result as one HTML file: nothing is fetched, no script is needed.
#pragma once

#include <cstddef>
#include <string>

#include "reports/interactions.h"
#include "reports/result.h"

namespace understudy::conformance {

struct HtmlOptions {
  const Interactions* interactions = nullptr;  // finished; nullptr: nothing is said of the messages
  // Bytes of HTML that ladders may take. Those that show a finding come first, then the first of each kind.
  std::size_t ladder_bytes = 3 * 1024 * 1024;
};

// The same for the same arguments, to the byte.
std::string html(const Result& result, const HtmlOptions& options = {});

}  // namespace understudy::conformance
