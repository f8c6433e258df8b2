// XML laid out for people: an element a line, without a change to what it says. Not for others.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace understudy::look {

// Bytes from..to of a text.
struct Range {
  std::size_t from = 0, to = 0;
};

struct Row {
  std::size_t depth = 0;      // how many elements it stands in
  std::vector<Range> pieces;  // of the text, in its order; what is left out between them is white space
};

// nullopt for what does not look well-formed: it is better shown as it came. No parser: it goes by tags alone.
std::optional<std::vector<Row>> laid_out(std::string_view xml);

}  // namespace understudy::look
