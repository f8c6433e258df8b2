#include "reference/cookies.h"

#include <array>
#include <cstdint>
#include <openssl/rand.h>

namespace understudy::reference {

CookieMaker::CookieMaker(const Options& options) {
  if (options.simulated) simulated_.emplace(options.seed);
}

std::string CookieMaker::make() {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<unsigned char, 16> bytes{};
  if (simulated_) {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>((*simulated_)() & 0xFF);
  } else if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return {};
  }
  std::string cookie;
  for (unsigned char byte : bytes) {
    cookie += digits[byte >> 4];
    cookie += digits[byte & 15];
  }
  return cookie;
}

std::string set_cookie_value(std::string_view cookie) {
  return std::string(session_cookie) + "=" + std::string(cookie) + "; Path=/; Secure; HttpOnly";
}

std::vector<std::string> sessions_of(const wpi::HttpRequest& request) {
  std::vector<std::string> sessions;
  for (const wpi::Header& header : request.headers) {
    if (!wpi::same_ignoring_case(header.name, "Cookie")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      std::string_view pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && (pair.front() == ' ' || pair.front() == '\t')) pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != session_cookie) continue;
      sessions.emplace_back(pair.substr(equals + 1));
    }
  }
  return sessions;
}

}  // namespace understudy::reference
