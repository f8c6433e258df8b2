#include "run_support.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "fleet/simulated.h"
#include "items/catalogue.h"
#include "net/door.h"
#include "net/https_carrier.h"
#include "net/keys.h"
#include "net/server.h"
#include "reference/contacts.h"
#include "reference/service.h"
#include "rules/judge.h"
#include "scenarios/language/reader.h"
#include "scenarios/run/staging.h"
#include "support/messages.h"
#include "transcript/file.h"

namespace understudy::scenarios {

namespace {

// Hears everything, as a session does.
class Hall : public transcript::Sink {
 public:
  explicit Hall(Shown& shown) : shown_(shown), judge_(conformance::Selection{}, nullptr) {}
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    shown_.transcript += transcript::to_line(entry, nullptr) + "\n";
    shown_.entries.push_back(entry);
  }
  void finish() { shown_.verdict = judge_.finish(); }

 private:
  Shown& shown_;
  conformance::Judge judge_;
};

language::SharedScenario read(const Scene& scene) {
  const std::string bytes = "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"A test\">\n" +
                            (scene.phones.empty() ? "" : "<phones>" + scene.phones + "</phones>") +
                            "<steps>\n" + scene.steps + "\n</steps></scenario>";
  const auto other = [](const std::string&) -> tl::expected<std::string, std::string> {
    return tl::unexpected(std::string("there is none"));
  };
  auto scenario = language::Reader({}).parse("test.xml", bytes, other);
  if (scenario) return *scenario;
  ADD_FAILURE() << scenario.error().with_source();
  return nullptr;
}

reference::Options options_of(const Scene& scene, std::uint16_t port) {
  reference::Options options;
  options.defects = scene.defects;
  options.simulated = !scene.over_tls;
  options.users = {{"4711", "246810"}};
  options.host = "127.0.0.1";
  options.port = port;
  return options;
}

reference::Job job_named(const std::string& kind) {
  reference::Job job;
  job.kind = reference::job_kind_spelled(kind).value_or(reference::JobKind::read);
  if (job.kind == reference::JobKind::write) job.items = {item("default-domain", "example.net")};
  if (job.kind == reference::JobKind::read) job.items = {item("sntp-addr", "")};
  return job;
}

// The play itself, on a stage that is there.
void perform(const Scene& scene, Shown& shown, net::Carrier& carrier, net::Clock& clock, std::uint16_t port,
             std::uint16_t door, reference::Service* service, reference::Contacts* contacts,
             fleet::Stage*& on) {
  const auto scenario = read(scene);
  if (!scenario) return;
  Hall hall(shown);
  fleet::Stage stage(carrier, clock, hall);
  on = &stage;
  wpi::Reader reader;
  Staging staging;
  staging.target = *net::target_of("https://127.0.0.1:" + std::to_string(port));
  staging.service = std::make_shared<const phone::Service>(phone::Service{
      staging.target.host_header(), staging.target.path, std::make_shared<const net::CertificateKeys>()});
  staging.seed = scene.seed;
  staging.door = door;
  staging.limits.restart_takes = std::chrono::milliseconds(20);
  staging.limits.gathers_changes = std::chrono::milliseconds(20);
  Means means{.stage = stage, .clock = clock, .reader = reader, .service = staging.target.host_header()};
  means.step_limit = scene.step_limit;
  if (scene.user) means.user = "4711", means.user_password = "246810";
  if (scene.triggers && service) {
    means.can_start = [](const std::string&) { return true; };
    means.start_job = [&](const phone::Identity& who, const std::string& kind, const std::string& pin,
                          const std::function<void(Means::Started)>& done) {
      contacts->wake();
      reference::Job job = job_named(kind);
      job.pin = pin;
      done("job " + std::to_string(service->add_job(who.mac, std::move(job))));
    };
  }
  const auto play = Play::make(means, scenario, put_on_stage(stage, *scenario, staging, 0, ""), scene.seed);
  play->start();
  clock.run([&] { return play->over(); }, std::chrono::hours(2));
  EXPECT_TRUE(play->over()) << "the play has no end";
  shown.outcome = play->outcome();
  const language::Place& place = shown.outcome.failure.place;
  const std::string& bytes = scenario->sources.front().bytes;
  if (!shown.outcome.failure.message.empty() && place.offset <= bytes.size()) {
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place.offset);
    // The first line of the steps is line 1.
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(bytes.find("<steps>\n") + 8);
    shown.place = "line " + std::to_string(std::count(first, std::max(first, at), '\n') + 1);
  }
  hall.finish();
  on = nullptr;
}

