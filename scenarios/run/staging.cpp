#include "scenarios/run/staging.h"

#include <algorithm>
#include <utility>

#include "phone/random.h"
#include "scenarios/usual.h"

namespace understudy::scenarios {

namespace {

// Settings come before any variable has a value: their texts are constant, or of facts that the phone's identity says.
std::string text_of(const language::Text& text, const phone::Identity& identity, const std::string& name) {
  const auto value = text.filled([&](const language::TextPart& part) -> std::optional<std::string> {
    if (part.text == "mac") return identity.mac;
    if (part.text == "number") return identity.e164;
    if (part.text == "address") return identity.address;
    if (part.text == "phone") return name;
    return std::string();
  });
  return value.value_or("");
}

}  // namespace

std::vector<wpi::Item> settings_of(const language::PhoneKind& kind, const phone::Identity& identity,
                                   const std::string& name) {
  std::vector<wpi::Item> out;
  for (const language::Setting& setting : kind.settings) {
    wpi::Item& item = out.emplace_back();
    item.name = text_of(setting.name, identity, name);
    if (setting.index) item.index = text_of(*setting.index, identity, name);
    item.value = text_of(setting.value, identity, name);
  }
  return out;
}

std::vector<std::string> put_on_stage(fleet::Stage& stage, const language::Scenario& scenario,
                                      const Staging& staging, std::size_t before, const std::string& prefix) {
  const phone::Model* usual = staging.model ? staging.model : *phone::model_named(usual_model);
  const phone::Firmware* newest =
      staging.firmware ? staging.firmware : *phone::firmware_named(usual_firmware);
  std::vector<std::string> ids;
  for (std::size_t n = 0; n < scenario.phones.size(); ++n) {
    const language::PhoneEntry& entry = scenario.phones[n];
    const language::PhoneKind& kind = scenario.kinds[entry.kind];
    const std::size_t k = before + n + 1;
    phone::Identity who;
    who.mac = n == 0 && !staging.mac.empty() ? staging.mac
              : !entry.mac.empty()           ? entry.mac
                                             : mac_of(staging.seed, k);
    who.e164 = n == 0 && !staging.e164.empty() ? staging.e164
               : !entry.number.empty()         ? entry.number
                                               : number_of(k);
    std::string source = staging.bind;
    if (source.empty() && staging.on_loopback && staging.target.host.find(':') == std::string::npos)
      source = loopback_address(10 + k);
    if (kind.address_of && staging.bind.empty() && !source.empty()) source = loopback_address(10 + before + *kind.address_of + 1);
    who.address = !source.empty()                ? source
                  : !staging.own_address.empty() ? staging.own_address
                                                 : "192.0.2." + std::to_string(10 + k % 240);
    who.door = staging.door;
    const phone::Model& model = kind.model ? *kind.model : *usual;
    const phone::Firmware& firmware = kind.firmware ? *kind.firmware : *newest;
    phone::Limits limits = staging.limits;
    if (kind.message_limit) limits.message = *kind.message_limit;
    phone::Switches switches = staging.switches;
    if (kind.max_items) switches.max_items = kind.max_items;
    phone::Phone phone(who, model, firmware, staging.service, phone::Random(staging.seed + k - 1).next(),
                       staging.quirks | kind.quirks, limits, switches);
    if (n == 0) phone.set_up(staging.settings);
    phone.set_up(settings_of(kind, phone.identity(), entry.name));
    fleet::Place place;
    place.target = staging.target;
    place.source_address = source;
    place.profile = firmware.major < 3 ? net::TlsProfile::old : net::TlsProfile::current;
    place.waits = staging.waits;
    if (kind.address_of) place.address_of = prefix + scenario.phones[*kind.address_of].name;
    ids.push_back(prefix + entry.name);
    stage.add(ids.back(), std::move(phone), std::move(place));
    std::vector<fleet::Chance> faults = kind.faults;
    faults.insert(faults.end(), staging.faults.begin(), staging.faults.end());
    stage.afflict(ids.back(), fleet::faults_of(std::move(faults)), fleet::fault_seed(staging.seed, k));
  }
  return ids;
}

}  // namespace understudy::scenarios
