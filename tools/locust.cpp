// understudy load --locust: a worker of a Locust master, whose users are phones.
#include "locust.h"

#include <cstdio>
#include <utility>

#include "commands.h"
#include "interrupt.h"
#include "load_cast.h"
#include "load_ground.h"
#include "load_limits.h"
#include "load_screen.h"
#include "load_wish.h"
#include "load_words.h"
#include "locust_play.h"
#include "locust_worker.h"
#include "locustfile.h"
#include "reports/plain.h"

namespace understudy::tools {

namespace {

using fleet::load::Part;
using fleet::load::Plan;

// Stands for a service that the master has yet to say, when options are looked at.
constexpr const char* some_url = "https://127.0.0.1:18443";
constexpr std::uint64_t introducing = 10;

// Every so-many-th of a plan that has phones for all workers that a master may have.
Plan plan_of_all(Plan plan) {
  plan.phones *= locust_workers;
  return plan;
}

int refuse(const Refusal& refusal) { return tools::refuse(refusal.exit, refusal.text); }

// A service that the master names; or the reason why there is none.
tl::expected<LoadOptions, std::string> with_url(const LoadOptions& options, LocustWorker& worker) {
  LoadOptions out = options;
  if (!out.url.empty()) return out;
  std::fprintf(stderr, "understudy: waiting for the Locust master to say which service\n");
  auto host = worker.wait_for_host();
  if (!host) return tl::unexpected(std::move(host.error()));
  out.url = std::move(*host);
  return out;
}

int play(LocustWorker& worker, const LoadOptions& options, const LoadWish& wish, const Part& part) {
  Session::Settings settings = wish.production.session;
  settings.again = again_command(options, Again::this_part);
  settings.is_load = true;
  for (std::uint64_t k = 0; k < introducing; ++k) settings.introduces.insert(fleet::load::id_of(part.phone(k)));
  auto session = Session::open(settings);
  if (!session) return refuse(session.error());
  const net::Target& target = wish.production.target;
  LocustPlay play(**session, worker);
  play.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target.url(), iso_now(), wish.plan().seed, wish.production.session.mask});
  LoadOptions placed = options;
  if (wish.addresses) placed.bind = wish.addresses->at(0);  // the door stands open for its kind of addresses
  LoadGround ground(play, house_out_there(placed, target, wish.production.traits.waits, wish.triggers, [] {},
                                          net::Sample(options.validate, wish.plan().seed)));
  const fleet::load::Arrivals arrivals(plan_of_all(wish.plan()), part);
  if (auto furnished = ground.furnish(options, wish, part, arrivals); !furnished) return refuse(furnished.error());
  fleet::load::Users users(ground.stage, ground.house->clock(), arrivals, &*ground.acts);
  conformance::LoadResult load = play.play(*ground.house, users, wish.plan());
  const bool cut = interrupted();
  if (auto limit = limit_of_downloads(ground.house->longest_download_wait())) load.limits.push_back(std::move(*limit));
  ground.house->end_jobs();
  load.machine.emplace_back("worker", std::to_string(part.number) + " of the Locust master at " + options.locust + ": every " +
                                          fleet::load::grouped(part.of) + "th phone, from " + fleet::load::id_of(part.number));
  load.health.descriptors_limit = wish.descriptors;
  std::fputs(load_in_words(load).c_str(), stdout);
  if (!options.csv.empty())
    if (std::string why = write_csv(options.csv, load); !why.empty()) (*session)->trouble(std::move(why));
  if (!worker.trouble().empty()) (*session)->trouble(worker.trouble());
  return (*session)->finish(cut, std::move(load));
}

}  // namespace

int work_for_locust(const LoadOptions& options) {
  const auto early = understand(options, options.url.empty() ? some_url : options.url);
  if (!early) return refuse(early.error());
  watch_for_interrupt();
  auto worker = LocustWorker::open(options.locust, classes_of(early->plan()));
  if (!worker) return tools::refuse(exit_wrong_command_line, "--locust: " + worker.error());
  const auto index = (*worker)->join();
  if (!index) return tools::refuse(exit_could_not_run, index.error());
  if (*index >= locust_workers)
    return tools::refuse(exit_could_not_run, "the Locust master has had " + fleet::load::grouped(*index) + " workers, and phones of their own have " +
                                                 fleet::load::grouped(locust_workers) + ": start it anew");
  const auto complete = with_url(options, **worker);
  if (!complete) {
    (*worker)->decline(complete.error());
    return tools::refuse(exit_could_not_run, complete.error());
  }
  const auto wish = understand(*complete, complete->url);
  if (!wish) {
    (*worker)->decline(wish.error().text);
    return refuse(wish.error());
  }
  const Part part{*index, locust_workers};
  std::fprintf(stderr, "understudy: worker %llu of the Locust master at %s: up to %s at %s, MAC addresses 00:1A:E8:xx:xx:xx from the seed %llu\n",
               static_cast<unsigned long long>(*index), options.locust.c_str(), conformance::counted(wish->plan().phones, "phone").c_str(),
               wish->production.target.host.c_str(), static_cast<unsigned long long>(wish->plan().seed));
  return play(**worker, *complete, *wish, part);
}

int print_locustfile(const LoadOptions& options) {
  const auto wish = understand(options, options.url.empty() ? some_url : options.url);
  if (!wish) return refuse(wish.error());
  std::fputs(locustfile_of(wish->plan()).c_str(), stdout);
  return exit_conforming;
}

}  // namespace understudy::tools
