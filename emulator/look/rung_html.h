// A rung of a ladder as HTML. Not for others.
#pragma once

#include <string>

#include "look/ladder_html.h"

namespace understudy::look {

// The quiet time from which on it is said.
inline constexpr microseconds long_gap = std::chrono::seconds(2);

// An <li> with the drawing, what its arrows open to, and what was not kept.
std::string rung_html(const Rung& rung, const LadderStyle& style);

// The same ladder as a table in a <details>.
std::string table_html(const Ladder& ladder, const LadderStyle& style);

}  // namespace understudy::look
