// Defects in what becomes of people's doings: changes at the phone, mobile users.
#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

// The order that the good service gives when a user comes or goes.
bool is_of_user(const Order& order) {
  return order.purpose == Purpose::user || order.purpose == Purpose::user_data;
}

}  // namespace

Faults user_faults() {
  return {
      {.defect = {"flow.local-changes-taken/at-once", "answers local-changes by writing what it wants the items to be"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::local_changes))
               order = Order{Action::write_items, {make_item("sntp-addr", "ntp.example.net")}};
           }},
      {.defect = {"flow.local-changes-taken/at-start-up", "writes its own settings at each start-up, whatever the user has changed", {"flow.refused-items"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::start_up) && order.action == Action::clean_up)
               order = Order{Action::write_items, {make_item("sntp-addr", "ntp.example.net")}};
           }},
      {.defect = {"mobility.logon/unheard", "ends a log-on without giving the phone the user's settings", {}, "", "mobile-user"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::inventory_changes) && is_of_user(order)) order = Order{};
           }},
      {.defect = {"mobility.logon/reads", "reads the phone when it asks for a user's data", {}, "", "mobile-user"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::inventory_changes) && turn.requests_user_data)
               order = Order{Action::read_items, {make_item("e164", "")}};
           }},
      {.defect = {"mobility.logoff/forgets", "ends a log-off without reading what the user has changed", {}, "", "mobile-user"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens_with(Reason::inventory_changes) && order.purpose == Purpose::user_data) order = Order{};
           }},
  };
}

}  // namespace understudy::reference
