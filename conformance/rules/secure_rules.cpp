// secure.*: how a service takes phones into Secure Mode, and whom it serves there (guide p.62-68).
#include <algorithm>
#include <initializer_list>
#include <string>

#include "rules/area.h"

namespace understudy::conformance {

namespace {

using transcript::CertificateProblem;
using transcript::Exchange;
using transcript::Outcome;
using transcript::Trial;
using wpi::Action;
using wpi::Item;

// ---- What is written

void only_bootstrap(const Heard& heard, Ruling& ruling) {
  const Item* way = heard.answer().find("goto-secure-mode");
  if (!way) return;
  const auto wrong = [&](std::string message, std::string came, std::string variant) {
    ruling.deviates({std::move(message),
                     "a WriteItems that takes a phone from default mode into Secure Mode",
                     std::move(came),
                     spot_at(*way),
                     std::move(variant),
                     {}});
  };
  const auto order = heard.order();
  if (order != Action::write_items)
    return wrong("has goto-secure-mode in an order that is no write",
                 order ? std::string(wpi::spelling(*order)) : "no known order", "action");
  if (way->value != "pin" && way->value != "nopin")
    return wrong("writes to goto-secure-mode what is no mode", quoted(way->value), "value");
  if (heard.exchange.secure)
    return wrong("sends a phone into Secure Mode that is in it", "on the port for Secure Mode", "again");
  ruling.held();
}

// What a write with goto-secure-mode lacks of the others.
void has_with(const Heard& heard, Ruling& ruling, std::string_view mode,
              std::initializer_list<std::string_view> needed) {
  if (heard.order() != Action::write_items || !ruling.sound()) return;
  const Item* way = way_into_secure_mode(heard.answer());
  if (!way || way->value != mode) return;
  bool complete = true;
  for (const std::string_view name : needed) {
    const Item* item = heard.answer().find(name);
    if (item && !item->value.empty()) continue;
    complete = false;
    ruling.deviates({"sends goto-secure-mode " + std::string(mode) + " without " + std::string(name),
                     std::string(name) + " in the same message",
                     item ? "an empty item" : "no such item",
                     spot_at(*way),
                     std::string(name),
                     {}});
  }
  if (complete) ruling.held();
}

void complete(const Heard& heard, Ruling& ruling) {
  has_with(heard, ruling, "nopin", {"dls-client-certificate", "dls-server-ca", "dls-secure-port"});
}

void pin_complete(const Heard& heard, Ruling& ruling) {
  has_with(heard, ruling, "pin", {"secure-mode-data", "max-pin-retries"});
}

// ---- What the service shows

// Holds where none of these is wrong with the certificate, by the CA that the service gave.
void judge_certificate(const Heard& heard, Ruling& ruling,
                       std::initializer_list<std::pair<CertificateProblem, std::string_view>> problems) {
  const Exchange& exchange = heard.exchange;
  if (!exchange.secure || (exchange.tls->subject.empty() && exchange.tls->problems.empty())) return;
  bool good = true;
  for (const auto& [problem, message] : problems) {
    const auto& found = exchange.tls->problems;
    if (std::find(found.begin(), found.end(), problem) == found.end()) continue;
    good = false;
    ruling.deviates({std::string(message),
                     "a certificate that the phone can check with the CA that it was given",
                     quoted(exchange.tls->subject, 64) + " issued by " + quoted(exchange.tls->issuer, 64) +
                         ", valid from " + exchange.tls->not_before + " to " + exchange.tls->not_after,
                     {},
                     std::string(name_of(problem)),
                     {}});
  }
  if (good) ruling.held();
}

void chain(const Heard& heard, Ruling& ruling) {
  judge_certificate(heard, ruling,
                    {{CertificateProblem::unknown_issuer,
                      "shows on the port for Secure Mode a certificate that the CA it sent did not sign"},
                     {CertificateProblem::self_signed,
                      "shows on the port for Secure Mode a certificate that vouches for itself"},
                     {CertificateProblem::bad_signature,
                      "shows on the port for Secure Mode a certificate whose signature is wrong"}});
}

void certificate_valid(const Heard& heard, Ruling& ruling) {
  judge_certificate(
      heard, ruling,
      {{CertificateProblem::expired, "shows on the port for Secure Mode a certificate that has expired"},
       {CertificateProblem::not_yet_valid,
        "shows on the port for Secure Mode a certificate that is not valid yet"},
       {CertificateProblem::wrong_name,
        "shows on the port for Secure Mode a certificate that names another host"}});
}

// ---- Whom the service serves

void tan_asked(const Heard& heard, Ruling& ruling) {
  if (!heard.exchange.secure || !heard.bootstrapping.owes_tan()) return;
  const auto order = heard.order();
  const Item* tan = heard.answer().find("bootstrapping-tan");
  if (order == Action::read_items && tan) return ruling.held();
  ruling.deviates({"does not ask for bootstrapping-tan first, after a bootstrap with PIN",
                   "ReadItems of bootstrapping-tan",
                   order ? std::string(wpi::spelling(*order)) : "no known order",
                   heard.answer().actions.empty() ? Spot{} : spot_at(heard.answer().actions.front()),
                   "",
                   {}});
}

void tan_checked(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial != Trial::wrong_tan) return;
  const auto order = heard.order();
  const Item* reason = heard.answer().find("cleanup-reason");
  const bool ends = order == Action::clean_up;
  if (ends && reason && !reason->value.empty()) return ruling.held();
  ruling.deviates(
      {ends ? "ends after a wrong TAN without saying why" : "serves a phone that said a wrong TAN",
       "CleanUp with cleanup-reason \"wrong TAN from device\"",
       order ? std::string(wpi::spelling(*order)) : "no known order",
       heard.answer().actions.empty() ? Spot{} : spot_at(heard.answer().actions.front()),
       ends ? "silent" : "served",
       {}});
}

// Nothing is known where nobody answered, or the phone refused the service itself.
enum class Came { refusal, service, nothing };
Came came_of(const Heard& heard) {
  const Exchange& exchange = heard.exchange;
  switch (exchange.outcome) {
    case Outcome::closed:
      return Came::refusal;
    case Outcome::tls_failed:
      return exchange.secure && exchange.tls && !exchange.tls->problems.empty() ? Came::nothing
                                                                                : Came::refusal;
    case Outcome::answered:
      break;
    default:
      return Came::nothing;
  }
  if (!heard.has_answer()) return Came::refusal;
  if (heard.response().status >= 400) return Came::refusal;
  // A CleanUp that says why is a refusal too (inferred).
  const Item* reason =
      heard.proper_order() == Action::clean_up ? heard.answer().find("cleanup-reason") : nullptr;
  return reason && !reason->value.empty() ? Came::refusal : Came::service;
}

void refuses(const Heard& heard, Ruling& ruling, std::string message) {
  const Came came = came_of(heard);
  if (came == Came::refusal) return ruling.held();
  if (came == Came::nothing) return;
  const auto order = heard.proper_order();
  ruling.deviates(
      {std::move(message),
       "no connection, or a status such as 403",
       order ? std::string(wpi::spelling(*order)) : "status " + std::to_string(heard.response().status),
       {},
       std::string(name_of(heard.exchange.trial)),
       {}});
}

void client_required(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial == Trial::no_certificate)
    refuses(heard, ruling, "serves a phone without a certificate on the port for Secure Mode");
  if (heard.exchange.trial == Trial::others_certificate)
    refuses(heard, ruling, "serves a phone that shows another phone's certificate");
}

void default_closed(const Heard& heard, Ruling& ruling) {
  if (heard.exchange.trial == Trial::default_port)
    refuses(heard, ruling, "serves a phone that is in Secure Mode on the default port too");
}

constexpr Binding bindings[] = {
    {.id = "secure.only-bootstrap", .message = only_bootstrap},
    {.id = "secure.complete", .message = complete},
    {.id = "secure.chain", .connection = chain},
    {.id = "secure.certificate-valid", .connection = certificate_valid},
    {.id = "secure.pin-complete", .message = pin_complete},
    {.id = "secure.tan-asked", .message = tan_asked},
    {.id = "secure.client-required", .trial = client_required},
    {.id = "secure.default-closed", .trial = default_closed},
    {.id = "secure.tan-checked", .message = tan_checked},
};

}  // namespace

std::span<const Binding> secure_rules() {
  return bindings;
}

}  // namespace understudy::conformance
