#include "transcript/entry.h"

#include <array>

namespace understudy::transcript {

namespace {

// Names in the order of their enums.
constexpr std::array<std::string_view, 6> certificate_problems = {
    "expired", "not_yet_valid", "wrong_name", "self_signed", "unknown_issuer", "bad_signature"};
constexpr std::array<std::string_view, 7> phases = {"resolving", "connecting", "handshake", "sending",
                                                    "waiting",   "reading",    "done"};
constexpr std::array<std::string_view, 7> outcomes = {"answered",  "no_connection", "tls_failed", "closed",
                                                      "timed_out", "interrupted",   "not_allowed"};
constexpr std::array<std::string_view, 18> events = {
    "step",     "step_ended", "interaction", "interaction_ended", "restart",  "call", "trigger", "trigger_failed", "job",
    "download", "planted",    "note",        "hostile",           "hostile_ended", "guard", "guard_ended", "fetched",
    "fault"};
constexpr std::array<std::string_view, 6> endings = {"clean_up", "restart",   "phone_clean_up",
                                                     "unclean",  "broke_off", "connection_lost"};

constexpr std::array<std::string_view, 6> heeds = {"calls_back", "in_gap",     "unheeded",
                                                   "not_asked",  "no_contact", "nobody"};

constexpr std::array<std::string_view, 9> trials = {"none",      "no_certificate", "others_certificate", "default_port", "wrong_tan",
                                                    "stale_cookie", "replay",      "others_cookie",      "renegotiation"};

constexpr std::array<std::string_view, 3> renegotiations = {"untried", "refused", "granted"};

constexpr std::array<std::string_view, facts_known> facts = {"connection", "framing", "version", "times",
                                                            "bytes",      "cookies", "doings",  "content"};

constexpr std::array<std::string_view, 3> scripteds = {"none", "words", "broken"};

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(CertificateProblem problem) {
  return certificate_problems[static_cast<std::size_t>(problem)];
}
std::string_view name_of(Phase phase) {
  return phases[static_cast<std::size_t>(phase)];
}
std::string_view name_of(Outcome outcome) {
  return outcomes[static_cast<std::size_t>(outcome)];
}
std::string_view name_of(Event event) {
  return events[static_cast<std::size_t>(event)];
}
std::string_view name_of(Ending ending) {
  return endings[static_cast<std::size_t>(ending)];
}

std::string_view name_of(Fact fact) {
  return facts[static_cast<std::size_t>(fact)];
}
std::optional<Fact> fact_named(std::string_view name) {
  return named<Fact>(facts, name);
}

std::string_view name_of(Heed heed) {
  return heeds[static_cast<std::size_t>(heed)];
}

std::string_view name_of(Trial trial) {
  return trials[static_cast<std::size_t>(trial)];
}

std::string_view name_of(Renegotiation renegotiation) {
  return renegotiations[static_cast<std::size_t>(renegotiation)];
}

std::string_view name_of(Scripted scripted) {
  return scripteds[static_cast<std::size_t>(scripted)];
}

std::optional<CertificateProblem> certificate_problem_named(std::string_view name) {
  return named<CertificateProblem>(certificate_problems, name);
}
std::optional<Phase> phase_named(std::string_view name) {
  return named<Phase>(phases, name);
}
std::optional<Outcome> outcome_named(std::string_view name) {
  return named<Outcome>(outcomes, name);
}
std::optional<Event> event_named(std::string_view name) {
  return named<Event>(events, name);
}
std::optional<Ending> ending_named(std::string_view name) {
  return named<Ending>(endings, name);
}

std::optional<Heed> heed_named(std::string_view name) {
  return named<Heed>(heeds, name);
}

std::optional<Trial> trial_named(std::string_view name) {
  return named<Trial>(trials, name);
}

std::optional<Renegotiation> renegotiation_named(std::string_view name) {
  return named<Renegotiation>(renegotiations, name);
}

std::optional<Scripted> scripted_named(std::string_view name) {
  return named<Scripted>(scripteds, name);
}

bool service_spoke(const Exchange& exchange) {
  if (exchange.response) return exchange.response->status != 0 || exchange.response->problems.empty();
  const bool cut = exchange.outcome == Outcome::closed || exchange.outcome == Outcome::timed_out;
  return cut && exchange.first_byte.count() != 0;
}

}  // namespace understudy::transcript
