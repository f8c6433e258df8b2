#include "matrix_support.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "certs/authority.h"
#include "items/catalogue.h"
#include "net/door.h"
#include "net/https_carrier.h"
#include "net/keys.h"
#include "net/server.h"
#include "rules/judge.h"
#include "scenarios/language/library.h"
#include "scenarios/run/play.h"
#include "scenarios/run/staging.h"
#include "scenarios/usual.h"
#include "support/messages.h"
#include "support/own_service.h"

namespace understudy {

namespace {

class Hall : public transcript::Sink {
 public:
  explicit Hall(Played& played, transcript::Masker& masker) : played_(played), judge_(conformance::Selection{}, &masker) {}
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    if (const auto* mark = std::get_if<transcript::Mark>(&entry); mark && mark->event == transcript::Event::step_ended)
      played_.came_to_rest = played_.came_to_rest && mark->text == "idle";
    played_.entries.push_back(entry);
  }
  void finish() { played_.verdict = judge_.finish(); }

 private:
  Played& played_;
  conformance::Judge judge_;
};

// What phones are ordered to fetch, a second later.
class Downloads : public fleet::Downloads {
 public:
  Downloads(net::Clock& clock, bool arrive) : clock_(clock), arrive_(arrive) {}
  void fetch(fleet::FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) override {
    std::vector<phone::Download> results;
    for (const phone::File& file : wanted.files) {
      const bool arrives = arrive_ && file.name.find("missing") == std::string::npos;
      phone::Download& result = results.emplace_back(phone::Download{arrives, arrives ? "" : "no such file"});
      if (record) record(wanted.phone, file.type + " " + file.name + " from 127.0.0.1: " + (arrives ? "ok, 1 byte" : "failed: no such file"));
      if (file.type == phone::firmware_type && arrives)
        result.content = std::make_shared<const std::string>(phone::make_image({"OpenStage 60", "Siemens SIP", "V3 R5.13.0"}, 2000));
    }
    clock_.after(std::chrono::seconds(1), [results, done] { done(results); });
  }

 private:
  net::Clock& clock_;
  bool arrive_;
};

}  // namespace

reference::Job job_of(reference::JobKind kind) {
  reference::Job job;
  job.kind = kind;
  switch (kind) {
    case reference::JobKind::read: job.items = {item("e164", ""), item("sntp-addr", "")}; break;
    case reference::JobKind::write:
      job.items = {item("default-domain", "example.net"), item("function-key-def", "59", "1"),
                   item("stimulus-led-control-uri", "sip:4711@example.net", "1"), item("key-label-unicode", "4711", "1")};
      break;
    case reference::JobKind::deploy_files:
      job.items = {item("file-https-base-url", "https://127.0.0.1/logo.png", "1"), item("file-type", "LOGO", "1"),
                   item("file-https-base-url", "https://127.0.0.1/bell.mp3", "2"), item("file-type", "RINGTONE", "2")};
      break;
    case reference::JobKind::deploy_software:
      job.items = {item("file-https-base-url", "https://127.0.0.1/os60.img"), item("file-type", "APP"),
                   item("file-sw-type", "Siemens SIP"), item("file-sw-version", "3.5.13.0"), item("file-priority", "normal")};
      break;
    case reference::JobKind::read_all:
    case reference::JobKind::bootstrap_pin: job.pin = "4711000815"; break;
    case reference::JobKind::bootstrap:
    case reference::JobKind::restart:
    case reference::JobKind::factory_reset: break;
  }
  return job;
}

MatrixCase case_for(const reference::Defect& defect) {
  MatrixCase out;
  out.defects = {std::string(defect.name)};
  out.secure = defect.rule().starts_with("secure.") || defect.rule() == "certificate.readable";
  out.certificate = defect.rule() == "certificate.verified";
  if (const auto kind = reference::job_kind_spelled(defect.needs); kind && !out.secure) out.jobs = {*kind};
  if (const phone::NamedQuirk* quirk = phone::find_quirk(defect.phone)) out.quirks = quirk->quirks;
  out.mobile_user = defect.phone == "mobile-user";
  out.polling = defect.rule().starts_with("poll.");
  if (!defect.scenario.empty()) out.scenarios = {std::string(defect.scenario)};
  return out;
}

