// Two courses of the same phone held against each other: what the service does otherwise now. No I/O.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "differences/course.h"

namespace understudy::conformance::differences {

enum class Kind {
  interaction_missing,  // there was one with that reason
  interaction_added,
  order_missing,   // `what` came; `was`: its items by name
  order_added,     // likewise, `is`
  other_order,     // the same orders in another order: `was`, `is`
  item_missing,    // it was written, or asked for
  item_added,      // `is`: its value
  item_value,      // `was`, `is`
  item_times,      // it stands there so often: `was`, `is`
  nonce,           // `is`: "right" or "wrong"
  oddity_missing,  // of the message: `what`
  oddity_added,
  ending,        // `was`, `is`
  rule_missing,  // it deviated on one side alone: `what`
  rule_added,
  outcome,  // of a scenario, `what`: `was`, `is`
};
std::string_view name_of(Kind kind);  // "item_value"

struct Difference {
  Kind kind = Kind::item_value;
  std::string reason;  // of the interaction, "start-up"; empty: not known, or none
  std::string action;  // whose items or nonce these are
  std::string what;    // an item's name[index], an order, an oddity
  std::string was, is;
  bool asks = false;    // the item is asked for
  bool secret = false;  // its values are shown to nobody
  std::vector<std::string>
      phones;             // by mac-addr, or as the transcript names them; in which they come, each once
  std::size_t times = 1;  // with all of them
};

// What is new each time without any meaning: of these it is only looked at whether there is a value. Sorted by name.
struct FreshItem {
  std::string_view name, why;
};
std::span<const FreshItem> fresh_items();

// In the order in which they come. A secret of which one side has a stand-in is held against the other by its length and kinds of
// characters.
std::vector<Difference> differences_between(const Course& then, const Course& now);

// The same of several phones, or several times, as one with all of them; in the order of the first.
std::vector<Difference> grouped(std::vector<Difference> all);

}  // namespace understudy::conformance::differences
