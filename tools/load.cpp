// understudy load: many phones at once, each of them judging.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

#include "again.h"
#include "cast.h"
#include "commands.h"
#include "house.h"
#include "interrupt.h"
#include "listening_place.h"
#include "load_acts.h"
#include "load_cast.h"
#include "load_limits.h"
#include "load_play.h"
#include "load_screen.h"
#include "load_words.h"
#include "net/local_address.h"
#include "net/server.h"
#include "own_health.h"
#include "phone_addresses.h"
#include "production.h"
#include "reach.h"
#include "reports/load_csv.h"
#include "reports/plain.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

using fleet::load::Arrivals;
using fleet::load::Plan;

constexpr const char* simulated_url = "https://127.0.0.1:18443";
constexpr const char* simulated_poll_url = "http://127.0.0.1:18443/dcmp/";

std::string percent_of(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g%%", share * 100);
  return text;
}

std::string again_command(const LoadOptions& options) {
  std::string out = "understudy load " +
                    (options.simulated ? std::string("--simulated") : quoted(options.url)) +
                    (options.plan.empty() ? " --phones " + std::to_string(options.count) : "");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  const auto time = [&](const char* name, microseconds value) {
    if (value.count() > 0) add(name, std::to_string(value.count() / 1000) + "ms");
  };
  add("--plan", options.plan);
  add("--storm", options.storm);
  add("--arrival", options.arrival);
  if (options.at_work > 0) add("--at-work", std::to_string(options.at_work));
  time("--for", options.length);
  time("--ramp", options.ramp);
  for (const std::string& behaviour : options.behaviours) add("--behaviour", behaviour);
  if (options.by_chance) out += " --by-chance";
  for (const std::string& threshold : options.thresholds) add("--threshold", threshold);
  add("--search", options.search);
  add("--addresses", options.addresses);
  if (options.door_per_phone) out += " --door-per-phone";
  if (options.validate != LoadOptions().validate) out += " --validate " + percent_of(options.validate);
  if (options.keeps_connections) out += " --connections kept";
  if (options.resumes) out += " --resume";
  if (!options.mobile_users_text.empty()) {
    const std::string& text = options.mobile_users_text;
    add("--mobile-user", options.report.show_secrets ? text : text.substr(0, text.find(':')) + ":***");
  }
  return out + again_options(options);
}

void introduce(const Plan& plan, const std::string& host, const LoadOptions& options) {
  const std::string from = !options.addresses.empty() ? "they call from " + options.addresses + ", an address each"
                           : options.door_per_phone   ? "they call from one address, and each has a contact-me port of its own"
                                                      : "from this machine's one address they can start up and poll, but only "
                                                        "the first can be asked to call (--addresses, --door-per-phone)";
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu; %s\n",
               conformance::counted(plan.phones, "phone").c_str(), host.c_str(), static_cast<unsigned long long>(plan.seed),
               from.c_str());
}

// The addresses of --addresses; nullopt: there is no such option. The error is why phones cannot call from there, or are not
// to.
tl::expected<std::optional<net::AddressRange>, std::string> addresses_of(const LoadOptions& options, const net::Target& target,
                                                                    std::uint64_t phones) {
  if (options.simulated && (!options.addresses.empty() || options.door_per_phone || options.resumes))
    return tl::unexpected(std::string("--simulated has neither addresses nor TLS: leave --addresses, --door-per-phone and --resume out"));
  if (options.door_per_phone && !options.addresses.empty())
    return tl::unexpected(std::string("--addresses gives each phone an address with a door: leave --door-per-phone out"));
  if (options.door_per_phone && options.bind.empty() && is_on_loopback(target))
    return tl::unexpected(std::string("on loopback each phone has an address with a door: say --bind ADDR beside --door-per-phone"));
  if (options.addresses.empty()) return std::nullopt;
  if (!options.bind.empty()) return tl::unexpected(std::string("--bind is one address, --addresses one for each phone: leave one of them out"));
  auto range = net::AddressRange::of(options.addresses);
  if (!range) return tl::unexpected(std::move(range.error()));
  if (is_numeric(target.host) && (target.host.find(':') == std::string::npos) != range->is_v4())
    return tl::unexpected("from " + range->text() + " there is no way to " + target.host_header());
  if (std::string why = cannot_call_from(*range, phones); !why.empty()) return tl::unexpected(std::move(why));
  return std::move(*range);
}

