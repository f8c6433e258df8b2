// What a load came to, in numbers: nothing that was planned is lost, and two tallies are one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fleet/load/histogram.h"
#include "fleet/load/plan.h"
#include "transcript/entry.h"

namespace understudy::fleet::load {

// Latencies of one kind, counted twice.
struct Latency {
  Histogram service;  // from the moment that we began
  Histogram
      planned;  // from the moment that the plan meant: what waited for us or for the service before has waited too
  void add(microseconds from_begin, microseconds from_plan) {
    service.add(from_begin);
    planned.add(from_plan);
  }
  void merge(const Latency& other) {
    service.merge(other.service);
    planned.merge(other.planned);
  }
};

// Why, how often, and one of them in words: the least by its letters, so that it is the same whoever counted which. At most most_causes names; what is new beyond is counted as "other causes".
struct Causes {
  struct Cause {
    std::uint64_t count = 0;
    std::string example;
  };
  static constexpr std::size_t most_causes = 64;
  std::map<std::string, Cause> by_name;

  void add(const std::string& name, const std::string& example, std::uint64_t times = 1);
  void merge(const Causes& other);
  std::uint64_t sum() const;
};

struct Connections {
  std::uint64_t opened = 0;  // TCP connections made
  std::uint64_t kept = 0;    // interactions and polls that began on one that was there already
  std::uint64_t full_handshakes = 0, resumed = 0;  // of TLS
};

// Messages of phones that met a fault of one kind, by what came of the message. The rest of them was under way at the end.
struct FaultCounts {
  std::uint64_t met = 0;
  std::uint64_t answered = 0;  // with status 200
  std::uint64_t refused = 0;   // with another
  std::uint64_t closed = 0;    // by the service, before an answer
  std::uint64_t silent = 0;    // no answer in time
  std::uint64_t cut = 0;       // no answer could come: the phone ended the connection, or none was made
  std::uint64_t failed = 0;    // interactions that failed with such a fault in them
  void merge(const FaultCounts& other);
};

// Work is planned, and then either done, failed or dropped; what is under way is none of them yet.
struct Counts {
  std::uint64_t planned = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;   // adds up from `causes`
  std::uint64_t disturbed = 0;  // of those that failed: after a fault of the phone, which is no failure of the service
  std::uint64_t dropped = 0;  // never begun, by our doing; adds up from `dropped_causes`
  Causes causes, dropped_causes;
  std::uint64_t messages = 0;  // exchanges with the service, polls included
  Latency interaction;         // whole ones that were done, of every behaviour
  Histogram lag;               // begun after the planned moment
  microseconds busy{};         // that phones took for what was done or failed, in all

  std::uint64_t under_way() const { return planned - done - failed - dropped; }
  void merge(const Counts& other);
};

struct Tally {
  Counts counts;
  std::vector<Latency> by_share;  // whole interactions that were done, in the order of Plan::behaviours
  Histogram connect, tls;  // no plan has a moment for these: the phone decides when it connects
  Latency first_answer;    // to the first message of an interaction, or to a poll
  Latency call_back;       // from contact-me to the first byte of the call-back
  Latency job;             // of scenarios: from when the service had taken a job to the end
  Connections connections;
  std::map<std::string, FaultCounts> faults;  // by kind

  void merge(const Tally& other);
};

// So it is counted why an interaction failed that a fault of that kind met: "a fault of the phone: reset".
std::string cause_of(net::Fault::Kind fault);

// Why an exchange brought nothing that a phone can use: "no connection", "timed out", "answered 503", "wrong answer".
std::string cause_of(const transcript::Exchange& exchange);

}  // namespace understudy::fleet::load
