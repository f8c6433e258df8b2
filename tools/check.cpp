// understudy check: phones against a real service.
#include "scenarios/check.h"

#include <algorithm>
#include <cstdio>
#include <optional>
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
#include "rules/rule.h"
#include "scenarios/language/walk.h"
#include "scenarios/triggers.h"
#include "series.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

// The same run once more; findings add what they are about.
std::string again_command(const CheckOptions& options) {
  std::string out = "understudy check " + quoted(options.url);
  if (options.suite) out += " --suite " + std::string(name_of(*options.suite));
  return out + again_options(options);
}

// The words of the command line, looked up.
struct Understood {
  net::Target target;
  Traits traits;
};

tl::expected<Understood, std::string> understand(const CheckOptions& options) {
  auto target = service_at(options.url, options.phones);
  if (!target) return tl::unexpected(std::move(target.error()));
  auto traits = tools::understand(options.phones);
  if (!traits) return tl::unexpected(std::move(traits.error()));
  return Understood{std::move(*target), std::move(*traits)};
}

scenarios::CheckSettings settings_of(const CheckOptions& options, const Understood& what, const scenarios::Triggers& triggers) {
  scenarios::CheckSettings settings;
  settings.target = what.target;
  settings.seed = options.phones.seed;
  settings.quirks = what.traits.quirks;
  settings.keys = what.traits.keys;
  if (options.mobile_user) settings.user = scenarios::MobileUser{options.mobile_user->e164, options.mobile_user->password};
  settings.switches = what.traits.switches;
  settings.waits = what.traits.waits;
  settings.limits = brisk_limits();
  const bool on_loopback = is_on_loopback(what.target);
  settings.cast = scenarios::usual_cast(what.target, on_loopback, options.phones.seed, what.traits.model,
                                       what.traits.firmware ? &*what.traits.firmware : nullptr, options.mac, options.e164);
  settings.cast.front().settings = what.traits.settings;
  std::vector<std::string> kinds;
  for (const scenarios::Trigger& trigger : triggers.all)
    if (&trigger != triggers.for_check()) kinds.push_back(trigger.job);
  scenarios::add_for_jobs(settings.cast, what.target, on_loopback, options.phones.seed, kinds);
  const std::string own_address = options.bind.empty() ? net::local_address_towards(what.target) : options.bind;
  std::string names;
  for (scenarios::Cast& who : settings.cast) {
    if (!options.bind.empty()) who.source_address = options.bind;
    who.address = who.source_address.empty() ? own_address : who.source_address;
    if (what.traits.quirks.has(phone::Quirk::soft_client)) who.mac = phone::soft_client_name(who.e164);
    names += (names.empty() ? "" : ", ") + who.mac + " (number " + who.e164 + ")";
  }
  if (!on_loopback) std::fprintf(stderr, "understudy: phones of this check at %s: %s\n", what.target.host.c_str(), names.c_str());
  return settings;
}

// Of the library what belongs to the check: of a run with --only what claims to exercise one of those rules.
std::vector<SharedScenario> scenarios_of(const CheckOptions& options, bool on_loopback, std::vector<SharedScenario> all) {
  const Suite suite = options.suite.value_or(on_loopback ? Suite::all : Suite::full);
  if (suite == Suite::quick) return {};
  const auto selection = conformance::Selection::of(options.report.only, {});
  std::erase_if(all, [&](const SharedScenario& scenario) {
    if (suite == Suite::hostile && !scenario->hostile) return true;
    if (suite == Suite::full && (scenario->hostile || scenarios::language::speaks_by_hand(*scenario))) return true;
    return !options.report.only.empty() && std::none_of(scenario->claims.begin(), scenario->claims.end(), [&](const auto& claim) {
      return selection && selection->has(claim.rule);
    });
  });
  return all;
}

std::size_t phones_in(const std::vector<SharedScenario>& all) {
  std::size_t out = 0;
  for (const SharedScenario& scenario : all) out += scenario->phones.size();
  return out;
}