// What is said of how phones connect, beside the numbers.
void describe(const LoadOptions& options, const std::vector<std::uint16_t>& own_doors, conformance::LoadResult& load) {
  const auto say = [&](const char* name, std::string value) { load.machine.emplace_back(name, std::move(value)); };
  if (!options.addresses.empty()) say("phones call from", options.addresses + ", an address each");
  if (!own_doors.empty())
    say("contact-me", (options.door_port == 0 ? "at free ports" : "at ports " + std::to_string(own_doors.front()) + " to " +
                                                                      std::to_string(own_doors.back())) +
                          ", one a phone; the guide has 8085 for all");
  if (options.keeps_connections) say("connections", "kept from one interaction to the next; phones make a new one");
  if (options.resumes) say("TLS sessions", "resumed where the service takes them; phones shake hands in full");
  say("read against the schema", percent_of(options.validate) + " of the answers, by chance");
}

// The error is one line.
tl::expected<std::vector<Threshold>, std::string> thresholds_of(const LoadOptions& options) {
  std::vector<std::string> texts = options.thresholds;
  if (!options.search.empty()) texts.push_back(options.search);
  std::vector<Threshold> out;
  for (const std::string& text : texts) {
    auto threshold = Threshold::of(text);
    if (!threshold) return tl::unexpected(std::move(threshold.error()));
    out.push_back(std::move(*threshold));
  }
  return out;
}

// Why not; empty: it can, or need not.
std::string cannot_search(const LoadOptions& options) {
  if (options.search.empty()) return "";
  if (!options.plan.empty() || !options.storm.empty() || options.at_work > 0 || options.ramp.count() > 0)
    return "--search tries one steady rate after the other, from --arrival on: leave --plan, --storm, "
           "--at-work and --ramp out beside it";
  return "";
}

bool polls(const Plan& plan) {
  return std::any_of(plan.behaviours.begin(), plan.behaviours.end(),
                     [](const auto& share) { return share.behaviour == fleet::load::Behaviour::poll; });
}

// Phone k is where user k logs on, and from the first again where there are fewer.
LoadActs::UserOf users_of(const std::vector<MobileUserOption>& users) {
  return [&users](std::uint64_t phone) {
    return users.empty() ? std::nullopt : std::optional(users[phone % users.size()]);
  };
}

// nullptr where nobody wants them. The error is one line.
tl::expected<std::unique_ptr<net::Server>, std::string> serve_metrics(const LoadOptions& options, House& house,
                                                                      const LoadPlay& play) {
  const auto place = listening_place(options.metrics);
  if (options.metrics.empty() || !place || !house.loop()) return nullptr;
  net::ServerSettings settings;
  settings.address = place->address;
  settings.port = place->port;
  settings.max_connections = 16;
  return net::Server::listen(*house.loop(), settings, [&play](const wpi::HttpRequest& request, const net::Caller&) {
    const bool there = request.method == "GET" && request.target == "/metrics";
    const std::string body = there ? play.metrics() : "";
    return net::Served{.bytes = std::string("HTTP/1.1 ") + (there ? "200 OK" : "404 Not Found") +
                                "\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body,
                       .close = true};
  });
}

// Why not, in a line; empty: it was written.
std::string write_csv(const std::string& path, const conformance::LoadResult& load) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << conformance::intervals_csv(load) << std::flush;
  return file ? "" : path + ": cannot be written: " + std::strerror(errno);
}

}  // namespace

