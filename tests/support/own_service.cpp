#include "support/own_service.h"

#include <utility>

#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "support/messages.h"

namespace understudy {

const Pki& pki() {
  static const Pki made = [] {
    auto root =
        std::make_shared<const certs::Authority>(*certs::Authority::make(std::chrono::system_clock::now()));
    auto issuer = std::make_shared<const certs::Authority>(*root->intermediate());
    return Pki{std::move(root), std::move(issuer)};
  }();
  return made;
}

namespace {

// What a phone would see of a service that listens with these faults.
transcript::Tls handshake_with(const reference::ListenerFaults& faults) {
  transcript::Tls tls;
  tls.version = faults.max_tls.empty() ? "TLSv1.3" : faults.max_tls;
  tls.cipher = "TLS_AES_256_GCM_SHA384";
  tls.subject = tls.issuer = "CN=Understudy";
  tls.problems = {transcript::CertificateProblem::unknown_issuer};
  if (const auto problem = transcript::certificate_problem_named(faults.certificate))
    tls.problems.push_back(*problem);
  return tls;
}

// By the CA that the phone was given.
transcript::Tls secure_handshake_with(const reference::ListenerFaults& faults) {
  transcript::Tls tls = handshake_with({});
  tls.problems.clear();
  if (faults.secure_certificate == "stranger")
    tls.problems = {transcript::CertificateProblem::unknown_issuer};
  if (const auto problem = transcript::certificate_problem_named(faults.secure_certificate))
    tls.problems = {*problem};
  return tls;
}

}  // namespace

reference::Options options_of(const OwnServiceSettings& settings) {
  reference::Options options;
  options.defects = settings.defects;
  options.simulated = settings.simulated;
  options.gives_back = settings.gives_back;
  options.fetch = settings.fetch;
  options.users = {{mobile_user, mobile_password}};
  options.host = "127.0.0.1";
  options.port = settings.port;
  if (settings.secure) options.secure = {pki().issuer, settings.secure_port};
  if (settings.polling)
    options.poll_url = "http://127.0.0.1:" + std::to_string(settings.poll_port) + "/dcmp/";
  return options;
}

fleet::InProcessCarrier::Settings carrier_of(const OwnServiceSettings& settings) {
  fleet::InProcessCarrier::Settings out;
  out.validate = true;
  const reference::ListenerFaults faults = reference::listener_faults(settings.defects);
  out.tls = handshake_with(faults);
  if (faults.client_may_renegotiate) out.renegotiation = transcript::Renegotiation::granted;
  out.secure_tls = [faults] { return secure_handshake_with(faults); };
  out.is_there = [settings](const net::Target& target) {
    return target.port == settings.port || (settings.secure && target.port == settings.secure_port);
  };
  return out;
}

reference::Job web_certificate() {
  const auto pem = pki().issuer->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  reference::Job job;
  job.kind = reference::JobKind::write;
  job.items = {item("default-domain", "example.net"),
               item("wbm-server-certificate", certs::to_base64(*certs::to_pkcs12(*pem, "", "web")))};
  return job;
}

OwnService::OwnService(const OwnServiceSettings& settings)
    : service(options_of(settings)),
      to_doors_(clock,
                [this](const wpi::HttpRequest& request, const net::Caller& caller, auto) {
                  const auto nobody = [](const auto&...) { return net::DoorAnswer::nobody; };
                  return net::answer_at_door(door ? door : net::DoorHandler(nobody), request, caller);
                },
                {}),
      contacts(service, to_doors_, clock),
      carrier(
          clock,
          [this](const wpi::HttpRequest& request, const net::Caller& caller, auto now) {
            contacts.wake();
            return service.answer(request, caller, now);
          },
          carrier_of(settings)) {}

}  // namespace understudy
