#include "cast.h"

#include <algorithm>
#include <utility>

#include "faults.h"
#include "net/keys.h"
#include "quirks.h"
#include "reach.h"
#include "scenarios/usual.h"
#include "setting.h"

namespace understudy::tools {

tl::expected<Traits, std::string> understand(const PhoneTraits& typed) {
  Traits out;
  if (!typed.firmware.empty()) {
    auto named = phone::firmware_for(typed.firmware);
    if (!named) return tl::unexpected(std::move(named.error()));
    out.firmware = std::move(*named);
  }
  if (!typed.model.empty()) {
    const auto named = phone::model_named(typed.model);
    if (!named) return tl::unexpected(named.error());
    out.model = *named;
  }
  const phone::Model& model = out.model ? *out.model : **phone::model_named(scenarios::usual_model);
  const phone::Firmware& firmware = out.firmware ? *out.firmware : **phone::firmware_named(scenarios::usual_firmware);
  for (const std::string& text : typed.set) {
    auto setting = setting_of(text, model, firmware);
    if (!setting) return tl::unexpected(std::move(setting.error()));
    out.settings.push_back(std::move(*setting));
  }
  for (const std::string& name : typed.quirks) {
    const auto named = quirk_named(name);
    if (!named) return tl::unexpected(named.error());
    out.quirks |= (*named)->quirks;
  }
  for (const std::string& text : typed.faults) {
    const auto chance = chance_of(text);
    if (!chance) return tl::unexpected(chance.error());
    out.faults.push_back(*chance);
  }
  if (!fleet::add_up(out.faults)) return tl::unexpected(too_many_faults);
  out.switches.unknown_items = typed.refuse_unknown_items ? items::UnknownItems::refuse : items::UnknownItems::store;
  out.keys = std::make_shared<const net::CertificateKeys>(typed.certificate_password);
  out.waits.answer = typed.timeout;
  out.waits.connect = std::min(out.waits.connect, typed.timeout);
  out.waits.handshake = std::min(out.waits.handshake, typed.timeout);
  return out;
}

tl::expected<net::Target, std::string> service_at(const std::string& url, const PhoneTraits& typed) {
  auto target = net::target_of(url);
  if (!target) return target;
  if (std::string why = out_of_reach(target->host, typed.allow_target); !why.empty()) return tl::unexpected(std::move(why));
  return target;
}

phone::Limits brisk_limits() {
  phone::Limits limits;
  limits.restart_takes = std::chrono::seconds(1);
  limits.gathers_changes = std::chrono::milliseconds(100);
  return limits;
}

}  // namespace understudy::tools
