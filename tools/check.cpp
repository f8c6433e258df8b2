// understudy check: phones against a real service.
#include "scenarios/check.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "cast.h"
#include "commands.h"
#include "fleet/fetcher.h"
#include "interrupt.h"
#include "live_service.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/local_address.h"
#include "progress.h"
#include "reach.h"
#include "reports/plain.h"
#include "scenarios/trigger_runner.h"
#include "scenarios/triggers.h"
#include "session.h"
#include "setting.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

std::string quoted(const std::string& word) {
  return word.find_first_of(" \"'$&;|<>*?()") == std::string::npos ? word : "'" + word + "'";
}

// The same run once more; findings add what they are about.
std::string again_command(const CheckOptions& options) {
  std::string out = "understudy check " + quoted(options.url) + " --seed " + std::to_string(options.phones.seed);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  add("--model", options.phones.model);
  add("--firmware", options.phones.firmware);
  add("--mac", options.mac);
  add("--e164", options.e164);
  if (options.mobile_user) add("--mobile-user", options.mobile_user->e164 + ":" + (options.report.show_secrets ? options.mobile_user->password : "***"));
  add("--bind", options.bind);
  for (const std::string& host : options.phones.allow_target) add("--allow-target", host);
  if (options.phones.timeout != PhoneTraits{}.timeout) out += " --timeout " + std::to_string(options.phones.timeout.count() / 1'000) + "ms";
  if (options.report.strict) out += " --strict";
  for (const std::string& setting : options.phones.set) add("--set", options.report.show_secrets ? setting : masked_setting(setting));
  if (options.phones.refuse_unknown_items) out += " --unknown-items refuse";
  for (const std::string& quirk : options.phones.quirks) add("--quirk", quirk);
  add("--triggers", options.triggers);
  return out;
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

// The service is given jobs as the triggers say.
void give_jobs(const scenarios::Triggers& triggers, scenarios::TriggerRunner& runner, const Progress& progress,
               scenarios::CheckSettings& settings) {
  const scenarios::Trigger* first = triggers.for_check();
  settings.job = first ? first->job : "";
  settings.start_job = [&](const phone::Identity& who, const scenarios::Wanted& job, const std::function<void(scenarios::Started)>& done) {
    runner.start(*triggers.find(job.kind), {who, job.pin}, [&progress, done](const scenarios::TriggerResult& result) {
      if (result) return done({});
      progress.done();
      tell(result.error());
      done(tl::unexpected(result.error().why));
    });
  };
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
  Session::Settings session_settings;
  session_settings.report = options.report;
  session_settings.again = again_command(options);
  session_settings.mask = !options.report.show_secrets;
  auto session = Session::open(session_settings);
  if (!session) return refuse(session.error().exit, session.error().text);

  watch_for_interrupt();
  net::EventLoop loop;
  stay_awake(loop);
  net::HttpsCarrier carrier(loop, {.validate = true});
  carrier.may_connect = reach(options.phones.allow_target);
  scenarios::CheckSettings settings = settings_of(options, *what, *triggers);
  fleet::FilesInMemory files;
  fleet::Fetcher fetcher(loop, reach(options.phones.allow_target), files, {.stall = options.phones.download_timeout});
  settings.downloads = &fetcher;
  if (options.wait.count() > 0)
    wait_for_service(options.wait, what->target, settings.cast.front().source_address, settings.waits, carrier, loop);

  Progress progress(**session);
  progress.take(
      transcript::Start{"understudy " UNDERSTUDY_VERSION, what->target.url(), iso_now(), options.phones.seed, session_settings.mask});
  scenarios::Check* phones = nullptr;  // whose doors somebody calls at
  std::vector<std::string> addresses;
  for (const scenarios::Cast& who : settings.cast) addresses.push_back(who.address);
  const auto door = open_door(options.door_port, addresses, loop, [&phones](const auto&... knock) {
    return phones ? phones->knock(knock...) : net::DoorAnswer::nobody;
  });
  if (door)
    for (scenarios::Cast& who : settings.cast) who.door = door->port();
  std::optional<scenarios::TriggerRunner> runner;
  if (triggers->for_check() || triggers->find("bootstrap") || triggers->find("bootstrap-pin"))
    give_jobs(*triggers, runner.emplace(loop, carrier), progress, settings);
  else if (!options.triggers.empty())
    std::fprintf(stderr, "understudy: no job is started: %s has no trigger for read, write, restart, bootstrap or bootstrap-pin\n",
                 options.triggers.c_str());
  scenarios::Check check(settings, carrier, loop, progress);
  phones = &check;
  check.play(interrupted);
  runner.reset();  // ends what still runs
  progress.done();
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
