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
