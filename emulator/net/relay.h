// Stands between clients and a service: ends TLS on both sides, and passes every byte on, but for what an ear changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "net/event_loop.h"
#include "net/http_filter.h"
#include "net/server.h"
#include "net/target.h"
#include "phone/keys.h"
#include "transcript/entry.h"

namespace understudy::net {

// A client's connection, and the one that was made to the service for it.
struct Relayed {
  std::uint64_t number = 0;            // counts from 1
  std::string client, client_calls;    // "10.0.0.7:43212", and what it called: "10.0.0.2:18443"
  std::string local, service;          // of the connection to the service; empty before there is one
  bool opaque = false;                 // passed on undecoded: what is said on it is not known
  bool secure = false;                 // in Secure Mode: both sides showed their certificates (guide p.62)
  std::optional<transcript::Tls> tls;  // as the service has it
  microseconds begun{}, connected{}, secured{};  // of the service's side; times of the loop
};

// Hears what is said on one connection as the service has it: its own bytes as they came, those of the client as they were passed on.
// What it throws makes it deaf, and nothing else.
class RelayEar {
 public:
  virtual ~RelayEar() = default;
  // Of relays that edit: what of this message goes on otherwise; nullopt: nothing. Asked before it is passed on.
  virtual std::optional<HttpEdit> edit(bool /*from_client*/, std::string_view /*start_line*/, std::string_view /*body*/) {
    return std::nullopt;
  }
  virtual void hears(bool from_client, std::string_view bytes) = 0;
  // The service pauses.
  virtual void rests() {}
  // That side will say no more; called once for each side.
  virtual void ended(bool client) = 0;
};

enum class RelayTrouble {
  not_tls,      // a client whose first byte is none of TLS; passed on undecoded
  refused,      // a client does not take our certificate
  client_tls,   // TLS with a client that did not come about for another reason
  unreachable,  // no connection to the service
  service_tls,  // no TLS with the service
  deaf,         // the ear failed: what is said is passed on, and not heard
  halting,      // a message did not come to its end for long: passed on as it came, and so is all behind it
  stranger,     // a client on a port for Secure Mode showed a certificate whose key is not known
  sealed,       // passed on undecoded, as the port for Secure Mode does with phones whose keys are not known
};

// How a port for Secure Mode serves a phone.
struct RelayKeys {
  // Whether that client's TLS is to be ended here; if not, it goes through undecoded.
  std::function<bool(const Relayed&)> decodes;
  // What the phone that showed this certificate (PEM) shows to its service; nullptr: that is not known.
  std::function<std::shared_ptr<const phone::Credentials>(const std::string& certificate)> credentials;
};

struct RelaySettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
  Target service;
  std::string source_address;  // towards the service; empty: as the system chooses
  ServerTls tls;               // towards clients; unused where all is opaque
  bool opaque = false;         // TLS goes through undecoded
  bool plain = false;          // no TLS is spoken; what begins as TLS goes through undecoded
  bool service_calls = false;  // the client is the service, and calls a phone: of it the ear hears what it said, of the phone what was passed on
  bool edits = false;          // ears may change what is said
  std::optional<RelayKeys> keys;  // a port for Secure Mode
  std::function<bool(const std::string& host, const std::string& address)> may_connect;  // empty: anywhere
  microseconds opens = std::chrono::seconds(30);  // a connection has so long until both sides speak
  microseconds halts = std::chrono::seconds(5);  // an ear that edits is waited for so long: from a message's first byte to its last
  // With one side gone and nothing said for so long, the other side is closed too.
  microseconds lingers = std::chrono::seconds(60);
  // Asked for each connection that is decoded; may be empty, and may give nullptr. Of one that is opaque nobody hears.
  std::function<std::unique_ptr<RelayEar>(const Relayed&)> listens;
  std::function<void(const Relayed&, RelayTrouble, const std::string& why)> troubled;  // may be empty
};

struct RelayCounts {
  std::uint64_t connections = 0, open = 0, opaque = 0;  // accepted; now; passed on undecoded
  std::uint64_t from_clients = 0, from_service = 0;     // bytes within TLS, or as they are
  std::uint64_t undecoded = 0;                          // of these, on opaque connections
};

// Holds at most one piece of 16 KB for each direction of a connection, one message where it edits: from a side whose piece the other does not
// take, nothing is read.
class Relay {
 public:
  static tl::expected<std::unique_ptr<Relay>, std::string> listen(EventLoop& loop, RelaySettings settings);
  ~Relay();
  std::uint16_t port() const;
  const RelayCounts& counts() const;
  // Stops listening and closes every connection; ears are told.
  void stop();

 private:
  Relay();
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::net
