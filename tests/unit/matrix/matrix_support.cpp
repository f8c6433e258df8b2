#include "matrix_support.h"

#include <optional>
#include <stdexcept>

#include "certs/authority.h"
#include "items/catalogue.h"
#include "net/door.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "rules/rule.h"
#include "scenarios/language/reader.h"
#include "scenarios/run/play.h"
#include "scenarios/run/staging.h"
#include "scenarios/check.h"
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

scenarios::CheckSettings settings_of(const MatrixCase& matrix_case, std::uint16_t port) {
  scenarios::CheckSettings check;
  check.target = *net::target_of("https://127.0.0.1:" + std::to_string(port));
  check.seed = matrix_case.seed;
  check.cast = scenarios::usual_cast(check.target, true, check.seed, nullptr, nullptr, "", "");
  if (matrix_case.secure) scenarios::add_for_jobs(check.cast, check.target, true, check.seed, {"bootstrap", "bootstrap-pin"});
  check.quirks = matrix_case.quirks;
  if (matrix_case.mobile_user) check.user = scenarios::MobileUser{mobile_user, mobile_password};
  return check;
}

// A scenario of the library, by phones of its own on the same stage, of which there are so many already. Returns how many.
std::size_t play_scenario(const std::string& name, const scenarios::CheckSettings& settings, fleet::Stage& stage, net::Clock& clock,
                          std::size_t before) {
  std::vector<std::string_view> rules;
  for (const conformance::RuleText& rule : conformance::rules()) rules.push_back(rule.id);
  const auto scenario = scenarios::language::Reader(rules).read(UNDERSTUDY_SOURCE_DIR "/scenarios/library/" + name + ".xml");
  if (!scenario) throw std::invalid_argument(scenario.error().with_source());
  scenarios::Staging staging;
  staging.target = settings.target;
  staging.service =
      std::make_shared<const phone::Service>(phone::Service{settings.target.host_header(), settings.target.path, settings.keys});
  staging.seed = settings.seed;
  staging.waits = settings.waits;
  staging.limits = settings.limits;
  wpi::Reader reader;
  scenarios::Means means{.stage = stage, .clock = clock, .reader = reader, .service = settings.target.host_header()};
  const auto ids = scenarios::put_on_stage(stage, **scenario, staging, before, name + "/");
  const auto play = scenarios::Play::make(means, *scenario, ids, settings.seed, name);
  play->start();
  clock.run([&] { return play->over(); }, std::chrono::hours(1));
  if (!play->over()) play->interrupt();
  return ids.size();
}

// The check from its first entry to the verdict. `stage` is told of it before it begins.
Played check_with(const scenarios::CheckSettings& settings, net::Carrier& carrier, net::Clock& clock,
                  const std::function<void(scenarios::Check&)>& stage, const std::vector<std::string>& more = {}) {
  Played played;
  transcript::Masker masker(items::is_secret);
  Hall hall(played, masker);
  hall.take(transcript::Start{"understudy", settings.target.url(), "2026-01-01T00:00:00Z", settings.seed, true});
  scenarios::Check check(settings, carrier, clock, hall);
  stage(check);
  check.play([] { return false; });
  std::size_t phones = settings.cast.size();
  for (const std::string& name : more) phones += play_scenario(name, settings, check.stage(), clock, phones);
  hall.finish();
  return played;
}

std::vector<std::uint64_t> give_jobs(reference::Service& service, const MatrixCase& matrix_case, const std::string& mac) {
  std::vector<std::uint64_t> jobs;
  for (const reference::JobKind kind : matrix_case.jobs) jobs.push_back(service.add_job(mac, job_of(kind)));
  if (matrix_case.certificate) jobs.push_back(service.add_job(mac, web_certificate()));
  return jobs;
}

using StartJob = decltype(scenarios::CheckSettings::start_job);

StartJob start_job(const TriggerManner& manner, reference::Service& service, reference::Contacts& contacts, net::Clock& clock) {
  return [&](const phone::Identity& who, const scenarios::Wanted& wanted, const std::function<void(scenarios::Started)>& done) {
    const auto add = [&service, &contacts, mac = who.mac, wanted] {
      contacts.wake();
      reference::Job job = job_of(*reference::job_kind_spelled(wanted.kind));
      job.pin = wanted.pin;
      service.add_job(mac, std::move(job));
    };
    if (!manner.job_comes_last) add();
    const auto end = [&manner, add, done] {
      if (manner.job_comes_last) add();
      done(manner.fails.empty() ? scenarios::Started{} : tl::unexpected(manner.fails));
    };
    if (manner.takes.count() == 0) return end();
    clock.after(manner.takes, end);
  };
}

}  // namespace

Played play(const MatrixCase& matrix_case) {
  const OwnServiceSettings settings = service_for(matrix_case);
  OwnService own(settings);
  scenarios::CheckSettings check = settings_of(matrix_case, settings.port);
  check.second_job = matrix_case.second_job;
  check.job_limit = std::chrono::minutes(10);
  check.start_job = start_job(matrix_case.trigger, own.service, own.contacts, own.clock);
  Downloads downloads(own.clock, matrix_case.files_arrive);
  check.downloads = &downloads;
  const std::string mac = check.cast.front().mac;
  const std::vector<std::uint64_t> jobs = give_jobs(own.service, matrix_case, mac);
  Played played = check_with(check, own.carrier, own.clock, [&](scenarios::Check& it) {
    own.door = [&it](const auto&... knock) { return it.knock(knock...); };
  }, matrix_case.scenarios);
  for (const std::uint64_t id : jobs)
    if (const reference::Job* job = own.service.find_job(mac, id)) played.jobs.push_back(*job);
  return played;
}

Played play_against(const fleet::InProcessService& service) {
  fleet::SimulatedClock clock;
  fleet::InProcessCarrier carrier(clock, service, carrier_of({}));
  Downloads downloads(clock, true);
  scenarios::CheckSettings check = settings_of({}, OwnServiceSettings{}.port);
  check.downloads = &downloads;
  check.cast.resize(1);
  check.cast.front().part = scenarios::Part::older;
  return check_with(check, carrier, clock, [](scenarios::Check&) {});
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

  scenarios::Check* phones = nullptr;
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

  scenarios::CheckSettings check = settings_of(matrix_case, (*server)->port());
  for (scenarios::Cast& who : check.cast) who.door = door->port();
  check.waits.answer = answer_limit;
  check.limits.restart_takes = check.limits.gathers_changes = std::chrono::microseconds{};
  check.start_job = start_job(matrix_case.trigger, *service, *contacts, loop);
  Downloads downloads(loop, matrix_case.files_arrive);
  check.downloads = &downloads;
  give_jobs(*service, matrix_case, check.cast.front().mac);
  net::HttpsCarrier carrier(loop, {.validate = true});
  return check_with(check, carrier, loop, [&](scenarios::Check& it) { phones = &it; }, matrix_case.scenarios);
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
