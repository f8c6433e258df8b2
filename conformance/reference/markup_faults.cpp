// Defects of what stands where in a message: Message, ItemList, items and their attributes, and what has no
// place there.
#include <string>
#include <utility>

#include "reference/fault.h"
#include "reference/plan.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;

namespace {

constexpr std::string_view list_begin = "<ItemList>\n", list_end = "</ItemList>\n";

bool writes(const Turn& turn) {
  return turn.says(Action::write_items);
}

Faults place_faults() {
  return {
      {.defect = {"xml.one-message/empty-second", "adds an empty second Message to CleanUp"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up))
               insert_after(xml, "</Message>\n", "<Message nonce=\"" + turn.nonce + "\"></Message>\n");
           }},
      {.defect = {"xml.one-message/two-orders", "puts CleanUp as a second Message behind WriteItems"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn))
               insert_after(xml, "</Message>\n",
                            "<Message nonce=\"" + turn.nonce + "\">\n<Action>CleanUp</Action>\n</Message>\n");
           }},
      {.defect = {"xml.one-message/none", "sends a root without a Message instead of CleanUp", {"flow.clean-up", "flow.every-reason"}},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.says(Action::clean_up)) cut(xml, "<Message", "</Message>\n");
           }},
      {.defect = {"xml.item-list-place/beside", "puts the ItemList beside Message"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_after(xml, "</Message>\n", cut(xml, list_begin, list_end));
           }},
      {.defect = {"xml.item-list-place/before-action", "puts the ItemList before Action"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_before(xml, "<Action>", cut(xml, list_begin, list_end));
           }},
      {.defect = {"xml.item-list-place/list-per-item", "puts each Item into an ItemList of its own"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (!writes(turn)) return;
             replace_all(xml, "</Item>\n<Item ", "</Item>\n</ItemList>\n<ItemList>\n<Item ");
           }},
      {.defect = {"xml.item-list-place/second", "adds a second, empty ItemList"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) insert_after(xml, list_end, "<ItemList/>\n");
           }},
      {.defect = {"xml.nothing-else/reason", "puts an empty ReasonForContact behind Action"},
       .message =
           [](const Turn&, std::string& xml) {
             insert_after(xml, "</Action>\n", "<ReasonForContact></ReasonForContact>\n");
           }},
      {.defect = {"xml.nothing-else/element", "puts an element of its own into Message"},
       .message =
           [](const Turn&, std::string& xml) {
             insert_before(xml, "</Message>", "<Server>Understudy</Server>\n");
           }},
      {.defect = {"xml.nothing-else/text", "puts text between the elements of Message"},
       .message = [](const Turn&, std::string& xml) { insert_before(xml, "</Message>", "done\n"); }},
      {.defect = {"xml.nothing-else/comment", "puts a comment behind Action"},
       .message = [](const Turn&,
                     std::string& xml) { insert_after(xml, "</Action>\n", "<!-- unknown message -->\n"); }},
      {.defect = {"xml.nothing-else/instruction", "puts a processing instruction behind Action"},
       .message = [](const Turn&, std::string& xml) { insert_after(xml, "</Action>\n", "<?service checked?>\n"); }},
  };
}

Faults attribute_faults() {
  return {
      {.defect = {"xml.item-attributes/no-name", "leaves the name of an Item out"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) cut(xml, " name=\"", "\"");
           }},
      {.defect = {"xml.item-attributes/index", "gives an index that is no number"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) add_to_first_item(xml, "index=\"first\"");
           }},
      {.defect = {"xml.item-attributes/status", "gives a status, which only phones do"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) add_to_first_item(xml, "status=\"accepted\"");
           }},
      {.defect = {"xml.item-attributes/secure", "gives the status secure, as the vendor's service does"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) add_to_first_item(xml, "status=\"secure\"");
           }},
      {.defect = {"xml.item-attributes/unknown", "gives an attribute that items do not have"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (writes(turn)) add_to_first_item(xml, "readonly=\"false\"");
           }},
      {.defect = {"xml.entities-v1/amp", "writes a value with &amp; to firmware V1"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.firmware.major == 1 && order.action == Action::write_items)
               order.items.push_back(make_item("display-id-unicode", "R&D"));
           },
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.firmware.major == 1) replace_all(xml, "&#38;", "&amp;");
           }},
      {.defect = {"xml.entities-v1/lt-gt", "writes a value with &lt; and &gt; to firmware V1"},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.firmware.major == 1 && order.action == Action::write_items)
               order.items.push_back(make_item("display-id-unicode", "<free>"));
           },
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.firmware.major != 1) return;
             replace_all(xml, "&#60;", "&lt;");
             replace_all(xml, "&#62;", "&gt;");
           }},
  };
}

}  // namespace

Faults markup_faults() {
  Faults all;
  for (Faults (*part)() : {place_faults, attribute_faults})
    for (Fault& fault : part()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
