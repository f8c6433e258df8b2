// What a phone was given for Secure Mode, and what the service has to do when it comes with it (guide p.62-68).
#pragma once

#include <string_view>

#include "wpi/message.h"

namespace understudy::conformance {

struct Heard;

class Bootstrapping {
 public:
  // What the phone says in this exchange, before the answer is judged; and the answer, after it was.
  void hear(const Heard& heard);
  void answered(const Heard& heard);

  // The phone took a bootstrap with PIN, and was not yet asked for the TAN.
  bool owes_tan() const { return owes_tan_; }

 private:
  bool owes_tan_ = false;
};

// The order writes an item that takes a phone into Secure Mode; nullptr where it does not.
const wpi::Item* way_into_secure_mode(const wpi::Document& answer);

// In this exchange the phone says that it took a certificate that has an item to be verified by (guide p.60); not in a
// bootstrap, which ends with CleanUp.
bool takes_certificate(const Heard& heard);
// In this exchange the service reads that item.
bool verifies_certificate(const Heard& heard);

}  // namespace understudy::conformance
