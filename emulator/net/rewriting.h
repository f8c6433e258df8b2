// What phones and their service tell each other of where they can be reached, rewritten so that both come to who stands between them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_filter.h"
#include "net/target.h"
#include "phone/keys.h"
#include "wpi/edit.h"
#include "wpi/reader.h"

namespace understudy::net {

// One value, as it came and as it went on. What is a certificate, or sealed, is named in words.
struct Rewritten {
  std::string item;  // "dls-secure-port", "dls-server-ca[0]"; of a contact-me "dls_ip_addr"
  std::string was, became;
};

// Of the connection on which it is said; numeric addresses.
struct Between {
  std::string own;      // the one of us that was called
  std::string phone;
  std::string service;  // to which its name resolves
};

// Rewrites dls-server-addr, dls-server-port, dls-secure-port, dcmp-url, and of a bootstrapping (guide p.64, p.67) dls-server-ca; contact-me-uri (guide
// p.77); dls_ip_addr and dls_ip_port (guide p.14). What a phone reads back of these is what its service wrote. Values that lead elsewhere, for which there is
// no door, stay. Not for several threads at once.
class Rewriting {
 public:
  // Ports of our own behind which others are reached, opened when they are first asked for; nullopt: there is none.
  struct Doors {
    std::function<std::optional<std::uint16_t>(const Target& place)> service;        // for default mode and polls
    std::function<std::optional<std::uint16_t>(std::uint16_t port)> secure;          // of the service
    std::function<std::optional<std::uint16_t>(const Target& place)> phone;          // its contact-me
  };
  struct Settings {
    Target service;
    std::uint16_t port = 0;         // of our own door for it
    Doors doors;
    std::string ca;                 // PEM, that phones are given in place of the service's; empty: they keep that
    std::vector<std::string> pins;  // of users who take their phones to Secure Mode
    const phone::Keys* keys = nullptr;
    // A phone was given a certificate whose key is known, and our CA: it will come to the door for Secure Mode.
    std::function<void(const std::string& address, phone::Credentials credentials)> bootstrapped;
  };
  explicit Rewriting(Settings settings) : settings_(std::move(settings)) {}

  // Bodies; nullopt: it goes on as it came. `done` gets what was rewritten.
  std::optional<HttpEdit> service_says(std::string_view body, const Between& between, std::vector<Rewritten>& done);
  std::optional<HttpEdit> phone_says(std::string_view body, const Between& between, std::vector<Rewritten>& done);
  // A call at the door of a phone.
  std::optional<HttpEdit> service_calls(std::string_view start_line, std::string_view body, const Between& between,
                                        std::vector<Rewritten>& done);

 private:
  using Items = std::vector<wpi::Item>;
  bool is_service(std::string_view host, const Between& between) const;
  std::optional<std::string> order(const Items& items, const wpi::Item& item, const Between& between, bool has_keys);
  std::optional<std::string> server(const Items& items, const wpi::Item& item, const Between& between);
  std::optional<std::string> unsealed(const wpi::Item& item, const Between& between);
  std::optional<std::string> report(const wpi::Item& item, const Between& between);
  std::optional<std::string> moved(const std::string& uri, const std::function<std::optional<std::uint16_t>(const Target&)>& door,
                                   const std::string& own) const;
  bool learn(const Items& items, const std::string& phone);

  Settings settings_;
  wpi::Reader reader_;
  // By the phone's address and the item: what it was given, and what its service wrote.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> given_;
  std::map<std::string, phone::Credentials> known_;  // by the phone's address
};

}  // namespace understudy::net
