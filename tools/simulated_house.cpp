// Our own service in this process, in simulated time: a run is the same to the byte for the same seed.
#include <utility>

#include "certs/authority.h"
#include "fleet/simulated.h"
#include "house.h"
#include "reference/contacts.h"
#include "reference/service.h"

namespace understudy::tools {

namespace {

constexpr std::uint16_t port = 18443, secure_port = 18444;

// What a job of that kind is about where nobody says more.
reference::Job job_of(const std::string& kind, const std::string& pin) {
  reference::Job job;
  job.kind = reference::job_kind_spelled(kind).value_or(reference::JobKind::read);
  job.pin = pin;
  const auto add = [&](const char* name, const char* value) {
    wpi::Item& item = job.items.emplace_back();
    item.name = name;
    item.value = value;
  };
  if (job.kind == reference::JobKind::read) add("sntp-addr", "");
  if (job.kind == reference::JobKind::write) add("default-domain", "example.net");
  return job;
}

class Simulated : public House {
 public:
  explicit Simulated(const RunOptions& options) : service_(options_of(options)) {}
  net::Carrier& carrier() override { return carrier_; }
  net::Clock& clock() override { return clock_; }
  fleet::Downloads* downloads() override { return nullptr; }

  void give_jobs(scenarios::Means& means) override {
    means.can_start = [](const std::string& kind) { return reference::job_kind_spelled(kind).has_value(); };
    means.start_job = [this](const phone::Identity& who, const std::string& kind, const std::string& pin,
                             const std::function<void(scenarios::Means::Started)>& started) {
      contacts_.wake();
      started("job " + std::to_string(service_.add_job(who.mac, job_of(kind, pin))));
    };
  }

 private:
  static reference::Options options_of(const RunOptions& options) {
    reference::Options out;
    out.simulated = true;
    out.seed = options.phones.seed;
    out.host = "127.0.0.1";
    out.port = port;
    if (options.mobile_user) out.users.push_back({options.mobile_user->e164, options.mobile_user->password});
    return out;
  }
  static fleet::InProcessCarrier::Settings settings() {
    fleet::InProcessCarrier::Settings out;
    out.validate = true;
    out.tls = transcript::Tls{};
    out.tls->version = "TLSv1.3";
    out.tls->cipher = "TLS_AES_256_GCM_SHA384";
    out.tls->subject = out.tls->issuer = "CN=Understudy";
    out.tls->problems = {transcript::CertificateProblem::unknown_issuer};
    out.is_there = [](const net::Target& target) { return target.port == port || target.port == secure_port; };
    return out;
  }

  fleet::SimulatedClock clock_;
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
                                   settings()};
};

}  // namespace

std::unique_ptr<House> simulated_house(const RunOptions& options) { return std::make_unique<Simulated>(options); }

}  // namespace understudy::tools
