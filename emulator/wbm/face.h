// A phone as one sees it: its display, its keys, what it does and what is in it.
#pragma once

#include <string>

#include "look/ladder.h"
#include "wbm/page.h"

namespace understudy::wbm {

// What a phone is doing.
struct Condition {
  std::string word;  // "idle", "in a call", "restarts", "talks to its service"
  std::string away;  // why its service cannot be reached, one sentence; empty: it can, or was not tried
};
Condition condition_of(const phone::Phone& phone, const look::Ladders& ladders, const std::string& id);

// The display and the keys: a piece that is replaced as a whole when something changes.
std::string face(const phone::Phone& phone, const Condition& condition);
// The phone's own page.
Page phone_page(const Visit& visit, const look::Ladders& ladders, const std::string& lines, const std::string& said);
// A row of the list of phones: <tr id="row-phone-1">.
std::string phone_row(const std::string& id, const phone::Phone& phone, const look::Ladders& ladders);
Page phones_page(const Visit& visit, const look::Ladders& ladders);

}  // namespace understudy::wbm
