// Session cookies: made so that nobody guesses them, and found in whatever phones send back.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "reference/service.h"
#include "wpi/http.h"

namespace understudy::reference {

inline constexpr std::string_view session_cookie =
    "JSESSIONID";  // the name that the vendor's service uses (field)

class CookieMaker {
 public:
  explicit CookieMaker(const Options& options);
  // 32 upper-case hex digits; from the seed in simulated time, else from the system. Empty if the system has
  // none.
  std::string make();

 private:
  std::optional<std::mt19937_64> simulated_;
};

// The Set-Cookie value that hands out a session.
std::string set_cookie_value(std::string_view cookie);

// Every session that a request names. Phones send cookies back with their attributes, and old ones of other
// services besides (field).
std::vector<std::string> sessions_of(const wpi::HttpRequest& request);

}  // namespace understudy::reference
