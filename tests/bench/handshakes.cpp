// Client CPU of a full handshake: a request each on a new connection, as phones make them, beside `openssl s_time -new` against the
// same server. The server has a process of its own; both clients take turns.
//
// Usage: bench_handshakes [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "certs/authority.h"
#include "measure.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;

void run_service(const certs::Pem& pem, const std::function<void(std::uint16_t)>& tell) {
  net::EventLoop loop;
  net::ServerSettings settings;
  settings.tls = net::ServerTls{pem.certificate, pem.key};
  const auto server = net::Server::listen(loop, settings, [](const wpi::HttpRequest&, const net::Caller&) {
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                       .close = true};
  });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

// A file with the certificate, for as long as this is there. Without it s_time loads all CAs of the system, and pays for them in each
// handshake.
class CertificateFile {
 public:
  explicit CertificateFile(const std::string& pem) {
    const int file = ::mkstemp(path_);
    if (file < 0 || ::write(file, pem.data(), pem.size()) != static_cast<ssize_t>(pem.size())) std::exit(4);
    ::close(file);
  }
  ~CertificateFile() { ::unlink(path_); }
  CertificateFile(const CertificateFile&) = delete;
  CertificateFile& operator=(const CertificateFile&) = delete;
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/bench_handshakes.XXXXXX";
};

struct Measured {
  double cpu = 0;  // seconds
  int count = 0;
};

// For a second; "1234 connections in 0.55s; ..." is what it prints.
Measured openssl(std::uint16_t port, const char* version, const char* authority) {
  int ends[2];
  if (::pipe(ends) != 0) std::exit(4);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::close(ends[0]);
    const std::string to = "127.0.0.1:" + std::to_string(port);
    ::execlp("openssl", "openssl", "s_time", "-new", version, "-time", "1", "-www", "/", "-connect",
             to.c_str(), "-CAfile", authority, static_cast<char*>(nullptr));
    std::_Exit(127);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const std::size_t at = said.find(" connections in ");
  const std::size_t line = said.rfind('\n', at);
  Measured out;
  if (at != std::string::npos)
    out.count = std::atoi(said.c_str() + (line == std::string::npos ? 0 : line + 1));
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  out.cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  return out;
}

Measured ours(net::EventLoop& loop, net::HttpsCarrier& carrier, net::Order order, int count) {
  Measured out;
  const double begin = bench::cpu_seconds();
  for (int n = 0; n < count; ++n) {
    bool done = false;
    order.fresh_connection = true;
    carrier.carry(order, [&](const transcript::Exchange& x) {
      done = true;
      if (x.response && x.tls && !x.tls->resumed) ++out.count;
    });
    if (!loop.run([&] { return done; }, 10s)) std::exit(4);
  }
  out.cpu = bench::cpu_seconds() - begin;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 10;
  if (rounds < 1) {
    std::fprintf(stderr, "bench_handshakes: ROUNDS is a number from 1 on\n");
    return 2;
  }
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  const CertificateFile file(pem->certificate);
  const bench::Beside service([&](const auto& tell) { run_service(*pem, tell); });
  if (service.port() == 0) return 4;
  const wpi::XmlRuntime xml;
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  net::Order order;
  order.phone = "phone-1";
  order.target = *net::target_of("https://127.0.0.1:" + std::to_string(service.port()));
  order.request = {"GET", "/", {{"Host", order.target.host_header()}}, ""};
  std::printf("a full handshake and a small request, a new connection each: %d rounds\n", rounds);
  for (const auto& [name, version, profile] : {std::tuple{"TLS 1.3", "-tls1_3", net::TlsProfile::current},
                                               std::tuple{"TLS 1.2", "-tls1_2", net::TlsProfile::old}}) {
    order.profile = profile;
    std::vector<double> us, them, ratios;
    for (int round = 0; round <= rounds; ++round) {
      const Measured a = ours(loop, carrier, order, 300), b = openssl(service.port(), version, file.path());
      if (a.count != 300 || b.count < 1) return 4;
      if (round == 0) continue;  // warm-up
      us.push_back(a.cpu / a.count * 1e3);
      them.push_back(b.cpu / b.count * 1e3);
      ratios.push_back(us.back() / them.back());
    }
    std::printf(
        "  %s  understudy %.3f ms of CPU, %.0f a second of one core; openssl s_time %.3f ms; ratio %.2f (of "
        "the rounds: %.2f to %.2f)\n",
        name, bench::median(us), 1e3 / bench::median(us), bench::median(them), bench::median(ratios),
        *std::min_element(ratios.begin(), ratios.end()), *std::max_element(ratios.begin(), ratios.end()));
  }
  return 0;
}
