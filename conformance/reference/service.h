// Our own provisioning service: an example of a good one, and with defects switched on of many bad ones. No I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"
#include "reference/defects.h"
#include "transcript/entry.h"
#include "wpi/http.h"
#include "wpi/message.h"

namespace understudy::reference {

using std::chrono::microseconds;

enum class JobKind { read, write, read_all, restart, factory_reset, deploy_files, deploy_software };
std::string_view spelling(JobKind kind);  // "read-all"
std::optional<JobKind> job_kind_spelled(std::string_view text);

enum class JobState { waiting, sent, done, failed };

// Something that an operator wants of a phone; sent when the phone next contacts the service.
struct Job {
  std::uint64_t id = 0;
  JobKind kind = JobKind::read;
  std::vector<wpi::Item> items;     // to write, to read, or of the files
  JobState state = JobState::waiting;
  std::string outcome;              // in words, once it is done or failed
  std::vector<wpi::Item> answer;    // what the phone said to it
};

struct Options {
  std::vector<std::string> defects;  // names of defects.h
  std::uint64_t seed = 1;            // of cookies and the like in simulated time; real services draw from the system
  bool simulated = false;
  std::string name = "Understudy";
};

class Service {
 public:
  explicit Service(Options options);
  ~Service();

  // Answers a request, be it a phone's message or a call of the job API (docs/service.md).
  net::Served answer(const wpi::HttpRequest& request, const net::Caller& caller, microseconds now);

  std::uint64_t add_job(const std::string& mac, Job job);
  const Job* find_job(const std::string& mac, std::uint64_t id) const;
  // What the service believes a phone has, by name and index ("e164", "key-label[3]"); nullptr for an unknown phone.
  const std::vector<wpi::Item>* items_of(const std::string& mac) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::reference
