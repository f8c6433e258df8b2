// Mutual authentication: a phone in Secure Mode, and who is called by one (guide p.62-65).
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "phone/keys.h"
#include "transcript/entry.h"

namespace understudy::net {

// Before the handshake: the phone's own certificate and key. The error is one sentence.
tl::expected<void, std::string> show_certificate(SSL* tls, const phone::Credentials& credentials);

// After it: why the phone refuses the service, one sentence that names the certificate and the check; empty: it does not.
// `facts` then say what is wrong by these CAs, where they said what would be by none.
std::string check_service(SSL* tls, const phone::Credentials& credentials, const std::string& host, transcript::Tls& facts);

// For a server: wants the client's certificate, signed by one of these. Where it is `required` a client without one is
// refused in the handshake. The error is one sentence.
tl::expected<void, std::string> want_certificate(SSL_CTX* context, const std::vector<std::string>& cas_pem, bool required);
// After the handshake: the client's certificate as PEM; empty: it showed none.
std::string client_certificate(SSL* tls);
// What a server has to say of a handshake that such a client began.
constexpr std::string_view no_client_certificate = "the client showed no certificate";
// After a handshake that failed with this trouble: why the client was refused, one sentence; empty where it was not for its
// certificate.
std::string why_refused(SSL* tls, const std::string& trouble);

}  // namespace understudy::net
