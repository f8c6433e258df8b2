// understudy run: scenarios are played, and the service is judged meanwhile.
#include <cstdio>
#include <utility>

#include "again.h"
#include "cast.h"
#include "commands.h"
#include "house.h"
#include "interrupt.h"
#include "net/local_address.h"
#include "progress.h"
#include "reach.h"
#include "reports/plain.h"
#include "series.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

constexpr const char* simulated_service = "https://127.0.0.1:18443";

// The same run once more.
std::string again_command(const RunOptions& options) {
  std::string out = "understudy run";
  for (const std::string& name : options.scenarios) out += " " + quoted(name);
  out += options.simulated ? " --simulated" : " --service " + quoted(options.service);
  if (options.repeat != 1) out += " --repeat " + std::to_string(options.repeat);
  if (options.keep_going) out += " --keep-going";
  return out + again_options(options);
}

// Off loopback it is said beforehand who will be there.
void introduce(const std::vector<SharedScenario>& all, const RunOptions& options, const scenarios::Staging& staging) {
  if (staging.on_loopback) return;
  std::size_t phones = 0;
  for (const SharedScenario& scenario : all) phones += scenario->phones.size() * static_cast<std::size_t>(options.repeat);
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu, or as the scenarios say\n",
               conformance::counted(phones, "phone").c_str(), staging.target.host.c_str(), static_cast<unsigned long long>(options.phones.seed));
}

}  // namespace

int run(const RunOptions& options) {
  if (!options.simulated && options.service.empty())
    return refuse(exit_wrong_command_line, "whom do the phones call? --service https://host:port, or --simulated for our own service");
  if (options.simulated && !options.service.empty())
    return refuse(exit_wrong_command_line, "--simulated plays against our own service in this process: leave out --service");
  const auto target = service_at(options.simulated ? simulated_service : options.service, options.phones);
  if (!target) return refuse(exit_wrong_command_line, target.error());
  const auto traits = understand(options.phones);
  if (!traits) return refuse(exit_wrong_command_line, traits.error());
  const auto all = load_scenarios(options.scenarios);
  if (!all) return refuse(all.error().exit, all.error().text);
  scenarios::Triggers triggers;
  if (!options.triggers.empty()) {
    auto read = scenarios::read_triggers(options.triggers, [&](const std::string& host) { return out_of_reach(host, options.phones.allow_target); });
    if (!read) return refuse(read.error());
    triggers = std::move(*read);
  }
  Session::Settings session_settings;
  session_settings.report = options.report;
  session_settings.again = again_command(options);
  session_settings.mask = !options.report.show_secrets;
  auto session = Session::open(session_settings);
  if (!session) return refuse(session.error().exit, session.error().text);

  watch_for_interrupt();
  scenarios::Staging staging =
      staging_of(*target, *traits, options.bind, options.simulated ? "" : net::local_address_towards(*target), options.phones.seed);
  staging.mac = options.mac;
  staging.e164 = options.e164;
  introduce(*all, options, staging);
  Progress progress(**session);
  const auto house = options.simulated ? simulated_house(options)
                                       : house_out_there(options, *target, staging.on_loopback, traits->waits, triggers, [&] { progress.done(); });
  staging.door = house->door;
  const std::string time = options.simulated ? "2026-01-01T00:00:00Z" : iso_now();
  progress.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target->url(), time, options.phones.seed, session_settings.mask});

  wpi::Reader reader;
  fleet::Stage stage(house->carrier(), house->clock(), progress, nullptr, house->downloads());
  house->stage = &stage;
  scenarios::Means means{.stage = stage, .clock = house->clock(), .reader = reader, .service = target->host_header()};
  means.path = target->path;
  means.switches = traits->switches;
  means.quirks = traits->quirks;
  if (options.mobile_user) {
    means.user = options.mobile_user->e164;
    means.user_password = options.mobile_user->password;
  }
  house->give_jobs(means);
  Series::Settings wanted;
  wanted.repeat = options.repeat;
  wanted.keep_going = options.keep_going;
  wanted.seed = options.phones.seed;
  wanted.names_scenarios = all->size() > 1;
  Series series(wanted, means, staging, **session);
  series.play(*all);
  house->end_jobs();
  house->stage = nullptr;
  progress.done();
  series.tell(*all);
  series.print_timers();
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
