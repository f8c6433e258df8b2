#include "wbm/actions.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace understudy::wbm {

namespace {

using Event = tl::expected<phone::Event, std::string>;
using Make = Event (*)(const phone::Phone& phone, std::string_view argument);

tl::unexpected<std::string> why_not(std::string text) {
  return tl::unexpected(std::move(text));
}

constexpr int usual_modules = 2;  // guide p.120

Event modules(const phone::Phone& phone, int change) {
  const std::string* text = phone.store().find("key-modules");
  int plugged = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), plugged);
  const int most = phone.model().modules.value_or(usual_modules);
  plugged = std::max(plugged, 0);
  if (change < 0 && plugged == 0) return why_not("there is no module to pull");
  if (change > 0 && plugged >= most) return why_not("there is room for " + std::to_string(most) + " modules");
  return phone::ModulesChanged{plugged + change};
}

bool says(const phone::Phone& phone, std::string_view item, std::string_view value) {
  const std::string* held = phone.store().find(item);
  return held && *held == value;
}

Event call(const phone::Phone& phone, std::string_view) {
  if (phone.in_call()) return why_not("it is in a call already");
  return phone::CallBegins{};
}

Event hangup(const phone::Phone& phone, std::string_view) {
  if (!phone.in_call()) return why_not("there is no call to end");
  return phone::CallEnds{};
}

Event plug(const phone::Phone& phone, std::string_view) {
  return modules(phone, 1);
}
Event unplug(const phone::Phone& phone, std::string_view) {
  return modules(phone, -1);
}

Event logon(const phone::Phone& phone, std::string_view argument) {
  const std::size_t colon = argument.find(':');
  if (colon == std::string_view::npos || colon == 0) return why_not("write logon NUMBER:PASSWORD");
  if (!says(phone, "mobility-enabled", "true"))
    return why_not("nobody can log on: mobility-enabled is not true");
  if (!phone.mobile_user().empty()) return why_not("nobody can log on: " + phone.mobile_user() + " is here");
  return phone::LogOn{std::string(argument.substr(0, colon)), std::string(argument.substr(colon + 1))};
}

Event logoff(const phone::Phone& phone, std::string_view) {
  if (phone.mobile_user().empty()) return why_not("there is no user to log off");
  if (!says(phone, "sip-mobility-state", "0"))
    return why_not(phone.mobile_user() + " is still logging on");  // field
  return phone::LogOff{};
}

Event pin(const phone::Phone& phone, std::string_view argument) {
  if (!phone.wants_pin()) return why_not("no PIN is asked for");
  return phone::PinEntered{std::string(argument)};
}

Event poll(const phone::Phone& phone, std::string_view) {
  if (phone.poll_url().empty())
    return why_not("it does not poll: dcmp-url and dcmp-poll-interval are not set");
  return phone::PollNow{};
}

Event restart(const phone::Phone&, std::string_view) {
  return phone::PowerCut{};
}
Event reset(const phone::Phone&, std::string_view) {
  return phone::PowerCut{.to_factory = true};
}

constexpr std::array<Action, 10> all = {{
    {"call", "", "Begin a call", "a call begins: the phone is busy"},
    {"hangup", "", "End the call", "the call ends"},
    {"plug", "", "Plug a module in", "a key module is plugged in"},
    {"unplug", "", "Pull a module", "a key module is pulled"},
    {"logon", "NUMBER:PASSWORD", "Log a user on", "a mobile user logs on"},
    {"logoff", "", "Log the user off", "the mobile user logs off"},
    {"pin", "PIN", "Enter the PIN", "what Secure Mode asks for"},
    {"poll", "", "Poll now", "asks its service at once whether there is anything for it"},
    {"restart", "", "Restart", "its power goes off and on again"},
    {"reset", "", "Factory reset", "back to the factory's settings, and off and on again", Role::administrator},
}};
// In the same order.
constexpr std::array<Make, all.size()> makers = {call,   hangup, plug,    unplug, logon,
                                                 logoff, pin,    poll,    restart, reset};

}  // namespace

std::span<const Action> actions() {
  return all;
}

const Action* action_named(std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Action& action) { return action.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string how_to_write(std::string_view name, std::string_view argument) {
  if (argument.empty()) return std::string(name) + " takes nothing behind it";
  return "write " + std::string(name) + " " + std::string(argument);
}

tl::expected<phone::Event, std::string> event_of(const phone::Phone& phone, const Action& action,
                                                 std::string_view argument) {
  if (argument.empty() != action.argument.empty()) return why_not(how_to_write(action.name, action.argument));
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Action& one) { return one.name == action.name; });
  if (found == all.end()) return why_not(std::string(action.name) + " is nothing that can be done");
  return makers[static_cast<std::size_t>(found - all.begin())](phone, argument);
}

}  // namespace understudy::wbm
