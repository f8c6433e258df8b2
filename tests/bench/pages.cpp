// The phone's web pages under load: 50 pages that are open, and a phone under 100 interactions a second, each judged and
// shown. How long does an interaction take beside what it takes with no page open, and a page beside what it takes with the
// phone at rest? Both are measured in this run; the budget is ours: a page within 100 ms (p99), and no interaction lost.
//
// Usage: bench_pages [SECONDS-A-PART]
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/StreamCopier.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "certs/authority.h"
#include "fleet/stage.h"
#include "look/ladder.h"
#include "measure.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "wbm/server.h"
#include "wbm/site.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace {

using namespace understudy;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr int open_pages = 50, interactions_a_second = 100;

double milliseconds_since(Steady::time_point begin) { return std::chrono::duration<double, std::milli>(Steady::now() - begin).count(); }

double part_of(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

void run_service(const std::function<void(std::uint16_t)>& tell) {
  const wpi::XmlRuntime xml;
  wpi::Reader reader;
  net::EventLoop loop;
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  net::ServerSettings settings;
  settings.tls = net::ServerTls{pem->certificate, pem->key};
  const auto server = net::Server::listen(loop, settings, [&](const wpi::HttpRequest& request, const net::Caller&) {
    wpi::ServiceMessage message;
    const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
    message.nonce = said.nonce_or_empty();
    if (said.reason() == wpi::Reason::local_changes) message.action = wpi::Action::read_all_items;  // the most that is said: 39 kB
    std::string body;
    wpi::write(message, body);
    return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nSet-Cookie: s=1\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body};
  });
  tell((*server)->port());
  loop.run([] { return false; }, 24h);
}

// What the judge and the pages hear.
struct Hall : transcript::Sink {
  look::Ladders ladders;
  conformance::Judge judge{conformance::Selection{}, nullptr};
  void take(const transcript::Entry& entry) override {
    ladders.take(entry);
    judge.take(entry);
  }
};

struct OnStage : wbm::House {
  fleet::Stage& stage;
  net::EventLoop& loop;
  std::vector<std::string> ids{"phone-1"};
  OnStage(fleet::Stage& on, net::EventLoop& of) : stage(on), loop(of) {}
  const std::vector<std::string>& phones() const override { return ids; }
  const phone::Phone& phone(const std::string& id) const override { return stage.phone(id); }
  void post(const std::string& id, const phone::Event& event) override { stage.post(id, event); }
  wbm::microseconds now() const override { return loop.now(); }
  std::string rule(std::string_view) const override { return ""; }
};

class Browser {
 public:
  Browser(std::uint16_t port, const Poco::Net::Context::Ptr& context) : session_("127.0.0.1", port, context) {
    session_.setTimeout(Poco::Timespan(30, 0));
    session_.setKeepAlive(true);
    session_.setKeepAliveTimeout(Poco::Timespan(2, 0));  // before the server does
  }
  void log_in() {
    Poco::Net::HTTPRequest request("POST", "/api/phones/phone-1/session", "HTTP/1.1");
    const std::string body = R"({"role": "administrator", "password": "123456"})";
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session_.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    read(response);
    cookie_ = response.get("Set-Cookie", "");
    cookie_ = cookie_.substr(0, cookie_.find(';'));
  }
  std::string get(const std::string& path) {
    std::string text;
    ask(path);
    Poco::Net::HTTPResponse response;
    Poco::StreamCopier::copyToString(session_.receiveResponse(response), text);
    return text;
  }
  // Reads events until the stream ends; counts bytes.
  void follow(std::atomic<std::uint64_t>& bytes, const std::atomic<bool>& over) {
    ask("/phones/phone-1/events");
    Poco::Net::HTTPResponse response;
    std::istream& in = session_.receiveResponse(response);
    std::string line;
    while (!over && std::getline(in, line)) bytes += line.size() + 1;
  }

 private:
  void ask(const std::string& path) {
    Poco::Net::HTTPRequest request("GET", path, "HTTP/1.1");
    request.set("Cookie", cookie_);
    session_.sendRequest(request);
  }
  void read(Poco::Net::HTTPResponse& response) {
    std::string text;
    Poco::StreamCopier::copyToString(session_.receiveResponse(response), text);
  }
  Poco::Net::HTTPSClientSession session_;
  std::string cookie_;
};

struct Part {
  std::vector<double> interactions;  // ms
  int wanted = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 10;
  if (seconds < 1) {
    std::fprintf(stderr, "bench_pages: SECONDS-A-PART is a number from 1 on\n");
    return 2;
  }
  const bench::Beside service_beside(run_service);
  if (service_beside.port() == 0) return 4;

