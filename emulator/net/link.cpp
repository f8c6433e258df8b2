#include "net/link.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <memory>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace understudy::net {

namespace {

constexpr std::size_t most_bytes =
    4096;                             // of a packet; a DHCP server sends no more than an Ethernet frame has
constexpr int most_passed_over = 64;  // in one receive()

tl::unexpected<std::string> wrong(std::string text) {
  return tl::unexpected(std::move(text));
}

std::string last_error() {
  return std::strerror(errno);
}

std::string interfaces_in_words() {
  const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> all(::if_nameindex(),
                                                                                ::if_freenameindex);
  std::string out;
  for (const struct if_nameindex* one = all.get(); one && one->if_index != 0; ++one)
    out.append(out.empty() ? "" : ", ").append(one->if_name);
  return out;
}

// A capability that is in effect. The kernel asks the same of whoever opens such a socket.
bool may(unsigned capability) {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &head, data.data()) != 0) return true;  // what follows will tell
  return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

tl::expected<void, std::string> check_permission(const std::string& interface) {
  std::string missing;
  for (const auto& [capability, name] :
       {std::pair(CAP_NET_RAW, "CAP_NET_RAW"), std::pair(CAP_NET_ADMIN, "CAP_NET_ADMIN"),
        std::pair(CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE")})
    if (!may(static_cast<unsigned>(capability))) missing.append(missing.empty() ? "" : ", ").append(name);
  if (missing.empty()) return {};
  return wrong("asking DHCP on " + interface + " is not permitted: " + missing +
               " missing; run it as root, or give it " +
               "cap_net_raw,cap_net_admin,cap_net_bind_service+ep with setcap");
}

struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  int release() { return std::exchange(number, -1); }
};

ifreq request_for(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

tl::expected<void, std::string> check_interface(int socket, const std::string& interface) {
  ifreq request = request_for(interface);
  if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0)
    return wrong(interface + " cannot be looked at: " + last_error());
  const int flags = request.ifr_flags;
  if (::ioctl(socket, SIOCGIFHWADDR, &request) != 0)
    return wrong(interface + " cannot be looked at: " + last_error());
  if ((flags & IFF_LOOPBACK) != 0 || request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
    return wrong(interface + " is no Ethernet interface: no DHCP server can be asked there");
  if ((flags & IFF_UP) == 0) return wrong(interface + " is down; ip link set " + interface + " up");
  return {};
}

// All but whole UDP datagrams to the port stays in the kernel: the interface may carry much else.
bool listen_for(int socket, std::uint16_t port) {
  constexpr std::uint8_t yes = 0, udp = 17;
  std::array<sock_filter, 9> program = {{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),  // what the IP packet carries
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, udp, yes, 5),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),  // its place among fragments
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3FFF, 3, yes),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),  // the size of its head
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),   // the port
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, most_bytes),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

// Others may hold the port too, on this interface as well: DHCP clients are told apart by what they ask.
tl::expected<int, std::string> claim_port(const std::string& interface, std::uint16_t port) {
  Descriptor claim{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const int on = 1, least = 0;
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(port);
  if (claim.number < 0 || ::setsockopt(claim.number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::setsockopt(claim.number, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) != 0 ||
      ::setsockopt(claim.number, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                   static_cast<socklen_t>(interface.size())) != 0 ||
      ::bind(claim.number, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
    return wrong("port " + std::to_string(port) + " of " + interface + " cannot be had: " + last_error());
  return claim.release();
}

sockaddr_ll station(int interface, const Mac& mac) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = interface;
  address.sll_halen = static_cast<unsigned char>(mac.size());
  std::copy(mac.begin(), mac.end(), address.sll_addr);
  return address;
}

}  // namespace

tl::expected<Link, std::string> Link::open(const std::string& interface, std::uint16_t port) {
  const unsigned number = interface.size() < IFNAMSIZ ? ::if_nametoindex(interface.c_str()) : 0;
  if (number == 0)
    return wrong("there is no network interface \"" + interface + "\"; there are " + interfaces_in_words());
  if (auto permitted = check_permission(interface); !permitted) return tl::unexpected(permitted.error());
  Link link;
  link.interface_ = interface;
  link.port_ = port;
  link.number_ = static_cast<int>(number);
  auto claim = claim_port(interface, port);
  if (!claim) return tl::unexpected(claim.error());
  link.claim_ = *claim;
  if (auto good = check_interface(link.claim_, interface); !good) return tl::unexpected(good.error());
  // Without a protocol until it is bound: nothing of another interface gets in meanwhile.
  link.packets_ = ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const sockaddr_ll here = station(link.number_, {});
  if (link.packets_ < 0 || !listen_for(link.packets_, port) ||
      ::bind(link.packets_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0)
    return wrong("packets of " + interface + " cannot be had: " + last_error());
  return link;
}

Link::Link(Link&& other) noexcept
    : interface_(std::move(other.interface_)),
      port_(other.port_),
      number_(other.number_),
      packets_(std::exchange(other.packets_, -1)),
      claim_(std::exchange(other.claim_, -1)) {}

Link::~Link() {
  for (const int socket : {packets_, claim_})
    if (socket >= 0) ::close(socket);
}

bool Link::has_carrier() const {
  ifreq request = request_for(interface_);
  return ::ioctl(claim_, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}

tl::expected<void, std::string> Link::send(const Mac& to, const Datagram& datagram) {
  const std::string packet = wrapped(datagram);
  const sockaddr_ll there = station(number_, to);
  if (::sendto(packets_, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&there),
               sizeof there) >= 0)
    return {};
  const std::string why = last_error();
  return wrong("nothing can be sent on " + interface_ + ": " + (has_carrier() ? why : "it has no carrier"));
}

tl::expected<std::optional<Link::Frame>, std::string> Link::receive() {
  std::array<char, most_bytes> bytes{};
  for (int n = 0; n < most_passed_over; ++n) {
    sockaddr_ll from{};
    socklen_t size = sizeof from;
    const ssize_t got =
        ::recvfrom(packets_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (got < 0) return wrong("nothing can be heard on " + interface_ + ": " + last_error());
    auto datagram = unwrapped({bytes.data(), static_cast<std::size_t>(got)});
    if (!datagram || datagram->to_port != port_) continue;
    Frame frame;
    std::copy_n(from.sll_addr, frame.from.size(), frame.from.begin());
    frame.datagram = std::move(*datagram);
    return frame;
  }
  return std::nullopt;
}

}  // namespace understudy::net
