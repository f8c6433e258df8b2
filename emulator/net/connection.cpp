#include "net/connection.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <openssl/err.h>
#include <sys/socket.h>
#include <utility>

#include "net/tls_profile.h"

namespace understudy::net {

Connection::Connection(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

Connection::~Connection() {
  close();
}

void Connection::made(std::string remote) {
  asio::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  // A message goes out in one piece anyway; the next one shall not wait for its acknowledgement.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto local = socket_.local_endpoint(ignored);
  if (!ignored) local_ = in_words(local);
  remote_ = std::move(remote);
  if (!remote_.empty()) return;
  const auto other = socket_.remote_endpoint(ignored);
  if (!ignored) remote_ = in_words(other);
}

void Connection::forget_connecting(asio::ip::tcp protocol) {
  asio::error_code error;
  const int descriptor = socket_.release(error);
  if (!error) socket_.assign(protocol, descriptor, error);
}

bool Connection::secure(SSL_CTX* context) {
  tls_.reset(SSL_new(context));
  if (!tls_) return false;
  SSL_set_msg_callback(tls_.get(), [](int sent, int, int kind, const void* bytes, size_t size, SSL*, void* self) {
    std::string& first = static_cast<Connection*>(self)->first_record_;
    if (sent == 0 && kind == SSL3_RT_HEADER && first.empty()) first.assign(static_cast<const char*>(bytes), size);
  });
  SSL_set_msg_callback_arg(tls_.get(), this);
  return SSL_set_fd(tls_.get(), socket_.native_handle()) == 1;
}

bool Connection::secure_as_client(SSL_CTX* context, const std::string& name) {
  if (!secure(context)) return false;
  SSL_set_connect_state(tls_.get());
  return name.empty() || SSL_set_tlsext_host_name(tls_.get(), name.c_str()) == 1;
}

bool Connection::secure_as_server(SSL_CTX* context) {
  if (!secure(context)) return false;
  SSL_set_accept_state(tls_.get());
  return true;
}

Connection::Step Connection::step_of_errno(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) return Step::wants_read;
  broken_ = true;
  trouble_ = error == ECONNRESET || error == EPIPE
                 ? "the connection was reset"
                 : asio::error_code(error, asio::system_category()).message();
  return Step::failed;
}

Connection::Step Connection::step_of(int result) {
  const int error = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_NONE:
      return Step::done;
    case SSL_ERROR_WANT_READ:
      return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return Step::ended;
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      return error == 0 ? Step::ended : step_of_errno(error);
    default:
      broken_ = true;
      // Closed without the goodbye of TLS, at a place where it matters to OpenSSL.
      if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return Step::ended;
      }
      trouble_ = tls_trouble();
      return Step::failed;
  }
}

Connection::Step Connection::handshake() {
  if (broken_) return Step::failed;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(tls_.get());
  return result == 1 ? Step::done : step_of(result);
}

Connection::Step Connection::read(std::span<char> into, std::size_t& n) {
  n = 0;
  if (!open_ || broken_) return Step::failed;
  if (tls_) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &n);
    return result == 1 ? Step::done : step_of(result);
  }
  const ssize_t result = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (result < 0) return step_of_errno(errno);
  n = static_cast<std::size_t>(result);
  return n == 0 ? Step::ended : Step::done;
}

Connection::Step Connection::write(std::string_view from, std::size_t& n) {
  n = 0;
  if (from.empty()) return Step::done;
  if (!open_ || broken_) return Step::failed;
  if (tls_) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_write_ex(tls_.get(), from.data(), from.size(), &n);
    return result == 1 ? Step::done : step_of(result);
  }
  const ssize_t result = ::send(socket_.native_handle(), from.data(), from.size(), MSG_NOSIGNAL);
  if (result < 0) {
    const Step step = step_of_errno(errno);
    return step == Step::wants_read ? Step::wants_write : step;
  }
  n = static_cast<std::size_t>(result);
  return Step::done;
}

std::string Connection::peek(std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t n =
      open_ ? ::recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT) : 0;
  bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return bytes;
}

void Connection::when(Step want, std::function<void()> then) {
  const auto readiness =
      want == Step::wants_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  socket_.async_wait(readiness,
                     [weak = weak_from_this(), then = std::move(then)](const asio::error_code& error) {
                       if (error == asio::error::operation_aborted) return;
                       // Readiness may have been found before a close() that came in between.
                       const std::shared_ptr<Connection> self = weak.lock();
                       if (self && self->open_) then();
                     });
}

void Connection::say_goodbye() {
  if (!tls_ || broken_ || SSL_is_init_finished(tls_.get()) == 0) return;
  ERR_clear_error();
  SSL_shutdown(tls_.get());
  ERR_clear_error();
}

void Connection::finish_writing() {
  say_goodbye();
  asio::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Connection::close() {
  if (!open_) return;
  open_ = false;
  say_goodbye();
  asio::error_code ignored;
  socket_.close(ignored);
  tls_.reset();
}

std::string in_words(const asio::ip::tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace understudy::net
