// Defects of how much a message holds, and of what it keeps together.
#include <string>
#include <utility>
#include <vector>

#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

// The interaction would end now, and this many orders of the defect went before.
bool about_to_end(const Turn& turn, int extra_so_far) {
  return turn.last_reply() && turn.phone && turn.phone->open && turn.phone->open->extra == extra_so_far;
}

// Says what `first` picks now, and the rest in the next message.
void split_off(Turn& turn, Order& order, Action action, bool (*first)(const wpi::Item&)) {
  if (order.action != action || !turn.phone || !turn.phone->open) return;
  Order now = order, later = order;
  std::erase_if(now.items, [&](const wpi::Item& item) { return !first(item); });
  std::erase_if(later.items, [&](const wpi::Item& item) { return first(item); });
  if (now.items.empty() || later.items.empty()) return;
  order = std::move(now);
  turn.phone->open->plan.push_front(std::move(later));
}

Faults unasked_faults() {
  return {
      {.defect = {"fragment.not-unasked/after-reading",
                  "asks for the next fragment of a reply that was complete"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.reason != Reason::reply_to || order.action != Action::write_items ||
                 turn.phone->open->extra > 0)
               return;
             ++turn.phone->open->extra;
             turn.phone->open->plan.push_front(std::exchange(order, aside(Action::get_next_fragment)));
           }},
      {.defect = {"fragment.not-unasked/at-the-end", "asks for the next fragment before it ends"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!about_to_end(turn, 0)) return;
             ++turn.phone->open->extra;
             order = aside(Action::get_next_fragment);
           }},
  };
}

Faults size_faults() {
  return {
      {.defect = {"fragment.max-items/ignored", "does not mind maxItems"},
       .decide =
           [](Turn& turn, Order&) {
             if (turn.opens && turn.phone && turn.phone->open) turn.phone->open->max_items.reset();
           }},
      {.defect = {"fragment.max-items/one-more", "puts one item more than maxItems into a message"},
       .decide =
           [](Turn& turn, Order&) {
             if (turn.opens && turn.phone && turn.phone->open && turn.phone->open->max_items)
               ++*turn.phone->open->max_items;
           }},
      {.defect = {"fragment.related-together/function-first",
                  "writes the functions of keys first, and what they need in a message of its own",
                  {},
                  "write"},
       .decide =
           [](Turn& turn, Order& order) {
             split_off(turn, order, Action::write_items, [](const wpi::Item& item) { return item.name == "function-key-def"; });
           }},
      {.defect = {"fragment.related-together/function-last",
                  "writes the functions of keys last, in a message of their own",
                  {},
                  "write"},
       .decide =
           [](Turn& turn, Order& order) {
             split_off(turn, order, Action::write_items, [](const wpi::Item& item) { return item.name != "function-key-def"; });
           }},
      {.defect =
           {"fragment.related-together/one-by-one", "writes each item in a message of its own", {}, "write"},
       .decide =
           [](Turn& turn, Order& order) {
             if (order.action != Action::write_items || !turn.phone || !turn.phone->open) return;
             while (order.items.size() > 1) {
               Order single = order;
               single.items = {std::move(order.items.back())};
               order.items.pop_back();
               turn.phone->open->plan.push_front(std::move(single));
             }
           }},
      {.defect = {"fragment.related-together/file",
                  "says in one message where files are, and in the next of which type they are",
                  {"file.complete", "file.indexed"},
                  "deploy-files"},
       .decide =
           [](Turn& turn, Order& order) {
             split_off(turn, order, Action::file_deployment, [](const wpi::Item& item) { return item.name != "file-type"; });
           }},
      {.defect = {"fragment.related-together/secure-mode",
                  "writes goto-secure-mode in one message, and the port for it in the next",
                  {"secure.complete"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (order.action != Action::write_items || !turn.phone || !turn.phone->open || turn.phone->open->extra > 0) return;
             const std::size_t before = order.items.size();
             write_too(turn, order, {make_item("goto-secure-mode", "nopin")});
             if (order.items.size() == before) return;
             ++turn.phone->open->extra;
             turn.phone->open->plan.push_front(
                 Order{Action::write_items, {make_item("dls-secure-port", "18444")}, order.purpose, order.job});
           }},
  };
}

}  // namespace

Faults fragment_faults() {
  Faults all;
  for (Faults (*part)() : {unasked_faults, size_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
