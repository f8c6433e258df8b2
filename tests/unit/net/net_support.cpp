#include "unit/net/net_support.h"

#include <map>

namespace understudy::net {

ServerTls tls_of(certs::Ready ready, certs::KeyType key) {
  static const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  static std::map<std::pair<certs::Ready, certs::KeyType>, certs::Pem> made;
  auto at = made.find({ready, key});
  if (at == made.end())
    at = made.emplace(std::pair(ready, key),
                      authority->issue(certs::profile_of(ready, {"127.0.0.1", "localhost"}, key)).value())
             .first;
  return {at->second.certificate, at->second.key};
}

std::string ok(std::string_view body, std::string_view headers) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

Peer::Peer(EventLoop& loop, Script script)
    : script_(std::move(script)), acceptor_(loop.context(), {asio::ip::address_v4::loopback(), 0}) {
  accept();
}

void Peer::accept() {
  acceptor_.async_accept([this](const asio::error_code& error, asio::ip::tcp::socket socket) {
    if (error) return;
    ++connections_;
    Guest& guest = guests_.emplace_back(std::move(socket));
    if (!script_.listens_first) speak(guest);
    listen(guest);
    accept();
  });
}

void Peer::listen(Guest& guest) {
  guest.socket.async_read_some(asio::buffer(guest.heard),
                               [this, &guest](const asio::error_code& error, std::size_t) {
                                 if (error) return;
                                 speak(guest);
                                 if (guest.socket.is_open()) listen(guest);
                               });
}

void Peer::speak(Guest& guest) {
  if (std::exchange(guest.spoke, true)) return;
  asio::error_code ignored;
  asio::write(guest.socket, asio::buffer(script_.says), ignored);
  if (script_.closes) guest.socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

std::unique_ptr<Server> Carried::serve(Served served, std::optional<ServerTls> tls) {
  return serve_each([served](const wpi::HttpRequest&, const Caller&) { return served; }, std::move(tls));
}

std::unique_ptr<Server> Carried::serve_each(Handler handler, std::optional<ServerTls> tls) {
  ServerSettings settings;
  settings.tls = std::move(tls);
  return Server::listen(loop_, settings, std::move(handler)).value();
}

Order Carried::order(std::uint16_t port, bool tls) {
  Order made;
  made.phone = "phone-1";
  made.target = {tls, "127.0.0.1", port, "/DeploymentService/LoginService"};
  made.request = {
      "POST", made.target.path, {{"Host", made.target.host_header()}, {"Content-Length", "5"}}, "hello"};
  return made;
}

transcript::Exchange Carried::carry(Order what) {
  std::optional<transcript::Exchange> result;
  carrier_.carry(std::move(what), [&](transcript::Exchange exchange) {
    EXPECT_FALSE(result) << "done was called twice";
    result = std::move(exchange);
  });
  EXPECT_FALSE(result) << "done was called from inside carry()";
  EXPECT_TRUE(loop_.run([&] { return result.has_value(); }, seconds(20))) << "done was not called";
  return result.value_or(transcript::Exchange{});
}

}  // namespace understudy::net
