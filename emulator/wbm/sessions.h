// Who is logged in: at which phones, as whom.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wbm/sections.h"

namespace understudy::wbm {

using std::chrono::microseconds;

struct Session {
  std::string id;     // what the cookie says: 64 hexadecimal digits
  std::string token;  // what a request that changes something has to say besides
  std::map<std::string, Role> roles;         // by phone
  std::map<std::string, Role> must_change;   // logged in there with a password that has to be changed first
  microseconds used{};
  std::shared_ptr<const void> life = std::make_shared<char>();  // what is to end with the session looks at this

  std::optional<Role> role_at(const std::string& phone) const;
};

class Sessions {
 public:
  static constexpr std::size_t most = 1000;  // then the one that was not used for longest goes
  static constexpr microseconds idle = std::chrono::minutes(30);

  // nullptr: there is none of that id, or it has not been used for too long.
  Session* find(std::string_view id, microseconds now);
  Session& open(microseconds now);
  void close(std::string_view id);

 private:
  std::map<std::string, Session, std::less<>> sessions_;
};

// What the header Set-Cookie says of it.
std::string cookie_of(const Session& session);
// Compares in a time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace understudy::wbm
