// A passage is made ready: connections and handshakes on both sides.
#include <algorithm>
#include <cerrno>
#include <exception>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/mutual.h"
#include "net/passage.h"

namespace understudy::net {

using Step = Connection::Step;
using asio::ip::tcp;

namespace {

constexpr char tls_record = 0x16;  // of a handshake

// What a client says of a certificate that it does not take (RFC 8446, 6.2).
bool is_about_a_certificate(int alert) {
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) ||
         alert == SSL_AD_UNKNOWN_CA;
}

}  // namespace

void Passage::begin() {
  facts_.begun = house_->loop.now();
  limit(house_->settings.opens, [this] {
    if (!clients_.to && !resolver_) return over();  // a client that says nothing
    if (facts_.service.empty()) return fail(RelayTrouble::unreachable, "no connection in time");
    if (!service_ready_) return fail(RelayTrouble::service_tls, "it did not end the TLS handshake in time");
    fail(RelayTrouble::client_tls, "it did not end the TLS handshake in time");
  });
  facts_.opaque = house_->settings.opaque;
  if (facts_.opaque) return resolve();
  look();
}

void Passage::look() {
  char first = 0;
  const auto came = ::recv(clients_.from->socket().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
  if (came < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return when(clients_.from, Step::wants_read, [this] { look(); });
  if (came <= 0) return over();
  facts_.begun = house_->loop.now();
  const RelaySettings& settings = house_->settings;
  if ((first == tls_record) == settings.plain) {
    facts_.opaque = true;
    trouble(RelayTrouble::not_tls, "");
  } else if (settings.keys) {
    if (settings.keys->decodes(facts_)) return secure_client();
    facts_.opaque = true;
    trouble(RelayTrouble::sealed, "");
  }
  resolve();
}

void Passage::resolve() {
  const Target& service = house_->settings.service;
  asio::error_code error;
  const auto address = asio::ip::make_address(service.host, error);
  if (!error) {
    endpoints_ = {tcp::endpoint(address, service.port)};
    return connect_next();
  }
  resolver_.emplace(house_->loop.context());
  resolver_->async_resolve(
      service.host, std::to_string(service.port), tcp::resolver::numeric_service,
      [self = shared_from_this()](const asio::error_code& failed, const tcp::resolver::results_type& found) {
        if (self->over_) return;
        if (failed) self->last_failure_ = "its name does not resolve: " + failed.message();
        for (const auto& entry : found) self->endpoints_.push_back(entry.endpoint());
        std::reverse(self->endpoints_.begin(), self->endpoints_.end());
        self->connect_next();
      });
}

void Passage::connect_next() {
  if (endpoints_.empty()) return fail(RelayTrouble::unreachable, last_failure_);
  const tcp::endpoint to = endpoints_.back();
  endpoints_.pop_back();
  const RelaySettings& settings = house_->settings;
  const auto next_after = [&](std::string failure) {
    last_failure_ = std::move(failure);
    connect_next();
  };
  const std::string address = to.address().to_string();
  if (settings.may_connect && !settings.may_connect(settings.service.host, address))
    return next_after("a connection to " + address + " is not allowed");
  tcp::socket socket(house_->loop.context());
  asio::error_code error;
  socket.open(to.protocol(), error);
  if (!error && !settings.source_address.empty()) {
    // The port is chosen when the destination is known, so that many connections from one address can share it.
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const auto source = asio::ip::make_address(settings.source_address, error);
    if (!error) socket.bind({source, 0}, error);
  }
  if (error) return next_after("no socket towards " + in_words(to) + ": " + error.message());
  const auto service = std::make_shared<Connection>(std::move(socket));
  clients_.to = services_.from = service;
  services_.to = clients_.from;
  service->socket().async_connect(
      to, [self = shared_from_this(), service, to](const asio::error_code& failed) {
        if (self->over_ || self->clients_.to != service || !service->is_open()) return;
        if (!failed) return self->connected();
        service->close();
        self->last_failure_ = "no connection to " + in_words(to) + ": " + failed.message();
        self->connect_next();
      });
}

void Passage::connected() {
  Connection& service = *services_.from;
  service.made();
  facts_.connected = house_->loop.now();
  facts_.local = service.local();
  facts_.service = service.remote();
  if (facts_.opaque || house_->settings.plain) return open();
  asio::error_code no_address;
  asio::ip::make_address(house_->settings.service.host, no_address);
  const std::string name = no_address ? house_->settings.service.host : "";
  if (!service.secure_as_client(house_->to_service.get(), name)) return fail(RelayTrouble::service_tls, tls_trouble());
  if (credentials_)
    if (const auto shown = show_certificate(service.tls(), *credentials_); !shown) return fail(RelayTrouble::service_tls, shown.error());
  handshake_with_service();
  if (!over_ && !client_ready_) secure_client();
}

void Passage::secure_client() {
  Connection& client = *clients_.from;
  if (!client.secure_as_server(house_->to_clients.get())) return fail(RelayTrouble::client_tls, tls_trouble());
  if (house_->settings.keys)  // whoever signed it: that is for the service to say
    SSL_set_verify(client.tls(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  SSL_set_app_data(client.tls(), this);
  SSL_set_info_callback(client.tls(), [](const SSL* tls, int where, int value) {
    auto* self = static_cast<Passage*>(SSL_get_app_data(tls));
    if (where == SSL_CB_READ_ALERT) self->alert_ = value & 0xFF;
  });
  handshake_with_client();
}

void Passage::service_secured() {
  service_ready_ = true;
  facts_.secured = house_->loop.now();
  const std::string& host = house_->settings.service.host;
  facts_.tls = house_->certificates.facts(services_.from->tls(), host, std::chrono::system_clock::now());
  facts_.secure = credentials_ != nullptr;
  if (credentials_ && !credentials_->server_cas.empty()) {
    if (const std::string refusal = check_service(services_.from->tls(), *credentials_, host, *facts_.tls); !refusal.empty())
      return fail(RelayTrouble::service_tls, refusal);
  }
  open();
}

void Passage::handshake_with_service() {
  switch (const Step step = services_.from->handshake(); step) {
    case Step::done:
      return service_secured();
    case Step::wants_read:
    case Step::wants_write:
      return when(services_.from, step, [this] { handshake_with_service(); });
    case Step::ended:
      return fail(RelayTrouble::service_tls, "it closed the connection in the TLS handshake");
    case Step::failed:
      return fail(RelayTrouble::service_tls, services_.from->trouble());
  }
}

void Passage::handshake_with_client() {
  switch (const Step step = clients_.from->handshake(); step) {
    case Step::done:
      SSL_set_info_callback(clients_.from->tls(), nullptr);
      return client_secured();
    case Step::wants_read:
    case Step::wants_write:
      return when(clients_.from, step, [this] { handshake_with_client(); });
    default:
      return client_failed(step);
  }
}

// In Secure Mode the service comes second: only now it is known what is to be shown to it.
void Passage::client_secured() {
  client_ready_ = true;
  if (!house_->settings.keys) return open();
  if (const std::string certificate = client_certificate(clients_.from->tls()); !certificate.empty()) {
    credentials_ = house_->settings.keys->credentials(certificate);
    if (!credentials_) return fail(RelayTrouble::stranger, "");
  }
  resolve();
}

void Passage::client_failed(Step step) {
  if (is_about_a_certificate(alert_)) return fail(RelayTrouble::refused, SSL_alert_desc_string_long(alert_));
  if (step == Step::ended)
    return fail(RelayTrouble::client_tls, "it closed the connection in the TLS handshake");
  if (alert_ >= 0)
    return fail(RelayTrouble::client_tls, std::string("its alert is ") + SSL_alert_desc_string_long(alert_));
  fail(RelayTrouble::client_tls, clients_.from->trouble());
}

void Passage::open() {
  const bool bare = facts_.opaque || house_->settings.plain;
  if (!bare && !(client_ready_ && service_ready_)) return;
  if (timer_) house_->loop.cancel(*timer_);
  timer_.reset();
  if (facts_.opaque) {
    ++house_->counts.opaque;
  } else if (house_->settings.listens) {
    try {
      ear_ = house_->settings.listens(facts_);
    } catch (const std::exception& failure) {
      trouble(RelayTrouble::deaf, failure.what());
    }
  }
  if (ear_ && house_->settings.edits) edit();
  pump(clients_);
  if (!over_) pump(services_);
}

}  // namespace understudy::net
