// What a service hands to a phone in an item such as dls-client-certificate, dls-server-ca or wbm-server-certificate: the
// certificate, the key and the chain in it (guide p.60, p.64).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace understudy::certs {

constexpr std::size_t largest_bundle = 1'000'000;  // bytes of an item's value (inferred)

enum class BundleError {
  too_large,
  not_base64,
  unknown_form,
  damaged,
  not_supported,
  wrong_password,
  no_certificate,
  no_key,
  key_mismatch,
};
// For a user, to stand behind a colon: "it is neither base64 nor PEM".
std::string_view sentence_of(BundleError error);

enum class Form { pem, pkcs12, der };

// All in PEM. Without a key its own certificate is the first that came; with one, that to which the key belongs.
struct Bundle {
  Form form = Form::pem;
  std::string certificate;
  std::string key;  // PKCS#8, not encrypted; empty: none came
  std::vector<std::string>
      chain;  // the others: each that vouches for the one before, then the rest as they came

  // Own certificate and chain in one text, as servers and clients take it.
  std::string pem() const;
};

enum class WantedKey { optional, required };

// Takes base64, with line breaks or without, of PKCS#12, PEM or the DER of a certificate; PEM as it is, indented or not; and, for
// files, PKCS#12 and DER as they are. `password` opens a PKCS#12, or an encrypted key in PEM; what is not
// encrypted is read whatever it is. Which forms real
// phones take beyond the guide's is not known. Whatever comes is read within a bounded time: PKCS#12 that wants more than two million
// rounds to be opened is not supported.
tl::expected<Bundle, BundleError> read_bundle(std::string_view item_value, std::string_view password,
                                              WantedKey key = WantedKey::optional);

}  // namespace understudy::certs
