// One TCP connection, plain or with TLS, on a non-blocking socket: steps that never wait, and a way to be
// called when a step can go on. Carrier and server both speak through it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <openssl/ssl.h>
#include <span>
#include <string>
#include <string_view>

#include "net/sockets.h"

namespace understudy::net {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  enum class Step {
    done,
    wants_read,  // try again when the socket can be read, see when()
    wants_write,
    ended,   // the other side closed
    failed,  // trouble() says why
  };

  explicit Connection(asio::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Once the socket is connected: no step shall wait, and the addresses are known. `remote` in words, where the caller
  // knows it.
  void made(std::string remote = {});
  // Asio, once it has connected a socket, hears with every wait that it can be written to, and wakes up for that alone. Not from
  // here on.
  void forget_connecting(asio::ip::tcp protocol);
  // Speaks TLS from here on. `name` is sent as the server's name unless empty. False if OpenSSL has no
  // memory.
  bool secure_as_client(SSL_CTX* context, const std::string& name);
  bool secure_as_server(SSL_CTX* context);

  Step handshake();
  Step read(std::span<char> into, std::size_t& n);    // n > 0 where done
  Step write(std::string_view from, std::size_t& n);  // may write less than all
  // OpenSSL holds bytes that were not read yet: the socket's readiness says nothing of them.
  bool has_pending() const { return tls_ && SSL_has_pending(tls_.get()) == 1; }
  // Bytes that came and were not read yet, left where they are.
  std::string peek(std::size_t most);
  // The head of the first TLS record that came, or what came in its place: at most five bytes.
  const std::string& first_record() const { return first_record_; }

  // Calls `then` once from the loop when the socket is ready for what a step wants; never after close().
  void when(Step want, std::function<void()> then);
  // Ends our side: nothing more will be written, reading goes on.
  void finish_writing();
  // Says goodbye as TLS has it, without waiting for an answer, and closes.
  void close();

  bool is_open() const { return open_; }
  const std::string& trouble() const { return trouble_; }
  SSL* tls() const { return tls_.get(); }
  asio::ip::tcp::socket& socket() { return socket_; }
  const std::string& local() const { return local_; }  // "127.0.0.1:43212"; empty until it is made()
  const std::string& remote() const { return remote_; }

 private:
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  bool secure(SSL_CTX* context);
  Step step_of(int result);
  Step step_of_errno(int error);
  void say_goodbye();

  asio::ip::tcp::socket socket_;
  std::unique_ptr<SSL, FreeTls> tls_;
  bool open_ = true;
  bool broken_ = false;  // OpenSSL wants no further call after a fatal error
  std::string trouble_;
  std::string local_, remote_;
  std::string first_record_;
};

std::string in_words(const asio::ip::tcp::endpoint& endpoint);  // "[::1]:443"

}  // namespace understudy::net