namespace {

OwnServiceSettings service_for(const MatrixCase& matrix_case) {
  OwnServiceSettings settings;
  settings.defects = matrix_case.defects;
  settings.polling = matrix_case.polling;
  settings.secure = matrix_case.secure;
  return settings;
}

using std::chrono::microseconds;
using scenarios::language::SharedScenario;

// Made once, since that takes longer than to read; never destroyed, since Xerces may be gone by then.
const scenarios::language::Reader& scenario_reader() {
  static const auto& reader = *new scenarios::language::Reader({});
  return reader;
}

SharedScenario shipped(std::string_view name) {
  auto scenario = scenarios::language::read_shipped(*scenarios::language::find_shipped(name), scenario_reader());
  if (!scenario) throw std::invalid_argument(scenario.error().with_source());
  return *scenario;
}

SharedScenario written(const std::string& name, const std::string& steps) {
  const std::string text = "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"x\"><steps>" + steps + "</steps></scenario>";
  auto scenario = scenario_reader().parse(name + ".xml", text, [](const std::string&) -> tl::expected<std::string, std::string> {
    return tl::unexpected(std::string("there is none"));
  });
  if (!scenario) throw std::invalid_argument(scenario.error().with_source());
  return *scenario;
}

// What every check begins with, and what the case wants beside it. The first scenario has the phone for which jobs wait.
std::vector<SharedScenario> scenarios_for(const MatrixCase& matrix_case, bool hours_pass) {
  static const std::vector<SharedScenario>& quick = *[] {
    auto* all = new std::vector<SharedScenario>;
    for (const scenarios::language::Shipped& each : scenarios::language::library())
      if (SharedScenario scenario = shipped(each.name); scenario->suite == scenarios::language::Suite::quick) all->push_back(scenario);
    std::rotate(all->begin(), std::find_if(all->begin(), all->end(), [](const auto& each) { return each->name == "first-day"; }), all->end());
    return all;
  }();
  std::vector<SharedScenario> out = quick;
  for (const std::string& name : matrix_case.scenarios) out.push_back(shipped(name));
  if (matrix_case.polling && hours_pass) out.push_back(shipped("poll"));
  // Where hours pass there are two more jobs, as the contact gap has it (guide p.12).
  const std::string job = "<trigger job=\"read\"><expect-interaction within=\"15m\"/></trigger><poll/>";
  if (hours_pass) out.push_back(written("jobs", "<start-up/>" + job + job));
  if (!matrix_case.secure) return out;
  const std::string change = "<local-change><item name=\"sntp-addr\">192.0.2.124</item></local-change>";
  const std::string by_pin = "<start-up/><trigger job=\"bootstrap-pin\"/><enter-pin pin=\"{pin}\"/>";
  out.push_back(written("bootstrap", "<start-up/><trigger job=\"bootstrap\"/>" + change));
  out.push_back(written("with-pin", by_pin + change));
  out.push_back(written("wrong-tan", "<behave wrong-tan=\"true\"/>" + by_pin));
  out.push_back(shipped("secure-mode-refusals"));
  return out;
}

// Who plays, and how they get at their service.
struct House {
  net::Clock& clock;
  net::Carrier& carrier;
  fleet::Downloads* downloads = nullptr;
  std::uint16_t port = 0, door = 8085;
  microseconds answer_limit = net::Waits{}.answer;
  phone::Limits limits = {};
};

using StartJob = decltype(scenarios::Means::start_job);

// A check from its first entry to the verdict. `on_stage` is told of the stage before it begins.
Played check_with(const std::vector<SharedScenario>& all, const MatrixCase& matrix_case, const House& house, const StartJob& start_job,
                  const std::function<void(fleet::Stage&)>& on_stage) {
  Played played;
  transcript::Masker masker(items::is_secret);
  Hall hall(played, masker);
  scenarios::Staging staging;
  staging.target = *net::target_of("https://127.0.0.1:" + std::to_string(house.port));
  staging.service = std::make_shared<const phone::Service>(
      phone::Service{staging.target.host_header(), staging.target.path, std::make_shared<const net::CertificateKeys>()});
  staging.waits.answer = house.answer_limit;
  staging.limits = house.limits;
  staging.quirks = matrix_case.quirks;
  staging.door = house.door;
  staging.seed = matrix_case.seed;
  hall.take(transcript::Start{"understudy", staging.target.url(), "2026-01-01T00:00:00Z", matrix_case.seed, true});
  fleet::Stage stage(house.carrier, house.clock, hall, nullptr, house.downloads);
  on_stage(stage);
  wpi::Reader reader;
  scenarios::Means means{.stage = stage, .clock = house.clock, .reader = reader, .service = staging.target.host_header()};
  means.quirks = matrix_case.quirks;
  if (matrix_case.mobile_user) means.user = mobile_user, means.user_password = mobile_password;
  means.can_start = [](const std::string&) { return true; };
  means.start_job = start_job;
  std::size_t phones = 0;
  for (const SharedScenario& scenario : all) {
    if (phones > 0 && !stage.spoke()) break;
    const auto ids = scenarios::put_on_stage(stage, *scenario, staging, phones, scenario->name + "/");
    phones += ids.size();
    const auto play = scenarios::Play::make(means, scenario, ids, matrix_case.seed + phones);
    play->start();
    house.clock.run([&] { return play->over(); }, std::chrono::hours(48));
  }
  hall.finish();
  return played;
}

std::vector<std::uint64_t> give_jobs(reference::Service& service, const MatrixCase& matrix_case, const std::string& mac) {
  std::vector<std::uint64_t> jobs;
  for (const reference::JobKind kind : matrix_case.jobs) jobs.push_back(service.add_job(mac, job_of(kind)));
  if (matrix_case.certificate) jobs.push_back(service.add_job(mac, web_certificate()));
  return jobs;
}

StartJob start_job(const TriggerManner& manner, reference::Service& service, reference::Contacts& contacts, net::Clock& clock) {
  return [&](const phone::Identity& who, const std::string& kind, const std::string& pin, const std::function<void(scenarios::Means::Started)>& done) {
    const auto add = [&service, &contacts, mac = who.mac, kind, pin] {
      contacts.wake();
      reference::Job job = job_of(*reference::job_kind_spelled(kind));
      job.pin = pin;
      service.add_job(mac, std::move(job));
    };
    if (!manner.job_comes_last) add();
    const auto end = [&manner, add, done] {
      if (manner.job_comes_last) add();
      done(manner.fails.empty() ? scenarios::Means::Started{""} : tl::unexpected(manner.fails));
    };
    if (manner.takes.count() == 0) return end();
    clock.after(manner.takes, end);
  };
}

}  // namespace

