// OpenSSL's objects with an owner, and PEM from and to them, for this room and those that talk TLS.
#pragma once

#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace understudy::certs {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

// "STEP: the reason that OpenSSL gives", and its queue of errors is empty again.
tl::unexpected<std::string> refused(std::string_view step);

// What `write` writes to a BIO; empty where it does not return 1.
template <typename Write>
std::string written(Write write) {
  const Bio memory(BIO_new(BIO_s_mem()));
  if (!memory || write(memory.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate);
std::string pem_of(EVP_PKEY* key);  // PKCS#8, not encrypted

// A view of `bytes`, which must outlive it.
Bio reader_of(std::string_view bytes);
// The next certificate, or none where no more comes.
Certificate next_certificate(BIO* pem);
Key key_from(std::string_view pem);

}  // namespace understudy::certs
