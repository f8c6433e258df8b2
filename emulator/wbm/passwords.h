// Who may open the pages: passwords, and the policy that the phone's items say (guide p.194-197).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "items/store.h"
#include "wbm/sections.h"

namespace understudy::wbm {

using std::chrono::microseconds;

// What came of a try to log in.
struct LogIn {
  enum class Came {
    in,
    must_change,  // in, but first the password has to be changed (force-update, or it has expired)
    wrong,
    suspended,  // too many wrong tries, or the service says so
    disabled,
  };
  Came came = Came::wrong;
  std::string text;                // for the person, one sentence; with `in` a warning or nothing
  std::vector<wpi::Item> changes;  // of items that the phone makes itself: a status
};

// The tries of one phone, and the passwords that it had. Times are counted as the phone's: since the run began.
//
// What comes back as changes is to be made in the phone's store before the next call. A policy that the store does not have,
// or that says no number that the catalogue allows, demands nothing. A password that is not held, or is empty, is the
// factory's: 123456 of the administrator, 000000 of the user (field). 000000 is none (field): nothing typed gets in too
// (inferred).
class Passwords {
 public:
  // A try that fails counts, one during a suspension does not. A service that writes the status starts the count over.
  LogIn log_in(const items::Store& store, Role role, std::string_view password, microseconds now);
  // The items that change; or which demand of the policy the new password does not meet, one sentence. A wrong old password
  // counts as a try; where it is one too many, the status that changes comes with the next log_in() or lapse().
  tl::expected<std::vector<wpi::Item>, std::string> change(const items::Store& store, Role role,
                                                           std::string_view old_password,
                                                           std::string_view new_password, microseconds now);
  // A suspension that has run out by now ends: the items that change by it. One that the service wrote does not (inferred).
  std::vector<wpi::Item> lapse(const items::Store& store, microseconds now);

 private:
  // How a role's password stands.
  struct Standing {
    enum class Is { active, suspended, disabled };
    Is is = Is::active;
    std::optional<microseconds> rest;  // of a suspension that ends by itself
    std::vector<wpi::Item> changes;    // of the status, that are to be made
  };
  struct Tries {
    int wrong = 0;                         // since the last right one
    std::optional<microseconds> suspends;  // at that time: the store does not say so yet
    std::optional<items::Change> status;   // the last change of the status that was seen
    std::string said;                      // the status that was handed out as a change, until it is seen
    microseconds seen{};                   // when `status` was
    std::vector<std::string> old;          // passwords, the newest last (inferred: until the program ends)
  };
  Tries& tries(Role role) { return tries_[static_cast<std::size_t>(role)]; }
  Standing standing(const items::Store& store, Role role, microseconds now);
  // True: one too many.
  bool count_wrong(const items::Store& store, Role role, microseconds now);

  std::array<Tries, 2> tries_;
};

}  // namespace understudy::wbm
