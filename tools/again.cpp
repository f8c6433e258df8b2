#include "again.h"

#include "setting.h"

namespace understudy::tools {

std::string quoted(const std::string& word) {
  return word.find_first_of(" \"'$&;|<>*?()") == std::string::npos ? word : "'" + word + "'";
}

std::string again_options(const PlayOptions& options) {
  std::string out = " --seed " + std::to_string(options.phones.seed);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(" ") + name + " " + quoted(value);
  };
  const bool shows = options.report.show_secrets;
  add("--model", options.phones.model);
  add("--firmware", options.phones.firmware);
  add("--mac", options.mac);
  add("--e164", options.e164);
  if (options.mobile_user)
    add("--mobile-user", options.mobile_user->e164 + ":" + (shows ? options.mobile_user->password : "***"));
  add("--bind", options.bind);
  for (const std::string& host : options.phones.allow_target) add("--allow-target", host);
  if (options.phones.timeout != PhoneTraits{}.timeout)
    out += " --timeout " + std::to_string(options.phones.timeout.count() / 1'000) + "ms";
  if (options.report.strict) out += " --strict";
  for (const std::string& setting : options.phones.set)
    add("--set", shows ? setting : masked_setting(setting));
  if (options.phones.refuse_unknown_items) out += " --unknown-items refuse";
  for (const std::string& quirk : options.phones.quirks) add("--quirk", quirk);
  for (const std::string& fault : options.phones.faults) add("--fault", fault);
  if (!options.phones.certificate_password.empty())
    add("--certificate-password", shows ? options.phones.certificate_password : "***");
  add("--triggers", options.triggers);
  return out;
}

}  // namespace understudy::tools
