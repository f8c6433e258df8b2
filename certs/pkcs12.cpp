#include "certs/pkcs12.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "certs/openssl.h"

namespace understudy::certs {

namespace {

void free_all(STACK_OF(X509) * certificates) {
  sk_X509_pop_free(certificates, X509_free);
}

}  // namespace

tl::expected<std::string, std::string> to_pkcs12(const Pem& pem, std::string_view password,
                                                 const std::string& name) {
  const Key key = key_from(pem.key);
  const Bio bio = reader_of(pem.certificate);
  const Certificate own = next_certificate(bio.get());
  if (!key || !own)
    return tl::unexpected("cannot make a PKCS#12 of " + name + ": no certificate and key in PEM");
  const std::unique_ptr<STACK_OF(X509), Free<free_all>> chain(sk_X509_new_null());
  while (Certificate above = next_certificate(bio.get()))
    if (sk_X509_push(chain.get(), above.get()) > 0) static_cast<void>(above.release());  // the stack's now
  const std::string secret(password);
  const std::unique_ptr<PKCS12, Free<PKCS12_free>> made(PKCS12_create(
      secret.c_str(), name.c_str(), key.get(), own.get(), chain.get(), 0, 0, PKCS12_DEFAULT_ITER, -1, 0));
  if (!made ||
      PKCS12_set_mac(made.get(), secret.c_str(), -1, nullptr, 0, PKCS12_DEFAULT_ITER, EVP_sha256()) != 1)
    return refused("cannot make a PKCS#12 of " + name);
  std::string der = written([&](BIO* out) { return i2d_PKCS12_bio(out, made.get()); });
  if (der.empty()) return refused("cannot write a PKCS#12 of " + name);
  return der;
}

}  // namespace understudy::certs
