// understudy load: many phones at once, each of them judging.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

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
#include "load_wish.h"
#include "net/local_address.h"
#include "net/server.h"
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

void introduce(const Plan& plan, const std::string& host, const LoadOptions& options) {
  const std::string from = !options.addresses.empty() ? "they call from " + options.addresses + ", an address each"
                           : options.door_per_phone   ? "they call from one address, and each has a contact-me port of its own"
                                                      : "from this machine's one address they can start up and poll, but only "
                                                        "the first can be asked to call (--addresses, --door-per-phone)";
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu; %s\n",
               conformance::counted(plan.phones, "phone").c_str(), host.c_str(), static_cast<unsigned long long>(plan.seed),
               from.c_str());
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
  auto wish = understand(options, options.simulated ? simulated_url : options.url);
  if (!wish) return refuse(wish.error().exit, wish.error().text);
  const net::Target target = wish->production.target;
  const Traits& traits = wish->production.traits;
  const Plan& plan = wish->plan();

  Session::Settings settings = wish->production.session;
  settings.again = again_command(options);
  settings.is_load = true;
  auto session = Session::open(settings);
  if (!session) return refuse(session.error().exit, session.error().text);
  watch_for_interrupt();
  if (!wish->on_loopback) introduce(plan, target.host, options);

  const net::Sample validates(options.validate, plan.seed);
  LoadOptions placed = options;
  if (wish->addresses) placed.bind = wish->addresses->at(0);  // the door stands open for its kind of addresses
  const auto house =
      options.simulated
          ? simulated_house(options, wish->polls() ? simulated_poll_url : "", options.mobile_users, validates)
          : house_out_there(
                placed, target, traits.waits, wish->triggers, [] {}, validates);
  LoadPlay::Settings how{options.simulated, std::move(wish->thresholds), options.abort_after, traits.waits.answer};
  LoadPlay play(**session, *house, std::move(how));
  play.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target.url(),
                              options.simulated ? "2026-01-01T00:00:00Z" : iso_now(), plan.seed,
                              wish->production.session.mask});
  fleet::Stage stage(house->carrier(), house->clock(), play, nullptr, house->downloads());
  house->stage = &stage;
  wpi::Reader reader;
  scenarios::Means means{.stage = stage, .clock = house->clock(), .reader = reader, .service = target.host_header()};
  means.path = target.path;
  means.switches = traits.switches;
  means.quirks = traits.quirks;
  house->give_jobs(means);
  const std::string why_not = cannot_play(wish->scenarios, !options.mobile_users.empty(), means.can_start);
  if (!why_not.empty()) return refuse(exit_wrong_command_line, why_not);
  LoadActs acts(wish->scenarios, means, users_of(options.mobile_users), plan.seed);
  play.set_acts(&acts);
  const Arrivals arrivals(plan);
  std::vector<std::uint16_t> own_doors;
  if (options.door_per_phone) {
    std::vector<std::string> ids;
    for (std::uint64_t k = 0; k < plan.phones; ++k) ids.push_back(fleet::load::id_of(k));
    auto open = house->open_own_doors(ids, options.door_port);
    if (!open) return refuse(exit_could_not_run, open.error());
    own_doors = std::move(*open);
  }
  put_on_stage(stage,
               {options, traits, target, wish->on_loopback,
                wish->on_loopback ? "" : net::local_address_towards(target), house->door, wish->wanted.kinds,
                wish->scenarios, wish->addresses, own_doors},
               arrivals);
  auto metrics = serve_metrics(options, *house, play);
  if (!metrics) return refuse(exit_could_not_run, metrics.error());
  conformance::LoadResult load =
      options.search.empty() ? play.play(stage, arrivals) : play.search(stage, plan);
  const bool cut = interrupted();
  if (auto limit = limit_of_downloads(house->longest_download_wait())) load.limits.push_back(std::move(*limit));
  house->end_jobs();
  house->stage = nullptr;

  describe(options, own_doors, load);
  if (!options.simulated) {
    load.health.descriptors_limit = wish->descriptors;
    if (wish->one_address) load.health.ports_limit = wish->ports;
  }
  std::fputs(load_in_words(load).c_str(), stdout);
  if (!options.csv.empty())
    if (std::string why = write_csv(options.csv, load); !why.empty()) (*session)->trouble(std::move(why));
  return (*session)->finish(cut, std::move(load));
}

}  // namespace understudy::tools
