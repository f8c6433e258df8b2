// Client CPU of a judged start-up interaction (full handshake, start-up, ReadAllItems, 600 items out, CleanUp) against a
// bare OpenSSL client that sends the same bytes to the same service. Budget: 1.2 times.
//
// The service runs in a process of its own. Both clients take turns, a batch each, so that a machine that grows slower
// grows slower for both; the ratio is the median of the batches' ratios.
//
// Usage: bench_start_up [BATCHES] [INTERACTIONS-A-BATCH]
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bare_client.h"
#include "certs/authority.h"
#include "fleet/stage.h"
#include "measure.h"
#include "items/catalogue.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;

constexpr std::size_t items_out = 600;

// The first time that the phone is read, it is given values for a hundred of its items and as many new ones as make its
// next reply `items_out` long; from then on it is read and let go.
net::Served serve(wpi::Reader& reader, bool& primed, const wpi::HttpRequest& request) {
  const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
  wpi::ServiceMessage message;
  message.nonce = said.nonce_or_empty();
  if (said.reason() == wpi::Reason::start_up) {
    message.action = wpi::Action::read_all_items;
  } else if (!primed) {
    primed = true;
    message.action = wpi::Action::write_items;
    for (const wpi::Item& item : said.items) {
      if (message.items.size() == 100) break;
      if (!item.value.empty()) continue;
      message.items.push_back(item);
      message.items.back().value = "a value of ordinary length";
    }
    for (std::size_t i = said.items.size(); i < items_out; ++i) {
      wpi::Item item;
      item.name = "bench-item-" + std::to_string(1000 + i);
      item.value = "a value of ordinary length " + std::to_string(i);
      message.items.push_back(std::move(item));
    }
  }
  std::string body;
  wpi::write(message, body);
  return {.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nSet-Cookie: s=1\r\nContent-Length: " + std::to_string(body.size()) +
                   "\r\n\r\n" + body};
}

void run_service(const std::function<void(std::uint16_t)>& tell) {
  const wpi::XmlRuntime xml;
  wpi::Reader reader;
  bool primed = false;
  net::EventLoop loop;
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  net::ServerSettings settings;
  settings.tls = net::ServerTls{pem->certificate, pem->key};
  const auto server = net::Server::listen(loop, settings, [&](const wpi::HttpRequest& request, const net::Caller&) {
    return serve(reader, primed, request);
  });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

struct Hall : transcript::Sink {
  conformance::Judge judge{conformance::Selection{}, nullptr};
  std::vector<std::string> requests;  // of the last interaction
  std::size_t items = 0;              // said by the phone in its last message
  void take(const transcript::Entry& entry) override {
    judge.take(entry);
    if (const auto* x = std::get_if<transcript::Exchange>(&entry); x && keep) {
      requests.push_back(wpi::to_bytes(x->request));
      items = reader.read(x->request.body, wpi::Sender::phone).items.size();
    }
  }
  bool keep = false;
  wpi::Reader reader;
};

}  // namespace

int main(int argc, char** argv) {
  const int batches = argc > 1 ? std::atoi(argv[1]) : 200;
  const int interactions = argc > 2 ? std::atoi(argv[2]) : 25;
  if (batches < 1 || interactions < 1) {
    std::fprintf(stderr, "bench_start_up: BATCHES and INTERACTIONS-A-BATCH are numbers from 1 on\n");
    return 2;
  }
  const bench::Beside service_beside(run_service);
  const std::uint16_t port = service_beside.port();
  if (port == 0) return 4;

  const wpi::XmlRuntime xml;
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  Hall hall;
  fleet::Stage stage(carrier, loop, hall);
  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:" + std::to_string(port));
  stage.add("phone-1",
            phone::Phone({"00:1A:E8:FF:00:01", "4241", "127.0.0.1"}, **phone::model_named("OpenStage 60"),
                         **phone::firmware_named("V3 R5"), place.target.host_header(), place.target.path, 1, {}, {}),
            place);
  const auto start_up = [&] {
    stage.post("phone-1", phone::PowerOn{});
    if (!loop.run([&] { return stage.phone("phone-1").idle(); }, 10s)) std::exit(4);
  };
  start_up();  // is given its items
  hall.keep = true;
  start_up();
  hall.keep = false;
  bench::BareClient bare(port);

  std::vector<double> ratios, ours, theirs;
  for (int batch = 0; batch <= batches; ++batch) {
    const double begin = bench::cpu_seconds();
    for (int i = 0; i < interactions; ++i) start_up();
    const double middle = bench::cpu_seconds();
    for (int i = 0; i < interactions; ++i)
      if (!bare.talk(hall.requests)) return 4;
    const double end = bench::cpu_seconds();
    if (batch == 0) continue;  // warm-up
    ours.push_back((middle - begin) / interactions * 1e3);
    theirs.push_back((end - middle) / interactions * 1e3);
    ratios.push_back(ours.back() / theirs.back());
  }
  const auto verdict = hall.judge.finish();
  std::size_t bytes = 0;
  for (const std::string& request : hall.requests) bytes += request.size();
  std::printf("start-up interaction, judged: %zu items read and %zu bytes out, %zu requests, full handshake; %d batches of %d\n", hall.items,
              bytes, hall.requests.size(), batches, interactions);
  std::printf("  understudy   %.3f ms of CPU\n  bare OpenSSL %.3f ms of CPU\n", bench::median(ours), bench::median(theirs));
  std::printf("  ratio        %.2f (of the batches: %.2f to %.2f); budget 1.20; %llu exchanges judged, %s\n", bench::median(ratios),
              *std::min_element(ratios.begin(), ratios.end()), *std::max_element(ratios.begin(), ratios.end()),
              static_cast<unsigned long long>(verdict.exchanges), verdict.conforming(false) ? "conforming" : "NOT conforming");
  return verdict.conforming(false) ? 0 : 1;
}
