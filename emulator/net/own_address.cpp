#include "net/own_address.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace understudy::net {

namespace {

constexpr std::uint8_t of_dhcp = 16;  // who set a route (RTPROT_DHCP)

// A message to the kernel's routing tables.
class Message {
 public:
  template <typename Head>
  Message(int type, int flags, const Head& head) {
    nlmsghdr start{};
    start.nlmsg_type = static_cast<std::uint16_t>(type);
    start.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    append(&start, sizeof start);
    append(&head, sizeof head);
  }
  Message& with(int attribute, const void* data, std::size_t size) {
    rtattr start{};
    start.rta_type = static_cast<std::uint16_t>(attribute);
    start.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(size));
    append(&start, sizeof start);
    append(data, size);
    return *this;
  }
  Message& with(int attribute, const Ipv4& address) {
    return with(attribute, address.data(), address.size());
  }
  Message& with(int attribute, std::uint32_t number) { return with(attribute, &number, sizeof number); }
  const std::string& bytes() {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &size, sizeof size);
    return bytes_;
  }

 private:
  void append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
    bytes_.resize(NLMSG_ALIGN(bytes_.size()), '\0');
  }
  std::string bytes_;
};

// Sends a message and has `take` see each one that comes in answer. 0, or an error number.
int ask(Message message, const std::function<void(const nlmsghdr&)>& take = {}) {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket < 0) return errno;
  int result = -1;
  const std::string& out = message.bytes();
  if (::send(socket, out.data(), out.size(), 0) < 0) result = errno;
  alignas(nlmsghdr) std::array<char, 32'768> in{};
  while (result < 0) {
    const ssize_t got = ::recv(socket, in.data(), in.size(), 0);
    if (got < 0) {
      if (errno != EINTR) result = errno;
      continue;
    }
    auto left = static_cast<unsigned>(got);
    for (const auto* one = reinterpret_cast<const nlmsghdr*>(in.data()); result < 0 && NLMSG_OK(one, left);
         one = NLMSG_NEXT(one, left)) {
      if (one->nlmsg_type == NLMSG_DONE)
        result = 0;
      else if (one->nlmsg_type == NLMSG_ERROR)
        result = -static_cast<const nlmsgerr*>(NLMSG_DATA(one))->error;
      else if (take)
        take(*one);
    }
  }
  ::close(socket);
  return result;
}

Message about_address(int type, int flags, int interface, const OwnAddress& own) {
  ifaddrmsg head{};
  head.ifa_family = AF_INET;
  head.ifa_prefixlen = static_cast<std::uint8_t>(bits_set(own.mask));
  head.ifa_index = static_cast<std::uint32_t>(interface);
  Message message(type, NLM_F_ACK | flags, head);
  message.with(IFA_LOCAL, own.address).with(IFA_ADDRESS, own.address);
  if (type == RTM_DELADDR) return message;
  if (head.ifa_prefixlen < 31)
    message.with(IFA_BROADCAST, ipv4_of(number_of(own.address) | ~number_of(own.mask)));
  ifa_cacheinfo time{};
  constexpr std::uint32_t without_end = 0xFFFFFFFF;
  time.ifa_valid = time.ifa_prefered = without_end;
  if (own.lasts < std::chrono::seconds(without_end))
    time.ifa_valid = time.ifa_prefered =
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(own.lasts).count());
  return message.with(IFA_CACHEINFO, &time, sizeof time);
}

Message about_route(int type, int flags, int interface, const Ipv4& router, const Ipv4& from) {
  rtmsg head{};
  head.rtm_family = AF_INET;
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_protocol = of_dhcp;
  head.rtm_scope = RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  Message message(type, NLM_F_ACK | flags, head);
  // It goes with its address.
  return message.with(RTA_GATEWAY, router)
      .with(RTA_OIF, static_cast<std::uint32_t>(interface))
      .with(RTA_PREFSRC, from);
}

// Whatever its metric: a second one might take the machine's traffic.
bool has_default_route() {
  rtmsg head{};
  head.rtm_family = AF_INET;
  bool found = false;
  const int error = ask(Message(RTM_GETROUTE, NLM_F_DUMP, head), [&](const nlmsghdr& one) {
    if (one.nlmsg_type != RTM_NEWROUTE) return;
    const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&one));
    if (route->rtm_family == AF_INET && route->rtm_dst_len == 0 && route->rtm_table == RT_TABLE_MAIN)
      found = true;
  });
  return found || error != 0;
}

}  // namespace

tl::expected<std::vector<std::string>, std::string> AddressHolder::hold(const OwnAddress& wanted) {
  std::vector<std::string> notes;
  const bool same = held_ && held_->address == wanted.address && held_->mask == wanted.mask;
  if (!same) remove();
  if (!same || address_is_ours_) {
    const int error = ask(
        about_address(RTM_NEWADDR, NLM_F_CREATE | (same ? NLM_F_REPLACE : NLM_F_EXCL), interface_, wanted));
    if (error != 0 && error != EEXIST)
      return tl::unexpected(in_words(wanted.address) +
                            " could not be set on the interface: " + std::strerror(error));
    address_is_ours_ = error == 0;
    if (!address_is_ours_)
      notes.push_back(in_words(wanted.address) + " was on the interface already, and stays there");
  }
  held_ = wanted;
  if (route_ && route_ != wanted.router) {
    ask(about_route(RTM_DELROUTE, 0, interface_, *route_, wanted.address));
    route_.reset();
  }
  if (wanted.router && !route_) add_route(*wanted.router, notes);
  return notes;
}

void AddressHolder::add_route(const Ipv4& router, std::vector<std::string>& notes) {
  if (has_default_route()) return;
  const int error =
      ask(about_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, interface_, router, held_->address));
  if (error == 0)
    route_ = router;
  else
    notes.push_back("no default route by way of " + in_words(router) + ": " + std::strerror(error));
}

void AddressHolder::remove() {
  if (!held_) return;
  if (route_) ask(about_route(RTM_DELROUTE, 0, interface_, *route_, held_->address));
  if (address_is_ours_) ask(about_address(RTM_DELADDR, 0, interface_, *held_));
  route_.reset();
  address_is_ours_ = false;
  held_.reset();
}

}  // namespace understudy::net
