// Defects of the order itself: which action, and which items go with it.
#include <string>
#include <utility>

#include "reference/fault.h"
#include "reference/plan.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;

namespace {

constexpr std::string_view list_begin = "<ItemList>\n", list_end = "</ItemList>\n";

void spell_action(std::string& xml, Action action, std::string_view spelled) {
  replace_first(xml, ">" + std::string(wpi::spelling(action)) + "<", ">" + std::string(spelled) + "<");
}

Faults name_faults() {
  return {
      {.defect = {"action.one/none",
                  "ends interactions with a message that has no Action",
                  {"flow.clean-up"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.last_reply()) cut(xml, "<Action>", "</Action>\n");
           }},
      {.defect = {"action.one/two", "puts ReadAllItems as a second Action into WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::write_items))
               insert_after(xml, "</Action>\n", "<Action>ReadAllItems</Action>\n");
           }},
      {.defect = {"action.known/singular", "spells ReadItems ReadItem"},
       .message = [](const Turn&, std::string& xml) { spell_action(xml, Action::read_items, "ReadItem"); }},
      {.defect = {"action.known/letter-case", "spells WriteItems writeItems"},
       .message = [](const Turn&,
                     std::string& xml) { spell_action(xml, Action::write_items, "writeItems"); }},
      {.defect = {"action.known/own", "has an action of its own: VerifyItems"},
       .message = [](const Turn&,
                     std::string& xml) { spell_action(xml, Action::read_items, "VerifyItems"); }},
      {.defect = {"action.known/empty", "sends an empty Action where it means to read"},
       .message = [](const Turn&, std::string& xml) { spell_action(xml, Action::read_items, ""); }},
  };
}

Faults list_faults() {
  return {
      {.defect = {"action.read-items-named/no-list", "sends ReadItems without an ItemList"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::read_items)) cut(xml, list_begin, list_end);
           }},
      {.defect = {"action.read-items-named/empty-list", "sends ReadItems with an empty ItemList"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::read_items) && !cut(xml, list_begin, list_end).empty())
               insert_after(xml, "</Action>\n", "<ItemList/>\n");
           }},
      {.defect = {"action.read-items-empty/values", "sends the values that it believes in with ReadItems"},
       .decide =
           [](Turn& turn, Order& order) {
             if (order.action != Action::read_items) return;
             for (wpi::Item& item : order.items) {
               const std::string* known =
                   turn.phone->items.find(item.name, index_number(item).value_or(ItemTable::no_index));
               item.value = known && !known->empty() ? *known : "?";
             }
           }},
      {.defect = {"action.read-items-empty/first", "writes \"?\" into the first item of ReadItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::read_items)) append_to_first_value(xml, "?");
           }},
      {.defect = {"action.write-items-some/no-list", "sends WriteItems without an ItemList"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::write_items)) cut(xml, list_begin, list_end);
           }},
      {.defect = {"action.write-items-some/empty-list", "sends WriteItems with an empty ItemList"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::write_items) && !cut(xml, list_begin, list_end).empty())
               insert_after(xml, "</Action>\n", "<ItemList/>\n");
           }},
      {.defect = {"action.no-items-expected/empty-list", "sends an empty ItemList with ReadAllItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::read_all_items)) insert_after(xml, "</Action>\n", "<ItemList/>\n");
           }},
      {.defect = {"action.no-items-expected/names", "names items in ReadAllItems"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::read_all_items)
               order.items = {make_item("e164", ""), make_item("mac-addr", "")};
           }},
      {.defect = {"action.no-items-expected/fragment", "names items in GetNextFragment"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::get_next_fragment) order.items = {make_item("e164", "")};
           }},
      {.defect = {"action.clean-up-items/setting", "sends a setting along with CleanUp"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::clean_up)
               order.items.push_back(make_item("sntp-addr", "ntp.example.net"));
           }},
      {.defect = {"action.clean-up-items/own", "sends an item of its own along with CleanUp"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::clean_up) order.items.push_back(make_item("next-contact", "3600"));
           }},
      {.defect = {"action.factory-reset/no-type",
                  "orders a factory reset without restart-type",
                  {},
                  "factory-reset"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::restart && order.items.size() == 2) order.items.pop_back();
           }},
      {.defect = {"action.factory-reset/no-password",
                  "orders a factory reset without restart-password",
                  {},
                  "factory-reset"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::restart && order.items.size() == 2)
               order.items.erase(order.items.begin());
           }},
      {.defect =
           {"action.factory-reset/plain-restart", "sends restart-type with a plain Restart", {}, "restart"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action == Action::restart && order.items.empty())
               order.items.push_back(make_item("restart-type", "Restart"));
           }},
  };
}

}  // namespace

Faults action_faults() {
  Faults all;
  for (Faults (*part)() : {name_faults, list_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
