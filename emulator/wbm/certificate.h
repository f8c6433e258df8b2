// The certificate that the pages' server shows, which can be changed while it serves.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

namespace understudy::wbm {

class ShownCertificate {
 public:
  ShownCertificate();
  ~ShownCertificate();
  // The chain, own certificate first, and its key. False where OpenSSL does not take them: then nothing changes. Connections
  // that are open keep what they saw.
  bool set(const std::string& certificate_pem, const std::string& key_pem);
  // Handshakes of this context show it from now on, in any thread; this must outlive them.
  void attach(SSL_CTX* context);

 private:
  struct Material;
  static int show(SSL* tls, void* self);

  std::mutex mutex_;
  std::shared_ptr<const Material> material_;
};

}  // namespace understudy::wbm
