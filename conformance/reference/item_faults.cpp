// Defects of what is written: items that there are not, that cannot be written, or not so.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reference/fault.h"
#include "reference/plan.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

void write_too(const Turn& turn, Order& order, std::vector<wpi::Item> items) {
  if (order.action != Action::write_items || !turn.phone || !turn.phone->open) return;
  const auto& most = turn.phone->open->max_items;
  if (most && order.items.size() + items.size() > *most) return;
  for (wpi::Item& item : items) order.items.push_back(std::move(item));
}

namespace {

wpi::Item indexed(std::string name, std::string index, std::string value) {
  wpi::Item item = make_item(std::move(name), std::move(value));
  item.index = std::move(index);
  return item;
}

wpi::Item* written(Order& order, std::string_view name) {
  if (order.action != Action::write_items) return nullptr;
  const auto found = std::find_if(order.items.begin(), order.items.end(),
                                  [&](const wpi::Item& item) { return item.name == name; });
  return found == order.items.end() ? nullptr : &*found;
}

void rename(Order& order, std::string_view name, std::string_view wrong) {
  if (wpi::Item* item = written(order, name)) item->name = wrong;
}

// Writes this value of the item, whether it would have been written or not.
void write_as(const Turn& turn, Order& order, const std::string& name, const std::string& value) {
  if (wpi::Item* item = written(order, name))
    item->value = value;
  else
    write_too(turn, order, {make_item(name, value)});
}

Faults name_faults() {
  return {
      {.defect = {"item.known/misspelled", "writes sntp-adr instead of sntp-addr"},
       .decide = [](Turn&, Order& order) { rename(order, "sntp-addr", "sntp-adr"); }},
      {.defect = {"item.known/letter-case", "writes Language-ISO instead of language-iso"},
       .decide = [](Turn&, Order& order) { rename(order, "language-iso", "Language-ISO"); }},
      {.defect = {"item.known/own", "writes an item of its own, rollout-wave"},
       .decide = [](Turn& turn, Order& order) { write_too(turn, order, {make_item("rollout-wave", "3")}); }},
      {.defect = {"item.writable/device-type", "writes what model the phone is to be"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("device-type", "OpenStage 80")}); }},
      {.defect = {"item.writable/expiry", "writes when the user's password is to expire"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("user-pwd-expiry", "31:12:2030")}); }},
      {.defect = {"item.writable/mac-addr", "writes the phone's own MAC address back to it"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.phone) write_too(turn, order, {make_item("mac-addr", turn.phone->mac)});
           }},
      {.defect = {"item.writable/order-word", "writes restart-type, which only an order to restart has"},
       .decide = [](Turn& turn, Order& order) { write_too(turn, order, {make_item("restart-type", "FactoryReset")}); }},
  };
}

Faults value_faults() {
  return {
      {.defect = {"item.type/boolean", "writes 1 and 0 for true and false"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("preview-mode-locked", "1")}); }},
      {.defect = {"item.type/unit", "writes a number with its unit"},
       .decide = [](Turn& turn,
                    Order& order) { write_as(turn, order, "registration-backoff-timer", "120 s"); }},
      {.defect = {"item.type/zone", "writes the time zone as UTC+1, not in minutes"},
       .decide = [](Turn& turn, Order& order) { write_as(turn, order, "sntp-tz-offset", "UTC+1"); }},
      {.defect = {"item.range/timer", "writes a timer that is shorter than the phone takes"},
       .decide = [](Turn& turn, Order& order) { write_as(turn, order, "registration-backoff-timer", "30"); }},
      {.defect = {"item.range/code", "writes a code that there is not"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("sip-transport-user", "3")}); }},
      {.defect = {"item.range/seconds", "writes the time zone in seconds, not in minutes"},
       .decide = [](Turn& turn, Order& order) { write_as(turn, order, "sntp-tz-offset", "3600"); }},
      {.defect = {"item.range/long", "writes a name for the display that is longer than that"},
       .decide =
           [](Turn& turn, Order& order) {
             write_too(turn, order, {make_item("display-id-unicode", "Reception, ground floor, left")});
           }},
  };
}

