#include "desk.h"

#include <algorithm>
#include <utility>

#include "commands.h"
#include "items/catalogue.h"
#include "reports/plain.h"
#include "setting.h"

namespace understudy::tools {

namespace {

struct Verb {
  std::string_view name, argument, text;
};

// What a phone does, and then what only the desk has.
std::vector<Verb> verbs() {
  std::vector<Verb> all;
  for (const wbm::Action& action : wbm::actions()) all.push_back({action.name, action.argument, action.text});
  all.push_back({"set", "ITEM[INDEX]=VALUE", "the user changes a setting; the service hears of it"});
  all.push_back({"show", "ITEM[INDEX]", "what the phone has"});
  all.push_back({"status", "", "who the phone is and what it does"});
  all.push_back({"help", "", "this list"});
  all.push_back({"quit", "", "ends the program"});
  return all;
}

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
  for (const Verb& verb : verbs()) {
    std::string typed(verb.name);
    if (!verb.argument.empty()) typed.append(" ").append(verb.argument);
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
  if (const wbm::Action* action = wbm::action_named(verb)) return act(phone, *action, rest);
  const std::vector<Verb> all = verbs();
  const auto known = std::find_if(all.begin(), all.end(), [&](const Verb& one) { return one.name == verb; });
  if (known == all.end()) {
    std::vector<std::string_view> names;
    for (const Verb& one : all) names.push_back(one.name);
    return say_("\"" + std::string(verb) + "\" is nothing that can be done" + or_nearest(verb, names, "help"));
  }
  if (rest.empty() != known->argument.empty()) return say_(wbm::how_to_write(known->name, known->argument));
  carry_out(phone, verb, rest);
}

void Desk::act(const std::string& phone, const wbm::Action& action, std::string_view argument) {
  const auto event = wbm::event_of(stage_.phone(phone), action, argument);
  if (!event) return say_(event.error());
  stage_.post(phone, *event);
}

void Desk::carry_out(const std::string& phone, std::string_view verb, std::string_view rest) {
  if (verb == "set") return set(phone, rest);
  if (verb == "show") return show(phone, rest);
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

}  // namespace understudy::tools
