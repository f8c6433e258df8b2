// Defects in how phones are taken into Secure Mode and served there, and in the certificates that they are given.
#include <algorithm>
#include <string_view>
#include <utility>

#include "reference/fault.h"

namespace understudy::reference {

namespace {

using wpi::Action;
using wpi::Item;

bool bootstraps(const Order& order, std::string_view mode) {
  return order.action == Action::write_items &&
         std::any_of(order.items.begin(), order.items.end(),
                     [&](const Item& item) { return item.name == "goto-secure-mode" && item.value == mode; });
}

template <std::size_t size>
struct Name {
  constexpr Name(const char (&from)[size]) { std::copy_n(from, size, text); }  // NOLINT: a template parameter
  char text[size];
};

// Leaves out an item of a bootstrap in that mode.
template <Name mode, Name name>
void leave_out(Turn&, Order& order) {
  if (bootstraps(order, mode.text))
    std::erase_if(order.items, [](const Item& item) { return item.name == name.text; });
}

Item* find(Order& order, std::string_view name) {
  const auto found = std::find_if(order.items.begin(), order.items.end(),
                                  [&](const Item& item) { return item.name == name; });
  return found == order.items.end() ? nullptr : &*found;
}

// Something that any phone may be asked at any time.
Order another_order() {
  Item number;
  number.name = "e164";
  return aside(Action::read_items, {std::move(number)});
}

bool asks_tan(const Turn& turn, Order& order) {
  return turn.phone && order.purpose == Purpose::tan && find(order, "bootstrapping-tan");
}

bool refuses_tan(const Turn& turn, Order& order) {
  return turn.phone && turn.secure && order.action == Action::clean_up && find(order, "cleanup-reason");
}

}  // namespace

Faults certificate_faults() {
  return {
      {.defect =
           {"certificate.readable/no-key", "gives phones their certificate without its key", {}, "bootstrap"},
       .decide =
           [](Turn& turn, Order& order) {
             Item* own = turn.phone ? find(order, "dls-client-certificate") : nullptr;
             if (own && order.action == Action::write_items) own->value = turn.phone->offered.certificate;
           }},
      {.defect =
           {"certificate.readable/cut", "gives phones the first half of their certificate", {}, "bootstrap"},
       .decide =
           [](Turn&, Order& order) {
             Item* own = find(order, "dls-client-certificate");
             if (own && order.action == Action::write_items) own->value.resize(own->value.size() / 8 * 4);
           }},
      {.defect = {"certificate.verified/never",
                  "never asks what became of a certificate that it wrote",
                  {},
                  "write"},
       .decide =
           [](Turn&, Order& order) {
             if (order.action != Action::read_items) return;
             for (Item& item : order.items)
               if (item.name == "wbm-server-certificate-info") item.name = "mac-addr";
           }},
  };
}

Faults secure_faults() {
  return {
      {.defect = {"secure.only-bootstrap/read", "reads goto-secure-mode with what it wrote"},
       .decide =
           [](Turn&, Order& order) {
             if (order.purpose != Purpose::verify || order.action != Action::read_items) return;
             Item way;
             way.name = "goto-secure-mode";
             order.items.push_back(std::move(way));
           }},
      {.defect =
           {"secure.complete/port", "does not say where phones in Secure Mode are served", {}, "bootstrap"},
       .decide = leave_out<"nopin", "dls-secure-port">},
      {.defect = {"secure.complete/authority", "does not say who signs its certificate", {}, "bootstrap"},
       .decide = leave_out<"nopin", "dls-server-ca">},
      {.defect = {"secure.complete/certificate",
                  "sends phones into Secure Mode without a certificate",
                  {},
                  "bootstrap"},
       .decide = leave_out<"nopin", "dls-client-certificate">},
      {.defect = {"secure.chain/stranger",
                  "shows on the port for Secure Mode a certificate of a root that nobody was given",
                  {},
                  "bootstrap"},
       .listener = {.secure_certificate = "stranger"}},
      {.defect = {"secure.chain/signature",
                  "shows on the port for Secure Mode a certificate with a wrong signature",
                  {},
                  "bootstrap"},
       .listener = {.secure_certificate = "bad_signature"}},
      {.defect = {"secure.certificate-valid/expired",
                  "shows on the port for Secure Mode a certificate that has expired",
                  {},
                  "bootstrap"},
       .listener = {.secure_certificate = "expired"}},
      {.defect = {"secure.certificate-valid/not-yet",
                  "shows on the port for Secure Mode a certificate that is not valid yet",
                  {},
                  "bootstrap"},
       .listener = {.secure_certificate = "not_yet_valid"}},
      {.defect = {"secure.certificate-valid/name",
                  "shows on the port for Secure Mode a certificate of another host",
                  {},
                  "bootstrap"},
       .listener = {.secure_certificate = "wrong_name"}},
      {.defect = {"secure.pin-complete/data", "asks for a PIN that unlocks nothing", {}, "bootstrap-pin"},
       .decide = leave_out<"pin", "secure-mode-data">},
      {.defect =
           {"secure.pin-complete/retries", "does not say how often a PIN may be wrong", {}, "bootstrap-pin"},
       .decide = leave_out<"pin", "max-pin-retries">},
      {.defect = {"secure.tan-asked/never", "never asks for the TAN", {}, "bootstrap-pin"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!asks_tan(turn, order)) return;
             turn.phone->secure.tan.clear();
             turn.phone->secure.on = true;
             order = another_order();
           }},
      {.defect =
           {"secure.tan-asked/later", "reads the phone before it asks for the TAN", {}, "bootstrap-pin"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!asks_tan(turn, order) || !turn.phone->open || turn.phone->open->extra > 0) return;
             ++turn.phone->open->extra;
             turn.phone->open->plan.push_front(std::exchange(order, another_order()));
           }},
      {.defect = {"secure.client-required/anyone",
                  "serves phones without a certificate on the port for Secure Mode",
                  {},
                  "bootstrap"},
       .lets_in = [](const Door& door) { return door.secure && door.certificate.empty(); },
       .listener = {.client_required = false}},
      {.defect = {"secure.client-required/others",
                  "takes any phone's certificate for any other's",
                  {},
                  "bootstrap-pin"},
       .lets_in = [](const Door& door) { return door.secure && !door.certificate.empty(); }},
      {.defect = {"secure.default-closed/open",
                  "goes on serving phones in Secure Mode on the default port",
                  {},
                  "bootstrap"},
       .lets_in = [](const Door& door) { return !door.secure; }},
      {.defect = {"secure.tan-checked/any", "takes any TAN", {}, "bootstrap-pin"},
       .decide =
           [](Turn& turn, Order& order) {
             if (!refuses_tan(turn, order)) return;
             turn.phone->secure = turn.phone->offered;
             turn.phone->secure.tan.clear();
             turn.phone->secure.on = true;
             order = another_order();
           }},
      {.defect = {"secure.tan-checked/silent", "does not say that the TAN was wrong", {}, "bootstrap-pin"},
       .decide =
           [](Turn& turn, Order& order) {
             if (refuses_tan(turn, order)) order.items.clear();
           }},
  };
}

}  // namespace understudy::reference
