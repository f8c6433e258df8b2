// Our own service in this process, in simulated time, with all that lies between it and phones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "certs/authority.h"
#include "fleet/simulated.h"
#include "net/door.h"
#include "reference/contacts.h"
#include "reference/listener_faults.h"
#include "reference/service.h"
#include "transcript/entry.h"

namespace understudy {

// Root and issuer of the phones' certificates and of the service's own in Secure Mode; made once a program.
struct Pki {
  std::shared_ptr<const certs::Authority> root, issuer;
};
const Pki& pki();

// The mobile user whom the service knows.
inline constexpr const char *mobile_user = "4711", *mobile_password = "246810";

struct OwnServiceSettings {
  std::vector<std::string> defects = {};
  bool polling = false;   // phones are told to poll; else they are asked by contact-me
  bool secure = false;    // phones can be taken into Secure Mode
  std::function<void(const std::string& url)> fetch = {};  // see reference::Options
  bool gives_back = false;  // what users had set before a factory reset
  bool simulated = true;  // its cookies and the like come from a seed
  std::uint16_t port = 18443, poll_port = 18443, secure_port = 18444;
};

reference::Options options_of(const OwnServiceSettings& settings);
// How phones reach it in process: what its listener would show them, faults included.
fleet::InProcessCarrier::Settings carrier_of(const OwnServiceSettings& settings);
// A certificate for the phone's web pages is written, beside another item.
reference::Job web_certificate();

class OwnService {
 public:
  explicit OwnService(const OwnServiceSettings& settings);

  fleet::SimulatedClock clock;
  reference::Service service;
  net::DoorHandler door;  // of the phones: where the service calls; empty: nobody is there

 private:
  fleet::InProcessCarrier to_doors_;

 public:
  reference::Contacts contacts;
  fleet::InProcessCarrier carrier;  // of the phones
};

}  // namespace understudy
