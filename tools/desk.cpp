#include "desk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "commands.h"
#include "items/catalogue.h"
#include "reports/plain.h"
#include "setting.h"

namespace understudy::tools {

namespace {

struct Verb {
  std::string_view name, arguments, text;
};

constexpr std::array<Verb, 14> verbs = {{
    {"call", "", "a call begins: the phone is busy"},
    {"hangup", "", "the call ends"},
    {"set", "ITEM[INDEX]=VALUE", "the user changes a setting; the service hears of it"},
    {"show", "ITEM[INDEX]", "what the phone has"},
    {"plug", "", "a key module is plugged in"},
    {"unplug", "", "and pulled"},
    {"logon", "NUMBER:PASSWORD", "a mobile user logs on"},
    {"logoff", "", "and off"},
    {"poll", "", "asks at once whether there is anything for it"},
    {"restart", "", "off and on again"},
    {"reset", "", "back to the factory's settings"},
    {"status", "", "who the phone is and what it does"},
    {"help", "", "this list"},
    {"quit", "", "ends the program"},
}};

constexpr int usual_modules = 2;  // guide p.120

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

std::string shown_value(const wpi::Item& item) {
  if (!item.status.empty()) return item.status;
  return items::is_secret(item.name) ? std::string(item.value.size(), '*') : item.value;
}

}  // namespace

std::vector<std::string> Desk::help() {
  std::vector<std::string> lines;
  for (const Verb& verb : verbs) {
    std::string typed(verb.name);
    if (!verb.arguments.empty()) typed.append(" ").append(verb.arguments);
    lines.push_back(conformance::padded(typed, 24) + std::string(verb.text));
  }
  return lines;
}

void Desk::take(std::string_view line) {
  std::string_view rest = line;
  std::string_view verb = take_word(rest);
  if (verb.empty()) return;
  std::string phone = phones_.front();
  if (std::find(phones_.begin(), phones_.end(), verb) != phones_.end()) {
    phone = std::string(verb);
    verb = take_word(rest);
  }
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  const auto known = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& one) { return one.name == verb; });
  if (known == verbs.end()) {
    std::vector<std::string_view> names;
    for (const Verb& one : verbs) names.push_back(one.name);
    return say_("\"" + std::string(verb) + "\" is nothing that can be done" + or_nearest(verb, names, "help"));
  }
  if (rest.empty() != known->arguments.empty())
    return say_(known->arguments.empty() ? std::string(verb) + " takes nothing behind it"
                                         : "write " + std::string(verb) + " " + std::string(known->arguments));
  carry_out(phone, verb, rest);
}

void Desk::carry_out(const std::string& phone, std::string_view verb, std::string_view rest) {
  if (verb == "call") return stage_.post(phone, phone::CallBegins{});
  if (verb == "hangup") return stage_.post(phone, phone::CallEnds{});
  if (verb == "set") return set(phone, rest);
  if (verb == "show") return show(phone, rest);
  if (verb == "plug") return modules(phone, 1);
  if (verb == "unplug") return modules(phone, -1);
  if (verb == "logon") {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || colon == 0) return say_("write logon NUMBER:PASSWORD");
    return stage_.post(phone, phone::LogOn{std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1))});
  }
  if (verb == "logoff") return stage_.post(phone, phone::LogOff{});
  if (verb == "poll") {
    if (stage_.phone(phone).poll_url().empty()) return say_("it does not poll: dcmp-url and dcmp-poll-interval are not set");
    return stage_.post(phone, phone::PollNow{});
  }
  if (verb == "restart") return stage_.post(phone, phone::PowerCut{});
  if (verb == "reset") return stage_.post(phone, phone::PowerCut{.to_factory = true});
  if (verb == "status") return status(phone);
  if (verb == "quit") return end_();
  for (const std::string& line : help()) say_(line);
}

void Desk::set(const std::string& phone, std::string_view setting) {
  const phone::Phone& its = stage_.phone(phone);
  auto item = setting_of(setting, its.model(), its.firmware());
  if (!item) return say_(item.error());
  if (!items::changeable_now(its.store(), item->name, items::index_of(*item)))
    return say_(item->name + " cannot be changed as the phone stands");
  stage_.post(phone, phone::ItemsChanged{{std::move(*item)}, items::Who::user});
}

void Desk::show(const std::string& phone, std::string_view name) {
  const ItemName typed = item_name_in(name);
  wpi::Item wanted;
  wanted.name = std::string(typed.name);
  if (typed.has_index) wanted.index = std::string(typed.index);
  const std::vector<wpi::Item> found = stage_.phone(phone).store().read(wanted);
  for (const wpi::Item& item : found)
    say_(item.name + (item.index ? "[" + *item.index + "]" : "") + " = " + shown_value(item));
}

void Desk::status(const std::string& phone) {
  const phone::Phone& its = stage_.phone(phone);
  say_(phone + ": " + its.model().device_type + ", " + its.firmware().version + ", " + its.identity().mac + ", number " +
       its.identity().e164 + " at " + its.identity().address);
  say_(std::string(its.in_call() ? "in a call" : "no call") + ", " + (its.idle() ? "idle" : "talks to its service, or is about to") +
       (its.poll_url().empty() ? std::string(", does not poll") : ", polls " + its.poll_url()) + ", " +
       conformance::counted(stage_.interactions(phone), "interaction") + " so far");
}

void Desk::modules(const std::string& phone, int change) {
  const std::string* text = stage_.phone(phone).store().find("key-modules");
  int plugged = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), plugged);
  if (plugged + change < 0) return say_("there is no module to pull");
  const int most = stage_.phone(phone).model().modules.value_or(usual_modules);
  if (plugged + change > most) return say_("there is room for " + std::to_string(most) + " modules");
  stage_.post(phone, phone::ModulesChanged{plugged + change});
}

}  // namespace understudy::tools
