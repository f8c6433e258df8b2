// What a run looked like from outside: who called whom, what was said in each step, how long it took.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/fingerprint.h"
#include "transcript/entry.h"

namespace understudy::conformance {

using transcript::microseconds;

// What the service said to one message of a phone, and what the phone made of it.
struct Said {
  std::string
      word;  // "WriteItems"; where there was no order: "an empty answer", "404", "no answer (timed out)"
  std::string reply;              // "failed", "busy", where the phone's next message says so
  std::uint32_t interaction = 0;  // whose answer it was; 0 for a probe's
};

struct Step {
  std::string phone;           // id
  std::string name;            // "start-up, unchanged"; in a recording without steps the interaction's reason
  std::vector<Said> said;      // in the order of the messages; the first most_said
  std::uint64_t messages = 0;  // from phone and probe
  microseconds begun{}, taken{};
  std::string cut_short;  // why it was, if it was
};

// A run of any length is told in a bounded report: what comes beyond is counted in the last step, and said there.
inline constexpr std::size_t most_steps = 4000, most_said = 100;
inline constexpr const char* further_steps = "further steps";

struct RunSummary {
  transcript::Start start;
  std::vector<transcript::PhoneMark> phones;
  std::optional<transcript::Tls> tls;  // of the first exchange that had TLS
  std::string peer;                    // "10.0.0.5:18443", of the first exchange that reached somebody
  std::vector<Step> steps;             // at most most_steps, and one of further_steps
  std::uint64_t exchanges = 0;
  bool spoke = false;         // the service answered at least once
  bool interrupted = false;   // an exchange or a step was broken off from outside
  std::uint64_t own_faults = 0;            // exchanges that this machine could not make, see own_fault()
  std::string own_fault;                   // in words, the first
  std::set<std::string> own_fault_phones;  // whose they were
  std::string first_failure;  // in words, of the first exchange that was not answered
  microseconds taken{};       // from the start of the run to the end of its last entry
};

class Summary : public transcript::Sink {
 public:
  void take(const transcript::Entry& entry) override;
  // Takes of an exchange no more than whether there is somebody who speaks, and who.
  void glance(const transcript::Exchange& exchange);
  const RunSummary& run() const { return run_; }
  Fingerprint fingerprint() const { return fingerprinter_.fingerprint(); }

 private:
  void note(const transcript::Mark& mark);
  void note(const transcript::Exchange& exchange);
  std::size_t add(Step step);
  Step& step_of(const transcript::Exchange& exchange);

  RunSummary run_;
  Fingerprinter fingerprinter_;
  std::map<std::string, std::size_t> open_;  // a phone's open step of the plan
  // Steps made for interactions that belong to none of the plan, and what is known of an interaction that
  // begins.
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> loose_;
  std::map<std::pair<std::string, std::uint32_t>, std::string> reasons_;
  std::map<std::pair<std::string, std::uint32_t>, std::pair<std::size_t, std::size_t>>
      last_said_;  // step, said
};

}  // namespace understudy::conformance
