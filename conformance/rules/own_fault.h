// Exchanges that failed by our own doing.
#pragma once

#include "transcript/entry.h"

namespace understudy::conformance {

// It never came to a connection being tried: the name was not resolved, or this machine had no descriptor, port or address for it.
// That says nothing of the service.
inline bool own_fault(const transcript::Exchange& exchange) {
  return exchange.phase == transcript::Phase::resolving && (exchange.outcome == transcript::Outcome::no_connection ||
                                                            exchange.outcome == transcript::Outcome::timed_out);
}

}  // namespace understudy::conformance
