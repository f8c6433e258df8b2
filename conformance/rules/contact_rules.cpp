// contact.*: how a service asks a phone to call.
#include <string>

#include "rules/area.h"
#include "wpi/http.h"

namespace understudy::conformance {

namespace {

using transcript::Heed;
using transcript::Outcome;
using namespace std::chrono_literals;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr transcript::microseconds too_soon = 60s;  // old firmware fails at more than one a minute (field)
// Two requests need not take equally long to arrive: what was sent in time may come this much early.
constexpr transcript::microseconds on_the_way = std::chrono::seconds(1);

bool names_parameter(const wpi::HttpRequest& request) {
  return request.body.find("ContactMe=") != std::string::npos || request.target.find("ContactMe=") != std::string::npos;
}

// Also one at a place where phones have nothing, as long as it says what it wants.
bool is_contact(const Knocked& knocked) {
  const Heed heed = knocked.contact.heed;
  return heed != Heed::nobody && (heed != Heed::no_contact || names_parameter(knocked.contact.request));
}

std::string seconds_in_words(transcript::microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

// "http://10.0.0.7:8085/contact_dls.html/ContactDLS" is that port and that path.
struct UriParts {
  std::string_view port, path;
};
UriParts parts_of(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return {};
  uri.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(uri.find('/'), uri.size());
  const std::size_t colon = uri.rfind(':', slash);
  return {colon < slash ? uri.substr(colon + 1, slash - colon - 1) : std::string_view(), uri.substr(slash)};
}

std::string_view port_of(std::string_view address) { return address.substr(address.rfind(':') + 1); }

// Each part of the form by itself; a request can have several wrong.
void form(const Knocked& knocked, Ruling& ruling) {
  if (!is_contact(knocked)) return;
  const wpi::HttpRequest& request = knocked.contact.request;
  bool good = true;
  const auto wrong = [&](std::string message, std::string expected, std::string came, std::string variant) {
    good = false;
    ruling.deviates({std::move(message), std::move(expected), std::move(came), {}, std::move(variant), {}});
  };
  if (request.method != "POST") wrong("asks by " + request.method, "POST", request.method, "method");
  const std::string* type = wpi::find_header(request.headers, "Content-Type");
  if (request.method == "POST" && (!type || !wpi::same_ignoring_case(type->substr(0, form_type.size()), form_type)))
    wrong("asks with a body that is not labelled a form", std::string(form_type), type ? *type : "no Content-Type", "type");
  if (!names_parameter(request))
    wrong("asks without the parameter ContactMe", "ContactMe=true", request.body.empty() ? "no body" : "another body", "parameter");
  const UriParts told = parts_of(knocked.doorstep.uri());
  if (!told.path.empty()) {
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    if (path != told.path)
      wrong("asks at another place than the phone named", quoted(told.path), quoted(path), "path");
    if (knocked.contact.encrypted || (!told.port.empty() && port_of(knocked.contact.local) != told.port))
      wrong("asks at another port than the phone named", "port " + std::string(told.port),
            "port " + std::string(port_of(knocked.contact.local)), "port");
  }
  if (good) ruling.held();
}

void unusable_address(const Knocked& knocked, Ruling& ruling) {
  if (!is_contact(knocked) || knocked.contact.problem.empty()) return;
  ruling.deviates({"names a place to call that nobody can: " + knocked.contact.problem,
                   "an address and a port",
                   knocked.contact.problem,
                   {},
                   "unusable",
                   {}});
}

// The phone's call to the place that a contact-me named.
void reached_address(const Heard& heard, Ruling& ruling) {
  const transcript::Exchange& exchange = heard.exchange;
  if (exchange.response) return ruling.held();
  if (exchange.outcome == Outcome::interrupted || exchange.outcome == Outcome::not_allowed) return;
  ruling.deviates({"names a place to call that the phone cannot reach", "a service at " + heard.doorstep.elsewhere(),
                   exchange.failure, {}, "unreached", {}});
}

// A repetition within a minute is contact.not-repeated's to tell.
void paced(const Knocked& knocked, Ruling& ruling) {
  const auto& last = knocked.doorstep.asked();
  if (!is_contact(knocked) || !last) return;
  const auto pause = knocked.contact.at - *last;
  const auto& acknowledged = knocked.doorstep.acknowledged();
  if (acknowledged && knocked.contact.at - *acknowledged + on_the_way < too_soon) return;
  if (pause + on_the_way >= knocked.doorstep.gap()) return ruling.held();
  ruling.deviates({"asks again inside the contact gap, where phones ignore it", "at least " + seconds_in_words(knocked.doorstep.gap()),
                   seconds_in_words(pause), {}, "", {}});
}

void not_repeated(const Knocked& knocked, Ruling& ruling) {
  const auto& acknowledged = knocked.doorstep.acknowledged();
  if (!is_contact(knocked) || !acknowledged) return;
  const auto pause = knocked.contact.at - *acknowledged;
  if (pause + on_the_way >= too_soon) return ruling.held();
  ruling.deviates({"asks again right after the phone has acknowledged", "at least 60 s after the answer 204",
                   seconds_in_words(pause), {}, "", {}});
}

constexpr Binding bindings[] = {
    {.id = "contact.form", .contact = form},
    {.id = "contact.address", .elsewhere = reached_address, .contact = unusable_address},
    {.id = "contact.paced", .contact = paced},
    {.id = "contact.not-repeated", .contact = not_repeated},
};

}  // namespace

std::span<const Binding> contact_rules() {
  return bindings;
}

}  // namespace understudy::conformance
