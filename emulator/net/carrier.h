// What carries a phone's requests and counts its time: real sockets and a real clock here, simulated ones in
// fleet/.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/target.h"
#include "phone/keys.h"
#include "transcript/entry.h"
#include "wpi/http.h"

namespace understudy::net {

using std::chrono::microseconds;

// Which TLS a phone speaks.
enum class TlsProfile {
  current,  // TLS 1.0 to 1.3 as a phone in default mode: takes any certificate, notes what is wrong with it
            // (guide p.12)
  old,      // TLS 1.0 to 1.2 with old ciphers, as firmware V1 and V2 speak it
};

struct Waits {
  microseconds resolve = std::chrono::seconds(10);
  microseconds connect = std::chrono::seconds(10);
  microseconds handshake = std::chrono::seconds(10);
  microseconds answer = std::chrono::seconds(30);  // from the request's last byte to the answer's last byte
};

// What is done on purpose to a message or to the connection that carries it. The exchange is marked as broken by a script where
// breaks() says so; one without an answer, if it was our doing, is `interrupted`, with what was done in `failure`.
struct Fault {
  enum class Kind {
    none,
    drop_before,  // the connection is made, and closed before a byte of the request
    drop_within,  // after `bytes` of the request
    drop_after,   // when all is sent, before an answer
    drop_answer,  // after `bytes` of the answer
    slow,         // the request goes out at `rate`
    half_close,   // our side ends when all is sent; the answer is awaited
    new_session,  // a new connection, with a handshake of its own
    certificate,  // none is shown, or `shows` in place of the phone's own
    reset,        // when all is sent, before an answer, the connection is reset (RST)
    short_length,  // Content-Length says `bytes` less than there are
    long_length,   // so many more: the service waits for what never comes
    // Those below are done before a message is carried, or when its answer has come: a carrier carries it as any other.
    truncated_xml,        // the body ends within its item number `bytes`, counted from 0 and round again; Content-Length is right
    stale_nonce,          // the message says `nonce`, one that the phone said in an earlier interaction
    foreign_nonce,        // likewise, one that another phone says
    unordered_fragments,  // a part of a long answer says that it is the last one, and more were to follow
    doubled_message,      // it comes twice, byte for byte, with the same nonce; the phone hears the second answer
    lost_answer,          // the answer comes, and the phone hears nothing of it
    old_cipher,           // a new connection, and until the interaction ends the TLS of old firmware
    clock_jump,           // the phone's clock jumps by `jump`
  };
  Kind kind = Kind::none;
  std::size_t bytes = 0;  // of drop_within, drop_answer, short_length, long_length; of truncated_xml an item
  std::size_t rate = 1'000;                                     // of slow: bytes a second, at least 1
  std::shared_ptr<const phone::Credentials> shows = nullptr;    // of certificate: its own part alone; nullptr: none
  std::string nonce = {};                                       // of stale_nonce and foreign_nonce; empty: whoever knows one takes it
  microseconds jump = std::chrono::minutes(5);                  // of clock_jump; less than 0: back
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(Fault::Kind::clock_jump) + 1;
std::string_view name_of(Fault::Kind kind);  // "drop-before", as scenarios spell it
std::optional<Fault::Kind> fault_named(std::string_view name);
// The exchange is not one that a service could be judged by.
bool breaks(Fault::Kind kind);
// The connection cannot carry the phone's next message.
bool ends_connection(Fault::Kind kind);
// The message goes out on a connection of its own, with a handshake of its own.
bool wants_connection(Fault::Kind kind);
// What the script has then done to the exchange. A new connection is no message that breaks; but it is not the service that
// closed the one before.
transcript::Scripted touch_of(Fault::Kind kind);

// A text that is sent several times, one after the other.
struct Stretch {
  std::shared_ptr<const std::string> text;
  std::size_t times = 1;
};
std::size_t size_of(const std::vector<Stretch>& stretches);  // bytes in all
// The bytes from that offset on: at least one and about `most` where there are some, none behind the end.
std::string bytes_at(const std::vector<Stretch>& stretches, std::size_t offset, std::size_t most);

struct Order {
  std::string phone;              // whose connection it is: each phone keeps at most one
  bool fresh_connection = false;  // closes the phone's connection, if one is open, and makes a new one
  Target target;
  std::string source_address;  // empty: the system's choice
  TlsProfile profile = TlsProfile::current;
  // In Secure Mode the phone shows its own certificate, and takes the service's only if one of its CAs signed it, it is valid
  // now and names the host (guide p.62, p.65). nullptr: any certificate is taken, none is shown.
  std::shared_ptr<const phone::Credentials> credentials = nullptr;
  Waits waits;
  wpi::HttpRequest request;
  Fault fault = {};
  // Where there are some, these are sent, and `request` only stands in the record for them. They are never held in memory as a
  // whole.
  std::vector<Stretch> stretches = {};
  // Speaks TLS 1.2 at most and asks for a handshake anew when the first is done. The request is not sent: the exchange ends as
  // `interrupted`, and its tls->renegotiation says what came of it.
  bool renegotiates = false;
  // A kept connection that the service closed meanwhile is made anew; else the exchange ends as `closed`.
  bool reopens = false;
  // The TLS session of the phone's last connection to there is offered; phones do not do that (inferred). A service that does
  // not take it makes a full handshake.
  bool resumes = false;
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  // Carries one request and calls `done` exactly once, later, with all that is known of it: connection,
  // addresses, TLS, times, response, outcome, and the answer parsed. Who said it and why (phone, interaction,
  // message, attempt, said) is the caller's to fill in. One request a phone at a time.
  virtual void carry(Order order, std::function<void(transcript::Exchange)> done) = 0;
  // Closes the phone's connection, if one is open.
  virtual void close(const std::string& phone) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual microseconds now() const = 0;  // since the run began
  virtual std::uint64_t after(microseconds wait, std::function<void()> then) = 0;
  virtual void cancel(std::uint64_t timer) = 0;
  // Lets things happen until `until` is true. False if the limit passed first, or nothing is left that could
  // happen.
  virtual bool run(const std::function<bool()>& until, microseconds limit) = 0;
};

}  // namespace understudy::net
