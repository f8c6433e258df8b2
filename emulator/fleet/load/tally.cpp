#include "fleet/load/tally.h"

#include <algorithm>

namespace understudy::fleet::load {

void Causes::add(const std::string& name, const std::string& example, std::uint64_t times) {
  const bool room = by_name.contains(name) || by_name.size() + 1 < most_causes;
  Cause& cause = by_name[room ? name : "other causes"];
  if (!example.empty() && (cause.example.empty() || example < cause.example)) cause.example = example;
  cause.count += times;
}

void Causes::merge(const Causes& other) {
  for (const auto& [name, cause] : other.by_name) add(name, cause.example, cause.count);
}

std::uint64_t Causes::sum() const {
  std::uint64_t out = 0;
  for (const auto& [name, cause] : by_name) out += cause.count;
  return out;
}

void FaultCounts::merge(const FaultCounts& other) {
  met += other.met;
  answered += other.answered;
  refused += other.refused;
  closed += other.closed;
  silent += other.silent;
  cut += other.cut;
  failed += other.failed;
}

void Counts::merge(const Counts& other) {
  planned += other.planned;
  done += other.done;
  failed += other.failed;
  disturbed += other.disturbed;
  dropped += other.dropped;
  causes.merge(other.causes);
  dropped_causes.merge(other.dropped_causes);
  messages += other.messages;
  interaction.merge(other.interaction);
  lag.merge(other.lag);
  busy += other.busy;
}

void Tally::merge(const Tally& other) {
  counts.merge(other.counts);
  by_share.resize(std::max(by_share.size(), other.by_share.size()));
  for (std::size_t n = 0; n < other.by_share.size(); ++n) by_share[n].merge(other.by_share[n]);
  connect.merge(other.connect);
  tls.merge(other.tls);
  first_answer.merge(other.first_answer);
  call_back.merge(other.call_back);
  job.merge(other.job);
  connections.opened += other.connections.opened;
  connections.kept += other.connections.kept;
  connections.full_handshakes += other.connections.full_handshakes;
  connections.resumed += other.connections.resumed;
  for (const auto& [kind, counts_of_kind] : other.faults) faults[kind].merge(counts_of_kind);
}

std::string cause_of(net::Fault::Kind fault) { return "a fault of the phone: " + std::string(net::name_of(fault)); }

std::string cause_of(const transcript::Exchange& exchange) {
  using transcript::Outcome;
  switch (exchange.outcome) {
    case Outcome::answered:
      if (exchange.response && exchange.response->status != 200)
        return "answered " + std::to_string(exchange.response->status);
      return "wrong answer";
    case Outcome::no_connection:
      return "no connection";
    case Outcome::tls_failed:
      return "TLS failed";
    case Outcome::closed:
      return "closed by the service";
    case Outcome::timed_out:
      return "timed out";
    case Outcome::interrupted:
      return "broken off";
    case Outcome::not_allowed:
      return "not allowed";
  }
  return "wrong answer";
}

}  // namespace understudy::fleet::load
