// What is remembered of how a service has a phone call it: at its door (contact-me) and when it polls.
#pragma once

#include <optional>
#include <string>

#include "transcript/entry.h"

namespace understudy::conformance {

struct Heard;
struct Ended;

class Doorstep {
 public:
  using microseconds = transcript::microseconds;

  // ---- What happened; each is taken after it was judged
  void take(const transcript::Contact& contact);
  void polled(const transcript::Exchange& poll);
  void hear(const Heard& heard);  // a message of the phone; before its answer is judged
  void answered(const Heard& heard);
  void ended(const Ended& ended);
  void job_starts(microseconds at);  // somebody had the service start a job for this phone
  void forget_jobs();                // what became of them cannot be known any more

  // ---- Contact-me
  // Where the phone said that it is asked (guide p.27); empty where it did not say so.
  const std::string& uri() const { return uri_; }
  // When it was asked last, and when it acknowledged that last.
  std::optional<microseconds> asked() const { return asked_; }
  std::optional<microseconds> acknowledged() const { return acknowledged_; }
  // Between two requests: as the service set it, or the phone says that it is, else the default of 300 s (administration manuals).
  microseconds gap() const { return gap_; }
  // host:port that the last contact-me named, as long as the phone has not called there; empty: none.
  const std::string& elsewhere() const { return elsewhere_; }

  // ---- Polling
  // A job waits for this phone, since then: nothing was ordered after it was started.
  std::optional<microseconds> job_waits() const { return job_waits_; }
  // The interaction that is open, or just ended, was announced by a poll's 202.
  bool announced() const { return announced_; }
  // The last job that a poll announced has been done.
  bool job_done() const { return job_done_; }

 private:
  std::string uri_, elsewhere_;
  std::optional<microseconds> asked_, acknowledged_, job_waits_;
  microseconds gap_ = std::chrono::seconds(300);
  bool said_202_ = false, announced_ = false, job_done_ = false;
};

// Where an item says so many whole seconds.
std::optional<transcript::microseconds> seconds_of(const wpi::Item& item);

}  // namespace understudy::conformance
