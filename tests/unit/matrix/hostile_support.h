// The scenarios of hostile phones against our own service, one after the other.
#pragma once

#include <string>
#include <vector>

#include "matrix_support.h"

namespace understudy {

struct HostilePlayed : Played {
  std::vector<std::string> not_passed;  // scenarios, with what became of each
};

// All of them whose name, without "hostile-", is in `only`; all where that is empty. In process, in simulated time. The service
// gives back what users had set.
HostilePlayed play_hostile(const std::vector<std::string>& defects, const std::vector<std::string>& only = {});
// The same over real TLS and on the real clock.
HostilePlayed play_hostile_over_tls(const std::vector<std::string>& defects, const std::vector<std::string>& only);

}  // namespace understudy
