#include "wbm/passwords.h"

#include <algorithm>
#include <utility>

#include "wbm/password_policy.h"

namespace understudy::wbm {

using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr std::string_view active = "0", suspended = "1", disabled = "2";  // guide p.196, p.197

constexpr int most_retries = 5;  // that a policy can allow (guide p.194)

wpi::Item named(std::string_view name, std::string_view value) {
  wpi::Item item;
  item.name = name;
  item.value = value;
  return item;
}

std::string until(const std::optional<microseconds>& rest) {
  if (!rest) return "until the service lifts it";
  return "for " + counted(std::chrono::ceil<minutes>(*rest).count(), "minute");
}

// 0, and a policy that the phone does not hold: until the service lifts it (inferred).
std::optional<microseconds> suspension(const items::Store& store) {
  const int wanted = demanded(store, "pwd-suspended-duration").value_or(0);
  return wanted > 0 ? std::optional<microseconds>(minutes(wanted)) : std::nullopt;
}

std::string refusal_of(Role role) {
  return "The " + std::string(name_of(role)) + "'s password is disabled: only the service can enable it.";
}

}  // namespace

Passwords::Standing Passwords::standing(const items::Store& store, Role role, microseconds now) {
  const PasswordItems& its = items_of(role);
  Tries& tried = tries(role);
  const std::string* value = store.find(its.status);
  const auto change = store.last_change(its.status);
  // Our own change is there now; else somebody made another since, or a reset took it away.
  const bool ours = value && *value == tried.said;
  if (!ours && (change != tried.status || !tried.said.empty())) {
    tried.wrong = 0;
    tried.suspends.reset();
  }
  if (change != tried.status) tried.seen = now;
  tried.said.clear();
  tried.status = change;
  if (value && *value == disabled) return {Standing::Is::disabled, {}, {}};
  const bool held = value && *value == suspended;
  if (held && change->who == items::Who::service) return {Standing::Is::suspended, {}, {}};
  if (!held && !tried.suspends) return {};

  const auto lasts = suspension(store);
  // What an earlier run wrote later than now counts from when it was seen.
  const microseconds began = tried.suspends ? *tried.suspends : std::min(change->when, tried.seen);
  if (!lasts || now < began + *lasts) {
    Standing stands{Standing::Is::suspended, {}, {}};
    if (lasts) stands.rest = began + *lasts - now;
    if (!held) stands.changes.push_back(named(its.status, tried.said = suspended));
    return stands;
  }
  tried.wrong = 0;
  tried.suspends.reset();
  Standing stands;
  if (held) stands.changes.push_back(named(its.status, tried.said = active));
  return stands;
}

bool Passwords::count_wrong(const items::Store& store, Role role, microseconds now) {
  Tries& tried = tries(role);
  const int limit = demanded(store, "pwd-retries").value_or(0);
  tried.wrong = std::min(tried.wrong + 1, most_retries);
  if (limit == 0 || tried.wrong < limit) return false;
  tried.suspends = now;
  return true;
}

LogIn Passwords::log_in(const items::Store& store, Role role, std::string_view password, microseconds now) {
  Standing stands = standing(store, role, now);
  if (stands.is == Standing::Is::disabled) return {LogIn::Came::disabled, refusal_of(role), {}};
  if (stands.is == Standing::Is::suspended)
    return {LogIn::Came::suspended, "The password is suspended " + until(stands.rest) + ".",
            std::move(stands.changes)};

  const std::vector<std::string> valid = valid_passwords(store, role);
  const bool right = is_one_of(valid, password) || (password.empty() && is_one_of(valid, no_password));
  if (!right) {
    if (!count_wrong(store, role, now))
      return {LogIn::Came::wrong, "The password is wrong.", std::move(stands.changes)};
    stands = standing(store, role, now);
    return {LogIn::Came::suspended,
            "The password is wrong, one time too many: it is suspended " + until(stands.rest) + ".",
            std::move(stands.changes)};
  }
  tries(role).wrong = 0;
  std::string why = must_change(store, role, now);
  if (!why.empty()) return {LogIn::Came::must_change, std::move(why), std::move(stands.changes)};
  return {LogIn::Came::in, warning_of_expiry(store, role, now), std::move(stands.changes)};
}

tl::expected<std::vector<wpi::Item>, std::string> Passwords::change(const items::Store& store, Role role,
                                                                    std::string_view old_password,
                                                                    std::string_view new_password,
                                                                    microseconds now) {
  LogIn tried = log_in(store, role, old_password, now);
  switch (tried.came) {
    case LogIn::Came::in:
    case LogIn::Came::must_change:
      break;
    case LogIn::Came::wrong:
      return tl::unexpected(std::string("The old password is wrong."));
    case LogIn::Came::suspended:
      tries(role).said.clear();  // what is refused hands nothing out
      return tl::unexpected(std::move(tried.text));
    case LogIn::Came::disabled:
      return tl::unexpected(std::move(tried.text));
  }
  // Who has to change it may do so at once (inferred).
  const hours least(demanded(store, "pwd-min-reset-period").value_or(0));
  if (const auto age = age_of_password(store, role, now);
      age && *age < least && tried.came != LogIn::Came::must_change)
    return tl::unexpected("The password was changed a short while ago: it can be changed again in " +
                          counted(std::chrono::ceil<hours>(least - *age).count(), "hour") + ".");
  std::vector<std::string>& old = tries(role).old;
  if (std::string objection = objection_to(store, role, new_password, old); !objection.empty())
    return tl::unexpected(std::move(objection));

  for (std::string& had : valid_passwords(store, role))
    if (old.empty() || old.back() != had) old.push_back(std::move(had));
  if (old.size() > most_remembered)
    old.erase(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(old.size() - most_remembered));
  const PasswordItems& its = items_of(role);
  std::vector<wpi::Item> changes = std::move(tried.changes);
  changes.push_back(named(its.plain, new_password));
  // Else the old one would open as well where both are written at the same moment.
  if (const std::string* unicode = store.find(its.unicode); unicode && !unicode->empty())
    changes.push_back(named(its.unicode, new_password));
  // It is one item for both roles: whoever changes a password first has done it (inferred).
  if (const std::string* force = store.find("force-update"); force && *force == "true")
    changes.push_back(named("force-update", "false"));
  return changes;
}

std::vector<wpi::Item> Passwords::lapse(const items::Store& store, microseconds now) {
  std::vector<wpi::Item> changes;
  for (const Role role : {Role::user, Role::administrator})
    for (wpi::Item& item : standing(store, role, now).changes) changes.push_back(std::move(item));
  return changes;
}

}  // namespace understudy::wbm
