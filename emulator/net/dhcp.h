// DHCP as a phone speaks it (RFC 2131, RFC 2132): the packets, without I/O. What a phone asks, and the vendor options
// that name its service, are from the administration manuals (adm) and guide p.16; what is marked inferred is not known.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "net/ipv4.h"

namespace understudy::net::dhcp {

using std::chrono::microseconds;

constexpr std::uint16_t server_port = 67, client_port = 68;
constexpr std::string_view vendor_class = "OptiIpPhone";  // option 60 of what a phone sends (adm)
constexpr std::string_view vendor = "Siemens";            // whose vendor options a phone takes (wiki)
constexpr std::uint16_t usual_service_port = 18443;       // adm; guide p.12
constexpr microseconds without_end = microseconds::max();

enum class Kind : std::uint8_t { discover = 1, offer, request, decline, ack, nak, release };  // option 53

// The provisioning service, from the vendor options.
struct Service {
  std::string host;  // name or address
  std::uint16_t port = usual_service_port;
  std::string name;         // of the host, where the server gives it beside the address (tag 4); else ""
  std::string url() const;  // "https://host:port"
};

struct Lease {
  Ipv4 address{}, mask{};
  std::vector<Ipv4> routers, dns;  // the preferred one first
  std::string domain;              // "" where none was given
  std::optional<int> vlan;         // 0 to 4095
  std::optional<Service> service;
  std::optional<Ipv4> server;  // who gave it
  // Counted from when it was asked for: how long it lasts, when it is to be renewed, and when any server may be asked
  // to. renew <= rebind <= lasts.
  microseconds lasts{}, renew{}, rebind{};
  std::vector<std::string> notes;  // what was odd, a line each, for a person
};

// What a server says.
struct Answer {
  Kind kind = Kind::offer;  // offer, ack or nak
  Lease lease;              // of a nak: the server alone
  std::string message;      // option 56: why it says no
};

// Whether it may be an answer to this phone in this exchange: all else on the port is for others, or junk.
bool is_answer_to(std::string_view packet, std::uint32_t exchange, const Mac& mac);
// The error says what is wrong with the packet. Options may be in pieces (RFC 3396), go on in the fields for names
// (option 52), and lack their end. What can be done without is left out where it is wrong, with a note.
tl::expected<Answer, std::string> read(std::string_view packet);
// Option 43: a list of tag, length, data; zeros between them and 255 as the end are taken. VLAN and service are taken
// where the vendor is Siemens, padded with zeros or not (adm); else there is a note.
void read_vendor_options(std::string_view bytes, Lease& lease);

// Who asks.
struct Client {
  Mac mac{};
  std::string host_name;  // option 12; "": not said
};
struct Question {
  Kind kind = Kind::discover;
  std::uint32_t exchange = 0;
  std::uint16_t seconds = 0;   // since the phone began to ask
  Ipv4 own{};                  // the address that the phone has, where it has one
  std::optional<Ipv4> wanted;  // option 50
  std::optional<Ipv4> server;  // option 54
};
// At least the 300 bytes that BOOTP relays want (RFC 1542). Asks for an answer by broadcast as long as the phone has no
// address.
std::string written(const Client& client, const Question& question);

}  // namespace understudy::net::dhcp
