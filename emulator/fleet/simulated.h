// Simulated time: a clock that the test moves, and a carrier that reaches a service in the same process.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/sample.h"
#include "net/carrier.h"
#include "net/server.h"
#include "wpi/reader.h"

namespace understudy::fleet {

using std::chrono::microseconds;

// Time passes only from one planned thing to the next; things planned for the same moment happen in the order of planning.
class SimulatedClock : public net::Clock {
 public:
  microseconds now() const override { return now_; }
  std::uint64_t after(microseconds wait, std::function<void()> then) override;
  void cancel(std::uint64_t timer) override;
  bool run(const std::function<bool()>& until, microseconds limit) override;

 private:
  using Moment = std::pair<microseconds, std::uint64_t>;  // and the timer

  microseconds now_{};
  std::uint64_t timers_ = 0;
  std::priority_queue<Moment, std::vector<Moment>, std::greater<>> moments_;
  std::unordered_map<std::uint64_t, std::function<void()>> planned_;  // by timer; one that is cancelled is not here
};

// What a service in process is: the logic behind a listener. `now` is the simulated moment.
using InProcessService = std::function<net::Served(const wpi::HttpRequest&, const net::Caller&, microseconds now)>;

// The bytes that the service serves go through the same HTTP and XML readers as those from a socket.
class InProcessCarrier : public net::Carrier {
 public:
  struct Settings {
    net::Sample validate = {};                                  // as net::CarrierSettings has it
    microseconds latency = std::chrono::milliseconds(1);   // from one end to the other
    std::string remote = "127.0.0.1:18443";
    std::optional<transcript::Tls> tls;                    // what a handshake would have shown; none: unencrypted
    // The same in Secure Mode, by the CA that the service gave; a phone refuses what has problems. Empty: as `tls`, without any.
    std::function<transcript::Tls()> secure_tls;
    // What comes of a client that asks for a handshake anew; untried: the service speaks nothing older than TLS 1.3.
    transcript::Renegotiation renegotiation = transcript::Renegotiation::refused;
    std::size_t max_body = 1024 * 1024;                    // bytes, as net::CarrierSettings has it
    std::function<bool(const net::Target&)> is_there;      // somebody listens there; empty: everywhere
  };
  InProcessCarrier(net::Clock& clock, InProcessService service, Settings settings);
  void carry(net::Order order, std::function<void(transcript::Exchange)> done) override;
  void close(const std::string& phone) override;
  // So many answers were parsed against the schema.
  std::uint64_t validated() const { return validated_; }

 private:
  struct Connection {
    std::uint64_t number = 0;
    bool closed_by_service = false;  // after its last answer, without having said so
  };
  transcript::Exchange play(const net::Order& order);
  net::Served serve(const net::Order& order, const transcript::Exchange& x, microseconds at);

  net::Clock& clock_;
  InProcessService service_;
  Settings settings_;
  wpi::Reader reader_;
  std::uint64_t read_ = 0, validated_ = 0;
  std::unordered_map<std::string, Connection> open_;  // by phone
  std::uint64_t connections_ = 0;
};

}  // namespace understudy::fleet