Played play(const MatrixCase& matrix_case) {
  const OwnServiceSettings settings = service_for(matrix_case);
  OwnService own(settings);
  Downloads downloads(own.clock, matrix_case.files_arrive);
  const std::string mac = scenarios::mac_of(matrix_case.seed, 1);
  const std::vector<std::uint64_t> jobs = give_jobs(own.service, matrix_case, mac);
  Played played = check_with(scenarios_for(matrix_case, matrix_case.hours_pass), matrix_case, {.clock = own.clock, .carrier = own.carrier, .downloads = &downloads, .port = settings.port},
                             start_job(matrix_case.trigger, own.service, own.contacts, own.clock),
                             [&](fleet::Stage& stage) { own.door = [&stage](const auto&... knock) { return stage.knock(knock...); }; });
  for (const std::uint64_t id : jobs)
    if (const reference::Job* job = own.service.find_job(mac, id)) played.jobs.push_back(*job);
  return played;
}

Played play_against(const fleet::InProcessService& service) {
  static const SharedScenario scenario =
      written("short", "<call-begins/><start-up/><call-ends/><start-up/><local-change><item name=\"sntp-addr\">192.0.2.123</item></local-change>");
  fleet::SimulatedClock clock;
  fleet::InProcessCarrier carrier(clock, service, carrier_of({}));
  Downloads downloads(clock, true);
  return check_with({scenario}, {}, {.clock = clock, .carrier = carrier, .downloads = &downloads, .port = OwnServiceSettings{}.port}, {}, [](fleet::Stage&) {});
}

