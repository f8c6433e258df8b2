// Who stands between a phone on the stage and its service: a scenario.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "net/carrier.h"
#include "phone/phone.h"
#include "transcript/entry.h"

namespace understudy::fleet {

using std::chrono::microseconds;

// How a message of a phone is carried.
struct Delivery {
  microseconds after{};  // waits first
  int times = 1;  // 2: the same bytes once more when the answer has come; the phone hears the last answer
  bool never =
      false;  // not at all: after `after`, or where that is 0 after the phone's patience, it hears that no answer came
  bool by_chance = false;  // the fault: nobody wrote it into a script
  net::Fault fault = {};   // where the message has nothing that it could meet, nothing happens
};

// Is told what happens to the phones that it directs, from inside the stage: it must not call the stage back at once, but by
// a timer of no time.
class Director {
 public:
  virtual ~Director() = default;
  // An interaction begins, or has ended.
  virtual void begins(const std::string& /*id*/, wpi::Reason /*reason*/) {}
  virtual void ends(const std::string& /*id*/, phone::End /*end*/) {}
  // The phone says this; the answer says how it is carried.
  virtual Delivery says(const std::string& /*id*/, const phone::Send& /*send*/) { return {}; }
  // Its next message meets a fault: one of the delivery, or one that came by chance.
  virtual void meets(const std::string& /*id*/, const net::Fault& /*fault*/, bool /*by_chance*/) {}
  // What came of a message. True: the phone does not hear of it before let_go() or answer().
  virtual bool hears(const std::string& /*id*/, const transcript::Exchange& /*exchange*/) { return false; }
  // Somebody called at its door; it polled.
  virtual void contacted(const std::string& /*id*/, const transcript::Contact& /*contact*/) {}
  virtual void polled(const std::string& /*id*/, const transcript::Exchange& /*poll*/) {}
  // Something happened to it: it may have come to rest.
  virtual void changed(const std::string& /*id*/) {}
};

}  // namespace understudy::fleet
