#include "unit/net/namespace_support.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace understudy::net {

namespace {

int this_space() {
  return ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

std::string path_of(int descriptor) {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor);
}

// Starts a program in a namespace; what it prints can be read from `output`.
pid_t start(int space, const std::vector<std::string>& command, int& output) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return -1;
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  const std::string path =
      std::string(::getenv("PATH") ? ::getenv("PATH") : "/usr/bin:/bin") + ":/usr/sbin:/sbin";
  const pid_t process = ::fork();
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setenv("PATH", path.c_str(), 1);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    if (::setns(space, CLONE_NEWNET) == 0) ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  output = pipe[0];
  return process;
}

bool read_some(int output, std::string& into) {
  std::array<char, 4096> bytes{};
  ssize_t got = 0;
  do got = ::read(output, bytes.data(), bytes.size());
  while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  into.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Cable::Cable() : home_(this_space()) {
  for (int* made : {&server_, &phone_}) {
    if (::unshare(CLONE_NEWNET) != 0) {
      why_not_ = std::string("a network namespace is not permitted here: ") + std::strerror(errno);
      return;
    }
    *made = this_space();
  }
  std::string printed;
  if (!try_to_run(Side::phone, {"ip", "-V"}, printed) ||
      !try_to_run(Side::phone, {"dnsmasq", "--version"}, printed)) {
    why_not_ = "there is no program ip, or no dnsmasq (packages iproute2 and dnsmasq-base)";
    return;
  }
  // Ends with the same number would look like no pair to the kernel, which then takes a second to see the carrier.
  printed.clear();
  if (!try_to_run(Side::phone,
                  {"ip", "link", "add", "veth0", "index", "10", "type", "veth", "peer", "name", "veth1",
                   "index", "20", "netns", path_of(server_)},
                  printed)) {
    why_not_ = "no pair of interfaces can be made here: " + printed;
    return;
  }
  run(Side::server, {"ip", "address", "add", "192.0.2.1/24", "dev", "veth1"});
  run(Side::server, {"ip", "link", "set", "veth1", "up"});
  run(Side::phone, {"ip", "link", "set", "veth0", "up"});
  EXPECT_TRUE(wait_for_carrier(Side::server, "veth1") && wait_for_carrier(Side::phone, "veth0"));
}

// Until then the kernel sends nothing. It says so of any interface that changes.
bool Cable::wait_for_carrier(Side side, const std::string& interface) const {
  if (!enter(space(side))) return false;
  const int changes = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  sockaddr_nl group{};
  group.nl_family = AF_NETLINK;
  group.nl_groups = RTMGRP_LINK;
  const timeval limit{10, 0};
  ::setsockopt(changes, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  bool goes_on = ::bind(changes, reinterpret_cast<const sockaddr*>(&group), sizeof group) == 0;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  std::string change;
  while (goes_on && ::ioctl(changes, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_RUNNING) == 0)
    goes_on = read_some(changes, change);
  ::close(changes);
  return enter(phone_) && goes_on;
}

Cable::~Cable() {
  // In the wrong namespace the tests that follow would fail for a reason of their own.
  if (server_ >= 0 && !enter(home_)) std::abort();
  for (const int space : {home_, phone_, server_})
    if (space >= 0) ::close(space);
}

bool Cable::enter(int space) const {
  return ::setns(space, CLONE_NEWNET) == 0;
}

bool Cable::try_to_run(Side side, const std::vector<std::string>& command, std::string& printed) const {
  int output = -1, status = -1;
  const pid_t process = start(space(side), command, output);
  while (read_some(output, printed)) {
  }
  ::close(output);
  ::waitpid(process, &status, 0);
  return status == 0;
}

std::string Cable::run(Side side, const std::vector<std::string>& command) {
  std::string printed;
  EXPECT_TRUE(try_to_run(side, command, printed)) << command[0] << " " << command[1] << ": " << printed;
  return printed;
}

int Cable::server_socket() {
  EXPECT_TRUE(enter(server_));
  const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
  EXPECT_EQ(::setsockopt(made, SOL_SOCKET, SO_BROADCAST, &on, sizeof on), 0);
  EXPECT_TRUE(enter(phone_));
  return made;
}

Cable::Program::Program(const Cable& cable, Side side, const std::vector<std::string>& command) {
  process_ = start(cable.space(side), command, output_);
}

Cable::Program::~Program() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  ::close(output_);
  ::waitpid(process_, nullptr, 0);
}

bool Cable::Program::until_printed(const std::string& text) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (printed_.find(text) == std::string::npos) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd readable{output_, POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0 || !read_some(output_, printed_))
      return false;
  }
  return true;
}

}  // namespace understudy::net
