// Connections of downloads: each address is asked about, and none blocks longer than its leash.
#include <Poco/Net/StreamSocketImpl.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "net/download_parts.h"
#include "net/target.h"
#include "net/words.h"

namespace understudy::net {

namespace {

using Poco::Net::SocketAddress;

std::string words_of(int error) {
  return std::strerror(error);
}  // NOLINT(concurrency-mt-unsafe): glibc's is

// What a resolver finds out, who may outlive whoever asked it.
struct Question {
  Question() : bell(::eventfd(0, EFD_CLOEXEC)) {}
  ~Question() { ::close(bell); }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  int bell;
  std::mutex mutex;
  std::vector<SocketAddress> found;
  std::string failure;
};

void resolve(const std::string& host, std::uint16_t port, Question& question) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  const std::scoped_lock lock(question.mutex);
  if (error != 0) question.failure = host + " does not resolve: " + ::gai_strerror(error);
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next)
    question.found.emplace_back(one->ai_addr, one->ai_addrlen);
  if (list) ::freeaddrinfo(list);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto rung = ::write(question.bell, &one, sizeof one);
}

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

// getaddrinfo() cannot be broken off: it has a thread of its own, which nobody waits for.
std::vector<SocketAddress> addresses_of(const std::string& host, std::uint16_t port, Leash& leash) {
  if (is_numeric(host)) return {SocketAddress(host, port)};
  const auto question = std::make_shared<Question>();
  std::thread([question, host, port] { resolve(host, port, *question); }).detach();
  if (!leash.wait(question->bell, POLLIN))
    throw DownloadFailure{leash.cut_by() == Leash::Cut::cancelled
                              ? "it was given up"
                              : host + " does not resolve: no answer for " + in_words(leash.stall())};
  const std::scoped_lock lock(question->mutex);
  if (!question->failure.empty()) throw DownloadFailure{question->failure};
  return question->found;
}

struct Descriptor {
  int number;
  explicit Descriptor(int of) : number(of) {}
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int release() { return std::exchange(number, -1); }
};

// Takes no more than so many bytes in all.
class BoundedImpl : public Poco::Net::StreamSocketImpl {
 public:
  BoundedImpl(int descriptor, std::uint64_t most) : StreamSocketImpl(descriptor), left_(most) {}
  using StreamSocketImpl::receiveBytes;
  int receiveBytes(void* buffer, int length, int flags) override {
    const int n = StreamSocketImpl::receiveBytes(buffer, length, flags);
    if (n > 0 && static_cast<std::uint64_t>(n) > left_)
      throw DownloadFailure{"the server talks on and on without an end"};
    if (n > 0) left_ -= static_cast<std::uint64_t>(n);
    return n;
  }

 private:
  std::uint64_t left_;
};

class Adopted : public Poco::Net::StreamSocket {
 public:
  explicit Adopted(Poco::Net::SocketImpl* impl) : StreamSocket(impl) {}
};

// From the phone's address, if there is a way from it: a phone on loopback may be sent to a server elsewhere.
std::string bind_source(int socket, const std::string& source, const SocketAddress& to) {
  if (source.empty() || is_loopback(source) != is_loopback(to.host().toString())) return {};
  try {
    const SocketAddress from(source, 0);
    if (from.family() != to.family()) return {};
    const int on = 1;
    ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return ::bind(socket, from.addr(), from.length()) == 0
               ? ""
               : "cannot speak from " + source + ": " + words_of(errno);
  } catch (const Poco::Exception&) {
    return "cannot speak from " + source;
  }
}

// A connected descriptor, or why there is none.
tl::expected<int, std::string> connected(const SocketAddress& to, const std::string& source, Leash& leash) {
  const std::string where = to.toString();
  Descriptor socket(::socket(to.af(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.number < 0) return tl::unexpected("no socket: " + words_of(errno));
  if (auto failure = bind_source(socket.number, source, to); !failure.empty())
    return tl::unexpected(std::move(failure));
  int error = ::connect(socket.number, to.addr(), to.length()) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    if (!leash.wait(socket.number, POLLOUT))
      return tl::unexpected(leash.cut_by() == Leash::Cut::cancelled
                                ? std::string("it was given up")
                                : "no connection to " + where + ": no answer for " + in_words(leash.stall()));
    socklen_t size = sizeof error;
    ::getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error == ECONNREFUSED) return tl::unexpected("connection refused: nothing listens on " + where);
  if (error != 0) return tl::unexpected("no connection to " + where + ": " + words_of(error));
  ::fcntl(socket.number, F_SETFL, ::fcntl(socket.number, F_GETFL) & ~O_NONBLOCK);
  if (!leash.hold(socket.number)) return tl::unexpected(std::string("it was given up"));
  return socket.release();
}

}  // namespace

Poco::Net::StreamSocket Fetching::connect(const std::string& host, std::uint16_t port, std::uint64_t most_heard) const {
  leash.goes_on();
  std::string failure = host + " does not resolve";
  for (const SocketAddress& to : addresses_of(host, port, leash)) {
    try {
      return connect_to(to, host, most_heard);
    } catch (const DownloadFailure& failed) {
      failure = failed.why;
    }
    if (leash.cut_by() != Leash::Cut::none) break;
  }
  throw DownloadFailure{failure};
}

Poco::Net::StreamSocket Fetching::connect_to(const SocketAddress& to, const std::string& host, std::uint64_t most_heard) const {
  leash.goes_on();
  const std::string address = to.host().toString();
  if (may_connect && !may_connect(host, address)) throw DownloadFailure{"a connection to " + address + " is not allowed"};
  const auto descriptor = connected(to, order.source_address, leash);
  if (!descriptor) throw DownloadFailure{descriptor.error()};
  leash.goes_on();
  Adopted socket(new BoundedImpl(*descriptor, most_heard));
  const Poco::Timespan longer_than_the_leash(leash.total().count() + 10'000'000);
  socket.setReceiveTimeout(longer_than_the_leash);
  socket.setSendTimeout(longer_than_the_leash);
  return socket;
}

}  // namespace understudy::net
