// understudy record: between real phones and a real service, until Ctrl-C.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "cast.h"
#include "certs/authority.h"
#include "certs/bundle.h"
#include "commands.h"
#include "interrupt.h"
#include "listening_place.h"
#include "live.h"
#include "net/local_address.h"
#include "own_health.h"
#include "reach.h"
#include "recorder.h"
#include "recorder_doors.h"
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

// What phones are shown; `ca` is empty where somebody else signed it.
struct Shown {
  net::ServerTls tls;
  std::string ca;  // PEM
};

// The one that was named, or one that is made now: its key lives and ends with this process.
tl::expected<Shown, Refusal> certificate_for(const RecordOptions& options, const std::string& address) {
  if (options.opaque) return Shown{};
  if (!options.certificate.empty()) {
    auto certificate = text_of(options.certificate);
    if (!certificate) return tl::unexpected(certificate.error());
    auto key = text_of(options.key);
    if (!key) return tl::unexpected(key.error());
    return Shown{{std::move(*certificate), std::move(*key)}, ""};
  }
  const auto could_not = [](const std::string& why) {
    return tl::unexpected(Refusal{exit_could_not_run, why});
  };
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  if (!authority) return could_not(authority.error());
  const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {address, "localhost"}));
  if (!pem) return could_not(pem.error());
  const bool names_us = address != "0.0.0.0" && address != "::";  // else a phone that was given our CA would refuse us all the same
  return Shown{{pem->certificate, pem->key}, names_us ? authority->certificate() : ""};
}

tl::expected<std::vector<phone::Credentials>, Refusal> keys_of_phones(const RecordOptions& options) {
  std::vector<phone::Credentials> out;
  for (const std::string& path : options.phone_keys) {
    const auto text = text_of(path);
    if (!text) return tl::unexpected(text.error());
    const auto bundle = certs::read_bundle(*text, options.certificate_password, certs::WantedKey::required);
    if (!bundle) return tl::unexpected(Refusal{exit_wrong_input_file, path + ": " + std::string(certs::sentence_of(bundle.error()))});
    phone::Credentials& credentials = out.emplace_back();
    credentials.certificate_pem = bundle->pem();
    credentials.key_pem = bundle->key;
    credentials.server_cas = bundle->chain;
  }
  return out;
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
  if (!options.phone_keys.empty() && options.certificate.empty())
    return wrong("--phone-keys wants --certificate and --key: phones in Secure Mode take their service's alone");
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

void introduce(const RecorderDoors& doors, const Places& places, const RecordOptions& options) {
  net::Target here = places.service;
  here.host = places.listen.address;
  here.port = doors.port();
  std::printf("recorder on https://%s, which passes all on to %s\n", here.host_header().c_str(),
              places.service.url().c_str());
  if (const auto port = doors.secure_port())
    std::printf("phones in Secure Mode call port %u, which stands for %u\n", unsigned{*port}, unsigned{options.secure_port});
  if (options.opaque)
    std::printf("TLS goes through as it is: nothing of it is read or judged\n");
  else if (options.as_it_is)
    std::printf("contact-me goes from the service to the phones directly, and is not recorded\n");
  std::printf("Ctrl-C ends it\n\n");
  std::fflush(stdout);
}

}  // namespace

int run(const RecordOptions& options) {
  const auto places = understand(options);
  if (!places) return refuse(places.error().exit, places.error().text);
  auto shown = certificate_for(options, places->listen.address);
  if (!shown) return refuse(shown.error().exit, shown.error().text);
  auto phones = keys_of_phones(options);
  if (!phones) return refuse(phones.error().exit, phones.error().text);
  Session::Settings settings;
  settings.report = options.report;
  settings.mask = !options.report.show_secrets;
  settings.forgets = true;
  auto session = Session::open(std::move(settings));
  if (!session) return refuse(session.error().exit, session.error().text);

  raise_descriptor_limit();
  watch_for_interrupt();
  net::EventLoop loop;
  stay_awake(loop);
  const Terminal terminal = terminal_of(stdout);
  Live live(**session, {terminal.colour, terminal.width, terminal.there, true}, stdout);
  Recorder recorder(loop, live, **session, [&] {
    const auto problem = (*session)->transcript_problem();
    return problem ? std::optional("the transcript is not written any more: " + *problem) : std::nullopt;
  });

  RecorderDoors::Settings open;
  net::RelaySettings& relayed = open.main;
  relayed.address = places->listen.address;
  relayed.port = places->listen.port;
  relayed.service = places->service;
  relayed.source_address = options.bind;
  relayed.tls = std::move(shown->tls);
  relayed.opaque = options.opaque;
  relayed.may_connect = reach(options.allow_target);
  open.rewrites = !options.as_it_is && !options.opaque;
  open.ca = std::move(shown->ca);
  open.secure_port = options.secure_port;
  open.phones = std::move(*phones);
  open.certificate_password = options.certificate_password;
  open.pins = options.pins;
  const auto doors = RecorderDoors::open(loop, recorder, std::move(open));
  if (!doors) return refuse(exit_could_not_run, doors.error());

  live.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, places->service.url(), iso_now(), 0,
                              !options.report.show_secrets});
  introduce(**doors, *places, options);
  while (!interrupted()) loop.run(interrupted, std::chrono::hours(1));
  (*doors)->stop();
  recorder.finish();

  const net::RelayCounts counts = (*doors)->counts();
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
