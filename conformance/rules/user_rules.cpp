// mobility.* and flow.local-changes-taken: what people do at a phone, and what the service makes of it.
#include <algorithm>
#include <string>

#include "rules/area.h"
#include "rules/duties.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using wpi::Action;
using wpi::Reason;

constexpr std::string_view user_data = "userdata-";  // begins their names (field)

void local_changes_taken(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  const auto& opened = heard.before.messages == 0 ? heard.reason() : heard.before.opened_by;
  if (!order || !heard.duties.has_changes() || (opened != Reason::start_up && opened != Reason::local_changes)) return;
  if (*order == Action::clean_up && !heard.before.undone) return ruling.held();
  if (*order != Action::write_items) return;
  const auto& items = heard.answer().items;
  const auto undone = std::find_if(items.begin(), items.end(), [&](const wpi::Item& item) { return heard.duties.undoes(item); });
  if (undone == items.end()) return;
  ruling.deviates({"a change that the phone reported is undone", "the user's value kept", "another value written", spot_at(*undone), "", {}});
}

// Says who comes: the user's number and password, before anything is known of him (field).
bool logs_on(const wpi::Document& said) {
  const wpi::Item* number = said.find("e164");
  const wpi::Item* own = said.find("basic-e164");
  return said.find("user-pwd") && !said.find("modified-items") && number && own && number->value != own->value;
}

void logon(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (heard.reason() != Reason::inventory_changes || !heard.said() || !order) return;
  const Spot spot = spot_at(heard.answer().actions.front());
  if (heard.said()->find("requested-items")) {
    const auto& items = heard.answer().items;
    const bool data = *order == Action::write_items &&
                      std::any_of(items.begin(), items.end(), [](const wpi::Item& i) { return i.name.starts_with(user_data); });
    // A user who has none yet is given none.
    if (data || *order == Action::clean_up) return ruling.held();
    ruling.deviates({"the request for a user's data is answered with something else", "WriteItems with them, or CleanUp",
                     std::string(wpi::spelling(*order)), spot, "data", {}});
  } else if (logs_on(*heard.said())) {
    if (*order == Action::write_items) return ruling.held();
    ruling.deviates({"a log-on is not answered with the user's settings", "WriteItems", std::string(wpi::spelling(*order)), spot, "settings", {}});
  }
}

void logoff(const Heard& heard, Ruling& ruling) {
  const auto order = heard.order();
  if (heard.reason() != Reason::inventory_changes || !heard.said() || !order) return;
  const wpi::Item* modified = heard.said()->find("modified-items");
  if (!modified) return;
  const auto& items = heard.answer().items;
  const bool reads = *order == Action::read_all_items ||
                     (*order == Action::read_items &&
                      std::any_of(items.begin(), items.end(),
                                  [&](const wpi::Item& i) { return ("," + modified->value + ",").find("," + i.name + ",") != std::string::npos; }));
  if (reads) return ruling.held();
  ruling.deviates({"a log-off does not read what the user has changed", "ReadItems that names items of modified-items",
                   std::string(wpi::spelling(*order)), spot_at(heard.answer().actions.front()), "", {}});
}

constexpr Binding bindings[] = {
    {.id = "flow.local-changes-taken", .message = local_changes_taken},
    {.id = "mobility.logon", .message = logon},
    {.id = "mobility.logoff", .message = logoff},
};

}  // namespace

std::span<const Binding> user_rules() {
  return bindings;
}

}  // namespace understudy::conformance
