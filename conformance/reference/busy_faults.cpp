// Defects in dealing with phones that are in a call, and with replies that come in fragments.
#include <algorithm>
#include <utility>

#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Item;
using wpi::Reason;

namespace {

bool asks_for_call(const Order& order) {
  return std::any_of(order.items.begin(), order.items.end(), [](const Item& item) { return item.name == "send-solicited"; });
}

bool in_interaction(const Turn& turn) {
  return turn.phone && turn.phone->open && turn.phone->open->asked;
}

// The good service answers a busy write so.
bool answers_busy(const Turn& turn, const Order& order) {
  return in_interaction(turn) && turn.reason == Reason::reply_to && order.action == Action::clean_up && turn.busy;
}

void asks(Order& order) {
  order.items.push_back(make_item("send-solicited", "true"));
}

}  // namespace

Faults busy_faults() {
  return {
      {.defect = {"busy.clean-up/reads", "reads a phone that said that it is busy"},
       .decide =
           [](Turn& turn, Order& order) {
             if (answers_busy(turn, order)) order = Order{Action::read_items, {make_item("e164", "")}};
           }},
      {.defect = {"busy.clean-up/writes-again", "writes to a busy phone once more"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!answers_busy(turn, order) || !turn.phone || !turn.phone->open) return;  // or a reply out of any session
             if (!turn.phone->open->asked || turn.phone->open->extra > 0) return;
             ++turn.phone->open->extra;
             order = *turn.phone->open->asked;
           }},
      {.defect = {"busy.send-solicited/plain", "ends with a plain CleanUp after busy, and never contacts the phone"},
       .decide =
           [](Turn& turn, Order& order) {
             if (answers_busy(turn, order)) order.items.clear();
           }},
      {.defect = {"busy.not-old-firmware/asks", "asks phones of any firmware to call back"},
       .decide =
           [](Turn& turn, Order& order) {
             if (answers_busy(turn, order) && !asks_for_call(order)) asks(order);
           }},
      {.defect = {"busy.write-repeated/forgets", "does not write again when the phone calls back"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::solicited)) order = Order{};
           }},
      {.defect = {"busy.last-plain/always", "puts send-solicited into each CleanUp for newer phones"},
       .decide =
           [](Turn& turn, Order& order) {
             const bool newer = turn.firmware >= Version{3, 3};
             if (newer && order.action == Action::clean_up && !asks_for_call(order)) asks(order);
           }},
      {.defect = {"fragment.next-requested/goes-on", "takes the first fragment of a reply for all of it"},
       .decide =
           [](Turn& turn, Order& order) {
             if (in_interaction(turn) && order.action == Action::get_next_fragment && turn.phone->open->extra++ == 0)
               order = Order{Action::read_items, {make_item("e164", "")}};
           }},
      {.defect = {"fragment.all-taken/leaves", "ends the interaction after the first fragment"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::get_next_fragment) order = Order{};
           }},
      {.defect = {"fragment.all-taken/asks-again", "reads all once more when all fragments have come"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!in_interaction(turn) || turn.reason != Reason::reply_to) return;
             int& extra = turn.phone->open->extra;
             if (order.action == Action::get_next_fragment)
               extra = std::max(extra, 1);
             else if (extra == 1) {
               extra = 2;
               turn.phone->open->plan.push_front(std::exchange(order, Order{Action::read_all_items}));
             }
           }},
  };
}

}  // namespace understudy::reference
