// Inside of this room only: what the readers of PEM and PKCS#12 find.
#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "certs/bundle.h"
#include "certs/openssl.h"

namespace understudy::certs {

struct Found {
  std::vector<Certificate> certificates;  // in the order in which they came
  std::vector<Key> keys;
};

// How often a password may be hashed until everything is open. Who makes the file says how many rounds it takes, up to hours.
class Rounds {
 public:
  // Whether so many more are left; they are taken off.
  bool take(std::uint64_t rounds);
  // The same for those that an algorithm of encryption asks for: not_supported where they are too many, or it is none that is known
  // to have any.
  tl::expected<void, BundleError> take(const X509_ALGOR* encryption);

 private:
  std::uint64_t left_ = 2'000'000;
};

tl::expected<Found, BundleError> read_pem(std::string_view text, std::string_view password);
// `bytes` begin as a PKCS#12 does.
tl::expected<Found, BundleError> read_pkcs12(std::string_view bytes, std::string_view password);

}  // namespace understudy::certs
