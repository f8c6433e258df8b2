#include "wbm/sessions.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "wbm/web.h"

namespace understudy::wbm {

namespace {

std::string random_digits() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("there are no random bytes");
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace

std::optional<Role> Session::role_at(const std::string& phone) const {
  const auto found = roles.find(phone);
  return found == roles.end() ? std::nullopt : std::optional(found->second);
}

Session* Sessions::find(std::string_view id, microseconds now) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  if (now - found->second.used > idle) {
    sessions_.erase(found);
    return nullptr;
  }
  found->second.used = now;
  return &found->second;
}

Session& Sessions::open(microseconds now) {
  if (sessions_.size() >= most)
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  Session session;
  session.id = random_digits();
  session.token = random_digits();
  session.used = now;
  std::string id = session.id;
  return sessions_.emplace(std::move(id), std::move(session)).first->second;
}

void Sessions::close(std::string_view id) {
  if (const auto found = sessions_.find(id); found != sessions_.end()) sessions_.erase(found);
}

std::string cookie_of(const Session& session) {
  return std::string(session_cookie) + "=" + session.id + "; Path=/; Secure; HttpOnly; SameSite=Strict";
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace understudy::wbm
