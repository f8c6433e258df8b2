// The pages of what was said on the wire: the list of ladders, and one of them.
#pragma once

#include <string>

#include "look/ladder_html.h"
#include "wbm/page.h"

namespace understudy::wbm {

// Newest first, so many at most; each an <li>.
std::string wire_lines(const look::Ladders& ladders, const std::string& id, const look::LadderStyle& style, std::size_t most);
Page wire_page(const Visit& visit, const look::Ladders& ladders, const look::LadderStyle& style);
Page ladder_page(const Visit& visit, const look::Ladder& ladder, const look::LadderStyle& style);

}  // namespace understudy::wbm
