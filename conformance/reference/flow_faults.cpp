// Defects of how an interaction goes on and ends.
#include <string>
#include <utility>

#include "items/catalogue.h"
#include "reference/fault.h"
#include "reference/plan.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

// Writes what was written once more.
bool writes_again(Turn& turn, Order& order) {
  if (!turn.last_reply() || !turn.phone || !turn.phone->open || turn.phone->open->written.empty())
    return false;
  order = aside(Action::write_items, turn.phone->open->written);
  return true;
}

void drop_action(std::string& xml) {
  cut(xml, "<Action>", "</Action>\n");
}

Faults end_faults() {
  return {
      {.defect = {"flow.clean-up/empty",
                  "ends interactions with an empty 200 instead of CleanUp",
                  {"http.not-empty"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.last_reply()) set_body(answer, "");
           }},
      {.defect = {"flow.clean-up/no-action",
                  "ends interactions with a message that has no Action",
                  {"action.one"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.last_reply()) drop_action(xml);
           }},
      {.defect = {"flow.clean-up/not-found",
                  "ends interactions with 404 instead of CleanUp",
                  {"http.status"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (!turn.last_reply()) return;
             answer.status = 404;
             answer.reason = "Not Found";
             set_header(answer, "Content-Type", "text/plain");
             set_body(answer, "no more orders\n");
           }},
      {.defect = {"flow.bounded/writes-again",
                  "sends the same WriteItems four times before it ends",
                  {"item.read-back"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.phone && turn.phone->open && turn.phone->open->extra < 3 && writes_again(turn, order))
               ++turn.phone->open->extra;
           }},
      {.defect = {"flow.bounded/endless", "sends the same WriteItems without end", {"item.read-back"}},
       .decide = [](Turn& turn, Order& order) { writes_again(turn, order); }},
      {.defect = {"flow.bounded/reads-again",
                  "reads all items three times more before it ends",
                  {"flow.failed-reply", "flow.unchanged-not-read", "fragment.all-taken"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.last_reply() || !turn.phone || !turn.phone->open || turn.phone->open->extra >= 3)
               return;
             ++turn.phone->open->extra;
             order = aside(Action::read_all_items);
           }},
      {.defect = {"flow.bounded/one-by-one", "reads 210 items one by one before it ends"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.last_reply() || !turn.phone || !turn.phone->open || turn.phone->open->extra >= 210)
               return;
             const auto all = items::catalogue();
             const auto place = static_cast<std::size_t>(turn.phone->open->extra++) % all.size();
             const std::string& name = all[place].name;  // but what only a bootstrap has (guide p.62)
             order = aside(Action::read_items, {make_item(name == "goto-secure-mode" ? "mac-addr" : name, "")});
           }},
  };
}

Faults reason_faults() {
  return {
      {.defect = {"flow.every-reason/inventory-changes",
                  "answers inventory-changes without an action",
                  {"action.one", "flow.clean-up"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.opens_with(Reason::inventory_changes)) drop_action(xml);
           }},
      {.defect = {"flow.every-reason/local-changes",
                  "answers local-changes with an empty 200",
                  {"http.not-empty", "flow.clean-up"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens_with(Reason::local_changes)) set_body(answer, "");
           }},
      {.defect = {"flow.every-reason/start-up",
                  "answers the start-up of a phone that has not changed without an action",
                  {"action.one", "flow.clean-up"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.opens_with(Reason::start_up) && turn.says(Action::clean_up)) drop_action(xml);
           }},
      {.defect = {"flow.every-reason/solicited",
                  "answers the call of a phone that it asked to call without an action",
                  {"action.one", "flow.clean-up"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.opens_with(Reason::solicited)) drop_action(xml);
           }},
      {.defect = {"flow.every-reason/status",
                  "answers the status that follows an order of files without an action",
                  {"action.one", "flow.clean-up"},
                  "deploy-files"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.reason == Reason::status) drop_action(xml);
           }},
  };
}

Faults order_faults() {
  return {
      {.defect =
           {"flow.restart-ends/reads", "reads an item after Restart", {}, "restart", "reply-before-restart"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.restarting && turn.reason == Reason::reply_to)
               order = aside(Action::read_items, {make_item("software-version", "")});
           }},
      {.defect =
           {"flow.restart-ends/restarts", "orders Restart twice", {}, "restart", "reply-before-restart"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.restarting && turn.reason == Reason::reply_to) order = aside(Action::restart);
           }},
  };
}

}  // namespace

Faults flow_faults() {
  Faults all;
  for (Faults (*part)() : {end_faults, reason_faults, order_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
