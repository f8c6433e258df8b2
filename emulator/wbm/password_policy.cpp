#include "wbm/password_policy.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "items/domain.h"
#include "wpi/utf8.h"

namespace understudy::wbm {

using std::chrono::hours;

namespace {

constexpr PasswordItems of_user{"user-pwd", "user-pwd-unicode", "user-pwd-status", "min-user-passw-length",
                                no_password};
constexpr PasswordItems of_administrator{"admin-pwd", "admin-pwd-unicode", "admin-pwd-status",
                                         "min-admin-passw-length", "123456"};

constexpr std::size_t most_characters = 24;  // of any password (field; guide p.196)

const std::string* held(const items::Store& store, std::string_view item) {
  const std::string* value = store.find(item);
  return value && !items::clears(*value) ? value : nullptr;
}

// When somebody gave the item its value; the factory is nobody.
std::optional<microseconds> given_at(const items::Store& store, std::string_view item) {
  const auto change = store.last_change(item);
  if (!change || change->who == items::Who::factory || !held(store, item)) return std::nullopt;
  return change->when;
}

// Not where the plain one was written later, or taken away later.
std::optional<microseconds> unicode_given_at(const items::Store& store, const PasswordItems& its) {
  const auto given = given_at(store, its.unicode);
  const auto plain = store.last_change(its.plain);
  return given && (!plain || *given >= plain->when) ? given : std::nullopt;
}

struct Characters {
  int all = 0, upper = 0, lower = 0, digits = 0, punctuation = 0;
  int longest_run = 0;  // of one that is repeated
  bool fit_for_an_item = true;
};

// Letters and digits are those of ASCII; punctuation is that of ASCII and the pound and not signs (guide p.197).
Characters characters_of(std::string_view text) {
  Characters found;
  int run = 0;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint c = wpi::decode_utf8(text, at);
    at += c.length;
    found.fit_for_an_item = found.fit_for_an_item && c.valid && c.value >= ' ' && c.value != 0x7F &&
                            wpi::is_xml_character(c.value);
    ++found.all;
    run = c.value == before ? run + 1 : 1;
    before = c.value;
    found.longest_run = std::max(found.longest_run, run);
    if (c.value >= 'A' && c.value <= 'Z')
      ++found.upper;
    else if (c.value >= 'a' && c.value <= 'z')
      ++found.lower;
    else if (c.value >= '0' && c.value <= '9')
      ++found.digits;
    else if ((c.value > ' ' && c.value < 0x7F) || c.value == U'£' || c.value == U'¬')
      ++found.punctuation;
  }
  return found;
}

std::string too_few(const items::Store& store, const Characters& has, const PasswordItems& its) {
  struct Least {
    std::string_view item, noun;
    int has;
  };
  for (const Least& least :
       {Least{its.least_length, "character", has.all}, Least{"pwd-upper", "upper-case letter", has.upper},
        Least{"pwd-lower", "lower-case letter", has.lower}, Least{"pwd-digit", "digit", has.digits},
        Least{"pwd-punct", "special character", has.punctuation}})
    if (const int wanted = demanded(store, least.item).value_or(0); least.has < wanted)
      return "The new password needs at least " + counted(wanted, least.noun) + ".";
  return {};
}

}  // namespace

const PasswordItems& items_of(Role role) {
  return role == Role::user ? of_user : of_administrator;
}

std::optional<int> demanded(const items::Store& store, std::string_view item) {
  const std::string* value = store.find(item);
  const items::Entry* entry = items::find(item);
  if (!value || (entry && items::fit(*entry, *value) != items::Fit::fits)) return std::nullopt;
  return items::whole_number(*value);
}

std::vector<std::string> valid_passwords(const items::Store& store, Role role) {
  const PasswordItems& its = items_of(role);
  const std::string* plain = held(store, its.plain);
  std::vector<std::string> valid{plain ? *plain : std::string(its.factory)};
  if (unicode_given_at(store, its)) valid.push_back(*held(store, its.unicode));
  return valid;
}

bool is_one_of(std::span<const std::string> passwords, std::string_view typed) {
  using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
  // Digests are of one length: neither where two texts differ nor how long they are shows.
  const auto digest = [](std::string_view text) {
    Digest made{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data());
    return made;
  };
  const Digest wanted = digest(typed);
  bool found = false;
  for (const std::string& password : passwords) {
    const bool same = CRYPTO_memcmp(digest(password).data(), wanted.data(), wanted.size()) == 0;
    found = found || same;
  }
  return found;
}

std::optional<microseconds> age_of_password(const items::Store& store, Role role, microseconds now) {
  const PasswordItems& its = items_of(role);
  const auto given = std::max(given_at(store, its.plain), unicode_given_at(store, its));
  if (!given) return std::nullopt;
  return now - std::min(*given, now);
}

std::string must_change(const items::Store& store, Role role, microseconds now) {
  const std::string* force = store.find("force-update");
  if (force && *force == "true") return "The password has to be changed.";
  const int days = demanded(store, "passw-expiry-days").value_or(0);
  const auto age = age_of_password(store, role, now);
  if (days == 0 || !age || *age < hours(24) * days) return {};
  return "The password has expired and has to be changed.";
}

std::string warning_of_expiry(const items::Store& store, Role role, microseconds now) {
  const int days = demanded(store, "passw-expiry-days").value_or(0);
  const int warned = demanded(store, "passw-warn-days").value_or(0);
  const auto age = age_of_password(store, role, now);
  if (days == 0 || !age) return {};
  const microseconds rest = hours(24) * days - *age;
  if (rest > hours(24) * warned) return {};
  return "The password expires in " + counted(std::chrono::ceil<std::chrono::days>(rest).count(), "day") +
         ".";
}

std::string objection_to(const items::Store& store, Role role, std::string_view wanted,
                         std::span<const std::string> old) {
  if (wanted.empty()) return "The new password is empty.";
  const Characters has = characters_of(wanted);
  if (!has.fit_for_an_item) return "The new password has characters that no password can have.";
  if (items::clears(wanted)) return "The new password is a word that takes a value away.";
  if (static_cast<std::size_t>(has.all) > most_characters)
    return "The new password has more than " + counted(most_characters, "character") + ".";
  if (std::string objection = too_few(store, has, items_of(role)); !objection.empty()) return objection;
  if (const int most = demanded(store, "pwd-sequence-length").value_or(0); most > 0 && has.longest_run > most)
    return "The new password has the same character more than " + counted(most, "time") + " in a row.";
  if (is_one_of(valid_passwords(store, role), wanted)) return "The new password is the one that it has.";
  const auto remembered =
      static_cast<std::size_t>(role == Role::user ? demanded(store, "user-pwd-history").value_or(0) : 0);
  if (is_one_of(old.last(std::min(remembered, old.size())), wanted))
    return "The new password is one of the last " + std::to_string(remembered) + " that it had.";
  return {};
}

std::string counted(std::int64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace understudy::wbm
