// certificate.*: what a service gives to phones.
#include <algorithm>
#include <string>

#include "certs/bundle.h"
#include "rules/area.h"

namespace understudy::conformance {

namespace {

using certs::BundleError;
using certs::WantedKey;
using wpi::Item;

constexpr std::string_view own = "dls-client-certificate", web = "wbm-server-certificate",
                           authority = "dls-server-ca";

// A record that shows no secrets has stand-ins: next to nothing but 0, X and x for what is a digit or a letter.
bool is_stand_in(std::string_view value) {
  std::size_t marks = 0, characters = 0;
  for (const char c : value) {
    const bool mark = c == '0' || c == 'X' || c == 'x';
    marks += mark ? 1U : 0U;
    characters +=
        mark || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1U : 0U;
  }
  return characters >= 16 && marks + 12 >= characters;
}

// In words that do not depend on what was sent.
std::string_view variant_of(BundleError error) {
  switch (error) {
    case BundleError::no_key:
      return "no key";
    case BundleError::key_mismatch:
      return "key";
    case BundleError::wrong_password:
      return "password";
    case BundleError::no_certificate:
      return "no certificate";
    default:
      return "unreadable";
  }
}

// What clears is none.
void readable(const Heard& heard, Ruling& ruling) {
  if (heard.order() != wpi::Action::write_items) return;
  for (const Item& item : heard.answer().items) {
    const bool with_key = item.name == own || item.name == web;
    if ((!with_key && item.name != authority) || item.value.empty() || item.value == "NULL" ||
        is_stand_in(item.value))
      continue;
    const auto bundle =
        certs::read_bundle(item.value, heard.phone.certificate_password, with_key ? WantedKey::required : WantedKey::optional);
    if (bundle) {
      ruling.held();
      continue;
    }
    ruling.deviates({"sends in " + item.name +
                         " what no phone can use: " + std::string(certs::sentence_of(bundle.error())),
                     with_key ? "PKCS#12 that the phone can open, in base64" : "a certificate in PEM",
                     "a value that is not shown",
                     spot_at(item),
                     std::string(variant_of(bundle.error())),
                     {}});
  }
}

void verified(const Heard& heard, Ruling& ruling) {
  if ((heard.before.unverified || takes_certificate(heard)) && verifies_certificate(heard)) ruling.held();
}

void never_verified(const Ended& ended, Ruling& ruling) {
  if (!ended.interaction.unverified || ended.interaction.interrupted) return;
  ruling.deviates({"does not ask what became of the certificate that it wrote",
                   "ReadItems of wbm-server-certificate-info",
                   "no such order",
                   {},
                   "",
                   {}});
}

constexpr Binding bindings[] = {
    {.id = "certificate.readable", .message = readable},
    {.id = "certificate.verified", .message = verified, .end = never_verified},
};

}  // namespace

std::span<const Binding> certificate_rules() {
  return bindings;
}

}  // namespace understudy::conformance
