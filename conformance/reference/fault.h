// How a defect goes about it: small functions that take a hand in what the good service would have said, step
// by step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/answer.h"
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
  bool opens = false;       // the message is the first of an interaction
  bool says_final = false;  // the message carries fragment final
  bool restarting = false;  // the phone was told to restart before
  Phone* phone = nullptr;   // nullptr for a reply that belongs to no interaction
  Order order;              // what is said, once decided

  bool says(wpi::Action action) const { return order.action == action; }
  bool opens_with(wpi::Reason wanted) const { return opens && reason == wanted; }
  // The reply whose answer ends the interaction.
  bool last_reply() const { return reason == wpi::Reason::reply_to && says(wpi::Action::clean_up); }
};

struct Fault {
  Defect defect;
  void (*misread)(wpi::HttpRequest&, wpi::Document&) = nullptr;  // what it makes of a phone's message
  void (*decide)(Turn&, Order&) = nullptr;                       // which action, which items
  void (*message)(const Turn&, std::string& xml) = nullptr;
  void (*wire)(const Turn&, HttpAnswer&) = nullptr;  // status, headers, body
  void (*bytes)(const Turn&, net::Served&) = nullptr;
  void (*get)(HttpAnswer&) = nullptr;  // answers a GET on the service's path
  ListenerFaults listener = {};
};
using Faults = std::vector<Fault>;

// One table for each area, in a file of its own.
Faults http_faults();
Faults framing_faults();
Faults session_faults();
Faults xml_faults();
Faults markup_faults();
Faults nonce_faults();
Faults action_faults();
Faults flow_faults();
Faults reads_faults();
Faults tls_faults();

const Faults& all_faults();
const Fault* find_fault(std::string_view name);

}  // namespace understudy::reference
