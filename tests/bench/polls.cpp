// What a poll costs: a thousand phones poll over plain HTTP, a new connection each, every answer judged, beside a bare client
// that connects, asks, reads and closes. The service has a process of its own.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "fleet/stage.h"
#include "measure.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;

const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

void run_service(const std::function<void(std::uint16_t)>& tell) {
  net::EventLoop loop;
  const auto server = net::Server::listen(
      loop, {}, [](const wpi::HttpRequest&, const net::Caller&) { return net::Served{.bytes = answer, .close = true}; });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

// The same exchange with nothing around it.
bool bare_poll(std::uint16_t port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  char buffer[512];
  bool good = ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
              ::write(socket, request.data(), request.size()) == static_cast<ssize_t>(request.size()) &&
              ::read(socket, buffer, sizeof buffer) == static_cast<ssize_t>(answer.size());
  ::close(socket);
  return good;
}

struct Judged : transcript::Sink {
  conformance::Judge judge{conformance::Selection{}, nullptr};
  std::uint64_t polls = 0, answered = 0;
  void take(const transcript::Entry& entry) override {
    judge.take(entry);
    if (const auto* x = std::get_if<transcript::Exchange>(&entry)) {
      ++polls;
      answered += x->response && x->response->status == 200;
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int phones = 1'000;
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
  if (rounds < 1) {
    std::fprintf(stderr, "bench_polls: ROUNDS is a number from 1 on\n");
    return 2;
  }
  const bench::Beside service_beside(run_service);
  const std::uint16_t port = service_beside.port();
  if (port == 0) return 4;

  const wpi::XmlRuntime xml;
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  Judged judged;
  fleet::Stage stage(carrier, loop, judged);
  const auto service = std::make_shared<const phone::Service>(phone::Service{"127.0.0.1:18443", "/"});
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/dcmp/";
  std::vector<std::string> ids;
  for (int k = 0; k < phones; ++k) {
    char mac[32];
    std::snprintf(mac, sizeof mac, "00:1A:E8:FF:%02X:%02X", k >> 8, k & 0xFF);
    const std::string address = "127.2." + std::to_string(k / 250) + "." + std::to_string(1 + k % 250);
    phone::Phone phone({mac, "4241", address}, **phone::model_named("OpenStage 60"), **phone::firmware_named("V3 R5"), service,
                       static_cast<std::uint64_t>(k), {}, {});
    wpi::Item target, interval;
    target.name = "dcmp-url", target.value = url;
    interval.name = "dcmp-poll-interval", interval.value = "86400";
    phone.set_up({target, interval});
    fleet::Place place;
    place.source_address = address;
    ids.push_back("phone-" + std::to_string(k));
    stage.add(ids.back(), std::move(phone), place);
  }
  const std::string request = "GET /dcmp/contact-me?device-id=00:1A:E8:FF:00:00 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";

  std::vector<double> ours, theirs, ratios;
  for (int round = 0; round <= rounds; ++round) {
    const double begin = bench::cpu_seconds();
    const std::uint64_t wanted = judged.polls + ids.size();
    for (std::size_t k = 0; k < ids.size(); ++k) {
      stage.post(ids[k], phone::PollNow{});
      if (k % 100 == 99 && !loop.run([&] { return judged.polls >= wanted - (ids.size() - 1 - k); }, 10s)) return 4;  // a hundred at a time
    }
    const double middle = bench::cpu_seconds();
    for (int k = 0; k < phones; ++k)
      if (!bare_poll(port, request)) return 4;
    const double end = bench::cpu_seconds();
    if (round == 0) continue;  // warm-up
    ours.push_back((middle - begin) / phones * 1e6);
    theirs.push_back((end - middle) / phones * 1e6);
    ratios.push_back(ours.back() / theirs.back());
  }
  const double one = bench::median(ours);
  std::printf("poll over plain HTTP, a new connection each, judged: %d phones, %d rounds; %llu of %llu answered\n", phones, rounds,
              static_cast<unsigned long long>(judged.answered), static_cast<unsigned long long>(judged.polls));
  std::printf("  understudy   %.1f us of CPU: %.0f polls a second of one core; 10,000 phones every 10 s take %.1f %% of it (budget 15 %%)\n", one,
              1e6 / one, one * 1'000 / 1e6 * 100);
  std::printf("  bare socket  %.1f us of CPU\n", bench::median(theirs));
  std::printf("  ratio        %.2f (of the rounds: %.2f to %.2f)\n", bench::median(ratios), *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()));
  return judged.answered == judged.polls ? 0 : 1;
}
