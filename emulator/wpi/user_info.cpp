#include "wpi/user_info.h"

#include <algorithm>

namespace understudy::wpi {

std::string_view user_info_in(std::string_view text) {
  constexpr std::string_view mark = "://";
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string_view::npos;) {
    at += mark.size();
    const std::string_view authority =
        text.substr(at, std::min(text.find_first_of("/?#<> \t\r\n", at), text.size()) - at);
    const std::size_t end = authority.rfind('@');  // a password that was not encoded may have one too
    if (end != std::string_view::npos && end > 0) return authority.substr(0, end);
  }
  return {};
}

}  // namespace understudy::wpi
