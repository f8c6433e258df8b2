// understudy service: our own provisioning service on a real socket.
#include "reference/service.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "certs/authority.h"
#include "commands.h"
#include "interrupt.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "net/target.h"
#include "reach.h"
#include "reference/contacts.h"
#include "reference/defects.h"
#include "reference/folder.h"
#include "reference/listener_faults.h"

namespace understudy::tools {

namespace {

constexpr std::uint16_t default_port = 18443, default_secure_port = 18444;  // guide p.12, p.64

void list_defects() {
  for (const reference::Defect& defect : reference::defects()) {
    std::printf("  %-44.*s %.*s", static_cast<int>(defect.name.size()), defect.name.data(), static_cast<int>(defect.text.size()),
                defect.text.data());
    if (!defect.needs.empty())
      std::printf(" [seen with a job: %.*s]", static_cast<int>(defect.needs.size()), defect.needs.data());
    if (!defect.phone.empty())
      std::printf(" [seen with check %s%.*s]", defect.phone == "mobile-user" ? "--" : "--quirk ",
                  static_cast<int>(defect.phone.size()), defect.phone.data());
    std::printf("\n");
  }
}

}  // namespace

int run(const ServiceOptions& options) {
  if (options.list_defects) {
    list_defects();
    return exit_conforming;
  }
  reference::Options service_options;
  for (const std::string& name : options.defects) {
    const auto defect = reference::defect_named(name);
    if (!defect) return refuse(exit_wrong_command_line, defect.error());
    service_options.defects.emplace_back((*defect)->name);
  }
  for (const MobileUserOption& user : options.mobile_users) service_options.users.push_back({user.e164, user.password});
  if (!options.files.empty()) {
    auto files = reference::files_below(options.files);
    if (!files) return refuse(exit_could_not_run, files.error());
    service_options.files.read = std::move(*files);
  }
  service_options.files.user = options.files_user;
  service_options.files.password = options.files_password;
  const reference::ListenerFaults faults = reference::listener_faults(service_options.defects);

  // A certificate of our own test PKI, made anew: its key lives and ends with this process.
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  if (!authority) return refuse(exit_could_not_run, authority.error());
  auto issuer = authority->intermediate();
  if (!issuer) return refuse(exit_could_not_run, issuer.error());
  const auto certificate = [&](const certs::Authority& by, const std::string& ready) {
    return by.issue(certs::profile_of(certs::ready_named(ready).value_or(certs::Ready::valid), {options.address, "localhost"}));
  };
  const auto pem = certificate(*authority, faults.certificate);
  const auto secure_pem = certificate(*issuer, faults.secure_certificate);
  if (!pem || !secure_pem) return refuse(exit_could_not_run, pem ? secure_pem.error() : pem.error());

  watch_for_interrupt();
  net::EventLoop loop;
  std::optional<reference::Service> service;
  net::HttpsCarrier to_phones(loop);
  to_phones.may_connect = reach({});
  std::optional<reference::Contacts> contacts;
  const auto answer = [&](const wpi::HttpRequest& request, const net::Caller& caller) {
    contacts->wake();
    return service->answer(request, caller, loop.now());
  };
  net::ServerSettings settings;
  settings.address = options.address;
  settings.port = options.port;
  settings.tls = net::ServerTls{pem->certificate, pem->key};
  if (!faults.max_tls.empty()) settings.tls->max_version = faults.max_tls;
  settings.tls->client_may_renegotiate = faults.client_may_renegotiate;
  settings.tls->resumes = options.resumes;
  const auto server = net::Server::listen(loop, settings, answer);
  if (!server) return refuse(exit_could_not_run, server.error());
  net::ServerSettings secure_settings = settings;
  secure_settings.port = options.secure_port.value_or(options.port == default_port ? default_secure_port : 0);
  secure_settings.tls = net::ServerTls{secure_pem->certificate, secure_pem->key};
  secure_settings.tls->client_cas_pem = {authority->certificate()};
  secure_settings.tls->client_required = faults.client_required;
  secure_settings.tls->resumes = options.resumes;
  secure_settings.refused = [](const net::Caller& caller, const std::string& why) {
    std::printf("refused %s on the port for Secure Mode: %s\n", caller.remote.c_str(), why.c_str());
    std::fflush(stdout);
  };
  const auto secure_server = net::Server::listen(loop, secure_settings, answer);
  if (!secure_server) return refuse(exit_could_not_run, secure_server.error());
  service_options.secure.authority = std::make_shared<const certs::Authority>(std::move(*issuer));
  service_options.secure.password = options.certificate_password;
  service_options.secure.port = (*secure_server)->port();
  service_options.host = options.address;
  service_options.port = (*server)->port();

  std::unique_ptr<net::Server> polls;
  if (options.poll_interval) {
    settings.port = options.poll_port;
    settings.tls.reset();
    auto listening = net::Server::listen(loop, settings, answer);
    if (!listening) return refuse(exit_could_not_run, listening.error());
    polls = std::move(*listening);
    net::Target poll_target;
    poll_target.tls = false;
    poll_target.host = options.address;
    poll_target.port = polls->port();
    poll_target.path = "/dcmp/";
    service_options.poll_url = poll_target.url();
    service_options.poll_seconds = static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(*options.poll_interval).count());
  }
  service_options.gives_back = options.gives_back;
  service_options.fetch = [&](const std::string& url) {
    const auto from = net::poll_target_of(url);
    if (!from) return;
    net::Order order;
    order.phone = "fetches " + url;
    order.target = *from;
    order.fresh_connection = true;
    order.request = {"GET", from->path, {{"Host", from->host_header()}, {"Connection", "close"}}, ""};
    to_phones.carry(std::move(order), [](const transcript::Exchange&) {});
  };
  service.emplace(service_options);
  contacts.emplace(*service, to_phones, loop);

  net::Target target;
  target.host = options.address;
  target.port = (*server)->port();
  std::printf("provisioning service on https://%s\n", target.host_header().c_str());
  net::Target secure_target = target;
  secure_target.port = service_options.secure.port;
  std::printf("phones in Secure Mode call https://%s\n", secure_target.host_header().c_str());
  if (polls) std::printf("phones poll at %s\n", service_options.poll_url.c_str());
  std::printf("jobs for phones: https://%s/api/phones (docs/service.md)\n", target.host_header().c_str());
  std::printf("files for phones: https://%s/files/ (%s%s)\n", target.host_header().c_str(),
              options.files.empty() ? "samples" : options.files.c_str(), options.files_user.empty() ? "" : ", with a password");
  for (const std::string& defect : service_options.defects) {
    const std::string_view text = reference::find_defect(defect)->text;
    std::printf("with the defect %s: %.*s\n", defect.c_str(), static_cast<int>(text.size()), text.data());
  }
  std::printf("Ctrl-C ends it\n");
  std::fflush(stdout);
  stay_awake(loop);
  while (!interrupted()) loop.run(interrupted, std::chrono::hours(1));
  return exit_conforming;
}

}  // namespace understudy::tools
