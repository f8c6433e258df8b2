// Excerpts: the lines around a place in what came, cut so that they fit a screen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rules/verdict.h"

namespace understudy::conformance {

// `bytes` are shown as they are: mask them before. At most three lines, each at most `width` characters; what
// is far from the mark is cut and an ellipsis put in its place. Bytes that are no UTF-8 become U+FFFD. A mark
// that goes over the end of its line ends there; one of no length covers one character.
Excerpt excerpt_of(std::string_view bytes, std::size_t offset, std::size_t length, std::size_t width = 96);

}  // namespace understudy::conformance
