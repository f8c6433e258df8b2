// Defects of minding what the phone says of itself.
#include <string>
#include <utility>
#include <vector>

#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

bool in_interaction(const Turn& turn) {
  return turn.phone && turn.phone->open;
}

// A start-up of a phone that is known, and of which nothing is wanted.
bool nothing_to_do(const Turn& turn) {
  return turn.opens_with(Reason::start_up) && turn.says(Action::clean_up) && in_interaction(turn);
}

// Everything that this phone refused, as it was written.
std::vector<wpi::Item> refused_items(const Phone& phone) {
  std::vector<wpi::Item> items;
  for (const auto& [key, refusal] : phone.refused) {
    wpi::Item item = make_item(key.first, refusal.first);
    if (key.second != ItemTable::no_index) item.index = std::to_string(key.second);
    items.push_back(std::move(item));
  }
  return items;
}

Faults reading_faults() {
  return {
      {.defect = {"flow.unchanged-not-read/always", "reads all items at every start-up"},
       .decide =
           [](Turn& turn, Order& order) {
             if (nothing_to_do(turn) && turn.phone->known) order = aside(Action::read_all_items);
           }},
      {.defect = {"flow.unchanged-not-read/second", "reads some items, and then all, at every start-up"},
       .decide =
           [](Turn& turn, Order& order) {
             if (nothing_to_do(turn) && turn.phone->known) {
               order = aside(Action::read_items, {make_item("software-version", "")});
               turn.phone->open->plan.push_front(aside(Action::read_all_items));
             }
           }},
  };
}

Faults end_faults() {
  return {
      {.defect = {"flow.phone-clean-up/reads", "answers the clean-up of a phone with ReadAllItems"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.reason == Reason::clean_up) order = aside(Action::read_all_items);
           }},
      {.defect = {"flow.phone-clean-up/blanks",
                  "blanks a phone that says clean-up, since it does not know it"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.reason == Reason::clean_up)
               order = aside(Action::write_items, {make_item("sip-user-id", ""), make_item("sip-pwd", ""),
                                                   make_item("display-id-unicode", "")});
           }},
      {.defect = {"flow.phone-clean-up/not-found",
                  "answers the clean-up of a phone with 404",
                  {"http.status"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.reason != Reason::clean_up) return;
             answer.status = 404;
             answer.reason = "Not Found";
           }},
      {.defect = {"flow.failed-reply/again",
                  "orders the same five times more where the phone answers failed",
                  {"flow.bounded"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.failed || !in_interaction(turn) || !turn.phone->open->asked ||
                 turn.phone->open->extra >= 5)
               return;
             ++turn.phone->open->extra;
             order = aside(turn.phone->open->asked->action, turn.phone->open->asked->items);
           }},
      {.defect = {"flow.failed-reply/calls-back",
                  "asks a phone that answers failed to call back, and orders the same then"},
       .decide =
           [](Turn& turn, Order& order) {
             constexpr int enough = 6;
             if (!in_interaction(turn) || turn.phone->failed_readings >= enough) return;
             if (turn.failed && order.action == Action::clean_up)
               order.items.push_back(make_item("send-solicited", "true"));
             if (turn.opens_with(Reason::solicited) && turn.phone->failed_readings > 0)
               order = Order{Action::read_all_items, {}, Purpose::learn, 0};
           }},
  };
}

Faults refusal_faults() {
  return {
      {.defect = {"flow.refused-items/every-contact",
                  "writes at every start-up what the phone refused before"},
       .decide =
           [](Turn& turn, Order& order) {
             if (nothing_to_do(turn) && !turn.phone->refused.empty())
               order = aside(Action::write_items, refused_items(*turn.phone));
           }},
      {.defect = {"flow.refused-items/all-settings",
                  "writes all its settings at every start-up of a known phone",
                  {"flow.local-changes-taken"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (nothing_to_do(turn) && turn.phone->known)
               order =
                   aside(Action::write_items, split(profile_items(), turn.phone->open->max_items).front());
           }},
  };
}

}  // namespace

Faults phone_word_faults() {
  Faults all;
  for (Faults (*part)() : {reading_faults, end_faults, refusal_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
