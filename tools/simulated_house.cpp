// Our own service in this process, in simulated time: a run is the same to the byte for the same seed.
#include <utility>

#include "certs/authority.h"
#include "fleet/simulated.h"
#include "fleet/simulated_downloads.h"
#include "house.h"
#include "reference/contacts.h"
#include "reference/defects.h"
#include "reference/listener_faults.h"
#include "reference/service.h"
#include "scenarios/run/canary.h"
#include "wpi/utf8.h"

namespace understudy::tools {

namespace {

constexpr std::uint16_t port = 18443, secure_port = 18444;
constexpr std::chrono::seconds takes_to_restart(5);

// A job of each kind, as the service's API takes it (docs/service.md); empty: it takes none of that kind.
std::string job_of(const std::string& kind, const std::string& pin) {
  const std::string begin = "{\"kind\": \"" + kind + "\"";
  if (kind == "read") return begin + R"(, "items": [{"name": "sntp-addr"}]})";
  if (kind == "write") return begin + R"(, "items": [{"name": "default-domain", "value": "example.net"}]})";
  if (kind == "deploy-files") return begin + R"(, "files": [{"type": "LOGO", "sample": true}]})";
  if (kind == "deploy-software") return begin + R"(, "version": "V3 R5.13.0"})";
  if (kind == "certificate") return begin + "}";
  if (kind == "bootstrap-pin") return begin + ", \"pin\": \"" + pin + "\"}";
  return reference::job_kind_spelled(kind) ? begin + "}" : "";
}

class Simulated : public House {
 public:
  Simulated(const PlayOptions& options, const std::string& poll_url, const std::vector<MobileUserOption>& users, net::Sample validates)
      : validates_(validates),
        faults_(reference::listener_faults(names_of(options.defects))),
        canary_("127.0.0.1:9", options.phones.seed),
        service_(options_of(options, poll_url, users)) {}
  net::Carrier& carrier() override { return carrier_; }
  net::Clock& clock() override { return clock_; }
  fleet::Downloads* downloads() override { return &downloads_; }
  std::uint64_t validated() const override { return carrier_.validated(); }

  void give_jobs(scenarios::Means& means) override {
    means.canary = [this](std::function<void(const std::string&)> fetched) { return canary_.url(std::move(fetched)); };
    means.can_start = [](const std::string& kind) { return !job_of(kind, "").empty(); };
    means.start_job = [this](const phone::Identity& who, const std::string& kind, const std::string& pin,
                             const std::function<void(scenarios::Means::Started)>& started) {
      wpi::HttpRequest request{"POST", "/api/phones/" + who.mac + "/jobs", {{"Host", "127.0.0.1"}, {"Content-Type", "application/json"}}, job_of(kind, pin)};
      request.headers.push_back({"Content-Length", std::to_string(request.body.size())});
      contacts_.wake();
      const net::Served served = service_.answer(request, net::Caller{.remote = "127.0.0.1:40000"}, clock_.now());
      const std::size_t body = served.bytes.find("\r\n\r\n");
      const std::string said = body == std::string::npos ? "" : served.bytes.substr(body + 4);
      if (served.bytes.starts_with("HTTP/1.1 201")) return started(std::string(wpi::trimmed(said)));
      started(tl::unexpected("our service takes no such job: " + std::string(wpi::trimmed(said))));
    };
  }

  void restart_service(std::function<void(tl::expected<void, std::string>)> restarted) override {
    back_ = clock_.now() + takes_to_restart;
    restarted({});
  }

 private:
  // As the service spells them.
  static std::vector<std::string> names_of(const std::vector<std::string>& defects) {
    std::vector<std::string> out;
    for (const std::string& name : defects)
      if (const auto defect = reference::defect_named(name)) out.emplace_back((*defect)->name);
    return out;
  }
  static reference::Options options_of(const PlayOptions& options, const std::string& poll_url,
                                       const std::vector<MobileUserOption>& users) {
    reference::Options out;
    out.poll_url = poll_url;
    out.simulated = true;
    out.seed = options.phones.seed;
    out.host = "127.0.0.1";
    out.port = port;
    out.gives_back = true;
    out.defects = names_of(options.defects);
    // Its keys are new each time: a bootstrap alone is not the same to the byte.
    if (auto authority = certs::Authority::make(std::chrono::system_clock::now())) {
      if (auto issuer = authority->intermediate()) out.secure = {std::make_shared<const certs::Authority>(std::move(*issuer)), secure_port};
    }
    if (options.mobile_user) out.users.push_back({options.mobile_user->e164, options.mobile_user->password});
    for (const MobileUserOption& user : users) out.users.push_back({user.e164, user.password});
    return out;
  }
  fleet::InProcessCarrier::Settings settings(net::Sample validates) {
    fleet::InProcessCarrier::Settings out;
    out.validate = validates;
    out.tls = transcript::Tls{};
    out.tls->version = "TLSv1.3";
    out.tls->cipher = "TLS_AES_256_GCM_SHA384";
    out.tls->subject = out.tls->issuer = "CN=Understudy";
    out.tls->problems = {transcript::CertificateProblem::unknown_issuer};
    if (!faults_.max_tls.empty()) out.tls->version = faults_.max_tls;
    if (const auto problem = transcript::certificate_problem_named(faults_.certificate)) out.tls->problems.push_back(*problem);
    if (faults_.client_may_renegotiate) out.renegotiation = transcript::Renegotiation::granted;
    out.is_there = [this](const net::Target& target) {
      return clock_.now() >= back_ && (target.port == port || target.port == secure_port);
    };
    return out;
  }

  net::Sample validates_;
  reference::ListenerFaults faults_;
  fleet::SimulatedClock clock_;
  std::chrono::microseconds back_{};  // the service is away until then
  scenarios::Canary canary_;  // of which nobody hears: the service here fetches nothing
  reference::Service service_;
  fleet::InProcessCarrier doors_{clock_,
                                 [this](const wpi::HttpRequest& request, const net::Caller& caller, auto) {
                                   const auto at_the_door = [this](const auto&... knock) {
                                     return stage ? stage->knock(knock...) : net::DoorAnswer::nobody;
                                   };
                                   return net::answer_at_door(at_the_door, request, caller);
                                 },
                                 {}};
  reference::Contacts contacts_{service_, doors_, clock_};
  fleet::InProcessCarrier carrier_{clock_,
                                   [this](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
                                     contacts_.wake();
                                     return service_.answer(request, caller, now);
                                   },
                                   settings(validates_)};
  fleet::FilesInMemory files_;
  fleet::SimulatedDownloads downloads_{clock_,
                                       [this](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
                                         return service_.answer(request, caller, now);
                                       },
                                       files_};
};

}  // namespace

std::string objection_to_defects(const std::vector<std::string>& defects, bool simulated) {
  if (!defects.empty() && !simulated) return "--defect is for our own service: it goes with --simulated";
  for (const std::string& name : defects)
    if (const auto defect = reference::defect_named(name); !defect) return defect.error();
  return {};
}

std::unique_ptr<House> simulated_house(const PlayOptions& options, const std::string& poll_url,
                                       const std::vector<MobileUserOption>& users, net::Sample validates) {
  return std::make_unique<Simulated>(options, poll_url, users, validates);
}

}  // namespace understudy::tools
