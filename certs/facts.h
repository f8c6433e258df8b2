// What stands in a certificate, in words.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "certs/authority.h"

namespace understudy::certs {

// Seconds alone: a certificate may be valid until 31 December 9999, and nanoseconds end in 2262.
using Second = std::chrono::sys_seconds;

// Texts are UTF-8 without control characters, whatever the certificate holds.
struct CertificateFacts {
  std::string subject, issuer;  // RFC 2253: "CN=00:1A:E8:FF:5C:C2,O=Example"; empty where it has no name
  std::string serial;           // hex: "1F09"
  Second not_before, not_after;
  std::string sha256, sha1;  // of the DER: "0A:1B:..."
  std::string key_type;      // "RSA", "EC P-256", "Ed25519"; "unknown" where OpenSSL does not know it
  int key_bits = 0;          // 0 where that is not known
  bool is_ca = false;
  std::vector<std::string>
      alternative_names;  // "DNS:localhost", "IP:127.0.0.1", in the order of the certificate
};

// Of the first certificate in `pem`. An error is one line.
tl::expected<CertificateFacts, std::string> facts_of(std::string_view pem);

enum class Validity { valid, not_yet_valid, expired };
std::string_view name_of(Validity validity);  // "not yet valid"
// Both ends belong to the time in which it is valid (RFC 5280, 4.1.2.5).
Validity validity_at(const CertificateFacts& facts, Time now);

// ISO 8601 in UTC: "2026-11-27T03:59:22Z".
std::string iso_text(Second second);

// One line for items like wbm-server-certificate-info, always in this order (inferred: what real phones write is not known):
// "subject CN=...; issuer CN=...; serial 1F09; valid 2026-11-27T03:59:22Z to 2027-11-27T03:59:22Z; SHA-256 0A:1B:...".
std::string info_text(const CertificateFacts& facts);

}  // namespace understudy::certs
