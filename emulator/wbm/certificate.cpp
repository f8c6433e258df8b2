#include "wbm/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace understudy::wbm {

namespace {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

void free_chain(STACK_OF(X509) * chain) { sk_X509_pop_free(chain, X509_free); }

Bio memory_of(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

}  // namespace

struct ShownCertificate::Material {
  std::unique_ptr<X509, Free<X509_free>> own;
  std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>> key;
  std::unique_ptr<STACK_OF(X509), Free<free_chain>> chain{sk_X509_new_null()};
};

ShownCertificate::ShownCertificate() = default;
ShownCertificate::~ShownCertificate() = default;

bool ShownCertificate::set(const std::string& certificate_pem, const std::string& key_pem) {
  auto fresh = std::make_shared<Material>();
  const Bio in = memory_of(certificate_pem), key = memory_of(key_pem);
  fresh->own.reset(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  fresh->key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  const bool good = fresh->own && fresh->key && fresh->chain && X509_check_private_key(fresh->own.get(), fresh->key.get()) == 1;
  while (good) {
    X509* next = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr);
    if (!next) break;
    if (sk_X509_push(fresh->chain.get(), next) == 0) X509_free(next);
  }
  ERR_clear_error();  // the end of the text is an error to PEM_read
  if (!good) return false;
  const std::lock_guard lock(mutex_);
  material_ = std::move(fresh);
  return true;
}

void ShownCertificate::attach(SSL_CTX* context) { SSL_CTX_set_cert_cb(context, show, this); }

int ShownCertificate::show(SSL* tls, void* self) {
  auto& shown = *static_cast<ShownCertificate*>(self);
  std::shared_ptr<const Material> material;
  {
    const std::lock_guard lock(shown.mutex_);
    material = shown.material_;
  }
  return material && SSL_use_certificate(tls, material->own.get()) == 1 && SSL_use_PrivateKey(tls, material->key.get()) == 1 &&
         SSL_set1_chain(tls, material->chain.get()) == 1;
}

}  // namespace understudy::wbm
