// Defects of a service that mixes phones up, or takes for open what is over.
#include <string>

#include "reference/fault.h"
#include "reference/plan.h"
#include "reference/xml_edit.h"

namespace understudy::reference {

using wpi::Action;
using wpi::Reason;

namespace {

constexpr std::string_view its_name = "display-id-unicode";  // what a phone's user may have called it

bool in_interaction(const Turn& turn) {
  return turn.phone && turn.phone->open;
}

// Before it ends, the phone is given the name that another reported.
void give_name_of(const Phone* other, Turn& turn, Order& order) {
  if (!other || !in_interaction(turn) || !turn.last_reply() || turn.phone->open->extra > 0) return;
  const std::string* name = other->items.find(its_name);
  if (!name || name->empty()) return;
  ++turn.phone->open->extra;
  order = aside(Action::write_items, {make_item(std::string(its_name), *name)});
}

void answer_503(HttpAnswer& answer) {
  answer.status = 503;
  answer.reason = "Service Unavailable";
  set_header(answer, "Content-Type", "text/plain");
  set_body(answer, "another phone is being served\n");
}

bool of_an_old_session(const Turn& turn) {
  return !turn.phone && turn.stale && turn.reason == Reason::reply_to;
}

Faults invalidated_faults() {
  constexpr std::string_view scenario = "session-invalidated";
  return {
      {.defect = {"session.invalidated/reads",
                  "goes on with a session that CleanUp has ended: reads the phone",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order& order) {
             if (of_an_old_session(turn)) order = aside(Action::read_all_items);
           }},
      {.defect = {"session.invalidated/restarts",
                  "has a phone restart that replies in a session which CleanUp has ended",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order& order) {
             if (of_an_old_session(turn)) order = aside(Action::restart);
           }},
      {.defect = {"session.invalidated/data",
                  "sends settings with the CleanUp to a reply in an ended session",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order& order) {
             if (of_an_old_session(turn)) order.items = {make_item("default-domain", "example.net")};
           }},
  };
}

Faults isolated_faults() {
  return {
      {.defect = {"session.isolated/by-cookie",
                  "takes a phone for the one whose cookie it comes with, and gives it what that one reported",
                  {},
                  "",
                  "",
                  "session-isolated-by-cookie"},
       .decide = [](Turn& turn, Order& order) { give_name_of(turn.cookie_of, turn, order); }},
      {.defect = {"session.isolated/by-address",
                  "takes a phone for the one that called from its address before, and gives it what that one "
                  "reported",
                  {"session.address-independent"},
                  "",
                  "",
                  "session-isolated"},
       .decide = [](Turn& turn, Order& order) { give_name_of(turn.neighbour, turn, order); }},
      {.defect = {"session.isolated/last-phone",
                  "gives each phone what the last phone before it reported",
                  {},
                  "",
                  "",
                  "session-isolated"},
       .decide = [](Turn& turn, Order& order) { give_name_of(turn.last_other, turn, order); }},
  };
}

Faults independent_faults() {
  constexpr std::string_view scenario = "session-address-independent";
  return {
      {.defect = {"session.address-independent/ends",
                  "ends a phone's interaction when another one calls from its address",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order&) {
             if (turn.opens && turn.neighbour && turn.neighbour->open) turn.book->close(*turn.neighbour);
           }},
      {.defect = {"session.address-independent/one-at-a-time",
                  "answers 503 to a phone while another one is served at its address",
                  {"http.status", "flow.clean-up", "flow.every-reason"},
                  "",
                  "",
                  scenario},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.opens && turn.neighbour && turn.neighbour->open) answer_503(answer);
           }},
      {.defect = {"session.address-independent/already-read",
                  "does not read a phone while another one is served at its address",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.opens && turn.neighbour && turn.neighbour->open) order = Order{};
           }},
  };
}

Faults crosstalk_faults() {
  constexpr std::string_view scenario = "nonce-crosstalk";
  return {
      {.defect = {"nonce.crosstalk/last-seen",
                  "answers with the nonce that another phone said last",
                  {},
                  "",
                  "",
                  scenario},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.open_other) set_nonce(xml, turn.open_other->nonce);
           }},
      {.defect = {"nonce.crosstalk/in-clean-up",
                  "sends CleanUp with the nonce that another phone said last",
                  {},
                  "",
                  "",
                  scenario},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.open_other && turn.says(Action::clean_up)) set_nonce(xml, turn.open_other->nonce);
           }},
      {.defect = {"nonce.crosstalk/by-address",
                  "keeps one nonce for each address: two phones behind one get each other's",
                  {"session.address-independent"},
                  "",
                  "",
                  "session-address-independent"},
       .message =
           [](const Turn& turn, std::string& xml) {
             if (turn.neighbour && turn.neighbour->open) set_nonce(xml, turn.neighbour->nonce);
           }},
  };
}

Faults replay_faults() {
  constexpr std::string_view scenario = "nonce-replay";
  return {
      {.defect = {"nonce.replay/acts",
                  "takes an old start-up for a new one: does not remember it",
                  {},
                  "",
                  "",
                  scenario},
       .remembers_openings = false},
      {.defect = {"nonce.replay/reads",
                  "knows an old start-up again, and reads the phone all the same",
                  {},
                  "",
                  "",
                  scenario},
       .decide =
           [](Turn& turn, Order& order) {
             if (turn.replayed) order = aside(Action::read_items, {make_item("e164", "")});
           }},
  };
}

}  // namespace

Faults isolation_faults() {
  Faults all;
  for (Faults (*some)() :
       {invalidated_faults, isolated_faults, independent_faults, replay_faults, crosstalk_faults})
    for (Fault& fault : some()) all.push_back(std::move(fault));
  return all;
}

}  // namespace understudy::reference
