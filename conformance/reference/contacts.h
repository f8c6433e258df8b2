// Carries what the service wants said at phones' doors: asks them to call it (guide p.14, p.41).
#pragma once

#include <cstdint>
#include <optional>

#include "net/carrier.h"
#include "reference/service.h"

namespace understudy::reference {

// Asks several phones at once, each by a connection of its own; no more than so many at a time.
class Contacts {
 public:
  static constexpr int most_at_once = 200;

  // All three must outlive it.
  Contacts(Service& service, net::Carrier& carrier, net::Clock& clock)
      : service_(service), carrier_(carrier), clock_(clock) {}
  ~Contacts();
  Contacts(const Contacts&) = delete;
  Contacts& operator=(const Contacts&) = delete;

  // Asks soon whom it is time to ask, and comes again by itself for those who are due later. To be called when the service
  // has answered something, or was given a job.
  void wake() { look_after({}); }

 private:
  void look();
  void look_after(microseconds wait);
  void ask(ContactRequest contact);

  Service& service_;
  net::Carrier& carrier_;
  net::Clock& clock_;
  int under_way_ = 0;
  std::optional<std::uint64_t> timer_;
};

}  // namespace understudy::reference
