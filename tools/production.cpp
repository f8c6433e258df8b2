#include "production.h"

#include <cstdio>
#include <utility>

#include "commands.h"
#include "interrupt.h"
#include "net/local_address.h"
#include "progress.h"
#include "reach.h"
#include "reports/plain.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

// Off loopback it is said beforehand who will be there.
void introduce(const Production& production, std::uint64_t seed) {
  std::size_t phones = 0;
  for (const Act& act : production.acts)
    for (const SharedScenario& scenario : act.scenarios) phones += scenario->phones.size() * static_cast<std::size_t>(act.how.repeat);
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu, or as options and scenarios say\n",
               conformance::counted(phones, "phone").c_str(), production.target.host.c_str(), static_cast<unsigned long long>(seed));
}

}  // namespace

tl::expected<Production, Refusal> understand(const PlayOptions& options, const std::string& url) {
  Production out;
  auto target = service_at(url, options.phones);
  if (!target) return tl::unexpected(Refusal{exit_wrong_command_line, target.error()});
  auto traits = understand(options.phones);
  if (!traits) return tl::unexpected(Refusal{exit_wrong_command_line, traits.error()});
  out.target = std::move(*target);
  out.traits = std::move(*traits);
  out.session.report = options.report;
  out.session.mask = !options.report.show_secrets;
  return out;
}

tl::expected<scenarios::Triggers, Refusal> triggers_of(const PlayOptions& options) {
  if (options.triggers.empty()) return scenarios::Triggers{};
  auto read = scenarios::read_triggers(options.triggers, [&](const std::string& host) { return out_of_reach(host, options.phones.allow_target); });
  if (!read) return tl::unexpected(Refusal{exit_wrong_input_file, shown_lines(read.error().with_source())});
  return std::move(*read);
}

int put_on(const PlayOptions& options, Production production,
           const std::function<std::unique_ptr<House>(std::function<void()> done)>& make_house) {
  const std::uint64_t seed = options.phones.seed;
  std::size_t unnamed = 0;
  for (const Act& act : production.acts)
    for (const SharedScenario& scenario : act.scenarios) {
      production.session.scenarios.push_back(scenario->name);
      unnamed += !act.how.names_scenarios;
    }
  if (unnamed == 1 && production.session.scenarios.size() == 1) production.session.only_scenario = production.session.scenarios[0];
  auto session = Session::open(production.session);
  if (!session) return refuse(session.error().exit, session.error().text);

  watch_for_interrupt();
  const bool on_loopback = is_on_loopback(production.target);
  if (!on_loopback) introduce(production, seed);
  Progress progress(**session);
  const auto house = make_house([&] { progress.done(); });
  progress.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, production.target.url(),
                                  production.time.empty() ? iso_now() : production.time, seed, production.session.mask});

  wpi::Reader reader;
  fleet::Stage stage(house->carrier(), house->clock(), progress, nullptr, house->downloads());
  house->stage = &stage;
  scenarios::Means means{.stage = stage, .clock = house->clock(), .reader = reader, .service = production.target.host_header()};
  means.path = production.target.path;
  means.switches = production.traits.switches;
  means.quirks = production.traits.quirks;
  if (options.mobile_user) {
    means.user = options.mobile_user->e164;
    means.user_password = options.mobile_user->password;
  }
  house->give_jobs(means);

  scenarios::Staging nameless =
      staging_of(production.target, production.traits, options.bind, on_loopback ? "" : net::local_address_towards(production.target), seed);
  nameless.door = house->door;
  scenarios::Staging named = nameless;
  named.mac = options.mac;
  named.e164 = options.e164;
  std::vector<std::unique_ptr<Series>> played;
  std::vector<const Act*> acts;
  bool served = false;
  for (Act& act : production.acts) {
    if (act.scenarios.empty() || (act.needs_a_served && !served) || interrupted()) continue;
    act.how.seed = seed;
    act.how.phones_before = played.empty() ? 0 : played.back()->phones();
    played.push_back(std::make_unique<Series>(act.how, means, act.by_name ? named : nameless, **session));
    acts.push_back(&act);
    played.back()->play(act.scenarios);
    served = served || played.back()->served();
  }
  house->end_jobs();
  house->stage = nullptr;
  progress.done();
  for (std::size_t n = 0; n < played.size(); ++n) {
    played[n]->tell(acts[n]->scenarios);
    if (production.shows_timers) played[n]->print_timers();
  }
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