void simulated(const Scene& scene, Shown& shown) {
  fleet::SimulatedClock clock;
  reference::Service service(options_of(scene, 18443));
  fleet::Stage* stage = nullptr;
  fleet::InProcessCarrier doors(clock,
                                [&](const wpi::HttpRequest& request, const net::Caller& caller, auto) {
                                  return net::answer_at_door(
                                      [&](const auto&... knock) { return stage->knock(knock...); }, request,
                                      caller);
                                },
                                {});
  reference::Contacts contacts(service, doors, clock);
  fleet::InProcessCarrier::Settings settings;
  settings.tls = transcript::Tls{};
  settings.tls->version = "TLSv1.3";
  fleet::InProcessCarrier carrier(
      clock,
      [&](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
        if (scene.service) return net::Served{.bytes = scene.service(request)};
        contacts.wake();
        return service.answer(request, caller, now);
      },
      settings);
  perform(scene, shown, carrier, clock, 18443, 8085, &service, &contacts, stage);
}

void over_tls(const Scene& scene, Shown& shown) {
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  net::EventLoop loop;
  std::optional<reference::Service> service;
  std::optional<reference::Contacts> contacts;
  net::ServerSettings listener;
  listener.tls = net::ServerTls{pem->certificate, pem->key};
  const auto server =
      net::Server::listen(loop, listener, [&](const wpi::HttpRequest& request, const net::Caller& caller) {
        contacts->wake();
        return service->answer(request, caller, loop.now());
      });
  fleet::Stage* stage = nullptr;
  net::DoorSettings door_settings;
  door_settings.port = 0;
  const auto door =
      net::Door::open(loop, door_settings, [&](const auto&... knock) { return stage->knock(knock...); });
  service.emplace(options_of(scene, (*server)->port()));
  net::HttpsCarrier to_doors(loop);
  contacts.emplace(*service, to_doors, loop);
  net::HttpsCarrier carrier(loop);
  perform(scene, shown, carrier, loop, (*server)->port(), door->port(), &*service, &*contacts, stage);
}

}  // namespace

Shown play(const Scene& scene) {
  Shown shown;
  scene.over_tls ? over_tls(scene, shown) : simulated(scene, shown);
  return shown;
}

std::vector<transcript::Exchange> Shown::exchanges() const {
  std::vector<transcript::Exchange> out;
  for (const transcript::Entry& entry : entries)
    if (const auto* x = std::get_if<transcript::Exchange>(&entry)) out.push_back(*x);
  return out;
}

std::vector<std::string> Shown::talk() const {
  std::vector<std::string> out;
  for (const transcript::Exchange& x : exchanges()) {
    std::string said = x.said && !x.said->reasons.empty() ? x.said->reasons[0].reason.text
                                                          : x.request.method + " " + x.request.target;
    if (x.said && !x.said->reasons.empty() && x.said->reasons[0].status &&
        x.said->reasons[0].status->text != "accepted")
      said += " " + x.said->reasons[0].status->text;
    std::string heard = x.answer && !x.answer->actions.empty()       ? x.answer->actions[0].text
                        : x.outcome != transcript::Outcome::answered ? std::string(name_of(x.outcome))
                        : x.response                                 ? std::to_string(x.response->status)
                                                                     : "";
    out.push_back(said + " > " + heard);
  }
  return out;
}

std::vector<std::string> Shown::deviated() const {
  std::vector<std::string> out;
  for (const conformance::Finding& finding : verdict.findings)
    out.push_back(finding.rule + ": " + finding.message + " | expected " + finding.expected + " | came " +
                  finding.came + " | " + finding.where);
  return out;
}

std::string told(const Shown& shown) {
  using How = PlayOutcome::How;
  const Failure& failure = shown.outcome.failure;
  switch (shown.outcome.how) {
    case How::passed:
      return "passed";
    case How::interrupted:
      return "interrupted";
    case How::running:
      return "running";
    case How::not_exercised:
      return "not exercised: " + shown.place + ": " + failure.message;
    case How::could_not_run:
      return "could not run: " + shown.place + ": " + failure.message;
    case How::failed:
      break;
  }
  return "failed: " + shown.place + ": " + failure.message + " | expected " + failure.expected + " | came " +
         failure.came;
}

}  // namespace understudy::scenarios
