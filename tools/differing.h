// What replay and diff have in common: where they play, and how differences are told.
#pragma once

#include <string>
#include <vector>

#include "command_line.h"
#include "differences/words.h"

namespace understudy::tools {

inline constexpr const char* simulated_url = "https://127.0.0.1:18443";  // of our own service in this process

// One line; empty: exactly one of both is there.
std::string objection_to_place(const std::string& service, bool simulated);

// Adds what the second phone met otherwise.
void compare(const conformance::differences::Course& then, const conformance::differences::Course& now,
             conformance::differences::Report& report);

// Words about what was said, with every secret of it covered.
std::vector<std::string> covered(std::vector<std::string> words, const std::vector<transcript::Entry>& said);

// Prints the report, grouped, and writes --json. The exit status: 0 without differences, 1 with, 130, or 4 where the file cannot be
// written.
int tell(conformance::differences::Report report, conformance::differences::Sides sides,
         const ReportOptions& options);

}  // namespace understudy::tools
