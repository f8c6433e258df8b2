// Who may open the pages: passwords, and the policy that the phone's items say (guide p.194-197).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

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
    suspended,    // too many wrong tries, or the service says so
    disabled,
  };
  Came came = Came::wrong;
  std::string text;                // for the person, one sentence; with `in` a warning or nothing
  std::vector<wpi::Item> changes;  // of items that the phone makes itself: a status
};

// The tries of one phone. Times are counted as the phone's: since the run began.
class Passwords {
 public:
  LogIn log_in(const items::Store& store, Role role, std::string_view password, microseconds now);
  // The items that change; or which demand of the policy the new password does not meet, one sentence.
  tl::expected<std::vector<wpi::Item>, std::string> change(const items::Store& store, Role role, std::string_view old_password,
                                                           std::string_view new_password, microseconds now);
  // A suspension that has run out by now ends: the items that change by it.
  std::vector<wpi::Item> lapse(const items::Store& store, microseconds now);
};

}  // namespace understudy::wbm
