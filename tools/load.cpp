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
#include "load_limits.h"
#include "load_record.h"
#include "load_screen.h"
#include "load_words.h"
#include "net/local_address.h"
#include "own_health.h"
#include "production.h"
#include "reach.h"
#include "reports/load_csv.h"
#include "reports/plain.h"
#include "scenarios/plan_file.h"
#include "scenarios/usual.h"
#include "session.h"
#include "terminal.h"

namespace understudy::tools {

namespace {

using namespace std::chrono_literals;
using fleet::load::Arrivals;
using fleet::load::Crew;
using fleet::load::Plan;

constexpr const char* simulated_url = "https://127.0.0.1:18443";
constexpr const char* simulated_poll_url = "http://127.0.0.1:18443/dcmp/";
// Phones start up so many a second before a plan that needs them to be there.
constexpr double prepares = 200;
// Beyond a phone's patience, for what it says last.
constexpr microseconds grace = 2s;

// Passes on what is judged, and counts it for the record.
class Heard : public transcript::Sink {
 public:
  Heard(Session& session, LoadRecord& record) : session_(session), record_(record) {}
  void take(const transcript::Entry& entry) override {
    if (const auto* exchange = std::get_if<transcript::Exchange>(&entry)) record_.take(*exchange);
    session_.take(entry);
  }