Series::Settings series_of(const CheckOptions& options, std::size_t phones_before) {
  Series::Settings settings;
  settings.keep_going = true;
  settings.seed = options.phones.seed;
  settings.phones_before = phones_before;
  settings.at_once = 16;
  settings.most = std::chrono::seconds(15);
  settings.most_hostile = std::chrono::minutes(3);
  return settings;
}

// The user's own, or none.
tl::expected<scenarios::Triggers, scenarios::FileError> triggers_of(const CheckOptions& options) {
  if (options.triggers.empty()) return scenarios::Triggers{};
  return scenarios::read_triggers(options.triggers, [&](const std::string& host) { return out_of_reach(host, options.phones.allow_target); });
}

}  // namespace

int run(const CheckOptions& options) {
  const auto what = understand(options);
  if (!what) return refuse(exit_wrong_command_line, what.error());
  const auto triggers = triggers_of(options);
  if (!triggers) return refuse(triggers.error());
  auto library = load_scenarios({});
  if (!library) return refuse(library.error().exit, library.error().text);
  const bool on_loopback = is_on_loopback(what->target);
  const std::vector<SharedScenario> played = scenarios_of(options, on_loopback, std::move(*library));
  Session::Settings session_settings;
  session_settings.report = options.report;
  session_settings.again = again_command(options);
  session_settings.again_scenario = "understudy run {scenario} --service " + quoted(options.url) + again_options(options);
  session_settings.folds_scenarios = true;
  session_settings.mask = !options.report.show_secrets;
  auto session = Session::open(session_settings);
  if (!session) return refuse(session.error().exit, session.error().text);

  watch_for_interrupt();
  Progress progress(**session);
  scenarios::CheckSettings settings = settings_of(options, *what, *triggers);
  if (!on_loopback && !played.empty())
    std::fprintf(stderr, "understudy: %s of the library, 00:1A:E8:FF:xx:xx from the seed %llu, come after them (--suite quick leaves them out)\n",
                 conformance::counted(phones_in(played), "phone").c_str(), static_cast<unsigned long long>(options.phones.seed));
  const auto house = house_out_there(options, what->target, on_loopback, settings.waits, *triggers, [&] { progress.done(); });
  settings.downloads = house->downloads();
  for (scenarios::Cast& who : settings.cast) who.door = house->door;
  std::optional<scenarios::Means> means;
  const scenarios::Trigger* first = triggers->for_check();
  settings.job = first ? first->job : "";
  if (!triggers->all.empty())
    settings.start_job = [&means](const phone::Identity& who, const scenarios::Wanted& job, const std::function<void(scenarios::Started)>& done) {
      means->start_job(who, job.kind, job.pin, [done](const scenarios::Means::Started& started) {
        done(started ? scenarios::Started() : tl::unexpected(started.error()));
      });
    };
  progress.take(
      transcript::Start{"understudy " UNDERSTUDY_VERSION, what->target.url(), iso_now(), options.phones.seed, session_settings.mask});
  scenarios::Check check(settings, house->carrier(), house->clock(), progress);
  house->stage = &check.stage();
  wpi::Reader reader;
  means.emplace(scenarios::Means{.stage = check.stage(), .clock = house->clock(), .reader = reader, .service = what->target.host_header()});
  means->path = what->target.path;
  means->switches = what->traits.switches;
  means->quirks = what->traits.quirks;
  if (options.mobile_user) {
    means->user = options.mobile_user->e164;
    means->user_password = options.mobile_user->password;
  }
  house->give_jobs(*means);
  check.play(interrupted);

  scenarios::Staging staging =
      staging_of(what->target, what->traits, options.bind, net::local_address_towards(what->target), options.phones.seed);
  staging.door = house->door;
  Series series(series_of(options, settings.cast.size()), *means, staging, **session);
  // A service with which nothing came to a good end has been told so by now; the library would only wait for it.
  const bool goes_on = std::any_of(settings.cast.begin(), settings.cast.end(), [&](const scenarios::Cast& who) {
    return check.stage().last_end(who.id) == phone::End::clean_up;
  });
  if (goes_on) series.play(played);
  house->end_jobs();
  house->stage = nullptr;
  progress.done();
  if (goes_on) series.tell(played);
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
