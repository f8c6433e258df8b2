// The rules as code: for each area a table that binds ids of rules.tsv to functions.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rules/heard.h"
#include "rules/ruling.h"
#include "rules/siege.h"

namespace understudy::conformance {

using HeardRule = void (*)(const Heard&, Ruling&);
using EndedRule = void (*)(const Ended&, Ruling&);
using EnduredRule = void (*)(const Endured&, Ruling&);
using KnockedRule = void (*)(const Knocked&, Ruling&);

// When a rule is asked. A rule that has nothing to say of an occasion says nothing.
struct Binding {
  std::string_view id;
  // Each exchange of an interaction, also one without an answer where the service has spoken before in the
  // run.
  HeardRule exchange = nullptr;
  // Each answer of status 2xx whose body came whole and is not empty.
  HeardRule message = nullptr;
  // Each exchange outside any interaction.
  HeardRule probe = nullptr;
  // The first exchange of each connection on which TLS was spoken.
  HeardRule connection = nullptr;
  // Each interaction of which something was heard, when it has ended.
  EndedRule end = nullptr;
  // Each poll, also one without an answer (guide p.24); of no phone: a probe with a device that nobody has.
  HeardRule poll = nullptr;
  // The first exchange of a call that contact-me sent somewhere else than to the service (guide p.14).
  HeardRule elsewhere = nullptr;
  // Each attempt at what a service is to refuse, but for a wrong TAN: that is part of an interaction.
  HeardRule trial = nullptr;
  // Each time that somebody calls at the phone's door.
  KnockedRule contact = nullptr;
  // Each interaction that left a phone without a call that it should have had, when the run ends.
  EndedRule late = nullptr;
  // Each case of a hostile phone after which a healthy one started up.
  EnduredRule endured = nullptr;
  // Without these it cannot be said: where a record leaves one of them out, the rule is not asked.
  transcript::Facts rests_on = {};
};

std::span<const Binding> http_rules();
std::span<const Binding> http_wire_rules();
std::span<const Binding> session_rules();
std::span<const Binding> isolation_rules();
std::span<const Binding> xml_rules();
std::span<const Binding> xml_part_rules();
std::span<const Binding> signature_rules();
std::span<const Binding> nonce_rules();
std::span<const Binding> action_rules();
std::span<const Binding> item_rules();
std::span<const Binding> flow_rules();
std::span<const Binding> busy_rules();
std::span<const Binding> user_rules();
std::span<const Binding> phone_word_rules();
std::span<const Binding> fragment_rules();
std::span<const Binding> contact_rules();
std::span<const Binding> poll_rules();
std::span<const Binding> reads_rules();
std::span<const Binding> tls_rules();
std::span<const Binding> file_rules();
std::span<const Binding> software_rules();
std::span<const Binding> certificate_rules();
std::span<const Binding> secure_rules();
std::span<const Binding> robust_rules();

// An interaction goes as it does when no other phone speaks from the same address; of session.address-independent.
void goes_as_alone(const Heard& heard, Ruling& ruling);

// All of them.
std::vector<Binding> all_bindings();

// A cookie that a phone can send back: one with a name and a value, that is not taken away in the same breath.
bool sets_cookie(const wpi::HttpResponse& response);

}  // namespace understudy::conformance
