// What a person can do with a phone beside its settings: in the pages, over the API, and in words that are typed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "phone/phone.h"
#include "wbm/sections.h"

namespace understudy::wbm {

struct Action {
  std::string_view name;      // "logon"
  std::string_view argument;  // "NUMBER:PASSWORD"; empty: takes none
  std::string_view title;     // "Log a user on", for a button
  std::string_view text;      // what it does, for a list
  Role role = Role::user;     // who may do it in the pages
};

std::span<const Action> actions();
const Action* action_named(std::string_view name);

// What to say where an argument is missing, or there is one too many: "write logon NUMBER:PASSWORD".
std::string how_to_write(std::string_view name, std::string_view argument);

// The event that it is to this phone as it stands; or why it cannot be done, one sentence.
tl::expected<phone::Event, std::string> event_of(const phone::Phone& phone, const Action& action, std::string_view argument);

}  // namespace understudy::wbm
