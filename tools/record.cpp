// understudy record: between real phones and a real service, until Ctrl-C.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "cast.h"
#include "certs/authority.h"
#include "commands.h"
#include "interrupt.h"
#include "listening_place.h"
#include "live.h"
#include "net/local_address.h"
#include "own_health.h"
#include "reach.h"
#include "recorder.h"
#include "reports/plain.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

tl::expected<std::string, Refusal> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file || text.empty()) return tl::unexpected(Refusal{exit_wrong_input_file, path + ": cannot be read"});
  return text;
}

// The one that was named, or one that is made now: its key lives and ends with this process.
tl::expected<net::ServerTls, Refusal> certificate_for(const RecordOptions& options,
                                                      const std::string& address) {
  if (!options.certificate.empty()) {
    auto certificate = text_of(options.certificate);
    if (!certificate) return tl::unexpected(certificate.error());
    auto key = text_of(options.key);
    if (!key) return tl::unexpected(key.error());
    return net::ServerTls{std::move(*certificate), std::move(*key)};
  }
  const auto could_not = [](const std::string& why) {
    return tl::unexpected(Refusal{exit_could_not_run, why});
  };
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  if (!authority) return could_not(authority.error());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {address, "localhost"}));
  if (!pem) return could_not(pem.error());
  return net::ServerTls{pem->certificate, pem->key};
}

struct Places {
  net::Target service;
  ListeningPlace listen;
};

// What is wrong with the words, before anything is opened.
tl::expected<Places, Refusal> understand(const RecordOptions& options) {
  const auto wrong = [](std::string text) {
    return tl::unexpected(Refusal{exit_wrong_command_line, std::move(text)});
  };
  if (options.certificate.empty() != options.key.empty()) return wrong("--certificate and --key go together");
  if (options.opaque && !options.certificate.empty())
    return wrong("--opaque ends no TLS: it has no use for a certificate");
  PhoneTraits traits;
  traits.allow_target = options.allow_target;
  auto target = service_at(options.service, traits);
  if (!target) return wrong(target.error());
  Places places{std::move(*target), *listening_place(options.listen)};
  if (places.service.port == places.listen.port && places.service.host == places.listen.address)
    return wrong("the recorder would call itself: --listen and --service are the same place");
  if (!options.bind.empty() && !net::is_own_address(options.bind))
    return tl::unexpected(Refusal{exit_could_not_run, options.bind + " is no address of this machine"});
  return places;
}

void introduce(const net::Relay& relay, const Places& places, bool opaque) {
  net::Target here = places.service;
  here.host = places.listen.address;
  here.port = relay.port();
  std::printf("recorder on https://%s, which passes all on to %s\n", here.host_header().c_str(),
              places.service.url().c_str());
  std::printf("contact-me goes from the service to the phones directly, and is not recorded\n");
  if (opaque) std::printf("TLS goes through as it is: nothing of it is read or judged\n");
  std::printf("Ctrl-C ends it\n\n");
  std::fflush(stdout);
}

}  // namespace

int run(const RecordOptions& options) {
  const auto places = understand(options);
  if (!places) return refuse(places.error().exit, places.error().text);
  auto tls = options.opaque ? net::ServerTls{} : certificate_for(options, places->listen.address);
  if (!tls) return refuse(tls.error().exit, tls.error().text);
  Session::Settings settings;
  settings.report = options.report;
  settings.mask = !options.report.show_secrets;
  auto session = Session::open(std::move(settings));
  if (!session) return refuse(session.error().exit, session.error().text);

  raise_descriptor_limit();
  watch_for_interrupt();
  net::EventLoop loop;
  stay_awake(loop);
  const Terminal terminal = terminal_of(stdout);
  Live live(**session, {terminal.colour, terminal.width, terminal.there, true}, stdout);
  Recorder recorder(loop, live, [&] {
    const auto problem = (*session)->transcript_problem();
    return problem ? std::optional("the transcript is not written any more: " + *problem) : std::nullopt;
  });

  net::RelaySettings relayed;
  relayed.address = places->listen.address;
  relayed.port = places->listen.port;
  relayed.service = places->service;
  relayed.source_address = options.bind;
  relayed.tls = std::move(*tls);
  relayed.opaque = options.opaque;
  relayed.may_connect = reach(options.allow_target);
  relayed.listens = [&](const net::Relayed& connection) { return recorder.listens(connection); };
  relayed.troubled = [&](const auto&... trouble) { recorder.troubled(trouble...); };
  const auto relay = net::Relay::listen(loop, std::move(relayed));
  if (!relay) return refuse(exit_could_not_run, relay.error());

  live.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, places->service.url(), iso_now(), 0,
                              !options.report.show_secrets});
  introduce(**relay, *places, options.opaque);
  while (!interrupted()) loop.run(interrupted, std::chrono::hours(1));
  (*relay)->stop();
  recorder.finish();

  const net::RelayCounts& counts = (*relay)->counts();
  std::printf("\n%s: %llu bytes from phones, %llu from the service",
              conformance::counted(counts.connections, "connection").c_str(),
              static_cast<unsigned long long>(counts.from_clients),
              static_cast<unsigned long long>(counts.from_service));
  if (counts.opaque > 0)
    std::printf("; of these %llu on %s undecoded", static_cast<unsigned long long>(counts.undecoded),
                conformance::counted(counts.opaque, "connection").c_str());
  std::printf("\n\n");
  if (options.opaque) return exit_conforming;  // nothing to judge
  return (*session)->finish(false);
}

}  // namespace understudy::tools