Faults index_faults() {
  return {
      {.defect = {"item.index/none", "writes items of keys without saying of which key"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("blf-audible", "true")}); }},
      {.defect = {"item.index/feature", "writes the availability of a feature without saying of which"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {make_item("feature-availability", "true")}); }},
      {.defect = {"item.index/needless", "gives an index to an item that there is once"},
       .decide =
           [](Turn&, Order& order) {
             if (wpi::Item* item = written(order, "registration-backoff-timer")) item->index = "1";
           }},
      {.defect = {"item.index/from-nought", "counts keys from 0"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {indexed("blf-popup", "0", "true")}); }},
      {.defect = {"item.index/13th", "writes the 13th key of a module that has twelve"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {indexed("blf-popup", "313", "true")}); }},
      {.defect = {"item.unique/ringer", "writes the ringer twice: the default, then the user's"},
       .decide =
           [](Turn& turn, Order& order) {
             write_too(turn, order, {make_item("ringer-melody", "1"), make_item("ringer-melody", "2")});
           }},
      {.defect = {"item.unique/feature", "writes the same feature as available and as not"},
       .decide =
           [](Turn& turn, Order& order) {
             write_too(turn, order,
                       {indexed("feature-availability", "33", "true"),
                        indexed("feature-availability", "33", "false")});
           }},
      {.defect = {"item.model/ninth-key", "writes nine keys to every model"},
       .decide = [](Turn& turn,
                    Order& order) { write_too(turn, order, {indexed("function-key-def", "9", "25")}); }},
      {.defect = {"item.model/shifted", "writes the shifted level of a key that the model does not have"},
       .decide =
           [](Turn& turn, Order& order) {
             write_too(turn, order, {indexed("key-label-unicode", "1009", "Do not disturb")});
           }},
  };
}

// Of what was written in this interaction, what came back as another value.
std::vector<wpi::Item> not_kept(const Turn& turn) {
  std::vector<wpi::Item> items;
  if (!turn.phone || !turn.phone->open) return items;
  for (const wpi::Item& item : turn.phone->open->written)
    if (refused_before(*turn.phone, item)) items.push_back(item);
  return items;
}

Faults memory_faults() {
  return {
      {.defect = {"item.read-back/not-believed", "writes once more what it has read back"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.last_reply() || !turn.phone || !turn.phone->open ||
                 turn.phone->open->written.empty() || turn.phone->open->extra > 0)
               return;
             ++turn.phone->open->extra;
             order = aside(Action::write_items, turn.phone->open->written);
           }},
      {.defect = {"item.read-back/not-compared",
                  "reads all items at every start-up, and writes its settings whatever they are",
                  {"flow.unchanged-not-read", "flow.refused-items", "flow.local-changes-taken"}},
       .decide =
           [](Turn& turn, Order& order) {
             if (!turn.opens_with(Reason::start_up) || !turn.says(Action::clean_up) || !turn.phone ||
                 !turn.phone->open || !turn.phone->known)
               return;
             order = aside(Action::read_all_items);
             turn.phone->open->plan.push_front(
                 aside(Action::write_items, split(profile_items(), turn.phone->open->max_items).front()));
           }},
      {.defect = {"item.read-back/not-kept",
                  "writes once more what comes back as another value",
                  {},
                  "",
                  "undecoded-entities"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.firmware.major > 1) write_as(turn, order, "display-id-unicode", "R&D");
             if (!turn.last_reply() || !turn.phone || !turn.phone->open || turn.phone->open->extra > 0) return;
             std::vector<wpi::Item> items = not_kept(turn);
             if (items.empty()) return;
             ++turn.phone->open->extra;
             order = aside(Action::write_items, std::move(items));
           }},
  };
}

}  // namespace

Faults item_faults() {
  Faults all;
  for (Faults (*part)() : {name_faults, value_faults, index_faults, memory_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