int run(const LoadOptions& options) {
  if (options.simulated != options.url.empty())
    return refuse(exit_wrong_command_line, options.simulated
                                               ? "--simulated has a service of its own: leave URL out"
                                               : "URL is missing: https://host:port, or --simulated");
  auto production = understand(options, options.simulated ? simulated_url : options.url);
  if (!production) return refuse(production.error().exit, production.error().text);
  const net::Target target = production->target;
  const Traits& traits = production->traits;
  auto wanted = wanted_of(options, traits);
  if (!wanted) return refuse(wanted.error().exit, wanted.error().text);
  const Plan* plan = &wanted->plan;
  auto thresholds = thresholds_of(options);
  if (!thresholds) return refuse(exit_wrong_command_line, thresholds.error());
  const std::string no_search = cannot_search(options);
  if (!no_search.empty()) return refuse(exit_wrong_command_line, no_search);
  const auto addresses = addresses_of(options, target, plan->phones);
  if (!addresses) return refuse(exit_wrong_command_line, addresses.error());
  const auto played = scenarios_of(*plan);
  if (!played) return refuse(played.error().exit, played.error().text);
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error().exit, triggers.error().text);
  const bool on_loopback = is_on_loopback(target);
  const std::uint64_t descriptors = raise_descriptor_limit(), ports = local_ports();
  const bool one_address = !*addresses && (!on_loopback || !options.bind.empty());
  if (!options.simulated) {
    const std::string why = does_not_fit(*plan, {descriptors, ports, one_address, traits.waits.answer,
                                                 options.keeps_connections ? polls(*plan) ? 2U : 1U : 0U,
                                                 options.door_per_phone ? plan->phones : 0});
    if (!why.empty()) return refuse(exit_wrong_command_line, why);
  }

  Session::Settings settings = production->session;
  settings.again = again_command(options);
  settings.is_load = true;
  auto session = Session::open(settings);
  if (!session) return refuse(session.error().exit, session.error().text);
  watch_for_interrupt();
  if (!on_loopback) introduce(*plan, target.host, options);

  const net::Sample validates(options.validate, plan->seed);
  LoadOptions placed = options;
  if (*addresses) placed.bind = (*addresses)->at(0);  // the door stands open for its kind of addresses
  const auto house =
      options.simulated
          ? simulated_house(options, polls(*plan) ? simulated_poll_url : "", options.mobile_users, validates)
          : house_out_there(
                placed, target, traits.waits, *triggers, [] {}, validates);
  LoadPlay::Settings how{options.simulated, std::move(*thresholds), options.abort_after, traits.waits.answer};
  LoadPlay play(**session, *house, std::move(how));
  play.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target.url(),
                              options.simulated ? "2026-01-01T00:00:00Z" : iso_now(), plan->seed,
                              production->session.mask});
  fleet::Stage stage(house->carrier(), house->clock(), play, nullptr, house->downloads());
  house->stage = &stage;
  wpi::Reader reader;
  scenarios::Means means{.stage = stage, .clock = house->clock(), .reader = reader, .service = target.host_header()};
  means.path = target.path;
  means.switches = traits.switches;
  means.quirks = traits.quirks;
  house->give_jobs(means);
  const std::string why_not = cannot_play(*played, !options.mobile_users.empty(), means.can_start);
  if (!why_not.empty()) return refuse(exit_wrong_command_line, why_not);
  LoadActs acts(*played, means, users_of(options.mobile_users), plan->seed);
  play.set_acts(&acts);
  const Arrivals arrivals(*plan);
  std::vector<std::uint16_t> own_doors;
  if (options.door_per_phone) {
    std::vector<std::string> ids;
    for (std::uint64_t k = 0; k < plan->phones; ++k) ids.push_back(fleet::load::id_of(k));
    auto open = house->open_own_doors(ids, options.door_port);
    if (!open) return refuse(exit_could_not_run, open.error());
    own_doors = std::move(*open);
  }
  put_on_stage(stage,
               {options, traits, target, on_loopback, on_loopback ? "" : net::local_address_towards(target),
                house->door, wanted->kinds, *played, *addresses, own_doors},
               arrivals);
  auto metrics = serve_metrics(options, *house, play);
  if (!metrics) return refuse(exit_could_not_run, metrics.error());
  conformance::LoadResult load =
      options.search.empty() ? play.play(stage, arrivals) : play.search(stage, *plan);
  const bool cut = interrupted();
  if (auto limit = limit_of_downloads(house->longest_download_wait())) load.limits.push_back(std::move(*limit));
  house->end_jobs();
  house->stage = nullptr;

  describe(options, own_doors, load);
  if (!options.simulated) {
    load.health.descriptors_limit = descriptors;
    if (one_address) load.health.ports_limit = ports;
  }
  std::fputs(load_in_words(load).c_str(), stdout);
  if (!options.csv.empty())
    if (std::string why = write_csv(options.csv, load); !why.empty()) (*session)->trouble(std::move(why));
  return (*session)->finish(cut, std::move(load));
}

}  // namespace understudy::tools
