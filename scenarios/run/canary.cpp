#include "scenarios/run/canary.h"

#include <utility>

#include "phone/random.h"

namespace understudy::scenarios {

namespace {

constexpr std::size_t most_connections = 32, most_request = 16'384;

std::string in_hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4) out += digits[number >> shift & 15];
  return out;
}

}  // namespace

tl::expected<std::unique_ptr<Canary>, std::string> Canary::listen(net::EventLoop& loop, const std::string& address, std::uint64_t seed) {
  auto canary = std::make_unique<Canary>("", seed);
  net::ServerSettings settings;
  settings.address = address;
  settings.max_connections = most_connections;
  settings.max_request = most_request;
  auto server = net::Server::listen(loop, settings, [it = canary.get()](const wpi::HttpRequest& request, const net::Caller& caller) {
    const bool known = it->hear(request.method, request.target, caller.remote);
    const std::string head = known ? "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" : "HTTP/1.1 404 Not Found\r\n";
    return net::Served{.bytes = head + "Content-Length: 0\r\nConnection: close\r\n\r\n", .close = true};
  });
  if (!server) return tl::unexpected(server.error());
  const bool is_v6 = address.find(':') != std::string::npos;
  canary->host_ = (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string((*server)->port());
  canary->server_ = std::move(*server);
  return canary;
}

std::string Canary::url(std::function<void(const std::string& how)> fetched) {
  const std::uint64_t number = watched_.size() + 1;
  const std::string target = "/c" + std::to_string(number) + "-" + in_hex(phone::Random(seed_ * 0x9E3779B97F4A7C15ULL + number).next());
  watched_[target].fetched = std::move(fetched);
  return "http://" + host_ + target;
}

bool Canary::hear(const std::string& method, std::string_view target, const std::string& from) {
  const auto found = watched_.find(target);
  if (found == watched_.end()) return false;
  if (++found->second.times <= most_fetches) found->second.fetched(method + " " + found->first + " from " + from);
  return true;
}

}  // namespace understudy::scenarios
