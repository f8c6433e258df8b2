// What the tests of this room share: OpenSSL's own view of what was made.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <vector>

#include "certs/authority.h"

namespace understudy::certs {

// 15 January 2027, 08:00:00 UTC.
inline const Time now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));

struct FreeX509 {
  void operator()(X509* x) const { X509_free(x); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using CertificateObject = std::unique_ptr<X509, FreeX509>;
using KeyObject = std::unique_ptr<EVP_PKEY, FreeKey>;

std::vector<CertificateObject> chain_of(const std::string& pem);
KeyObject key_of(const std::string& pem);
std::string pem_of_certificate(X509* certificate);

// What OpenSSL says at `now` of the certificate in front of `chain`, with those behind it to build on, trusting `root_pem` alone: as a
// server of that host, or where there is no host as a client.
int verdict(const std::string& root_pem, const std::string& chain, const std::string& host);

}  // namespace understudy::certs
