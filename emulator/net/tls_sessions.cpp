#include "net/tls_sessions.h"

#include <openssl/err.h>
#include <utility>

namespace understudy::net {

void TlsSessions::keep(const std::string& phone, std::string reaches, SSL* tls) {
  std::unique_ptr<SSL_SESSION, FreeSession> session(SSL_get1_session(tls));
  if (!session || SSL_SESSION_is_resumable(session.get()) != 1) return;
  sessions_.insert_or_assign(phone, Session{std::move(reaches), std::move(session)});
}

void TlsSessions::offer(const std::string& phone, const std::string& reaches, SSL* tls) const {
  SSL_clear_options(tls, SSL_OP_NO_TICKET);
  const auto at = sessions_.find(phone);
  if (at == sessions_.end() || at->second.reaches != reaches) return;
  if (SSL_set_session(tls, at->second.session.get()) != 1) ERR_clear_error();
}

}  // namespace understudy::net
