// Where `understudy record` listens: for the service, and, opened when they are needed, for its port for Secure Mode, for other places that it
// sends phones to, and for the phones' contact-me.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "net/event_loop.h"
#include "net/keys.h"
#include "net/relay.h"
#include "net/rewriting.h"
#include "recorder.h"

namespace understudy::tools {

class RecorderDoors {
 public:
  struct Settings {
    net::RelaySettings main;    // for the service; its callbacks are set here
    bool rewrites = true;
    std::string ca;             // PEM, of our own that signed main.tls; empty: somebody else did
    std::uint16_t secure_port = 0;                // of the service, opened at once; 0: when it is written
    std::vector<phone::Credentials> phones;       // in Secure Mode already
    std::string certificate_password;             // see net::CertificateKeys
    std::vector<std::string> pins;
  };
  // Recorder and loop outlive it. The error is one line.
  static tl::expected<std::unique_ptr<RecorderDoors>, std::string> open(net::EventLoop& loop, Recorder& recorder, Settings settings);
  std::uint16_t port() const { return main_->port(); }
  std::optional<std::uint16_t> secure_port() const;  // of our own, where one is open
  net::RelayCounts counts() const;                   // of all
  void stop();

 private:
  RecorderDoors(net::EventLoop& loop, Recorder& recorder, Settings settings);
  net::RelaySettings door(Recorder::Door kind) const;
  std::optional<std::uint16_t> port_of(const std::string& key, net::RelaySettings settings, std::uint16_t wanted = 0);
  std::optional<std::uint16_t> to_service(const net::Target& place);
  std::optional<std::uint16_t> to_secure(std::uint16_t port);
  std::optional<std::uint16_t> to_phone(const net::Target& place);
  void keep(phone::Credentials credentials);
  void troubled_in_secure_mode(const net::Relayed& connection, net::RelayTrouble kind, const std::string& why);

  net::EventLoop& loop_;
  Recorder& recorder_;
  Settings settings_;
  net::CertificateKeys keys_;
  std::unique_ptr<net::Relay> main_;
  std::map<std::string, std::unique_ptr<net::Relay>> doors_;  // by what is behind them
  std::optional<net::Rewriting> rewriting_;
  std::map<std::string, std::shared_ptr<const phone::Credentials>> phones_;  // by their certificate's fingerprint
  std::set<std::string> known_, sealed_;  // addresses of phones that were given our CA; that do not take our certificate, or show a strange one
};

}  // namespace understudy::tools
