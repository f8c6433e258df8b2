// Our own provisioning service: an example of a good one, and with defects switched on of many bad ones. No
// I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/authority.h"
#include "net/server.h"
#include "reference/defects.h"
#include "reference/served_files.h"
#include "wpi/http.h"
#include "wpi/message.h"

namespace understudy::reference {

using std::chrono::microseconds;

enum class JobKind { read, write, read_all, restart, factory_reset, deploy_files, deploy_software, bootstrap, bootstrap_pin };
std::string_view spelling(JobKind kind);  // "read-all"
std::optional<JobKind> job_kind_spelled(std::string_view text);

enum class JobState { waiting, sent, done, failed };

// Something that an operator wants of a phone; sent when the phone next contacts the service.
struct Job {
  std::uint64_t id = 0;
  JobKind kind = JobKind::read;
  std::vector<wpi::Item> items;  // to write, to read, or of the files; of a bootstrap they come with its first order
  JobState state = JobState::waiting;
  std::string outcome;            // in words, once it is done or failed
  std::vector<wpi::Item> answer;  // what the phone said to it; of read-all the number is in the outcome alone
  bool profile = false;           // the service's own basic settings, which nobody asked for
  int attempts = 0;               // interactions in which it was sent
  bool awaits_call = false;       // met a phone in a call, which was asked to call back
  std::string pin = {};           // of bootstrap_pin: what the user will enter at the phone
  std::string not_served = {};    // why a download of the phone got nothing here while it was sent, in words
};

// Somebody who may log on at any phone.
struct UserOption {
  std::string e164, password;
};

// What the service wants said at a phone's door (guide p.14).
struct ContactRequest {
  std::string mac;
  std::string uri;            // the phone's contact-me-uri
  wpi::HttpRequest request;   // without Host
};

// Secure Mode (guide p.62-65). Without an authority every bootstrap fails.
struct SecureOptions {
  std::shared_ptr<const certs::Authority> authority = nullptr;  // issues the phones' certificates, and vouches for the service's own
  std::uint16_t port = 0;                                       // where phones in Secure Mode are served; 0: nowhere
  std::string password = {};                                    // of the PKCS#12 that phones are given; empty: none
};

struct Options {
  std::vector<std::string> defects;  // names that defect_named() takes; others do nothing
  std::uint64_t seed = 1;  // of cookies and the like in simulated time; real services draw from the system
  bool simulated = false;
  std::string name = "Understudy";
  std::vector<UserOption> users;  // mobile ones
  // Where the service can be called: said to phones in contact-me. Empty: not said (guide p.14).
  std::string host;
  std::uint16_t port = 0;
  // Where phones are to poll, and how often; empty: they are asked to call by contact-me (guide p.24).
  std::string poll_url;
  int poll_seconds = 60;
  SecureOptions secure;
  // Where a document makes a service with such a defect fetch something; empty: nothing is fetched.
  std::function<void(const std::string& url)> fetch = {};
  // A phone that comes back with other texts than its user had set gets those back.
  bool gives_back = false;
  ServedFiles files;  // on the port where phones call, over TLS alone
};

class Service {
 public:
  explicit Service(Options options);
  ~Service();

  // Answers a request, be it a phone's message, its poll, its download, or a call of the job API (docs/service.md). That it came to the port
  // for Secure Mode is told by the port of caller.local, and who it is there by caller.certificate.
  net::Served answer(const wpi::HttpRequest& request, const net::Caller& caller, microseconds now);

  // Whom to ask now to call; each is given out once. One that polls is not asked, nor one that has been asked inside the
  // contact gap.
  std::optional<ContactRequest> next_contact(microseconds now);
  // When somebody is to be asked next; nullopt: nobody is.
  std::optional<microseconds> contact_due() const;

  // Returns the job's id; 0 where the phone's queue is full or the name can be no phone's. A phone need not
  // be known yet.
  std::uint64_t add_job(const std::string& mac, Job job);
  const Job* find_job(const std::string& mac, std::uint64_t id) const;
  // What the service believes a phone has, sorted by name and index; nullptr for an unknown phone. Good until
  // the next call of anything.
  const std::vector<wpi::Item>* items_of(const std::string& mac) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::reference
