// How this process is: what it has taken, and what it may take.
#pragma once

#include <cstdint>
#include <string>

namespace understudy::tools {

std::string host_name();  // "localhost" where it has none
double cpu_seconds();   // of all its threads
double wall_seconds();  // of a clock that never goes back
std::uint64_t open_descriptors();
std::uint64_t resident_memory();  // bytes, now; 0 where nobody says
std::uint64_t most_memory();  // bytes resident, the most so far
// Raises the limit of open descriptors as far as the system lets it; what it is then.
std::uint64_t raise_descriptor_limit();
// Ports from which this machine calls where nobody says from which.
std::uint64_t local_ports();

}  // namespace understudy::tools
