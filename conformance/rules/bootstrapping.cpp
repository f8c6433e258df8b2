#include "rules/bootstrapping.h"

#include <algorithm>

#include "rules/heard.h"
#include "wpi/http.h"

namespace understudy::conformance {

using wpi::Action;
using wpi::Item;

namespace {

// The only one that has an item that says what it is.
constexpr std::string_view certificate = "wbm-server-certificate",
                           certificate_info = "wbm-server-certificate-info";

// The write that the phone answers in this exchange, if it took all of it or parts.
const wpi::Document* taken_write(const Heard& heard) {
  const wpi::Document* write = heard.before.last_answer.get();
  const bool taken =
      heard.replied(Action::write_items) && wpi::same_ignoring_case(heard.replied_status(), "accepted");
  return write && taken && write->action() == Action::write_items ? write : nullptr;
}

bool refuses(const Heard& heard, std::string_view name) {
  const auto& items = heard.said_items();
  return std::any_of(items.begin(), items.end(),
                     [&](const Item& item) { return item.name == name && !item.status.empty(); });
}

}  // namespace

const Item* way_into_secure_mode(const wpi::Document& answer) {
  return answer.action() == Action::write_items ? answer.find("goto-secure-mode") : nullptr;
}

bool takes_certificate(const Heard& heard) {
  const wpi::Document* write = taken_write(heard);
  return write && write->find(certificate) && !way_into_secure_mode(*write) && !refuses(heard, certificate);
}

bool verifies_certificate(const Heard& heard) {
  return heard.proper_order() == Action::read_items && heard.answer().find(certificate_info);
}

void Bootstrapping::hear(const Heard& heard) {
  const wpi::Document* write = taken_write(heard);
  const Item* way = write ? way_into_secure_mode(*write) : nullptr;
  if (way && !refuses(heard, way->name)) owes_tan_ = way->value == "pin";
}

void Bootstrapping::answered(const Heard& heard) {
  if (heard.exchange.secure && heard.proper_order()) owes_tan_ = false;
}

}  // namespace understudy::conformance
