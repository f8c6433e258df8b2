// Keys and certificates as a phone has them. It reads none itself: it asks who can.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "wpi/message.h"

namespace understudy::phone {

// A certificate that a service gave.
struct Certificate {
  std::string pem;   // the chain, own certificate first
  std::string key;   // PEM; empty: none came with it
  std::string info;  // what the matching -info item says: subject, issuer, serial, validity, fingerprint
};

// What a phone in Secure Mode shows, and trusts (guide p.62-65).
struct Credentials {
  std::string certificate_pem, key_pem;   // its own
  std::vector<std::string> server_cas;    // PEM: who may have signed the service's certificate
  std::uint16_t port = 18444;             // of the service, for this mode (guide p.64)
};

class Keys {
 public:
  virtual ~Keys() = default;
  // What opens PKCS#12 and keys that are encrypted, as the phone's administrator has set it; empty: nothing does. The guide names
  // no item for it (inferred).
  virtual std::string password() const { return {}; }
  // The value of an item: PEM, or PKCS#12 or DER in base64. The error is one sentence: what cannot be read,
  // is not valid now, or has a key that is not the certificate's.
  virtual tl::expected<Certificate, std::string> read(std::string_view value) const = 0;
  // The items that secure-mode-data holds. The error is one sentence: a wrong password, or what is no such data.
  virtual tl::expected<std::vector<wpi::Item>, std::string> unpack(std::string_view data, std::string_view password) const = 0;
};

// Items whose value is a certificate, which no ReadAllItems has (guide p.30).
enum class Holds { nothing, certificate, certificate_and_key };
Holds holds(std::string_view item);

}  // namespace understudy::phone
