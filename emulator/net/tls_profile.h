// TLS as phones and services speak it: one context a profile, and what there is to say about a certificate.
#pragma once

#include <chrono>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <vector>

#include "net/carrier.h"
#include "net/server.h"
#include "transcript/entry.h"

namespace understudy::net {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// The error is one line. No sessions are resumed.
tl::expected<TlsContext, std::string> client_context(TlsProfile profile);
// Makes a context that somebody else made one of a phone. Which certificates are taken is left alone. False: see tls_trouble().
bool make_phone_of(SSL_CTX* context, TlsProfile profile);
tl::expected<TlsContext, std::string> server_context(const ServerTls& tls);

// What OpenSSL's error queue holds, in words, an alert of the other side as what it means. Empties the queue.
std::string tls_trouble();

// What a port seems to speak that answered a TLS hello with these bytes, as a sentence; empty if it may be
// TLS.
std::string not_tls(const std::string& first_bytes);

// Says what a phone could know of a connection's TLS. A certificate is looked at once and remembered, for
// thousands of phones see the same.
class CertificateBook {
 public:
  // `host` is the name or address that the connection was meant for. unknown_issuer: a phone in default mode
  // trusts nobody, so that is every issuer but the certificate itself.
  transcript::Tls facts(SSL* tls, const std::string& host, std::chrono::system_clock::time_point now);

  // What is wrong with a certificate that came for `host`, with what came beside it.
  static std::vector<transcript::CertificateProblem> problems_of(X509* certificate, STACK_OF(X509) * chain, const std::string& host,
                                                                 std::chrono::system_clock::time_point now);

 private:
  struct Known {
    std::string subject, issuer, not_before, not_after;
    std::time_t from = 0, until = 0;
    std::vector<transcript::CertificateProblem> problems;  // but those of time
  };
  static std::vector<transcript::CertificateProblem> problems_at(const Known& known, std::chrono::system_clock::time_point now);
  static Known look_at(X509* certificate, STACK_OF(X509) * chain, const std::string& host);

  std::unordered_map<std::string, Known> known_;  // by host and the certificate's bytes
};

}  // namespace understudy::net
