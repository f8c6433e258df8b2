// What the tests of net/ share: certificates, a peer that follows a script byte for byte, and a phone's
// request.
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <list>
#include <string>
#include <string_view>

#include "certs/authority.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "net/sockets.h"

namespace understudy::net {

using std::chrono::milliseconds;
using std::chrono::seconds;

// For 127.0.0.1 and localhost, of a root made once a program.
ServerTls tls_of(certs::Ready ready = certs::Ready::valid, certs::KeyType key = certs::KeyType::ec_p256);

std::string ok(std::string_view body, std::string_view headers = "");
inline const std::string clean_up =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DLSMessage xmlns=\"http://www.siemens.com/DLS\">"
    "<Message nonce=\"7A\"><Action>CleanUp</Action></Message></DLSMessage>";

// A plain TCP peer without manners: says its line, to whoever connects, and closes or keeps silent.
class Peer {
 public:
  struct Script {
    std::string says;
    bool listens_first = false;  // says it only after something came
    bool closes = false;         // after it was said
  };
  Peer(EventLoop& loop, Script script);
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }

 private:
  struct Guest {
    explicit Guest(asio::ip::tcp::socket taken) : socket(std::move(taken)) {}
    asio::ip::tcp::socket socket;
    std::array<char, 4096> heard{};
    bool spoke = false;
  };
  void accept();
  void listen(Guest& guest);
  void speak(Guest& guest);

  Script script_;
  asio::ip::tcp::acceptor acceptor_;
  std::list<Guest> guests_;
  int connections_ = 0;
};

// A client that sends exactly the bytes it is given and collects what comes until the server closes.
class RawClient {
 public:
  RawClient(EventLoop& loop, std::uint16_t port, const std::string& address = "127.0.0.1")
      : loop_(loop), socket_(loop.context()) {
    socket_.connect({asio::ip::make_address(address), port});
    read();
  }
  ~RawClient() { heard_->left = true; }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  // What a closed connection does not take is lost.
  void send(std::string_view bytes) {
    asio::error_code ignored;
    asio::write(socket_, asio::buffer(bytes), ignored);
  }
  bool until_closed() {
    return loop_.run([&] { return heard_->closed; }, seconds(10));
  }
  bool until(std::size_t bytes) {
    return loop_.run([&] { return heard_->bytes.size() >= bytes; }, seconds(10));
  }
  void leave() { socket_.close(); }
  bool closed() const { return heard_->closed; }
  const std::string& heard() const { return heard_->bytes; }

 private:
  struct Heard {
    std::array<char, 4096> piece{};
    std::string bytes;
    bool closed = false;
    bool left = false;  // the client is no more, though what it began may end later
  };
  void read() {
    socket_.async_read_some(asio::buffer(heard_->piece),
                            [this, heard = heard_](const asio::error_code& error, std::size_t n) {
                              heard->bytes.append(heard->piece.data(), n);
                              heard->closed = static_cast<bool>(error);
                              if (!error && !heard->left) read();
                            });
  }

  EventLoop& loop_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
};

// A server without TLS.
class PlainServer : public ::testing::Test {
 protected:
  void listen(Handler handler, ServerSettings settings = {}) {
    server_ = Server::listen(loop_, std::move(settings), std::move(handler)).value();
  }
  EventLoop loop_;
  std::unique_ptr<Server> server_;
};

// Carries orders one at a time, on a loop of its own.
class Carried : public ::testing::Test {
 protected:
  // A server that gives every request the same answer; with TLS unless told otherwise.
  std::unique_ptr<Server> serve(Served served, std::optional<ServerTls> tls = tls_of());
  std::unique_ptr<Server> serve_each(Handler handler, std::optional<ServerTls> tls = tls_of());

  static Order order(std::uint16_t port, bool tls = true);
  transcript::Exchange carry(Order what);
  transcript::Exchange ask(std::uint16_t port, bool tls = true) { return carry(order(port, tls)); }

  EventLoop loop_;
  HttpsCarrier carrier_{loop_};
};

}  // namespace understudy::net
