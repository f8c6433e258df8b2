// What of a URL is a secret.
#pragma once

#include <string_view>

namespace understudy::wpi {

// "user:password" of the first URL in a text, as it is written: "https://user:password@host/". Empty where there is none.
std::string_view user_info_in(std::string_view text);

}  // namespace understudy::wpi
