// understudy check: phones against a real service.
#include "scenarios/check.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "commands.h"
#include "interrupt.h"
#include "net/event_loop.h"
#include "net/https_carrier.h"
#include "net/local_address.h"
#include "progress.h"
#include "quirks.h"
#include "session.h"
#include "setting.h"

namespace understudy::tools {

namespace {

std::string iso_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string quoted(const std::string& word) {
  return word.find_first_of(" \"'$&;|<>*?()") == std::string::npos ? word : "'" + word + "'";
}

// The same run once more; findings add what they are about.
std::string again_command(const CheckOptions& options) {
  std::string out = "understudy check " + quoted(options.url) + " --seed " + std::to_string(options.seed);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  add("--model", options.model);
  add("--firmware", options.firmware);
  add("--mac", options.mac);
  add("--e164", options.e164);
  if (options.mobile_user) add("--mobile-user", options.mobile_user->e164 + ":" + (options.report.show_secrets ? options.mobile_user->password : "***"));
  add("--bind", options.bind);
  for (const std::string& host : options.allow_target) add("--allow-target", host);
  if (options.timeout != CheckOptions{}.timeout) out += " --timeout " + std::to_string(options.timeout.count() / 1'000) + "ms";
  if (options.report.strict) out += " --strict";
  for (const std::string& setting : options.set) add("--set", options.report.show_secrets ? setting : masked_setting(setting));
  if (options.refuse_unknown_items) out += " --unknown-items refuse";
  for (const std::string& quirk : options.quirks) add("--quirk", quirk);
  return out;
}

bool is_numeric(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

// Tries until the service gives any HTTP answer. Nothing of it is judged or kept.
void wait_for_service(const CheckOptions& options, const net::Target& target, const std::string& source_address,
                      const net::Waits& waits, net::Carrier& carrier, net::EventLoop& loop) {
  const microseconds end = loop.now() + options.wait;
  bool answered = false;
  while (!answered && loop.now() < end && !interrupted()) {
    net::Order order;
    order.phone = "waiting";
    order.fresh_connection = true;
    order.target = target;
    order.source_address = source_address;
    const microseconds left = end - loop.now();
    order.waits = {std::min(waits.resolve, left), std::min(waits.connect, left), std::min(waits.handshake, left),
                   std::min(waits.answer, left)};
    order.request = {"GET", target.path, {{"Host", target.host_header()}}, ""};
    bool done = false;
    carrier.carry(order, [&](const transcript::Exchange& x) {
      answered = transcript::service_spoke(x);
      done = true;
    });
    loop.run([&] { return done || interrupted(); }, left);
    carrier.close("waiting");
    if (!done) loop.run([&] { return done; }, std::chrono::seconds(1));  // it ends as interrupted
    if (!answered) loop.run(interrupted, std::chrono::milliseconds(200));
  }
}

// The words of the command line, looked up.
struct Understood {
  net::Target target;
  std::optional<phone::Firmware> firmware;    // nothing: one of each
  const phone::Model* model = nullptr;
  std::vector<wpi::Item> settings;            // of the first phone
  bool allowed = false;                       // by --allow-target
  phone::Quirks quirks;
};

tl::expected<Understood, std::string> understand(const CheckOptions& options) {
  Understood out;
  const auto target = net::target_of(options.url);
  if (!target) return tl::unexpected(target.error());
  out.target = *target;
  if (!options.firmware.empty()) {
    auto named = phone::firmware_for(options.firmware);
    if (!named) return tl::unexpected(std::move(named.error()));
    out.firmware = std::move(*named);
  }
  if (!options.model.empty()) {
    const auto named = phone::model_named(options.model);
    if (!named) return tl::unexpected(named.error());
    out.model = *named;
  }
  const phone::Model& model = out.model ? *out.model : **phone::model_named(scenarios::usual_model);
  const phone::Firmware& firmware = out.firmware ? *out.firmware : **phone::firmware_named(scenarios::usual_firmware);
  for (const std::string& text : options.set) {
    auto setting = setting_of(text, model, firmware);
    if (!setting) return tl::unexpected(std::move(setting.error()));
    out.settings.push_back(std::move(*setting));
  }
  for (const std::string& name : options.quirks) {
    const auto named = quirk_named(name);
    if (!named) return tl::unexpected(named.error());
    out.quirks |= (*named)->quirks;
  }
  const std::string& host = out.target.host;
  out.allowed = std::find(options.allow_target.begin(), options.allow_target.end(), host) != options.allow_target.end();
  if (is_numeric(host) && !net::is_near(host) && !out.allowed)
    return tl::unexpected(host + " is neither loopback nor private; if it is yours to test, say --allow-target " + host);
  return out;
}

scenarios::CheckSettings settings_of(const CheckOptions& options, const Understood& what) {
  scenarios::CheckSettings settings;
  settings.target = what.target;
  settings.seed = options.seed;
  settings.quirks = what.quirks;
  if (options.mobile_user) settings.user = scenarios::MobileUser{options.mobile_user->e164, options.mobile_user->password};
  settings.switches.unknown_items = options.refuse_unknown_items ? items::UnknownItems::refuse : items::UnknownItems::store;
  settings.waits.answer = options.timeout;
  settings.waits.connect = std::min(settings.waits.connect, options.timeout);
  settings.waits.handshake = std::min(settings.waits.handshake, options.timeout);
  // A real phone takes a minute to restart and some seconds to gather changes; a check need not.
  settings.limits.restart_takes = std::chrono::seconds(1);
  settings.limits.gathers_changes = std::chrono::milliseconds(100);
  const bool on_loopback = is_numeric(what.target.host) && net::is_loopback(what.target.host);
  settings.cast = scenarios::usual_cast(what.target, on_loopback, options.seed, what.model,
                                       what.firmware ? &*what.firmware : nullptr, options.mac, options.e164);
  settings.cast.front().settings = what.settings;
  const std::string own_address = options.bind.empty() ? net::local_address_towards(what.target) : options.bind;
  std::string names;
  for (scenarios::Cast& who : settings.cast) {
    if (!options.bind.empty()) who.source_address = options.bind;
    who.address = who.source_address.empty() ? own_address : who.source_address;
    if (what.quirks.has(phone::Quirk::soft_client)) who.mac = phone::soft_client_name(who.e164);
    names += (names.empty() ? "" : ", ") + who.mac + " (number " + who.e164 + ")";
  }
  if (!on_loopback) std::fprintf(stderr, "understudy: phones of this check at %s: %s\n", what.target.host.c_str(), names.c_str());
  return settings;
}

}  // namespace

int run(const CheckOptions& options) {
  const auto what = understand(options);
  if (!what) return refuse(exit_wrong_command_line, what.error());
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
  carrier.may_connect = [allowed = what->allowed](const std::string& address) { return allowed || net::is_near(address); };
  const scenarios::CheckSettings settings = settings_of(options, *what);
  if (options.wait.count() > 0)
    wait_for_service(options, what->target, settings.cast.front().source_address, settings.waits, carrier, loop);

  Progress progress(**session);
  progress.take(
      transcript::Start{"understudy " UNDERSTUDY_VERSION, what->target.url(), iso_now(), options.seed, session_settings.mask});
  scenarios::Check(settings, carrier, loop, progress).play(interrupted);
  progress.done();
  return (*session)->finish(interrupted());
}

}  // namespace understudy::tools
