// The TLS sessions of phones, to be resumed on their next connections.
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <unordered_map>

namespace understudy::net {

// At most one a phone: some 12 KB, with the service's certificates, which a resumed connection shows again.
class TlsSessions {
 public:
  // Of a connection that has been answered on: what TLS 1.3 resumes comes behind its handshake.
  void keep(const std::string& phone, std::string reaches, SSL* tls);
  // Makes a connection that has not shaken hands yet one that may be resumed later, and offers what is kept for the same place,
  // if something is.
  void offer(const std::string& phone, const std::string& reaches, SSL* tls) const;
  std::size_t size() const { return sessions_.size(); }

 private:
  struct FreeSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  struct Session {
    std::string reaches;
    std::unique_ptr<SSL_SESSION, FreeSession> session;
  };
  std::unordered_map<std::string, Session> sessions_;  // by phone
};

}  // namespace understudy::net
