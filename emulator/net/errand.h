// One request on its way: from the name of the host to the last byte of the answer, with a time-out for each
// phase.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/carrier.h"
#include "net/connection.h"
#include "net/http_reader.h"
#include "net/https_carrier.h"
#include "net/sockets.h"
#include "net/tls_profile.h"
#include "net/tls_sessions.h"
#include "wpi/reader.h"

namespace understudy::net {

// What all errands of a carrier share.
struct Exchanger {
  Exchanger(EventLoop& on, CarrierSettings given,
            std::function<bool(const std::string& host, const std::string& address)> allowed)
      : loop(on), settings(given), may_connect(std::move(allowed)) {}

  EventLoop& loop;
  CarrierSettings settings;
  std::function<bool(const std::string& host, const std::string& address)> may_connect;
  TlsContext current, old;  // made when first needed
  CertificateBook certificates;
  TlsSessions sessions;
  wpi::Reader reader;
  std::uint64_t connections = 0, read = 0, validated = 0;  // made; answers that were parsed, and of them against the schema

  tl::expected<SSL_CTX*, std::string> context(TlsProfile profile);
};

// A connection that waits for its phone's next request.
struct Kept {
  std::shared_ptr<Connection> connection;
  std::uint64_t number = 0;
  std::optional<transcript::Tls> tls;
  std::string reaches;  // what it was opened for, see reaches()
};
std::string reaches(const Order& order);

class Errand : public std::enable_shared_from_this<Errand> {
 public:
  // `over` is called once, when the record is whole.
  Errand(std::shared_ptr<Exchanger> exchanger, Order order, std::function<void(Errand&)> over);

  void start(std::optional<Kept> kept);
  // Breaks off; `over` is called before it returns.
  void interrupt();
  // Breaks off and never calls `over`.
  void abandon();

  transcript::Exchange record;
  // Where the connection may carry another request.
  std::optional<Kept> kept;
  const Order& order() const { return order_; }
  bool finished() const { return finished_; }

 private:
  using Phase = transcript::Phase;
  using Outcome = transcript::Outcome;

  void enter(Phase phase, microseconds wait);
  void timed_out();
  std::string silence() const;
  std::string unreadable() const;
  std::shared_ptr<Errand> self() { return shared_from_this(); }

  bool still_there();
  void resolve();
  void connect_next();
  void next_after(std::string failure);
  std::optional<std::string> bind_source(asio::ip::tcp::socket& socket,
                                         const asio::ip::tcp::endpoint& to) const;
  void connected();
  void handshake();
  bool answers_tls();
  void secured();
  void renegotiate();
  void renegotiating();
  void send();
  void send_slowly();
  std::string_view next_to_send();
  void sent();
  void drop(const std::string& when);
  void receive();
  void answer_done();
  void lost();
  void go_on(Connection::Step want, void (Errand::*step)());
  bool keeps_connection() const;
  bool resumes() const;
  void finish(Outcome outcome, std::string failure);

  std::shared_ptr<Exchanger> exchanger_;
  Order order_;
  std::function<void(Errand&)> over_;
  HttpReader reader_;
  std::optional<asio::ip::tcp::resolver> resolver_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;  // still to be tried, the next one last
  std::shared_ptr<Connection> connection_;
  std::optional<std::uint64_t> timer_;
  std::string last_failure_;  // of the address tried before
  bool not_allowed_ = false;  // the address that was tried last
  std::string out_;           // the request's bytes, or of a long one those that go out next
  std::size_t out_begin_ = 0;  // where those stand in the request
  std::size_t out_size_ = 0;   // of the whole request
  std::size_t written_ = 0;
  std::size_t received_ = 0;  // bytes
  std::size_t may_send_ = 0;  // so many bytes of it may go out by now
  std::optional<std::uint64_t> pace_;  // the timer of the next ones, if they go out slowly
  bool heard_handshake_ = false;  // something came in the handshake
  bool finished_ = false;
};

}  // namespace understudy::net
