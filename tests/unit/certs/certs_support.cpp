#include "certs_support.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace understudy::certs {

std::vector<CertificateObject> chain_of(const std::string& pem) {
  std::vector<CertificateObject> chain;
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  while (X509* x = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) chain.emplace_back(x);
  BIO_free(bio);
  return chain;
}

KeyObject key_of(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  KeyObject key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return key;
}

std::string pem_of_certificate(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

int verdict(const std::string& root_pem, const std::string& chain, const std::string& host) {
  const auto root = chain_of(root_pem);
  const auto sent = chain_of(chain);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, root.front().get());
  STACK_OF(X509)* others = sk_X509_new_null();
  for (const auto& one : sent) sk_X509_push(others, one.get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, sent.front().get(), others);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(now));
  X509_VERIFY_PARAM_set_purpose(parameters, host.empty() ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER);
  if (!host.empty() && X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size());
  X509_verify_cert(context);
  const int error = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  sk_X509_free(others);
  X509_STORE_free(store);
  return error;
}

}  // namespace understudy::certs
