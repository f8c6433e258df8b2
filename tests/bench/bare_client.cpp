#include "bare_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace understudy::bench {

BareClient::BareClient(std::uint16_t port) : port_(port), context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set1_groups_list(context_, "X25519:P-256");
  SSL_CTX_set_verify(context_, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
}

BareClient::~BareClient() { SSL_CTX_free(context_); }

bool BareClient::talk(const std::vector<std::string>& requests) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  SSL* ssl = SSL_new(context_);
  SSL_set_fd(ssl, fd);
  bool good = SSL_connect(ssl) == 1;
  std::string answer;
  char buffer[16384];
  for (const std::string& request : requests) {
    if (!good) break;
    good = SSL_write(ssl, request.data(), static_cast<int>(request.size())) == static_cast<int>(request.size());
    answer.clear();
    std::size_t wanted = std::string::npos;
    while (good && answer.size() < wanted) {
      const int n = SSL_read(ssl, buffer, sizeof buffer);
      if (n <= 0) {
        good = false;
        break;
      }
      answer.append(buffer, static_cast<std::size_t>(n));
      const std::size_t head = answer.find("\r\n\r\n");
      const std::size_t length = answer.find("Content-Length: ");
      if (head != std::string::npos && length < head) wanted = head + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
  }
  SSL_shutdown(ssl);
  SSL_free(ssl);
  ::close(fd);
  return good;
}

}  // namespace understudy::bench
