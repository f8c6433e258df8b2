// What the phone's items demand of a password (guide p.194-197). A demand that is missing or garbled is none.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "items/store.h"
#include "wbm/sections.h"

namespace understudy::wbm {

using std::chrono::microseconds;

// The names of a role's items.
struct PasswordItems {
  std::string_view plain, unicode, status, least_length;
  std::string_view factory;  // the password out of the box (field)
};
const PasswordItems& items_of(Role role);

constexpr std::string_view no_password = "000000";  // what says that there is none (field)
constexpr std::size_t most_remembered = 6;          // old passwords (guide p.196)

// The number that a policy item says, within the catalogue's domain for it.
std::optional<int> demanded(const items::Store& store, std::string_view item);

// The passwords that open now: the plain one, and the one in Unicode where it was not written before the plain one
// (inferred). At least one.
std::vector<std::string> valid_passwords(const items::Store& store, Role role);
// Without telling by the time it takes how much of it is right.
bool is_one_of(std::span<const std::string> passwords, std::string_view typed);

// How long the password stands; nothing where it is the factory's, which never grows old. What an earlier run wrote later than
// now was written now (inferred).
std::optional<microseconds> age_of_password(const items::Store& store, Role role, microseconds now);

// Why the password must be changed, one sentence; empty: it need not.
std::string must_change(const items::Store& store, Role role, microseconds now);
// That it must be soon; empty: not so soon.
std::string warning_of_expiry(const items::Store& store, Role role, microseconds now);

// The demand that a new password does not meet, one sentence; empty: it meets all. `old`: passwords that it had.
std::string objection_to(const items::Store& store, Role role, std::string_view wanted,
                         std::span<const std::string> old);

// "5 minutes", "1 day".
std::string counted(std::int64_t number, std::string_view noun);

}  // namespace understudy::wbm
