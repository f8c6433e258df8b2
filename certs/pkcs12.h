// PKCS#12, the form in which a service hands a phone a certificate with its key (guide p.60, p.64).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "certs/authority.h"

namespace understudy::certs {

// DER of a PKCS#12 with the key, the chain, own certificate first, and a name for it; made as OpenSSL 3 does without further
// options: PBES2 with PBKDF2 (SHA-256) and AES-256-CBC, MAC with SHA-256. Without a password it is made with an empty one. What
// real phones can read is not known; their OpenSSL (0.9.8 and 1.0) could not read these, but 3DES with SHA-1
// (`openssl pkcs12 -export -legacy`). An error is one line.
tl::expected<std::string, std::string> to_pkcs12(const Pem& pem, std::string_view password,
                                                 const std::string& name);

}  // namespace understudy::certs
