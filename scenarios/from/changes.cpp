// What was changed at a phone, as far as its messages say it.
#include <algorithm>
#include <set>

#include "items/catalogue.h"
#include "items/store.h"
#include "phone/firmware.h"
#include "phone/setting.h"
#include "scenarios/from/narrator.h"

namespace understudy::scenarios::from {

using transcript::Exchange;
using wpi::Reason;

namespace {

std::string key_of(const wpi::Item& item) {
  return item.index ? item.name + "[" + *item.index + "]" : item.name;
}

// What every message of that firmware says of its phone.
bool says_who(const std::string& firmware, const std::string& item) {
  constexpr std::string_view flags[] = {"configuration-changed-flag", "configuration-attached-flag",
                                        "configuration-attached-number", "user-pwd", "backlight-type"};
  if (std::find(std::begin(flags), std::end(flags), item) != std::end(flags)) return true;
  const auto known = phone::firmware_for(firmware);
  return known &&
         std::find(known->basic_items.begin(), known->basic_items.end(), item) != known->basic_items.end();
}

// A name that a variable may have.
std::string variable_for(const std::string& item) {
  std::string out = "changed-";
  for (const char c : item)
    out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '-';
  return out.substr(0, 60);
}

}  // namespace

void Narrator::learn(const Exchange& exchange) {
  if (!exchange.said) return;
  notice_reset(exchange);
  for (const wpi::Item& item : exchange.said->items) {
    if (!item.status.empty()) continue;
    const std::string key = key_of(item);
    known_[key] = item.value;
    if (const auto written = written_.find(key); written != written_.end() && written->second != item.value)
      written_.erase(written);
  }
  const auto action = exchange.answer ? exchange.answer->action() : std::nullopt;
  if (action != wpi::Action::write_items) return;
  const Exchange* next = next_of(exchange);
  if (!next || !next->said || next->said->reasons.empty() || !next->said->reasons[0].status) return;
  if (next->said->reasons[0].status->text != "accepted" && next->said->reasons[0].status->text != "Accepted")
    return;
  for (const wpi::Item& item : exchange.answer->items)
    known_[key_of(item)] = written_[key_of(item)] = item.value;
}

void Narrator::notice_reset(const Exchange& exchange) {
  // It says that it was changed, and has reported whatever was: it is as it came from the factory.
  if (in("restart") && exchange.message == 1 && cleaned_up_ && here().attributes.empty()) {
    const wpi::Item* flag = exchange.said->find("configuration-changed-flag");
    if (flag && flag->value == "true") {
      here().name = "factory-reset";
      written_.clear();
    }
    return;
  }
  if (!in_event() || open_[1].interactions != 1 || exchange.said->reason() != Reason::reply_to) return;
  Element& event = open_[1].element;
  if (event.name != "start-up" && event.name != "restart") return;
  const bool lost =
      std::any_of(exchange.said->items.begin(), exchange.said->items.end(), [&](const wpi::Item& item) {
        const auto written = written_.find(key_of(item));
        return item.status.empty() && written != written_.end() && written->second != item.value;
      });
  // A read-back shows what the phone made of a write; all items, what it had.
  const auto& said = exchange.said->reasons[0];
  if (!lost || !said.action || said.action->text != spelling(wpi::Action::read_all_items)) return;
  written_.clear();
  if (event.name == "restart")
    event.name = "factory-reset";
  else if (event.attributes.empty())
    event.attributes.emplace_back("from-factory", "true");
}

void Narrator::fill_in(const Exchange& exchange) {
  if (!exchange.said || !in_event()) return;
  Element& event = here();
  const auto reason = exchange.said->reason();
  if (event.name == "inventory-change" && event.attributes.empty() && reason == Reason::inventory_changes) {
    const wpi::Item* number = exchange.said->find("e164");
    const wpi::Item* own = exchange.said->find("basic-e164");
    const auto before = known_.find("e164");
    if (number && own && before != known_.end() &&
        before->second != number->value) {  // a mobile user comes or goes (field)
      event.name = number->value == own->value ? "log-off" : "log-on";
      if (event.name == "log-on") event.attributes = {{"number", "{user}"}, {"password", "{user-password}"}};
      return;
    }
    const wpi::Item* modules = exchange.said->find("key-modules");
    if (modules && (modules->value == "0" || modules->value == "1" || modules->value == "2"))
      event.attributes.emplace_back("modules", modules->value);
    return;
  }
  if (event.name != "local-change") return;
  const bool has_items = std::any_of(event.children.begin(), event.children.end(),
                                     [](const Element& child) { return child.name == "item"; });
  if (has_items) return;
  const bool attached = reason == Reason::local_changes;
  std::set<std::string> seen;
  for (const wpi::Item& item : exchange.said->items) {
    const auto before = known_.find(key_of(item));
    const bool differs = before != known_.end() && before->second != item.value;
    const bool is_of_the_user =
        !says_who(values_.phone().firmware, item.name) || (item.name == "mobility-enabled" && differs);
    if (!item.status.empty() || !is_of_the_user || !(attached || differs) ||
        !seen.insert(key_of(item)).second)
      continue;
    add_changed_item(open_.size() - 1, item);
  }
}

void Narrator::add_changed_item(std::size_t block, const wpi::Item& item) {
  Element& event = open_[block].element;
  const auto model = phone::model_named(values_.phone().model);
  const auto firmware = phone::firmware_for(values_.phone().firmware);
  const items::Entry* entry = items::find(item.name);
  const auto index = items::index_of(item);
  std::string wrong;
  if (!entry)
    wrong = "nobody knows it";
  else if (model && firmware)
    wrong = phone::objection_to_item(*entry, **model, *firmware, index);
  const bool masked = values_.is_stand_in(item.name, item.value);
  if (wrong.empty() && !masked) wrong = phone::objection_to_value(*entry, item.value);
  if (wrong.empty() && !can_be_written(item.value)) wrong = "a scenario cannot hold its value";
  if (!wrong.empty()) return cannot_say("the phone's user changed " + key_of(item) + ": " + wrong);

  Element changed{"item", {{"name", item.name}}, "", {}};
  if (index) changed.attributes.emplace_back("index", std::to_string(*index));
  if (masked) {
    const std::string variable = variable_for(key_of(item));
    Element& around = open_[block - 1].element;
    around.add(comment("The value of " + key_of(item) +
                       " is masked in the recording. This one has its length; put yours here."));
    around.add({"set", {{"name", variable}, {"value", item.value}}, "", {}});
    changed.text = "{" + variable + "}";
  } else {
    changed.text = values_.value(item.name, item.value).value_or("");
  }
  // Items stand before the steps.
  const auto last = std::find_if(event.children.rbegin(), event.children.rend(),
                                 [](const Element& child) { return child.name == "item"; });
  event.children.insert(last.base() == event.children.begin() ? event.children.begin() : last.base(),
                        std::move(changed));
}

}  // namespace understudy::scenarios::from
