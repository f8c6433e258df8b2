// action.*: the order that an answer gives.
#include <array>
#include <string>

#include "rules/area.h"
#include "rules/nearest.h"
#include "wpi/vocabulary.h"

namespace understudy::conformance {

namespace {

using wpi::Action;

void one(const Heard& heard, Ruling& ruling) {
  const wpi::Document& answer = heard.answer();
  if (answer.messages == 0) return;
  const std::size_t actions = answer.actions.size();
  if (actions == 1) {
    ruling.held();
  } else if (actions == 0) {
    if (ruling.sound())
      ruling.deviates({"Message has no Action",
                       "one Action",
                       "none",
                       {Spot::In::body, answer.message_place.offset, answer.message_length},
                       "none",
                       {}});
  } else if (actions >
             static_cast<std::size_t>(answer.messages)) {  // one in each of several: xml.one-message
    ruling.deviates({"Message has several Actions",
                     "one Action",
                     counted(actions, "Action"),
                     spot_at(answer.actions[1]),
                     "several",
                     {}});
  }
}

void known(const Heard& heard, Ruling& ruling) {
  constexpr std::array<std::string_view, 8> spellings = {
      "ReadAllItems",   "WriteItems",         "ReadItems", "Restart",
      "FileDeployment", "SoftwareDeployment", "CleanUp",   "GetNextFragment"};
  bool any = false;
  for (const wpi::Text& action : heard.answer().actions) {
    if (wpi::action_spelled(action.text)) {
      if (!any) ruling.held();
      any = true;
      continue;
    }
    any = true;
    std::string_view near = nearest(action.text, spellings);
    for (const std::string_view spelling : spellings)
      if (wpi::same_ignoring_case(spelling, action.text)) near = spelling;
    std::string expected = near.empty() ? "one of the eight actions" : std::string(near);
    ruling.deviates({near.empty() ? "the action is none that a phone knows" : "the action is misspelled",
                     std::move(expected),
                     quoted(action.text),
                     spot_at(action),
                     std::string(near),
                     {}});
  }
}

// The place of the Action, which is the evidence where items are missing.
Spot action_spot(const wpi::Document& answer) {
  return spot_at(answer.actions.front());
}

void read_items_named(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::read_items) return;
  if (!heard.answer().items.empty()) {
    ruling.held();
  } else if (ruling.sound()) {
    ruling.deviates(
        {"ReadItems names no item", "at least one Item", "none", action_spot(heard.answer()), "", {}});
  }
}

void read_items_empty(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::read_items || heard.answer().items.empty()) return;
  for (const wpi::Item& item : heard.answer().items) {
    if (item.value.empty()) continue;
    ruling.deviates({"an item of ReadItems has content",
                     "an empty Item",
                     "content in " + quoted(item.name),
                     {Spot::In::body, item.place.offset, item.length},
                     "",
                     {}});
    return;
  }
  ruling.held();
}

void write_items_some(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::write_items) return;
  if (!heard.answer().items.empty()) {
    ruling.held();
  } else if (ruling.sound()) {
    ruling.deviates(
        {"WriteItems writes no item", "at least one Item", "none", action_spot(heard.answer()), "", {}});
  }
}

void no_items_expected(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (order != Action::read_all_items && order != Action::get_next_fragment) return;
  const wpi::Document& answer = heard.answer();
  if (answer.item_lists == 0) {
    ruling.held();
    return;
  }
  const Spot spot = answer.item_list_places.empty()
                        ? action_spot(answer)
                        : Spot{Spot::In::body, answer.item_list_places.front().offset,
                               std::string_view("<ItemList").size()};
  ruling.deviates({std::string(wpi::spelling(*order)) + " comes with an ItemList",
                   "no ItemList",
                   answer.items.empty() ? "an empty one" : counted(answer.items.size(), "item"),
                   spot,
                   "",
                   {}});
}

void clean_up_items(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::clean_up) return;
  for (const wpi::Item& item : heard.answer().items) {
    if (item.name == "cleanup-reason" || item.name == "send-solicited") continue;
    ruling.deviates({"CleanUp comes with an item that says nothing there",
                     "cleanup-reason or send-solicited",
                     quoted(item.name),
                     spot_at(item),
                     "",
                     {}});
    return;
  }
  ruling.held();
}

void factory_reset(const Heard& heard, Ruling& ruling) {
  if (heard.order() != Action::restart) return;
  const wpi::Item* password = heard.answer().find("restart-password");
  const wpi::Item* type = heard.answer().find("restart-type");
  if (password && type) {
    ruling.held();
  } else if ((password || type) && ruling.sound()) {
    ruling.deviates({password ? "restart-password comes without restart-type"
                              : "restart-type comes without restart-password",
                     "both, or neither",
                     password ? "restart-password alone" : "restart-type alone",
                     spot_at(password ? *password : *type),
                     password ? "password" : "type",
                     {}});
  }
}

constexpr Binding bindings[] = {
    {.id = "action.one", .message = one},
    {.id = "action.known", .message = known},
    {.id = "action.read-items-named", .message = read_items_named},
    {.id = "action.read-items-empty", .message = read_items_empty},
    {.id = "action.write-items-some", .message = write_items_some},
    {.id = "action.no-items-expected", .message = no_items_expected},
    {.id = "action.clean-up-items", .message = clean_up_items},
    {.id = "action.factory-reset", .message = factory_reset},
};

}  // namespace

std::span<const Binding> action_rules() {
  return bindings;
}

}  // namespace understudy::conformance
