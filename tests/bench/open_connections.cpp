// Memory of 10,000 phones that each have an open TLS connection, idle or waiting for an answer to start-up, beside as many connections
// of bare OpenSSL to the same service. The service, the phones and the bare clients have a process each.
//
// Usage: bench_open_connections [PHONES]
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <openssl/ssl.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "certs/authority.h"
#include "fleet/stage.h"
#include "measure.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;

// It never answers a phone's message; whoever only asks for something is answered, and keeps the connection.
void run_service(const std::function<void(std::uint16_t)>& tell) {
  net::EventLoop loop;
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  net::ServerSettings settings;
  settings.tls = net::ServerTls{pem->certificate, pem->key};
  settings.max_connections = 60'000;
  const auto server =
      net::Server::listen(loop, settings, [&](const wpi::HttpRequest& request, const net::Caller&) {
        if (request.method == "GET")
          return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
        return net::Served{.bytes = "", .after = 24h};
      });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

std::uint64_t resident() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, pages = 0;
  file >> size >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_sockets() {
  std::uint64_t out = 0;
  for (int fd = 3; fd < 60'000; ++fd)
    if (::fcntl(fd, F_GETFD) != -1) ++out;
  return out;
}

// What a process of its own says: bytes an open connection.
double in_another_process(const std::function<double()>& what) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(4);
  const pid_t child = ::fork();
  if (child == 0) {
    const double out = what();
    std::_Exit(::write(ends[1], &out, sizeof out) == sizeof out ? 0 : 1);
  }
  ::close(ends[1]);
  double out = 0;
  if (::read(ends[0], &out, sizeof out) != sizeof out) std::exit(4);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return out;
}

struct Judged : transcript::Sink {
  conformance::Judge judge{conformance::Selection{}, nullptr};
  void take(const transcript::Entry& entry) override { judge.take(entry); }
};

std::string address_of(int k) {
  return "127.3." + std::to_string(k / 250) + "." + std::to_string(1 + k % 250);
}

enum class State { without, idle, waiting };

// All that a phone takes, judged.
double phones(int count, std::uint16_t port, State state) {
  const wpi::XmlRuntime xml;
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  Judged judged;
  fleet::Stage stage(carrier, loop, judged);
  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:" + std::to_string(port));
  place.waits.answer = 1h;
  const auto service =
      std::make_shared<const phone::Service>(phone::Service{place.target.host_header(), place.target.path});
  const std::uint64_t before = resident();
  for (int k = 0; k < count; ++k) {
    char mac[32];
    std::snprintf(mac, sizeof mac, "00:1A:E8:FF:%02X:%02X", k >> 8, k & 0xFF);
    place.source_address = address_of(k);
    stage.add("phone-" + std::to_string(k),
              phone::Phone({mac, std::to_string(4'000'000 + k), place.source_address},
                           **phone::model_named("OpenStage 60"), **phone::firmware_named("V3 R5"), service,
                           static_cast<std::uint64_t>(k), {}, {}),
              place);
  }
  if (state != State::without) {
    const std::uint64_t others = open_sockets();
    int answered = 0;
    for (int k = 0; k < count; ++k) {
      const std::string id = "phone-" + std::to_string(k);
      if (state == State::waiting) {
        stage.post(id, phone::PowerOn{});
        if (k % 50 == 49) loop.run([] { return false; }, 100ms);
        continue;
      }
      fleet::Stage::Attempt attempt;
      attempt.as = id;
      stage.attempt(id, std::move(attempt), {"GET", "/", {{"Host", place.target.host_header()}}, ""},
                    [&](const transcript::Exchange&) { ++answered; });
      if (k % 50 == 49) loop.run([&] { return answered > k; }, 10s);
    }
    loop.run([] { return false; }, 3s);
    if (open_sockets() < others + static_cast<std::uint64_t>(count)) std::_Exit(4);
  }
  return static_cast<double>(resident() - before) / count;
}

double bare(int count, std::uint16_t port) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  const std::uint64_t before = resident();
  for (int k = 0; k < count; ++k) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    ::inet_pton(AF_INET, address_of(k).c_str(), &from.sin_addr);
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SSL* ssl = SSL_new(context);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
        ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 || SSL_set_fd(ssl, fd) != 1 ||
        SSL_connect(ssl) != 1)
      std::_Exit(4);
  }
  return static_cast<double>(resident() - before) / count;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  if (count < 1 || count > 60'000) {
    std::fprintf(stderr, "bench_open_connections: PHONES is a number from 1 to 60,000\n");
    return 2;
  }
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const bench::Beside service(run_service);
  if (service.port() == 0) return 4;
  const auto measured = [&](State state) {
    return in_another_process([&] { return phones(count, service.port(), state); });
  };
  const double without = measured(State::without), idle = measured(State::idle),
               waiting = measured(State::waiting);
  const double theirs = in_another_process([&] { return bare(count, service.port()); });
  std::printf("%d phones, judged, each with an open TLS connection; memory a phone\n", count);
  std::printf("  without a connection                       %.1f KB (budget 4 KB)\n", without / 1e3);
  std::printf("  idle on an open connection                 %.1f KB (budget 30 KB)\n", idle / 1e3);
  std::printf("  waiting for the answer to start-up on one  %.1f KB, with the message and all that is known of it\n", waiting / 1e3);
  std::printf("  bare OpenSSL, after the handshake          %.1f KB\n", theirs / 1e3);
  std::printf("  ratio idle to bare OpenSSL                 %.2f\n", idle / theirs);
  return 0;
}
