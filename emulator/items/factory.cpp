#include "items/factory.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace understudy::items {

namespace {

struct Default {
  std::string_view name, value;
};

// Defaults of the guide and the administration manuals where they give one, else what was seen in a phone's
// report.
constexpr Default singles[] = {
    {"audio-silence-suppression", "false"},
    {"auto-answer", "false"},
    {"auto-daylight-save", "true"},
    {"auto-reconnect", "false"},
    {"autodialtimer", "6"},
    {"backup-addr", "0.0.0.0"},
    {"backup-registration", "true"},
    {"beep-on-auto-answer", "false"},
    {"beep-on-auto-reconnect", "false"},
    {"beep-on-error", "true"},
    {"blf-code", ""},
    {"bridging-enabled", "false"},
    {"bridging-overrides-preview", "0"},
    {"busy-when-dialling-enabled", "false"},
    {"call-deflection-enabled", "false"},
    {"call-dnd-enabled", "false"},
    {"call-holdringback-enabled", "false"},
    {"call-join-enabled", "false"},
    {"call-log-enabled", "true"},
    {"call-pickup-allowed", "false"},
    {"call-record-all-calls", "false"},
    {"call-record-audible-indication", "false"},
    {"call-record-audible-indication-continuous", "false"},
    {"call-record-auto-start", "false"},
    {"call-transfer-enabled", "false"},
    {"call-waiting-enabled", "false"},
    {"callback-busy-allow", "false"},
    {"callback-busy-code", ""},
    {"callback-busy-enabled", "false"},
    {"callback-cancel-allow", "false"},
    {"callback-ring-allow", "false"},
    {"callback-ring-enabled", "false"},
    {"Canonical-dialing-dial-external-form", "0"},
    {"Canonical-dialing-dial-internal-form", "0"},
    {"Canonical-dialing-dial-needs-access-code", "0"},
    {"Canonical-dialing-dial-needs-intGWcode", "0"},
    {"Canonical-dialing-external-access", ""},
    {"Canonical-dialing-international-prefix", ""},
    {"Canonical-dialing-local-area-code", ""},
    {"Canonical-dialing-local-country-code", ""},
    {"Canonical-dialing-local-node", ""},
    {"Canonical-dialing-min-local-number-length", ""},
    {"Canonical-dialing-national-prefix", ""},
    {"cfb-activated", "false"},
    {"cfnr-activated", "false"},
    {"cfnr-delay", "16"},
    {"cfu-activated", "false"},
    {"click-keys", "0"},
    {"conference-factory-uri", ""},
    {"context-menu-auto-hide-time", "20"},
    {"context-menu-auto-show", "true"},
    {"count-medium-priority", "5"},
    {"country", "0"},
    {"country-iso", "US"},
    {"date-format", "0"},
    {"daylight-save", "false"},
    {"daylight-save-minutes", "60"},
    {"daylight-save-zone-id", "9"},
    {"default-domain", ""},
    {"deflect-destination", ""},
    {"delete-missed-when-called", "0"},
    {"dhcp", "true"},
    {"dial-plan-enabled", "false"},
    {"directory-guard-required", "false"},
    {"directory-guard-timeout", "10"},
    {"display-brightness", "3"},
    {"display-id", ""},
    {"display-id-unicode", ""},
    {"display-skin", "0"},
    {"dls-chunk-size", "5492"},
    {"dls-contact-interval", "300"},
    {"dls-mode-secure", "0"},
    {"dss-forwarding-indication", "false"},
    {"dss-sip-deflect", "false"},
    {"dss-sip-detect-timer", "3"},
    {"dss-sip-refuse", "false"},
    {"emergency-e164", ""},
    {"enable-PC-apps-interface", "true"},
    {"enable-WBM", "true"},
    {"enable-bluetooth-interface", "true"},
    {"enable-phone-manager", "true"},
    {"enable-resource-sharing", "false"},
    {"enable-untrusted-midlets", "false"},
    {"forwarding-notification-audible", "true"},
    {"forwarding-notification-visual", "true"},
    {"forwarding-party-display", "0"},
    {"fpk-long-press-timer", "2"},
    {"group-pickup-alert-type", "0"},
    {"group-pickup-as-ringer", "false"},
    {"group-pickup-tone-allowed", "true"},
    {"hold-and-hang-up", "false"},
    {"holdringback-timer", "3"},
    {"hot-keypad-dialing", "false"},
    {"hot-line-warm-line", "0"},
    {"hot-line-warm-line-digits", ""},
    {"idle-missed-calls", "false"},
    {"IL-alert-notification-enabled", "true"},
    {"implicit-call-association", "false"},
    {"inactivity-timeout", "5"},
    {"initial-digit-timer", "20"},
    {"international-mobility-id", "false"},
    {"join-allowed-in-conference", "false"},
    {"key-click-volume", "0"},
    {"keyset-remote-forward-ind", "false"},
    {"keyset-reservation-timer", "60"},
    {"keyset-use-focus", "true"},
    {"l2qos-default", "0"},
    {"l2qos-signalling", "3"},
    {"l2qos-voice", "5"},
    {"l3qos-signalling", "26"},
    {"l3qos-voice", "46"},
    {"language", "0"},
    {"language-iso", "en"},
    {"ldap-authentication", "0"},
    {"ldap-max-responses", "25"},
    {"ldap-search-trigger-timeout", "3"},
    {"ldap-server-port", "389"},
    {"ldap-transport", "0"},
    {"ldap-user", ""},
    {"line-button-mode", "0"},
    {"line-key-operating-mode", "0"},
    {"line-preselection-timer", "8"},
    {"line-registration-leds", "true"},
    {"line-rollover-type", "3"},
    {"line-rollover-volume", "2"},
    {"loudspeaker-function-mode", "0"},
    {"loudspeech-enabled", "true"},
    {"map-special-ringer-0", "Bellcore-dr1"},
    {"map-special-ringer-1", "Bellcore-dr2"},
    {"map-special-ringer-2", "Bellcore-dr3"},
    {"min-admin-passw-length", "6"},
    {"min-user-passw-length", "6"},
    {"missed-logging", "0"},
    {"MLPP-base", "0"},
    {"MLPP-domain-type", "2"},
    {"mobility-password-on-logoff", "false"},
    {"moh-enabled", "true"},
    {"mwi-e164", "0.0.0.0"},
    {"MWI-new-show", "false"},
    {"MWI-new-urgent-show", "true"},
    {"MWI-old-show", "true"},
    {"MWI-old-urgent-show", "true"},
    {"originating-line-preference", "0"},
    {"outbound-proxy-user", "false"},
    {"pb-lookups-allowed", "true"},
    {"permit-decline-call", "true"},
    {"phone-lock-active", "false"},
    {"phone-port", "5060"},
    {"pickup-group-uri", ""},
    {"pixelsaver-timeout", "2"},
    {"port1", "0"},
    {"port2", "0"},
    {"port2-mode", "1"},
    {"preview-timer", "8"},
    {"pwd-retries", "5"},
    {"qos-layer2", "true"},
    {"qos-layer3", "true"},
    {"realm", ""},
    {"refuse-call", "false"},
    {"reg-addr", "0.0.0.0"},
    {"reg-port", "5060"},
    {"reg-ttl", "3600"},
    {"register-by-name", "false"},
    {"registrar-addr", "0.0.0.0"},
    {"registrar-port", "5060"},
    {"registration-backoff-timer", "60"},
    {"ringer-melody", "2"},
    {"ringer-tone-sequence", "2"},
    {"rtp-base-port", "5004"},
    {"screensaver-enabled", "false"},
    {"screensaver-image-timeout", "10"},
    {"secure-call-alert", "false"},
    {"server-based-features", "false"},
    {"server-type", "1"},
    {"session-duration", "3600"},
    {"session-timer", "false"},
    {"sgnl-gateway-addr", "0.0.0.0"},
    {"sgnl-gateway-port", "0"},
    {"sip-name", ""},
    {"sip-pwd", ""},
    {"sip-transport", "0"},
    {"sip-transport-user", "0"},
    {"sip-user-id", ""},
    {"snmp-queries-allowed", "false"},
    {"snmp-trap-addr", "0.0.0.0"},
    {"snmp-trap-port", "162"},
    {"snmp-traps-active", "false"},
    {"sntp-addr", "0.0.0.0"},
    {"sntp-addr-backup", "0.0.0.0"},
    {"sntp-tz-offset", "60"},
    {"ssh-enable", "false"},
    {"terminating-line-preference", "0"},
    {"time-format", "0"},
    {"transaction-timer", "32000"},
    {"transfer-on-ring-enabled", "false"},
    {"uaCSTA-enabled", "false"},
    {"use-display-id", "true"},
    {"user-conference-enabled", "false"},
    {"user-midlet-download-allowed", "true"},
    {"video-allowed", "false"},
    {"vlan-id", ""},
    {"vlan-method", "1"},
    {"voice-mail-e164", ""},
    {"voip-payload-security-allowed", "false"},
};

// Items of which a phone has instances 1 to n, all alike ("0 to n" where they start at 0).
struct Family {
  std::string_view name;
  int first, last;
  std::string_view value;
};
constexpr Family families[] = {
    {"alert", 1, 15, ""},
    {"codec-allowed", 1, 3, "true"},
    {"codec-packet-size", 1, 3, "2"},
    {"feature-availability", 0, 36, "true"},
    {"ldap-server-address", 1, 1, "0.0.0.0"},
    {"locked-config-menus", 1, 79, "false"},
    {"locked-local-function-menus", 1, 10, "false"},
    {"trace-level", 0, 41, "0"},
};

// Of each key, on its first and on its shifted level.
constexpr Default of_a_key[] = {{"key-label-unicode", ""}, {"locked-function-keys", "false"}};
// Of each key, on its first level alone: not every function may stand on the other (field).
constexpr Default of_a_first_level[] = {{"blf-audible", "false"}, {"blf-popup", "false"},
                                        {"FPK-app-name", ""},     {"repertory-dial", ""},
                                        {"select-dial", ""},      {"stimulus-led-control-uri", ""}};
constexpr Default of_a_line[] = {{"line-hidden", "false"}, {"line-primary", "true"},
                                 {"line-ring-delay", "0"}, {"line-shared-type", "1"},
                                 {"line-short-desc", ""},  {"line-sip-uri", ""}};

constexpr std::string_view cleared_function = "0";
constexpr std::string_view shift_function = "18";

void put(Store& store, std::string_view name, std::optional<int> index, std::string_view value) {
  store.put(name, index, std::string(value));
}

void fill_keys(Store& store, const Model& model) {
  for (int key = 1; key <= model.keys; ++key) {
    const std::string_view function = key == model.shift_key ? shift_function : cleared_function;
    for (int level : {0, shifted_level}) {
      put(store, "function-key-def", key + level, function);
      for (const Default& item : of_a_key) put(store, item.name, key + level, item.value);
    }
    for (const Default& item : of_a_first_level) put(store, item.name, key, item.value);
  }
  if (model.keys > 0)
    for (const Default& item : of_a_line) put(store, item.name, 1, item.value);
}

}  // namespace

void fill(Store& store, const Model& model, std::span<const std::string> without) {
  for (const Default& item : singles)
    if (std::find(without.begin(), without.end(), item.name) == without.end()) put(store, item.name, std::nullopt, item.value);
  for (const Family& family : families)
    for (int index = family.first; index <= family.last; ++index)
      put(store, family.name, index, family.value);
  // G.711, G.722, G.729 in this order, and the one feature that was seen switched off.
  for (int codec = 1; codec <= 3; ++codec) {
    store.put("codec-rank", codec, std::to_string(codec));
    store.put("codec-type", codec, std::to_string(codec - 1));
  }
  put(store, "feature-availability", 24, "false");
  fill_keys(store, model);
}

}  // namespace understudy::items
