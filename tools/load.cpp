// understudy load: many phones at once, each of them judging.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "commands.h"
#include "house.h"
#include "interrupt.h"
#include "listening_place.h"
#include "load_ground.h"
#include "load_limits.h"
#include "load_part.h"
#include "load_play.h"
#include "load_screen.h"
#include "load_wish.h"
#include "locust.h"
#include "net/server.h"
#include "own_health.h"
#include "reach.h"
#include "reports/plain.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

using fleet::load::Part;
using fleet::load::Plan;

constexpr const char* simulated_url = "https://127.0.0.1:18443";
// Phones of the plan that stand in the report by name.
constexpr std::uint64_t introducing = 10;
constexpr const char* simulated_poll_url = "http://127.0.0.1:18443/dcmp/";

void introduce(const Plan& plan, const Part& part, const std::string& host, const LoadOptions& options) {
  const std::string from = !options.addresses.empty() ? "they call from " + options.addresses + ", an address each"
                           : options.door_per_phone   ? "they call from one address, and each has a contact-me port of its own"
                                                      : "from this machine's one address they can start up and poll, but only "
                                                        "the first can be asked to call (--addresses, --door-per-phone)";
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:xx:xx:xx from the seed %llu; %s\n",
               conformance::counted(part.below(plan.phones), "phone").c_str(), host.c_str(), static_cast<unsigned long long>(plan.seed),
               from.c_str());
}

// What is said of how phones connect, beside the numbers.
void describe(const LoadOptions& options, const Plan& plan, const Part& part, const std::vector<std::uint16_t>& own_doors, conformance::LoadResult& load) {
  const auto say = [&](const char* name, std::string value) { load.machine.emplace_back(name, std::move(value)); };
  if (!options.shard.empty())
    say(part_fact, options.shard + " of the plan: " + conformance::counted(part.below(load.plan.phones), "phone"));
  if (!options.addresses.empty()) say("phones call from", options.addresses + ", an address each");
  if (!own_doors.empty())
    say("contact-me", (options.door_port == 0 ? "at free ports" : "at ports " + std::to_string(own_doors.front()) + " to " +
                                                                      std::to_string(own_doors.back())) +
                          ", one a phone; the guide has 8085 for all");
  if (options.keeps_connections) say("connections", "kept from one interaction to the next; phones make a new one");
  if (options.threads > 1) say("threads", std::to_string(options.threads) + ", the rules judge one message at a time");
  if (options.resumes) say("TLS sessions", "resumed where the service takes them; phones shake hands in full");
  std::string faults;
  for (const fleet::Chance& each : plan.faults)
    faults += (faults.empty() ? "" : ", ") + std::string(net::name_of(each.kind)) + " " + fleet::percent_of(each.share);
  if (!faults.empty()) say("faults of phones", faults + " of their messages, by chance");
  say("read against the schema", percent_of(options.validate) + " of the answers, by chance");
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

LoadPart part_played(const LoadOptions& options, const LoadWish& wish, const net::Target& target, const LoadPlay& play) {
  LoadPart out;
  out.part = wish.part;
  out.host = options.simulated ? "simulated" : host_name();
  out.again = again_command(options, Again::whole_plan);
  out.terms = terms_of(wish.plan(), target.url());
  out.thresholds = options.thresholds;
  out.clock = play.clock();
  out.sum = play.sum();
  return out;
}

}  // namespace

int run(const LoadOptions& options) {
  if (options.locustfile) return print_locustfile(options);
  if (!options.locust.empty()) return work_for_locust(options);
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
  settings.again = again_command(options, Again::this_part);
  settings.is_load = true;
  for (std::uint64_t k = 0; k < introducing; ++k) settings.introduces.insert(fleet::load::id_of(k));
  auto session = Session::open(settings);
  if (!session) return refuse(session.error().exit, session.error().text);
  watch_for_interrupt();
  if (!wish->on_loopback) introduce(plan, wish->part, target.host, options);

  const net::Sample validates(options.validate, plan.seed);
  LoadOptions placed = options;
  if (wish->addresses) placed.bind = wish->addresses->at(0);  // the door stands open for its kind of addresses
  LoadPlay::Settings how;
  how.simulated = options.simulated;
  if (options.shard.empty()) how.thresholds = wish->thresholds;  // else they are judged on the sum
  how.abort_after = options.abort_after;
  how.patience = traits.waits.answer;
  how.part = wish->part;
  how.restarts = options.simulated || wish->part.number == 0;
  how.start_at = wish->start_at;
  LoadPlay play(**session, std::move(how));
  play.sink(0).take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target.url(),
                                      options.simulated ? "2026-01-01T00:00:00Z" : iso_now(), plan.seed,
                                      wish->production.session.mask});
  std::vector<std::unique_ptr<LoadGround>> grounds;
  std::vector<std::uint16_t> own_doors;
  DoorShare share;
  for (std::size_t n = 0; n < options.threads; ++n) {
    share.opens = n == 0;
    auto house = options.simulated
                     ? simulated_house(options, wish->polls() ? simulated_poll_url : "", options.mobile_users, validates)
                     : house_out_there(
                           placed, target, traits.waits, wish->triggers, [] {}, validates, share);
    if (n > 0) house->door = grounds.front()->house->door;
    grounds.push_back(std::make_unique<LoadGround>(play.sink(n), std::move(house), n, options.threads));
    LoadGround& ground = *grounds.back();
    const auto furnished = ground.furnish(options, *wish, wish->part, fleet::load::Arrivals(plan, play.part_of(n, options.threads)));
    if (!furnished) return refuse(furnished.error().exit, furnished.error().text);
    own_doors.insert(own_doors.end(), ground.own_doors.begin(), ground.own_doors.end());
    play.add({*ground.house, ground.stage, &*ground.acts});
  }
  grounds.front()->house->share_door([&grounds](const std::string& address) -> House* {
    for (const auto& ground : grounds)
      if (ground->stage.has_address(address)) return ground->house.get();
    return nullptr;
  });
  auto metrics = serve_metrics(options, *grounds.front()->house, play);
  if (!metrics) return refuse(exit_could_not_run, metrics.error());
  conformance::LoadResult load = options.search.empty() ? play.play(plan) : play.search(plan);
  const bool cut = interrupted();
  microseconds waited{};
  for (const auto& ground : grounds) {
    waited = std::max(waited, ground->house->longest_download_wait());
    ground->house->end_jobs();
  }
  if (auto limit = limit_of_downloads(waited)) load.limits.push_back(std::move(*limit));

  if (!wish->part.is_whole() || !options.shard.empty()) load.part = json_of(part_played(options, *wish, target, play));
  std::sort(own_doors.begin(), own_doors.end());
  describe(options, plan, wish->part, own_doors, load);
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
