// How a defect goes about it: small functions that take a hand in what the good service would have said, step
// by step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/answer.h"
#include "reference/bootstrap.h"
#include "reference/defects.h"
#include "reference/listener_faults.h"
#include "reference/record.h"

namespace understudy::reference {

// A phone's message and what is about to be answered.
struct Turn {
  std::optional<wpi::Reason> reason;
  std::string nonce;         // of the message being answered
  std::string nonce_before;  // the last other one of the same phone; empty if there was none
  Version firmware;
  bool brought_cookie = false;  // the phone came with a cookie, ours or another's
  bool secure = false;      // it came to the port for Secure Mode
  bool opens = false;       // the message is the first of an interaction
  bool says_final = false;  // the message carries fragment final
  bool restarting = false;  // the phone was told to restart before
  bool busy = false;        // the message says so
  bool requests_user_data = false;
  bool failed = false;      // the phone replied failed
  Phone* phone = nullptr;   // nullptr for a reply that belongs to no interaction
  Order order;              // what is said, once decided
  std::string own_url;      // of the service itself, without a path
  // For defects that mix phones up; nullptr where there is no such phone, and never `phone` itself:
  PhoneBook* book = nullptr;
  Phone* cookie_of = nullptr;   // whose cookie the phone came with into its interaction
  Phone* neighbour = nullptr;   // that called from the same host last
  Phone* last_other = nullptr;  // that called last
  Phone* open_other = nullptr;  // likewise, and is in an interaction
  bool stale = false;           // the message names a session that is over
  bool replayed = false;        // it is the one that opened the phone's last interaction, which CleanUp has ended

  bool says(wpi::Action action) const { return order.action == action; }
  bool opens_with(wpi::Reason wanted) const { return opens && reason == wanted; }
  // The reply whose answer ends the interaction; not that of a busy phone, which is let go at once.
  bool last_reply() const { return reason == wpi::Reason::reply_to && says(wpi::Action::clean_up) && !busy; }
};

// A message as it came, good or bad, and what it did to a service that cannot stand it.
struct Blow {
  const wpi::HttpRequest& request;
  const wpi::Document& message;
  microseconds now{};
  microseconds took{};  // from the request's first byte to its last
};
struct Wound {
  microseconds dead_until{};      // closes every connection unanswered before
  microseconds dead_from_next{};  // the same from the next message on
  microseconds busy_until{};      // answers nobody before, but then
  microseconds takes{};           // so long it takes for this message alone
  std::string fetches;            // a URL, because of this message
  int begun_in_a_row = 0;         // start-ups since an interaction came to its end
};
enum class Pain { none, silent, server_error };

struct Fault {
  Defect defect;
  void (*misread)(wpi::HttpRequest&, wpi::Document&) = nullptr;  // what it makes of a phone's message
  void (*decide)(Turn&, Order&) = nullptr;                       // which action, which items
  void (*message)(const Turn&, std::string& xml) = nullptr;
  void (*wire)(const Turn&, HttpAnswer&) = nullptr;  // status, headers, body
  void (*bytes)(const Turn&, net::Served&) = nullptr;
  void (*get)(HttpAnswer&) = nullptr;  // answers a GET on the service's path
  void (*poll)(const Phone*, HttpAnswer&) = nullptr;  // of a phone that is known, or nullptr
  // How a phone is asked to call, or whether; the good service may not want to ask it now.
  void (*contact)(PhoneBook&, Phone&, std::optional<ContactRequest>&, microseconds now) = nullptr;
  // Serves whom the good service refuses at that door.
  bool (*lets_in)(const Door&) = nullptr;
  // Before anything is made of a message; also of one that cannot be read.
  Pain (*hurt)(const Blow&, Wound&) = nullptr;
  ListenerFaults listener = {};
  bool remembers_openings = true;  // false: takes an old start-up for a new one
};
using Faults = std::vector<Fault>;

// An order whose reply nobody waits for: afterwards the good service goes on where it was.
inline Order aside(wpi::Action action, std::vector<wpi::Item> items = {}) {
  return Order{action, std::move(items), Purpose::none, 0};
}

// Writes these too where the order is a write that has room for them.
void write_too(const Turn& turn, Order& order, std::vector<wpi::Item> items);

// One table for each area, in a file of its own.
Faults http_faults();
Faults framing_faults();
Faults session_faults();
Faults isolation_faults();
Faults xml_faults();
Faults markup_faults();
Faults nonce_faults();
Faults action_faults();
Faults item_faults();
Faults flow_faults();
Faults busy_faults();
Faults user_faults();
Faults phone_word_faults();
Faults fragment_faults();
Faults contact_faults();
Faults reads_faults();
Faults tls_faults();
Faults file_faults();
Faults software_faults();
Faults certificate_faults();
Faults secure_faults();
Faults robust_faults();

const Faults& all_faults();
const Fault* find_fault(std::string_view name);

}  // namespace understudy::reference
