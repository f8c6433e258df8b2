#include "net/relay.h"

#include <utility>

#include "net/passage.h"

namespace understudy::net {

using asio::ip::tcp;

namespace {

constexpr microseconds accept_again = std::chrono::milliseconds(50);

}  // namespace

struct Relay::Impl : std::enable_shared_from_this<Relay::Impl> {
  explicit Impl(std::shared_ptr<Passage::House> of) : house(std::move(of)), acceptor(house->loop.context()) {}

  std::optional<std::string> open();
  void accept();
  void welcome(tcp::socket socket);
  void stop();

  std::shared_ptr<Passage::House> house;
  tcp::acceptor acceptor;
  std::optional<std::uint64_t> timer;
};

std::optional<std::string> Relay::Impl::open() {
  asio::error_code error;
  const auto address = asio::ip::make_address(house->settings.address, error);
  if (error) return "\"" + house->settings.address + "\" is no address to listen on";
  const tcp::endpoint endpoint(address, house->settings.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return "cannot listen on " + in_words(endpoint) + ": " + error.message();
  return std::nullopt;
}

void Relay::Impl::accept() {
  acceptor.async_accept([weak = weak_from_this()](const asio::error_code& error, tcp::socket socket) {
    const std::shared_ptr<Impl> self = weak.lock();
    if (!self || !self->acceptor.is_open()) return;
    if (!error) self->welcome(std::move(socket));
    if (!self->acceptor.is_open()) return;
    if (!error || error == asio::error::connection_aborted) return self->accept();
    // No descriptors are left: those that wait are served when others have gone.
    self->timer = self->house->loop.after(accept_again, [weak] {
      if (const std::shared_ptr<Impl> still = weak.lock()) still->accept();
    });
  });
}

void Relay::Impl::welcome(tcp::socket socket) {
  const auto client = std::make_shared<Connection>(std::move(socket));
  client->made();
  Relayed facts;
  facts.number = ++house->counts.connections;
  facts.client = client->remote();
  facts.client_calls = client->local();
  ++house->counts.open;
  const auto passage = std::make_shared<Passage>(house, client, std::move(facts));
  house->passages.emplace(house->counts.connections, passage);
  passage->begin();
}

void Relay::Impl::stop() {
  asio::error_code ignored;
  acceptor.close(ignored);
  if (timer) house->loop.cancel(*timer);
  timer.reset();
  const auto passages = std::exchange(house->passages, {});
  for (const auto& [number, passage] : passages) passage->over();
}

Relay::Relay() = default;
Relay::~Relay() {  // NOLINT(bugprone-exception-escape): closing takes error codes
  stop();
}

tl::expected<std::unique_ptr<Relay>, std::string> Relay::listen(EventLoop& loop, RelaySettings settings) {
  const auto house = std::make_shared<Passage::House>(loop, std::move(settings));
  if (!house->settings.opaque && !house->settings.plain) {
    auto to_clients = server_context(house->settings.tls);
    if (!to_clients) return tl::unexpected(to_clients.error());
    auto to_service = client_context(TlsProfile::current);
    if (!to_service) return tl::unexpected(to_service.error());
    house->to_clients = std::move(*to_clients);
    house->to_service = std::move(*to_service);
  }
  std::unique_ptr<Relay> relay(new Relay);
  relay->impl_ = std::make_shared<Impl>(house);
  if (auto failure = relay->impl_->open()) {
    relay->impl_.reset();
    return tl::unexpected(std::move(*failure));
  }
  relay->impl_->accept();
  return relay;
}

std::uint16_t Relay::port() const {
  asio::error_code error;
  const auto endpoint = impl_->acceptor.local_endpoint(error);
  return error ? std::uint16_t{0} : endpoint.port();
}

const RelayCounts& Relay::counts() const {
  return impl_->house->counts;
}

void Relay::stop() {
  if (impl_) impl_->stop();
}

}  // namespace understudy::net