  const wpi::XmlRuntime xml;
  net::EventLoop loop;
  net::HttpsCarrier carrier(loop);
  Hall hall;
  fleet::Stage stage(carrier, loop, hall);
  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:" + std::to_string(service_beside.port()));
  phone::Limits limits;
  limits.gathers_changes = {};
  stage.add("phone-1",
            phone::Phone({"00:1A:E8:FF:00:01", "4241", "127.0.0.1"}, **phone::model_named("OpenStage 60"),
                         **phone::firmware_named("V3 R5"), place.target.host_header(), place.target.path, 1, {}, limits),
            place);
  OnStage house(stage, loop);

  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  std::unique_ptr<wbm::Site> site;
  wbm::ServerSettings settings;
  settings.certificate_pem = pem->certificate;
  settings.key_pem = pem->key;
  auto server = wbm::Server::open(settings, [&](std::function<void()> work) { loop.post(std::move(work)); },
                                  [&](const wbm::Asked& asked) { return site->answer(asked); });
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().c_str());
    return 4;
  }
  const std::uint16_t port = (*server)->port();
  site = std::make_unique<wbm::Site>(house, hall.ladders, wbm::About{place.target.url(), "bench", std::chrono::system_clock::now()},
                                     std::vector<std::string>{"127.0.0.1:" + std::to_string(port)}, nullptr);
  std::function<void()> tick = [&] {
    site->tick();
    loop.after(100ms, tick);
  };
  tick();
  stage.post("phone-1", phone::PowerOn{});
  loop.run([&] { return stage.phone("phone-1").idle(); }, 10s);

  const Poco::Net::Context::Ptr context(new Poco::Net::Context(Poco::Net::Context::CLIENT_USE, "", Poco::Net::Context::VERIFY_NONE));
  const std::vector<std::string> paths = {"/phones/phone-1/", "/phones/phone-1/wire/", "/phones/phone-1/settings/",
                                          "/phones/phone-1/settings/keys", "/phones/phone-1/settings/features"};
  std::atomic<bool> over{false}, visits{false};
  std::atomic<std::uint64_t> event_bytes{0};
  std::mutex mutex;
  std::vector<double> page_times;                // of the part under way
  std::vector<std::size_t> weights(paths.size());
  std::vector<std::thread> threads;
  // One person who goes from page to page, all the time.
  threads.emplace_back([&] {
    Browser browser(port, context);
    browser.log_in();
    for (std::size_t n = 0; !over; ++n) {
      if (!visits) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      const auto begin = Steady::now();
      const std::string page = browser.get(paths[n % paths.size()]);
      const double took = milliseconds_since(begin);
      const std::lock_guard lock(mutex);
      page_times.push_back(took);
      weights[n % paths.size()] = page.size();
      std::this_thread::sleep_for(5ms);
    }
  });

  // The phone at so many interactions a second, for so long; 0: it rests.
  int change = 0;
  const auto play = [&](int rate) {
    Part part;
    const auto end = Steady::now() + std::chrono::seconds(seconds);
    auto next = Steady::now();
    std::optional<Steady::time_point> begun;
    const std::function<void()> turn = [&] {
      if (begun && stage.phone("phone-1").idle()) {
        part.interactions.push_back(milliseconds_since(*begun));
        begun.reset();
      }
      if (rate == 0 || begun || Steady::now() < next) return;
      next += std::chrono::microseconds(1'000'000 / rate);
      ++part.wanted;
      begun = Steady::now();
      wpi::Item item;
      item.name = "display-id-unicode";
      item.value = "Door " + std::to_string(++change);
      stage.post("phone-1", phone::ItemsChanged{{item}, items::Who::user});
    };
    while (Steady::now() < end) loop.run([&] { return turn(), false; }, 1ms);
    loop.run([&] { return turn(), !begun; }, 10s);
    return part;
  };
  const auto times = [&] {
    const std::lock_guard lock(mutex);
    return std::exchange(page_times, {});
  };

  const double cpu_before = bench::cpu_seconds();
  const Part alone = play(interactions_a_second);
  const double cpu_alone = bench::cpu_seconds() - cpu_before;
  visits = true;
  play(0);
  const std::vector<double> at_rest = times();
  for (int n = 0; n < open_pages; ++n)
    threads.emplace_back([&] {
      Browser browser(port, context);
      browser.log_in();
      browser.follow(event_bytes, over);
    });
  play(0);  // all have come
  times();
  const std::uint64_t bytes_before = event_bytes;
  const double cpu_between = bench::cpu_seconds();
  const Part watched = play(interactions_a_second);
  const double cpu_watched = bench::cpu_seconds() - cpu_between;
  const std::vector<double> under_load = times();
  const std::uint64_t bytes = event_bytes - bytes_before;

  over = true;
  site->close();
  // Who is answered by the loop has to be answered yet.
  std::atomic<bool> gone{false};
  std::thread joins([&] {
    for (std::thread& thread : threads) thread.join();
    gone = true;
  });
  while (!gone) loop.run([&] { return gone.load(); }, 10ms);
  joins.join();
  server->reset();

  const auto print = [](const char* what, const std::vector<double>& values) {
    std::printf("  %-46s p50 %6.1f ms   p99 %6.1f ms   max %6.1f ms   (%zu)\n", what, part_of(values, 0.5), part_of(values, 0.99), part_of(values, 1),
                values.size());
  };
  std::printf("%d pages open and %d interactions a second (39 kB out each), %d s a part; phones, pages and their readers in one process\n", open_pages,
              interactions_a_second, seconds);
  print("an interaction, no page open", alone.interactions);
  print("an interaction, all pages open", watched.interactions);
  print("a page, the phone at rest", at_rest);
  print("a page, all pages open and the phone busy", under_load);
  std::printf("  ratio of p50: interaction %.2f, page %.2f; planned %d and %d interactions, done %zu and %zu\n",
              part_of(watched.interactions, 0.5) / part_of(alone.interactions, 0.5), part_of(under_load, 0.5) / part_of(at_rest, 0.5),
              seconds * interactions_a_second, seconds * interactions_a_second, alone.interactions.size(), watched.interactions.size());
  std::printf("  CPU %.2f of a core without, %.2f with pages and their 50 readers; events %.0f kB a second to all of them\n", cpu_alone / seconds,
              cpu_watched / seconds, static_cast<double>(bytes) / seconds / 1e3);
  for (std::size_t n = 0; n < paths.size(); ++n) std::printf("  %-34s %6.1f kB\n", paths[n].c_str(), static_cast<double>(weights[n]) / 1e3);
  const bool good = part_of(under_load, 0.99) <= 100 && watched.interactions.size() * 100 >= alone.interactions.size() * 97;
  std::printf("  budget: a page within 100 ms (p99), and as many interactions as with no page open: %s\n", good ? "met" : "MISSED");
  return good ? 0 : 1;
}
