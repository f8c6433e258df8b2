#include "hostile_support.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "certs/authority.h"
#include "fleet/stage.h"
#include "items/catalogue.h"
#include "net/https_carrier.h"
#include "net/keys.h"
#include "net/server.h"
#include "rules/judge.h"
#include "scenarios/language/library.h"
#include "scenarios/run/canary.h"
#include "scenarios/run/play.h"
#include "scenarios/run/staging.h"
#include "support/own_service.h"

namespace understudy {

namespace {

class Hall : public transcript::Sink {
 public:
  explicit Hall(HostilePlayed& played) : played_(played) {}
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    played_.entries.push_back(entry);
  }
  void finish() { played_.verdict = judge_.finish(); }

 private:
  HostilePlayed& played_;
  conformance::Judge judge_{conformance::Selection{}, nullptr};
};

std::vector<scenarios::language::SharedScenario> chosen(const std::vector<std::string>& only) {
  const scenarios::language::Reader reader({});
  std::vector<scenarios::language::SharedScenario> out;
  for (const auto& shipped : scenarios::language::library()) {
    const std::string name(shipped.name);
    if (!name.starts_with("hostile-")) continue;
    if (!only.empty() && std::find(only.begin(), only.end(), name.substr(8)) == only.end()) continue;
    if (auto scenario = scenarios::language::read_shipped(shipped, reader)) out.push_back(*scenario);
  }
  return out;
}

struct House {
  net::Carrier& carrier;
  net::Clock& clock;
  scenarios::Canary& canary;
  std::uint16_t port;
  net::Waits waits = {};
};

HostilePlayed play_all(const House& house, const std::vector<std::string>& only) {
  HostilePlayed played;
  Hall hall(played);
  hall.take(transcript::Start{"understudy", "https://127.0.0.1:18443", "2026-01-01T00:00:00Z", 1, false});
  fleet::Stage stage(house.carrier, house.clock, hall);
  scenarios::Staging staging;
  staging.target = *net::target_of("https://127.0.0.1:" + std::to_string(house.port));
  staging.waits = house.waits;
  staging.limits.restart_takes = staging.limits.gathers_changes = std::chrono::milliseconds(1);
  staging.service = std::make_shared<const phone::Service>(
      phone::Service{staging.target.host_header(), staging.target.path, std::make_shared<const net::CertificateKeys>()});
  wpi::Reader reader;
  scenarios::Means means{.stage = stage, .clock = house.clock, .reader = reader, .service = staging.target.host_header()};
  means.canary = [&](std::function<void(const std::string&)> fetched) -> tl::expected<std::string, std::string> {
    return house.canary.url(std::move(fetched));
  };
  std::size_t phones = 0;
  for (const auto& scenario : chosen(only)) {
    const auto ids = scenarios::put_on_stage(stage, *scenario, staging, phones, scenario->name + "/");
    phones += ids.size();
    const auto play = scenarios::Play::make(means, scenario, ids, 1, scenario->name);
    play->start();
    house.clock.run([&] { return play->over(); }, std::chrono::hours(4));
    if (!play->over()) play->interrupt();
    if (play->outcome().how != scenarios::PlayOutcome::How::passed)
      played.not_passed.push_back(scenario->name + ": " + play->outcome().failure.message);
  }
  hall.finish();
  return played;
}

}  // namespace

HostilePlayed play_hostile(const std::vector<std::string>& defects, const std::vector<std::string>& only) {
  scenarios::Canary canary("127.0.0.1:9", 1);
  OwnServiceSettings settings;
  settings.defects = defects;
  settings.gives_back = true;
  settings.fetch = [&](const std::string& url) { canary.hear("GET", url.substr(url.find('/', 7)), "127.0.0.1:40001"); };
  OwnService own(settings);
  return play_all({own.carrier, own.clock, canary, settings.port}, only);
}

HostilePlayed play_hostile_over_tls(const std::vector<std::string>& defects, const std::vector<std::string>& only) {
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  net::EventLoop loop;
  net::HttpsCarrier fetches(loop);
  OwnServiceSettings settings;
  settings.defects = defects;
  settings.gives_back = true;
  settings.simulated = false;
  settings.fetch = [&](const std::string& url) {
    net::Order order;
    order.phone = url;
    order.target = *net::poll_target_of(url);
    order.request = {"GET", order.target.path, {{"Host", order.target.host_header()}}, ""};
    fetches.carry(std::move(order), [](const transcript::Exchange&) {});
  };
  reference::Service service(options_of(settings));
  net::ServerSettings listener;
  listener.tls = net::ServerTls{pem->certificate, pem->key};
  const auto server = net::Server::listen(loop, listener, [&](const wpi::HttpRequest& request, const net::Caller& caller) {
    return service.answer(request, caller, loop.now());
  });
  const auto canary = scenarios::Canary::listen(loop, "127.0.0.1", 1);
  net::HttpsCarrier carrier(loop, {.validate = true});
  House house{carrier, loop, **canary, (*server)->port()};
  house.waits.answer = std::chrono::seconds(5);
  return play_all(house, only);
}

}  // namespace understudy
