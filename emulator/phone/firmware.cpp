#include "phone/firmware.h"

#include <algorithm>
#include <cctype>

namespace understudy::phone {

namespace {

// First messages of firmware V1 (guide p.38, p.43).
std::vector<std::string> v1_items() {
  return {"device-type",       "related-device-type",       "gigabit-ethernet", "software-type",
          "related-software-type", "software-version",      "related-software-version", "contact-me-uri",
          "mac-addr",          "configuration-changed-flag", "part-number",     "sip-mobility-state",
          "e164",              "user-pwd",                  "user-pwd-unicode", "basic-e164",
          "mobility-enabled"};
}

// Of V2R2 (guide p.40).
std::vector<std::string> v2_items() {
  return {"device-type",       "related-device-type",       "gigabit-ethernet-enabled", "software-type",
          "related-software-type", "software-version",      "related-software-version", "contact-me-uri",
          "mac-addr",          "configuration-changed-flag", "configuration-attached-flag",
          "configuration-attached-number", "part-number",   "backlight-type",   "sip-mobility-state",
          "e164",              "user-pwd",                  "mobility-enabled", "basic-e164"};
}

// Of V3 (field: V3R1; the configuration-attached items stand where V2R2 has them).
std::vector<std::string> v3_items() {
  return {"device-type",       "related-device-type",       "gigabit-ethernet-enabled", "software-type",
          "related-software-type", "software-version",      "related-software-version", "contact-me-uri",
          "mac-addr",          "configuration-changed-flag", "configuration-attached-flag",
          "configuration-attached-number", "part-number",   "backlight-type",   "sip-mobility-state",
          "e164",              "bootstrapping-tan",         "basic-e164",       "mobility-enabled",
          "slog-archive-me",   "fault-report-slog-entry",   "fault-time-slog-entry", "fault-report-ocsr-connect",
          "fault-tome-ocsr-connect", "fault-report-admin-pwd", "fault-time-admin-pwd", "fault-report-user-pwd",
          "fault-time-user-pwd", "cloud-pin-value"};
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

const std::vector<Firmware>& firmwares() {
  static const std::vector<Firmware> table = {
      {"V1 R4.9.0", 1, 4, false, false, false, v1_items()},
      {"V2 R2.30.0", 2, 2, true, false, false, v2_items()},
      {"V3 R5.12.0", 3, 5, true, true, true, v3_items()},
  };
  return table;
}

tl::expected<const Firmware*, std::string> firmware_named(std::string_view name) {
  const std::string wanted = letters_and_digits(name);
  const auto& all = firmwares();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Firmware& firmware) {
    const std::string full = letters_and_digits(firmware.version);
    // "v3r5" is the beginning of "v3r5.12.0", up to a dot.
    return full == wanted || (wanted.size() >= 4 && full.starts_with(wanted) && full[wanted.size()] == '.');
  });
  if (found != all.end()) return &*found;
  std::string known;
  for (const Firmware& firmware : all) known += (known.empty() ? "\"" : ", \"") + firmware.version + "\"";
  return tl::unexpected("there is no firmware \"" + std::string(name) + "\"; there is " + known);
}

}  // namespace understudy::phone
