#include "items/identity.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "items/catalogue.h"
#include "items/model.h"

namespace understudy::items {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Calls `take` with each run of letters and digits, in lower case.
template <typename Take>
void each_word(std::string_view text, Take take) {
  std::string word;
  for (const char c : lower(text) + " ") {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word.push_back(c);
      continue;
    }
    if (!word.empty()) take(word);
    word.clear();
  }
}

// Words by which the name of an item tells that it names somebody or something.
constexpr std::array<std::string_view, 29> telling = {
    "e164",  "mac",   "ssid",   "user",   "username", "addr",   "address", "host",    "hostname", "uri",
    "url",   "email", "mail",   "serial", "location", "domain", "realm",   "owner",   "building", "room",
    "label", "desc",  "person", "number", "dest",     "dial",   "name",    "company", "site"};

// Named so, and no identity; or named otherwise, and one.
constexpr std::array<std::string_view, 6> not_so = {"file-deployment-name", "file-name",
                                                    "FPK-app-name",         "XML-app-program-name",
                                                    "fault-time-user-pwd",  "user-pwd-expiry"};
constexpr std::array<std::string_view, 18> all_the_same = {"display-id",
                                                           "display-id-unicode",
                                                           "reg-id",
                                                           "sip-user-id",
                                                           "line-sip-user-id",
                                                           "fully-qualified-phone-no",
                                                           "deflect-destination",
                                                           "key-deflect-destination",
                                                           "hot-line-warm-line-digits",
                                                           "line-hld",
                                                           "stimulus-led-control-uri",
                                                           "Canonical-dialing-local-area-code",
                                                           "Canonical-dialing-local-country-code",
                                                           "Canonical-dialing-local-node",
                                                           "Canonical-lookup-local-code",
                                                           "ng911-location-ca",
                                                           "wbm-server-certificate-info",
                                                           "send-url-query"};

bool has(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What HTTP, XML, URLs and WPI are made of, beside the names of items.
constexpr std::string_view of_the_wire =
    "http https ftp sip sips tel urn www html htm xml php asp jsp img bin txt png jpg bmp mp3 wav com net "
    "org siemens unify openscape "
    "openstage optipoint dls wpi workpoint message item itemlist action reason reasonforcontact deployment "
    "deploymentservice loginservice "
    "service login contact contactme contactdls startup workpointmessage dlsmessage writeitems readitems "
    "readallitems cleanup "
    "getnextfragment filedeployment softwaredeployment restart reply status index nonce fragment accepted "
    "failed busy true false null "
    "none unknown content length type text plain application charset utf encoding version standalone xmlns "
    "connection keep alive close "
    "chunked transfer cookie path secure httponly expires domain agent accept cache control pragma server "
    "date phone phones device "
    "transport tcp udp tls start solicited local changes inventory clean begins ends idle read write poll "
    "answer answered step note "
    "example test localhost default admin";

const std::set<std::string, std::less<>>& common_words() {
  static const std::set<std::string, std::less<>> words = [] {
    std::set<std::string, std::less<>> out;
    const auto take = [&](const std::string& word) { out.insert(word); };
    each_word(of_the_wire, take);
    for (const Entry& entry : catalogue()) each_word(entry.name, take);
    for (const Model& model : models()) each_word(model.device_type, take);
    return out;
  }();
  return words;
}

}  // namespace

bool identifies(std::string_view name) {
  if (has(not_so, name)) return false;
  if (has(all_the_same, name)) return true;
  if (const Entry* entry = find(name)) {
    if (entry->type == Type::mac || entry->type == Type::hostname || entry->type == Type::uri) return true;
    if (entry->type != Type::string) return false;
  }
  bool tells = false;
  each_word(name, [&](const std::string& word) { tells = tells || has(telling, word); });
  return tells;
}

bool is_common_word(std::string_view word) {
  return common_words().contains(lower(word));
}

}  // namespace understudy::items
