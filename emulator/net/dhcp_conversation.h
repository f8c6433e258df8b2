// How a phone comes to an address and keeps it (RFC 2131, figure 5): a state machine without I/O. Packets and the time go
// in, effects come out; chance is given to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/dhcp.h"
#include "phone/random.h"

namespace understudy::net::dhcp {

// ---- What it wants done
struct Send {
  std::string packet;
  Ipv4 from = no_address, to = everybody;
};
// ---- What it reports
// The address is the phone's; again with each renewal.
struct Bound {
  Lease lease;
};
// The address is the phone's no longer. It asks anew, unless another one follows at once.
struct Lost {
  std::string why;
};
// There is no address, and the phone asks no more.
struct Failed {
  std::string why;
};
struct Note {
  std::string text;
};
using Effect = std::variant<Send, Bound, Lost, Failed, Note>;
using Effects = std::vector<Effect>;

struct Patience {
  // Asks so long for a lease; then it has failed.
  microseconds limit = std::chrono::seconds(60);
  // Waits so long after an offer for one that names a service (inferred).
  microseconds gathers = std::chrono::seconds(2);
};

class Conversation {
 public:
  enum class State { idle, waiting, selecting, requesting, bound, renewing, rebinding };

  Conversation(Client client, Patience patience, phone::Random random)
      : client_(std::move(client)), patience_(patience), random_(random) {}

  // Begins to ask, from the beginning.
  Effects ask(microseconds now);
  // A datagram came to the phone's port. What is not for this phone and this exchange has no effect.
  Effects hear(std::string_view packet, microseconds now);
  // The time has come that wakes_at() said.
  Effects wake(microseconds now);
  // The server is told that the address is no longer needed; nothing where there is none. Asks no more.
  Effects release(microseconds now);

  std::optional<microseconds> wakes_at() const;
  State state() const { return state_; }
  const std::optional<Lease>& lease() const { return lease_; }  // the one that is held

 private:
  bool holds() const { return lease_.has_value(); }
  void enter(State state, microseconds step) { state_ = state, step_ = step; }
  microseconds back_off();
  Send say(Kind kind, microseconds now) const;
  void discover(microseconds now, Effects& effects);
  void request(microseconds now, Effects& effects);
  void renew(State state, microseconds now, Effects& effects);
  void offered(Lease lease, microseconds now, Effects& effects);
  void acknowledged(Lease lease, Effects& effects);
  void refused(const Answer& answer, microseconds now, Effects& effects);
  void lose(std::string why, microseconds now, Effects& effects);
  void fail(Effects& effects);
  void trouble(std::string what, Effects& effects);
  bool expected(const Answer& answer) const;

  Client client_;
  Patience patience_;
  phone::Random random_;
  State state_ = State::idle;
  std::uint32_t exchange_ = 0;         // its number: what belongs together has the same
  int sent_ = 0;                       // of what is being said: so many times
  int refusals_ = 0;                   // since it began to ask
  microseconds began_{};               // to ask
  microseconds requested_{};           // what an ACK would answer was asked then: the lease counts from there
  std::optional<microseconds> step_;   // when the state goes on by itself
  std::optional<microseconds> limit_;  // when it has failed
  std::optional<Lease> offer_, lease_;
  microseconds renew_at_{}, rebind_at_{}, ends_at_{};
  std::string trouble_;  // the last one, for whoever reads that it failed
};

}  // namespace understudy::net::dhcp
