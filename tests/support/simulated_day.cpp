#include "support/simulated_day.h"

#include <openssl/evp.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "reference/service.h"
#include "rules/judge.h"
#include "support/messages.h"
#include "transcript/file.h"

namespace understudy {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

// A transcript that is not kept.
class Digest {
 public:
  Digest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void line(const std::string& text) {
    EVP_DigestUpdate(context_.get(), text.data(), text.size());
    EVP_DigestUpdate(context_.get(), "\n", 1);
  }
  std::string hex() {
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), sum, &size);
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", sum[i]);
      out += two;
    }
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

class Watcher : public transcript::Sink {
 public:
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    const std::string line = transcript::to_line(entry, nullptr);
    digest_.line(line);
    ++passed_.lines;
    passed_.bytes += line.size() + 1;
    if (const auto* x = std::get_if<transcript::Exchange>(&entry)) {
      ++(x->poll ? passed_.polls : passed_.messages);
      if (x->poll && x->response && x->response->status == 202) ++passed_.wanted;
    } else if (const auto* mark = std::get_if<transcript::Mark>(&entry)) {
      if (mark->event == transcript::Event::interaction) ++passed_.interactions;
      if (mark->event == transcript::Event::interaction_ended && mark->text == "clean_up") ++passed_.clean;
    }
  }
  DayPassed finish() {
    passed_.hash = digest_.hex();
    passed_.verdict = judge_.finish();
    return std::move(passed_);
  }

 private:
  conformance::Judge judge_{conformance::Selection{}, nullptr};
  Digest digest_;
  DayPassed passed_;
};

struct Desk {
  std::string id, mac;
};

Desk desk(int k) {
  char mac[32];
  std::snprintf(mac, sizeof mac, "00:1A:E8:FF:%02X:%02X", k >> 8 & 0xFF, k & 0xFF);
  return {"phone-" + std::to_string(k), mac};
}

reference::Job write(std::vector<wpi::Item> items) {
  reference::Job job;
  job.kind = reference::JobKind::write;
  job.items = std::move(items);
  return job;
}

}  // namespace

DayPassed pass(const Day& day) {
  reference::Options options;
  options.simulated = true;
  options.seed = day.seed;
  reference::Service service(options);
  fleet::SimulatedClock clock;
  fleet::InProcessCarrier::Settings settings;
  settings.tls = transcript::Tls{"TLSv1.3", "TLS_AES_256_GCM_SHA384", false, "CN=Understudy", "CN=Understudy", "", "", {}};
  fleet::InProcessCarrier carrier(
      clock,
      [&](const wpi::HttpRequest& request, const net::Caller& caller, microseconds now) {
        return service.answer(request, caller, now);
      },
      settings);
  Watcher watcher;
  fleet::Stage stage(carrier, clock, watcher);
  watcher.take(transcript::Start{"understudy", "https://127.0.0.1:18443", "2026-01-01T00:00:00Z", day.seed, false});

  fleet::Place place;
  place.target = *net::target_of("https://127.0.0.1:18443");
  phone::Random chance(day.seed);
  // A job or a change comes when the morning's start-ups are over.
  const auto some_time = [&] {
    const auto range = static_cast<std::uint64_t>((day.length - day.length / 10).count());
    return day.length / 20 + microseconds(static_cast<std::int64_t>(chance.next() % range));
  };
  std::vector<std::pair<std::string, std::uint64_t>> jobs;
  for (int k = 1; k <= day.phones; ++k) {
    const auto [id, mac] = desk(k);
    stage.add(id,
              phone::Phone({mac, std::to_string(4930'000'0000 + k), "127.0.0.1"}, **phone::model_named("OpenStage 60"),
                           **phone::firmware_named("V3 R5"), place.target.host_header(), place.target.path, chance.next(), {}, {}),
              place);
    service.add_job(mac, write({item("dcmp-url", "http://127.0.0.1:8080/dcmp/"), item("dcmp-poll-interval", "60")}));
    clock.after(k * 50ms, [&stage, id = id] { stage.post(id, phone::PowerOn{}); });
    for (int n = 0; n < day.changes; ++n)
      clock.after(some_time(), [&stage, id = id, n] {
        stage.post(id, phone::ItemsChanged{{item("display-id-unicode", "Room " + std::to_string(n))}});
      });
    for (int n = 0; n < day.jobs; ++n)
      clock.after(some_time(), [&service, &jobs, mac = mac, n] {
        jobs.emplace_back(mac, service.add_job(mac, write({item("sip-name", "Desk " + std::to_string(n))})));
      });
  }
  clock.run([] { return false; }, day.length);

  DayPassed passed = watcher.finish();
  for (const auto& [mac, id] : jobs) {
    const reference::Job* job = service.find_job(mac, id);
    if (job && job->state == reference::JobState::done) ++passed.jobs_done;
  }
  return passed;
}

}  // namespace understudy