Played play_over_tls(const MatrixCase& matrix_case, std::chrono::microseconds answer_limit) {
  const reference::ListenerFaults faults = reference::listener_faults(matrix_case.defects);
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::profile_of(*certs::ready_named(faults.certificate), {"127.0.0.1"}));
  net::EventLoop loop;
  std::optional<reference::Service> service;
  std::optional<reference::Contacts> contacts;
  const auto answer = [&](const wpi::HttpRequest& request, const net::Caller& caller) {
    contacts->wake();
    return service->answer(request, caller, loop.now());
  };
  net::ServerSettings listener;
  const auto polls = net::Server::listen(loop, listener, answer);
  listener.tls = net::ServerTls{pem->certificate, pem->key};
  if (!faults.max_tls.empty()) listener.tls->max_version = faults.max_tls;
  listener.tls->client_may_renegotiate = faults.client_may_renegotiate;
  const auto server = net::Server::listen(loop, listener, answer);

  const auto secure_pem = pki().issuer->issue(certs::profile_of(*certs::ready_named(faults.secure_certificate), {"127.0.0.1"}));
  net::ServerSettings secure_listener;
  secure_listener.tls = net::ServerTls{secure_pem->certificate, secure_pem->key};
  secure_listener.tls->client_cas_pem = {pki().root->certificate()};
  secure_listener.tls->client_required = faults.client_required;
  const auto secure_server = net::Server::listen(loop, secure_listener, answer);

  fleet::Stage* phones = nullptr;
  net::DoorSettings settings;
  settings.port = 0;
  const auto door = net::Door::open(loop, settings, [&](const auto&... knock) { return phones->knock(knock...); });
  OwnServiceSettings own = service_for(matrix_case);
  own.simulated = false;
  own.port = (*server)->port();
  own.poll_port = (*polls)->port();
  own.secure_port = (*secure_server)->port();
  service.emplace(options_of(own));
  net::HttpsCarrier to_doors(loop);
  contacts.emplace(*service, to_doors, loop);

  Downloads downloads(loop, matrix_case.files_arrive);
  net::HttpsCarrier carrier(loop, {.validate = true});
  House house{.clock = loop, .carrier = carrier, .downloads = &downloads, .port = (*server)->port(), .door = door->port(), .answer_limit = answer_limit};
  house.limits.restart_takes = house.limits.gathers_changes = std::chrono::microseconds{};
  give_jobs(*service, matrix_case, scenarios::mac_of(matrix_case.seed, 1));
  return check_with(scenarios_for(matrix_case, false), matrix_case, house, start_job(matrix_case.trigger, *service, *contacts, loop),
                    [&](fleet::Stage& stage) { phones = &stage; });
}

std::set<std::string> deviated(const conformance::Verdict& verdict) {
  std::set<std::string> out;
  for (const conformance::RuleResult& rule : verdict.rules)
    if (rule.outcome == conformance::Outcome::deviated) out.insert(rule.rule);
  return out;
}

std::string told(const conformance::Verdict& verdict) {
  std::string out;
  for (const conformance::Finding& finding : verdict.findings)
    out += "  " + finding.rule + " (" + std::string(name_of(finding.level)) + ", " + std::to_string(finding.count) + "x): " +
           finding.message + " | expected " + finding.expected + " | came " + finding.came + " | " + finding.where + " [" +
           finding.phone + ", " + finding.step + "]\n";
  return out;
}

}  // namespace understudy
