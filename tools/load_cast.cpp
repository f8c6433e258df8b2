#include "load_cast.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "commands.h"
#include "faults.h"
#include "fleet/load/crew.h"
#include "load_acts.h"
#include "load_words.h"
#include "phone/random.h"
#include "scenarios/usual.h"

namespace understudy::tools {

namespace {

wpi::Item named(const char* name, std::string value) {
  wpi::Item out;
  out.name = name;
  out.value = std::move(value);
  return out;
}

}  // namespace

void put_on_stage(fleet::Stage& stage, const LoadCast& cast, const fleet::load::Arrivals& arrivals) {
  const auto service = std::make_shared<const phone::Service>(
      phone::Service{cast.target.host_header(), cast.target.path, cast.traits.keys});
  const std::uint64_t seed = cast.options.phones.seed;
  phone::Limits limits = brisk_limits();
  limits.gathers_changes = {};
  // Each may be asked to call again at once, where the plan says how often that happens; else as often as phones bear (field).
  const auto& behaviours = arrivals.plan().behaviours;
  const bool called = std::any_of(behaviours.begin(), behaviours.end(), [](const fleet::load::Share& share) {
    return share.behaviour == fleet::load::Behaviour::call_back;
  });
  std::vector<wpi::Item> settings = {named("dls-contact-interval", called ? "0" : "60")};
  settings.insert(settings.end(), cast.traits.settings.begin(), cast.traits.settings.end());
  for (std::uint64_t n = 0; n < arrivals.phones(); ++n) {
    const std::uint64_t k = arrivals.part().phone(n);
    const scenarios::PhoneKindOfPlan& kind = cast.kinds[arrivals.population_of(k)];
    phone::Identity who{scenarios::mac_of(seed, k + 1), scenarios::number_of(k + 1), ""};
    std::string source = cast.addresses ? cast.addresses->at(cast.machine.place_of(k)) : cast.options.bind;
    if (source.empty() && cast.on_loopback && cast.target.host.find(':') == std::string::npos)
      source = scenarios::loopback_address(11 + k);
    who.address = !source.empty() ? source : !cast.own_address.empty() ? cast.own_address : "127.0.0.1";
    who.door = cast.own_doors.empty() ? cast.door : cast.own_doors[n];
    phone::Phone phone(who, *kind.model, kind.firmware, service, phone::Random(seed + k).next(),
                       cast.traits.quirks | kind.quirks, limits, cast.traits.switches);
    phone.set_up(settings);
    if (const auto wanted = settings_of(cast.scenarios, phone.identity()); !wanted.empty()) phone.set_up(wanted);
    fleet::Place place;
    place.target = cast.target;
    place.source_address = source;
    place.profile = kind.firmware.major < 3 ? net::TlsProfile::old : net::TlsProfile::current;
    place.waits = cast.traits.waits;
    place.keeps_connections = cast.options.keeps_connections;
    place.resumes = cast.options.resumes;
    stage.add(fleet::load::id_of(k), std::move(phone), std::move(place));
  }
}

tl::expected<scenarios::PlanFile, Refusal> wanted_of(const LoadOptions& options, const Traits& traits) {
  scenarios::PlanFile out;
  if (options.plan.empty()) {
    auto plan = plan_of(options);
    if (!plan) return tl::unexpected(Refusal{exit_wrong_command_line, std::move(plan.error())});
    out.plan = std::move(*plan);
  } else {
    if (!options.storm.empty() || !options.arrival.empty() || !options.behaviours.empty() ||
        options.at_work > 0 || options.length.count() > 0 || options.ramp.count() > 0 || options.by_chance)
      return tl::unexpected(
          Refusal{exit_wrong_command_line,
                  "--plan names a file that says when phones do what: leave such options out beside it"});
    auto read = scenarios::read_plan(options.plan);
    if (!read) return tl::unexpected(Refusal{exit_wrong_input_file, shown_lines(read.error().with_source())});
    out = std::move(*read);
    out.plan.seed = options.phones.seed;
  }
  out.plan.faults.insert(out.plan.faults.end(), traits.faults.begin(), traits.faults.end());
  for (std::size_t n = 0; n < out.plan.populations.size(); ++n)
    if (!fleet::add_up(out.plan.faults_of(n))) return tl::unexpected(Refusal{exit_wrong_command_line, too_many_faults});
  if (!out.kinds.empty()) return out;
  scenarios::PhoneKindOfPlan kind;
  kind.model = traits.model ? traits.model : *phone::model_named(scenarios::usual_model);
  kind.firmware = traits.firmware ? *traits.firmware : **phone::firmware_named(scenarios::usual_firmware);
  out.plan.populations = {{kind.model->device_type + ", " + kind.firmware.version, 1.0, {}}};
  out.kinds.push_back(std::move(kind));
  return out;
}

}  // namespace understudy::tools
