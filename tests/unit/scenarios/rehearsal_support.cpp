#include "rehearsal_support.h"

#include <algorithm>
#include <stdexcept>

#include "fleet/simulated_downloads.h"
#include "net/http_reader.h"
#include "net/keys.h"
#include "rules/judge.h"
#include "scenarios/file_error.h"
#include "scenarios/run/canary.h"
#include "scenarios/run/play.h"
#include "scenarios/run/staging.h"
#include "support/own_service.h"

namespace understudy::scenarios {

namespace {

class Hall : public transcript::Sink {
 public:
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    entries.push_back(entry);
  }
  std::vector<transcript::Entry> entries;
  conformance::Verdict finish() { return judge_.finish(); }

 private:
  conformance::Judge judge_{conformance::Selection{}, nullptr};
};

// "several" of "deploy-files=several"; empty: nothing is said of that kind.
std::string variant_of(const std::string& kind, const Needs& needs) {
  for (const std::string& need : needs)
    if (need.starts_with(kind + "=")) return need.substr(kind.size() + 1);
  return "";
}

std::string fields_of(const std::string& kind, const std::string& variant, const std::string& pin) {
  if (kind == "read") return R"(, "items": [{"name": "sntp-addr"}, {"name": "display-id-unicode"}])";
  if (kind == "write")
    return R"(, "items": [{"name": "default-domain", "value": "example.net"},
                          {"name": "function-key-def", "index": 1, "value": "59"},
                          {"name": "stimulus-led-control-uri", "index": 1, "value": "sip:4711@example.net"},
                          {"name": "key-label-unicode", "index": 1, "value": "4711"}])";
  if (kind == "bootstrap-pin") return R"(, "pin": ")" + pin + "\"";
  if (kind == "deploy-files" && variant == "several")
    return R"(, "files": [{"type": "LOGO", "sample": true}, {"type": "RINGTONE", "sample": true}])";
  if (kind == "deploy-files" && variant == "delete")
    return R"(, "files": [{"type": "LOGO", "sample": true}, {"type": "RINGTONE", "name": "old.wav", "action": "delete"}])";
  if (kind == "deploy-files" && variant == "logo")
    return R"(, "files": [{"type": "LOGO", "name": "samples/logo-openstage-60.png"}])";
  if (kind == "deploy-files") return R"(, "files": [{"type": "LOGO", "sample": true}])";
  if (kind == "deploy-software" && variant == "other")
    return R"(, "items": [{"name": "file-https-base-url", "value": "https://127.0.0.1:18443/images/OpenStage-80/V3-R5.13.0.img"},
                          {"name": "file-type", "value": "APP"}, {"name": "file-sw-type", "value": "Siemens SIP"},
                          {"name": "file-sw-version", "value": "3.5.13.0"}, {"name": "file-priority", "value": "normal"}])";
  if (kind == "deploy-software")
    return R"(, "version": "V3 R5.13.0")" +
           std::string(variant == "immediate" ? R"(, "priority": "immediate")" : "");
  return "";
}

// By the service's API, as a user's trigger does it. The error is what the service said.
Means::Started add_job(OwnService& own, const std::string& mac, const std::string& kind,
                       const std::string& pin, const Needs& needs) {
  own.contacts.wake();
  const std::string variant = variant_of(kind, needs);
  wpi::HttpRequest request{"POST",
                           "/api/phones/" + mac + "/jobs",
                           {},
                           "{\"kind\": \"" + kind + "\"" + fields_of(kind, variant, pin) + "}"};
  net::HttpReader reader;
  reader.take(own.service.answer(request, {}, own.clock.now()).bytes);
  if (reader.response().status != 201) return tl::unexpected(reader.response().body);
  return reader.response().body;
}

std::string told(const Rehearsal& played, const language::Scenario& scenario) {
  const Failure& failure = played.outcome.failure;
  std::string out;
  if (!failure.message.empty()) {
    const auto& source = scenario.sources.at(failure.place.file);
    const FileError error =
        error_in(source.path, source.bytes, failure.place.offset, failure.place.length, failure.message);
    out += "  line " + std::to_string(error.line) + ": " + failure.message + " | expected " +
           failure.expected + " | came " + failure.came + " [" + failure.phone + "]\n";
    for (const std::string& line : failure.last) out += "    " + line + "\n";
  }
  for (const conformance::Finding& finding : played.verdict.findings)
    out += "  " + finding.rule + ": " + finding.message + " | expected " + finding.expected + " | came " +
           finding.came + " | " + finding.where + " [" + finding.phone + ", " + finding.step + "]\n";
  return out;
}

}  // namespace

const conformance::RuleResult& Rehearsal::rule(std::string_view id) const {
  const auto found = std::find_if(verdict.rules.begin(), verdict.rules.end(),
                                  [&](const auto& each) { return each.rule == id; });
  if (found == verdict.rules.end()) throw std::invalid_argument("there is no rule " + std::string(id));
  return *found;
}

Rehearsal rehearse(const language::SharedScenario& scenario, const Needs& needs,
                   std::vector<std::string> defects) {
  OwnServiceSettings settings;
  settings.defects = std::move(defects);
  settings.polling = needs.contains("polling");
  settings.secure = needs.contains("secure");
  settings.gives_back = needs.contains("gives-back");
  Canary canary("127.0.0.1:9", 1);
  settings.fetch = [&](const std::string& url) { canary.hear("GET", url.substr(url.find('/', 7)), "127.0.0.1:40001"); };
  OwnService own(settings);
  fleet::FilesInMemory files;
  fleet::SimulatedDownloads downloads(
      own.clock,
      [&](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
        return own.service.answer(request, caller, now);
      },
      files);

  Hall hall;
  hall.take(transcript::Start{"understudy", "https://127.0.0.1:18443", "2026-01-01T00:00:00Z", 1, false});
  fleet::Stage stage(own.carrier, own.clock, hall, nullptr, &downloads);
  own.door = [&](const auto&... knock) { return stage.knock(knock...); };

  Staging staging;
  staging.target = *net::target_of("https://127.0.0.1:" + std::to_string(settings.port));
  staging.service = std::make_shared<const phone::Service>(phone::Service{
      staging.target.host_header(), staging.target.path, std::make_shared<const net::CertificateKeys>()});

  wpi::Reader reader;
  Means means{.stage = stage, .clock = own.clock, .reader = reader, .service = staging.target.host_header()};
  if (needs.contains("user")) means.user = mobile_user, means.user_password = mobile_password;
  means.canary = [&](std::function<void(const std::string&)> fetched) { return canary.url(std::move(fetched)); };
  means.can_start = [](const std::string&) { return true; };
  means.start_job = [&](const phone::Identity& who, const std::string& kind, const std::string& pin,
                        const std::function<void(Means::Started)>& done) {
    done(add_job(own, who.mac, kind, pin, needs));
  };

  const auto play = Play::make(means, scenario, put_on_stage(stage, *scenario, staging, 0, ""), 1);
  play->start();
  own.clock.run([&] { return play->over(); }, std::chrono::hours(48));
  if (!play->over()) play->interrupt();
  Rehearsal out;
  out.outcome = play->outcome();
  out.verdict = hall.finish();
  out.entries = std::move(hall.entries);
  out.told = told(out, *scenario);
  return out;
}

}  // namespace understudy::scenarios
