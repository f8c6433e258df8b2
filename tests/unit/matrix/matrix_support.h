// A whole check against our own service with defects, in process, in simulated time.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fleet/simulated.h"
#include "phone/phone.h"
#include "reference/service.h"
#include "rules/verdict.h"
#include "transcript/entry.h"

namespace understudy {

struct Played {
  conformance::Verdict verdict;
  std::vector<transcript::Entry> entries;
  bool came_to_rest = true;  // every step ended with an idle phone
  std::vector<reference::Job> jobs;  // what became of those that waited
};

// How the service is given a job in the middle of the check.
struct TriggerManner {
  std::chrono::microseconds takes{};  // from its start until it is known whether it went well
  bool job_comes_last = false;        // the service has the job only then; else from the start
  std::string fails = {};             // why it did not go well, though the service may have the job; empty: it did
};

struct MatrixCase {
  std::vector<std::string> defects;
  std::vector<reference::JobKind> jobs;  // waiting for the first phone from the beginning
  phone::Quirks quirks;
  bool mobile_user = false;  // one whom the service knows logs on and off
  bool polling = false;      // phones are told to poll; else they are asked by contact-me
  bool files_arrive = true;  // that phones are ordered to fetch; where they do not, every download fails
  bool secure = false;       // phones are taken into Secure Mode
  bool certificate = false;  // one for its web pages waits for the first phone
  TriggerManner trigger;
  bool hours_pass = true;  // in simulated time: two jobs more, as the contact gap has it
  std::vector<std::string> scenarios = {};  // of the library, played after the suite quick
  std::uint64_t seed = 1;
};

Played play(const MatrixCase& matrix_case);
// The same over real TLS and on the real clock, where phones wait for an answer for so long.
Played play_over_tls(const MatrixCase& matrix_case, std::chrono::microseconds answer_limit);
// One phone for a short while against anything that answers: a call, a start-up, a local change.
Played play_against(const fleet::InProcessService& service);
// The occasion that a defect needs.
MatrixCase case_for(const reference::Defect& defect);
// A job of that kind that a service may rightly order.
reference::Job job_of(reference::JobKind kind);

std::set<std::string> deviated(const conformance::Verdict& verdict);
// The findings, a line each, for a failing test's message.
std::string told(const conformance::Verdict& verdict);

}  // namespace understudy
