#include "net/local_address.h"

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>

#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace understudy::net {

std::string local_address_towards(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;  // connecting a datagram socket chooses an address and sends nothing
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &found) != 0)
    return "0.0.0.0";
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
  std::string address = "0.0.0.0";
  for (const addrinfo* one = found; one != nullptr && address == "0.0.0.0"; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    char text[NI_MAXHOST];
    if (::connect(fd, one->ai_addr, one->ai_addrlen) == 0 &&
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        ::getnameinfo(reinterpret_cast<const sockaddr*>(&own), size, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) == 0)
      address = text;
    ::close(fd);
  }
  return address;
}

std::string address_in(std::string_view endpoint) {
  constexpr std::string_view mapped = "::ffff:";
  if (!endpoint.starts_with('[')) return std::string(endpoint.substr(0, endpoint.rfind(':')));
  std::string_view address = endpoint.substr(1, endpoint.find(']') - 1);
  address = address.substr(0, address.find('%'));
  if (address.starts_with(mapped) && address.find('.') != std::string_view::npos)
    address.remove_prefix(mapped.size());
  return std::string(address);
}

bool is_own_address(const std::string& address) {
  asio::error_code error;
  const auto numeric = asio::ip::make_address(address, error);
  if (error) return false;
  asio::io_context context;
  asio::ip::udp::socket socket(context);
  socket.open(numeric.is_v4() ? asio::ip::udp::v4() : asio::ip::udp::v6(), error);
  if (!error) socket.bind({numeric, 0}, error);
  return !error;
}

}  // namespace understudy::net
