// Ladders as HTML: the same for the phone's pages and for reports.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "look/ladder.h"
#include "transcript/mask.h"

namespace understudy::look {

inline constexpr std::size_t most_shown = 200'000;  // bytes of a head or body, where nobody says otherwise

// How ladders are shown.
struct LadderStyle {
  transcript::Masker* masker = nullptr;  // covers secrets; nullptr: they stand in clear
  // When the run began: times of day are shown. Without: time since then.
  std::chrono::system_clock::time_point start = {};
  // Where a rule, an item or a ladder is explained or shown; empty: it is no link.
  std::function<std::string(std::string_view rule)> rule_url = {};
  std::function<std::string(const Ladder&)> ladder_url = {};
  std::size_t most_of_a_body = most_shown;  // bytes that are shown of each
};

// One line of a list, an <li id="ladder-7">: when, reason, orders, messages, ms, how it ended, the signs of its remarks; a
// link to ladder_url.
std::string ladder_line(const Ladder& ladder, const LadderStyle& style);
// What stands in that line without its link, as <span>s.
std::string ladder_cells(const Ladder& ladder, const LadderStyle& style);
// What the service ordered, in its order, without CleanUp: "ReadAllItems, WriteItems ×3". Plain text from the wire.
std::string orders_of(const Ladder& ladder);
// The whole of it, an <article>: lifelines and arrows, each opening to headers and body; its table; its remarks.
std::string ladder_article(const Ladder& ladder, const LadderStyle& style);

// What is said in a message, in a few words: "reply-to ReadAllItems, accepted", "WriteItems", "CleanUp".
std::string said_in(const wpi::Document& said);

}  // namespace understudy::look
