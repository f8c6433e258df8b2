#include "certs/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace understudy::certs {

tl::unexpected<std::string> refused(std::string_view step) {
  std::string text(step);
  if (const unsigned long error = ERR_get_error(); error != 0) {
    const char* reason = ERR_reason_error_string(error);
    text.append(": ").append(reason != nullptr ? reason : "unknown error of OpenSSL");
  }
  ERR_clear_error();
  return tl::unexpected(std::move(text));
}

std::string pem_of(X509* certificate) {
  return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string pem_of(EVP_PKEY* key) {
  return written(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

Bio reader_of(std::string_view bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

Certificate next_certificate(BIO* pem) {
  Certificate certificate(PEM_read_bio_X509(pem, nullptr, nullptr, nullptr));
  if (!certificate) ERR_clear_error();
  return certificate;
}

Key key_from(std::string_view pem) {
  const Bio bio = reader_of(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) ERR_clear_error();
  return key;
}

}  // namespace understudy::certs
