// One client of a relay and its connection to the service. Not for others than relay.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/relay.h"
#include "net/sockets.h"
#include "net/tls_profile.h"

namespace understudy::net {

class Passage : public std::enable_shared_from_this<Passage> {
 public:
  struct House {
    House(EventLoop& on, RelaySettings given) : loop(on), settings(std::move(given)) {}
    EventLoop& loop;
    RelaySettings settings;
    TlsContext to_clients, to_service;
    CertificateBook certificates;
    RelayCounts counts;
    std::unordered_map<std::uint64_t, std::shared_ptr<Passage>> passages;
  };

  Passage(std::shared_ptr<House> house, std::shared_ptr<Connection> client, Relayed facts)
      : house_(std::move(house)), facts_(std::move(facts)), clients_{true, std::move(client), nullptr} {}

  void begin();
  void over();

 private:
  // What goes from one side to the other.
  struct Way {
    bool of_client = true;
    std::shared_ptr<Connection> from, to;
    std::string held = {};   // read, and not yet taken by the other side
    std::optional<HttpFilter> filter = {};        // where messages may be changed
    std::optional<std::uint64_t> patience = {};   // the timer of a message that waits for its rest
    bool reads_later = false, writes_later = false;  // when the socket is ready
    bool spoke = false;
    bool ended = false;      // nothing more will be read
    bool passed_on = false;  // so the other side knows
  };

  void look();
  void resolve();
  void connect_next();
  void connected();
  void handshake_with_client();
  void handshake_with_service();
  void client_failed(Connection::Step step);
  void secure_client();
  void client_secured();
  void service_secured();
  void open();
  void pump(Way& way);
  bool flush(Way& way);
  bool take(Way& way);
  void read_later(Way& way, Connection::Step step);
  void edit();
  void filter(Way& way);
  std::string edited(Way& way, std::string_view bytes);
  void wait_for_rest(Way& way);
  bool speaks_to_service(const Way& way) const { return way.of_client != house_->settings.service_calls; }
  void left(Way& way);
  void let_go(Way& way, std::string bytes);
  void end(Way& way);
  void pass_end_on(Way& way);
  void lost(Way& way);
  void count(Way& way, std::size_t bytes);
  void tell(const std::function<void(RelayEar&)>& what);
  void trouble(RelayTrouble kind, const std::string& why);
  void fail(RelayTrouble kind, const std::string& why);
  void when(const std::shared_ptr<Connection>& connection, Connection::Step want, std::function<void()> then);
  void limit(microseconds time, std::function<void()> then);
  void linger();

  std::shared_ptr<House> house_;
  Relayed facts_;
  Way clients_, services_{false, nullptr, nullptr};  // by who speaks
  std::unique_ptr<RelayEar> ear_;
  std::optional<asio::ip::tcp::resolver> resolver_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;  // still to be tried, the next one last
  std::string last_failure_ = "its name has no address";
  std::optional<std::uint64_t> timer_;
  int alert_ = -1;  // of the client
  std::shared_ptr<const phone::Credentials> credentials_;  // in Secure Mode: of the phone
  bool client_ready_ = false, service_ready_ = false, over_ = false;
};

}  // namespace understudy::net
