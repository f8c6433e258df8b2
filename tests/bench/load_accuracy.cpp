// Whether a load's percentiles are true. The service, in a process of its own, takes 20 ms for an answer and stalls for 2 s in
// every 10; so for each planned moment it is known how long its start-up must take. That truth is the yardstick. Beside it stands
// what a closed loop says of the same service: it waits while the service stalls, and so hardly meets a stall (coordinated
// omission).
//
// Usage: bench_load_accuracy [SECONDS]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fleet/load/crew.h"
#include "measure.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "wpi/reader.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;
using fleet::load::Crew;
using fleet::load::Histogram;
using std::chrono::microseconds;

constexpr microseconds base = 20ms, stall = 2s, period = 10s;
constexpr double rate = 200;  // start-ups a second

// The same in both processes, on one machine.
microseconds monotonic() {
  return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

// What the service makes of a request that comes at that moment.
microseconds takes(microseconds moment) {
  const microseconds into = moment % period;
  return std::max(base, stall - into);
}

void run_service(const std::function<void(std::uint16_t)>& tell) {
  net::EventLoop loop;
  const auto server = net::Server::listen(loop, {}, [](const wpi::HttpRequest& request, const net::Caller&) {
    const microseconds after = takes(monotonic());
    const std::size_t at = request.body.find("nonce=\"") + 7;
    const std::string body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><DLSMessage xmlns=\"http://www.siemens.com/DLS\"><Message "
        "nonce=\"" +
        request.body.substr(at, request.body.find('"', at) - at) +
        "\"><Action>CleanUp</Action></Message></DLSMessage>";
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body,
                       .after = after};
  });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

struct Unheard : transcript::Sink {
  void take(const transcript::Entry&) override {}
};

struct Run {
  microseconds begin{};  // of the plan, on the monotonic clock
  fleet::load::Counts counts;
};

Run play(std::uint16_t port, const fleet::load::Plan& plan) {
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  Unheard nobody;
  fleet::Stage stage(carrier, loop, nobody);
  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:" + std::to_string(port));
  place.target.tls = false;
  const auto service =
      std::make_shared<const phone::Service>(phone::Service{place.target.host_header(), place.target.path});
  for (std::uint64_t k = 0; k < plan.phones; ++k) {
    char mac[32];
    std::snprintf(mac, sizeof mac, "00:1A:E8:FF:%02X:%02X", static_cast<unsigned>(k >> 8),
                  static_cast<unsigned>(k & 0xFF));
    place.source_address = "127.3." + std::to_string(k / 250) + "." + std::to_string(1 + k % 250);
    stage.add(fleet::load::id_of(k),
              phone::Phone({mac, "4241", place.source_address}, **phone::model_named("OpenStage 60"),
                           **phone::firmware_named("V3 R5"), service, k, {}, {}),
              place);
  }
  Crew crew(stage, loop, fleet::load::Arrivals(plan), {});
  Run out;
  crew.told = [&out](const fleet::load::Slice& slice) { out.counts.merge(slice.tally.counts); };
  out.begin = monotonic();
  crew.start();
  loop.run([&] { return crew.over(); }, plan.length() + 1min);
  return out;
}

fleet::load::Plan plan_of(std::uint64_t phones, std::uint64_t at_work, microseconds length) {
  fleet::load::Plan plan;
  plan.phones = phones;
  fleet::load::Phase phase;
  phase.name = "steady";
  phase.length = length;
  phase.at_work = at_work;
  if (at_work == 0) phase.from = phase.to = rate;
  plan.phases = {phase};
  return plan;
}

// The exact ones, by the nearest rank.
microseconds quantile(const std::vector<microseconds>& sorted, double q) {
  const double rank = std::ceil(q * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(1.0, rank)) - 1];
}

double ms(microseconds time) {
  return static_cast<double>(time.count()) / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 30;
  if (seconds < 10 || seconds > 3600) {
    std::fprintf(stderr, "bench_load_accuracy: SECONDS is a number from 10 to 3600\n");
    return 2;
  }
  const bench::Beside service_beside(run_service);
  if (service_beside.port() == 0) return 4;
  const wpi::XmlRuntime xml;

  const Run open = play(service_beside.port(), plan_of(1'500, 0, std::chrono::seconds(seconds)));
  const Run closed = play(service_beside.port(), plan_of(50, 4, std::chrono::seconds(seconds)));
  std::vector<microseconds> truth;
  for (std::uint64_t k = 0; k < open.counts.planned; ++k)
    truth.push_back(
        takes(open.begin + microseconds(static_cast<std::int64_t>(1e6 / rate * static_cast<double>(k)))));
  std::sort(truth.begin(), truth.end());

  const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "accuracy under load: %.0f start-ups a second for %d s over plain HTTP; the service takes 20 ms and "
      "stalls for 2 s in every 10\n",
      rate, seconds);
  std::printf("  %llu planned = %llu done + %llu failed + %llu dropped; lag p99 %.2f ms\n",
              count(open.counts.planned), count(open.counts.done), count(open.counts.failed),
              count(open.counts.dropped), ms(open.counts.lag.quantile(0.99)));
  std::printf("  %-8s %12s %12s %8s %14s %8s\n", "", "truth, ms", "open, ms", "ratio", "closed loop, ms",
              "ratio");
  bool true_enough = open.counts.planned > 0 && open.counts.done == open.counts.planned;
  for (const double q : {0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
    const double is = ms(quantile(truth, q)), said = ms(open.counts.interaction.planned.quantile(q)),
                 naive = ms(closed.counts.interaction.service.quantile(q));
    std::printf("  p%-7g %12.1f %12.1f %8.3f %14.1f %8.3f\n", q * 100, is, said, said / is, naive,
                naive / is);
    // Beside the service's own time there is the way to it and back, which no clock of the service counts.
    true_enough = true_enough && std::abs(said - is) <= std::max(10.0, is * 0.02);
  }
  std::printf("  %s: each within 10 ms or 2 %% of the truth\n", true_enough ? "kept" : "MISSED");
  return true_enough ? 0 : 1;
}