 private:
  Session& session_;
  LoadRecord& record_;
};

struct Cast {
  const LoadOptions& options;
  const Traits& traits;
  net::Target target;
  bool on_loopback = true;
  std::string own_address;
  std::uint16_t door = 8085;
  const std::vector<scenarios::PhoneKindOfPlan>& kinds;
};

wpi::Item named(const char* name, std::string value) {
  wpi::Item out;
  out.name = name;
  out.value = std::move(value);
  return out;
}

// Phone k is made from k and the seed alone.
void put_on_stage(fleet::Stage& stage, const Cast& cast, const Arrivals& arrivals) {
  const auto service = std::make_shared<const phone::Service>(phone::Service{cast.target.host_header(), cast.target.path, cast.traits.keys});
  const std::uint64_t seed = cast.options.phones.seed;
  phone::Limits limits = brisk_limits();
  limits.gathers_changes = {};
  // Each may be asked to call again at once: how often that happens the plan says.
  std::vector<wpi::Item> settings = {named("dls-contact-interval", "0")};
  settings.insert(settings.end(), cast.traits.settings.begin(), cast.traits.settings.end());
  for (std::uint64_t k = 0; k < arrivals.plan().phones; ++k) {
    const scenarios::PhoneKindOfPlan& kind = cast.kinds[arrivals.population_of(k)];
    phone::Identity who{scenarios::mac_of(seed, k + 1), scenarios::number_of(k + 1), ""};
    std::string source = cast.options.bind;
    if (source.empty() && cast.on_loopback && cast.target.host.find(':') == std::string::npos) source = scenarios::loopback_address(11 + k);
    who.address = !source.empty() ? source : !cast.own_address.empty() ? cast.own_address : "127.0.0.1";
    who.door = cast.door;
    phone::Phone phone(who, *kind.model, kind.firmware, service, phone::Random(seed + k).next(), cast.traits.quirks | kind.quirks, limits,
                       cast.traits.switches);
    phone.set_up(settings);
    fleet::Place place;
    place.target = cast.target;
    place.source_address = source;
    place.profile = kind.firmware.major < 3 ? net::TlsProfile::old : net::TlsProfile::current;
    place.waits = cast.traits.waits;
    stage.add(fleet::load::id_of(k), std::move(phone), std::move(place));
  }
}

std::string again_command(const LoadOptions& options) {
  std::string out = "understudy load " + (options.simulated ? std::string("--simulated") : quoted(options.url)) + (options.plan.empty() ? " --phones " + std::to_string(options.count) : "");
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
  return out + again_options(options);
}

// The plan of the options or of their file, and its phones.
tl::expected<scenarios::PlanFile, Refusal> wanted_of(const LoadOptions& options, const Traits& traits) {
  scenarios::PlanFile out;
  if (options.plan.empty()) {
    auto plan = plan_of(options);
    if (!plan) return tl::unexpected(Refusal{exit_wrong_command_line, std::move(plan.error())});
    out.plan = std::move(*plan);
  } else {
    if (!options.storm.empty() || !options.arrival.empty() || !options.behaviours.empty() || options.at_work > 0 || options.length.count() > 0 ||
        options.ramp.count() > 0 || options.by_chance)
      return tl::unexpected(Refusal{exit_wrong_command_line, "--plan names a file that says when phones do what: leave such options out beside it"});
    auto read = scenarios::read_plan(options.plan);
    if (!read) return tl::unexpected(Refusal{exit_wrong_input_file, shown_lines(read.error().with_source())});
    out = std::move(*read);
    out.plan.seed = options.phones.seed;
  }
  if (!out.kinds.empty()) return out;
  scenarios::PhoneKindOfPlan kind;
  kind.model = traits.model ? traits.model : *phone::model_named(scenarios::usual_model);
  kind.firmware = traits.firmware ? *traits.firmware : **phone::firmware_named(scenarios::usual_firmware);
  out.plan.populations = {{kind.model->device_type + ", " + kind.firmware.version, 1.0}};
  out.kinds.push_back(std::move(kind));
  return out;
}

void introduce(const Plan& plan, const std::string& host) {
  std::fprintf(stderr, "understudy: %s at %s: MAC addresses 00:1A:E8:FF:xx:xx from the seed %llu; from this machine's one address they can start up and "
               "poll, but only the first can be asked to call\n",
               conformance::counted(plan.phones, "phone").c_str(), host.c_str(), static_cast<unsigned long long>(plan.seed));
}

void judge_thresholds(conformance::LoadResult& load, const std::vector<Threshold>& thresholds, bool aborted) {
  for (const Threshold& threshold : thresholds) {
    load.thresholds.push_back(threshold.judge(load));
    load.thresholds.back().aborted = aborted && !load.thresholds.back().met;
  }
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
    return refuse(exit_wrong_command_line, options.simulated ? "--simulated has a service of its own: leave URL out" : "URL is missing: https://host:port, or --simulated");
  auto production = understand(options, options.simulated ? simulated_url : options.url);
  if (!production) return refuse(production.error().exit, production.error().text);
  const net::Target target = production->target;
  const Traits& traits = production->traits;
  auto wanted = wanted_of(options, traits);
  if (!wanted) return refuse(wanted.error().exit, wanted.error().text);
  const Plan* plan = &wanted->plan;
  std::vector<Threshold> thresholds;
  for (const std::string& text : options.thresholds) {
    auto threshold = Threshold::of(text);
    if (!threshold) return refuse(exit_wrong_command_line, threshold.error());
    thresholds.push_back(std::move(*threshold));
  }
  const bool on_loopback = is_on_loopback(target);
  const std::uint64_t descriptors = raise_descriptor_limit(), ports = local_ports();
  const bool one_address = !on_loopback || !options.bind.empty();
  if (!options.simulated) {
    const std::string why = does_not_fit(*plan, {descriptors, ports, one_address, traits.waits.answer});
    if (!why.empty()) return refuse(exit_wrong_command_line, why);
  }

  Session::Settings settings = production->session;
  settings.again = again_command(options);
  settings.is_load = true;
  auto session = Session::open(settings);
  if (!session) return refuse(session.error().exit, session.error().text);
  watch_for_interrupt();
  if (!on_loopback) introduce(*plan, target.host);

  const scenarios::Triggers no_triggers;
  const auto house = options.simulated ? simulated_house(options, simulated_poll_url)
                                       : house_out_there(options, target, traits.waits, no_triggers, [] {}, options.validate);
  LoadRecord record(*plan, options.simulated, options.simulated || options.validate);
  Heard heard(**session, record);
  heard.take(transcript::Start{"understudy " UNDERSTUDY_VERSION, target.url(), options.simulated ? "2026-01-01T00:00:00Z" : iso_now(), plan->seed,
                               production->session.mask});
  fleet::Stage stage(house->carrier(), house->clock(), heard, nullptr, house->downloads());
  house->stage = &stage;
  const Arrivals arrivals(*plan);
  put_on_stage(stage, {options, traits, target, on_loopback, on_loopback ? "" : net::local_address_towards(target), house->door, wanted->kinds}, arrivals);

  Crew crew(stage, house->clock(), arrivals, {prepares, traits.waits.answer + grace});
  LoadScreen screen(stderr);
  bool aborted = false;
  (*session)->tell([&](const conformance::Finding& finding) { record.take(finding, crew.elapsed()); });
  crew.told = [&](const fleet::load::Slice& slice) {
    record.take(slice);
    if (!options.simulated && !crew.over()) screen.show(record, crew);
    if (crew.over() || !options.abort_after || crew.elapsed() < *options.abort_after) return;
    const conformance::LoadResult now = record.result(crew);
    aborted = std::any_of(thresholds.begin(), thresholds.end(), [&](const Threshold& each) { return !each.judge(now).met; });
  };
  crew.start();
  const microseconds limit = plan->length() + 24h;
  while (!crew.over() && !interrupted() && !aborted) {
    const microseconds next = house->clock().now() + 1s;
    house->clock().run([&] { return crew.over() || interrupted() || aborted || (crew.state() == Crew::State::preparing && house->clock().now() >= next); }, limit);
    if (crew.state() == Crew::State::preparing && !interrupted() && !options.simulated) screen.show_preparation(crew);
  }
  const bool cut = interrupted();
  crew.stop();
  screen.done();
  house->end_jobs();
  house->stage = nullptr;

  conformance::LoadResult load = record.result(crew);
  if (!options.simulated) {
    load.health.descriptors_limit = descriptors;
    if (one_address) load.health.ports_limit = ports;
  }
  judge_thresholds(load, thresholds, aborted);
  std::fputs(load_in_words(load).c_str(), stdout);
  if (!options.csv.empty())
    if (std::string why = write_csv(options.csv, load); !why.empty()) (*session)->trouble(std::move(why));
  if (crew.unprepared() > 0)
    std::printf("  %s of %s did not start up well before the plan began\n\n", conformance::counted(crew.unprepared(), "phone").c_str(),
                fleet::load::grouped(plan->phones).c_str());
  return (*session)->finish(cut, std::move(load));
}

}  // namespace understudy::tools
