#include "wbm/settings.h"

#include <algorithm>
#include <set>
#include <utility>

#include "items/store.h"
#include "phone/firmware.h"
#include "phone/setting.h"
#include "wpi/utf8.h"

namespace understudy::wbm {

namespace {

using items::Access;
using items::Entry;
using items::Who;

// Why nobody can change it in the pages, whatever the phone's state; empty: he can.
std::string fixed_for_good(const std::string& name, const Entry* entry) {
  if (!entry) return "";
  for (const std::string_view password : {"user-pwd", "user-pwd-unicode", "admin-pwd", "admin-pwd-unicode"})
    if (name == password) return "It is changed on the page Password, as the password policy has it.";
  if (name == "admin-pwd-status") return "Only the service sets this, and the phone itself (guide p.196).";
  if (phone::says_itself(name) || entry->access == Access::read_only) return "The phone says this itself.";
  return "";
}

std::string fixed_now(const phone::Phone& phone, const std::string& name, const Entry* entry, std::optional<int> index) {
  if (std::string why = fixed_for_good(name, entry); !why.empty()) return why;
  if (items::changeable_now(phone.store(), name, index)) return "";
  const auto last = phone.store().last_change(name, index);
  if (last && last->who == Who::dhcp) return "DHCP gave this: nobody can change it while the item dhcp is true (guide p.16).";
  return "It cannot be changed as the phone stands: other settings decide on it.";
}

Setting with_value(const phone::Phone& phone, std::string name, std::optional<int> index, const std::string* value, items::Change change) {
  Setting out;
  out.entry = items::find(name);
  out.secret = items::is_secret(name);
  out.held = value != nullptr;
  out.set = value && !value->empty();
  if (value && !out.secret) out.value = *value;
  out.change = change;
  out.fixed = fixed_now(phone, name, out.entry, index);
  out.name = std::move(name);
  out.index = index;
  return out;
}

// The phone could hold it: its model and firmware have it, and it is a setting.
bool can_hold(const phone::Phone& phone, const Entry& entry) {
  return entry.access != Access::not_applicable && !phone::missing_item(phone.model(), phone.firmware(), entry.name, std::nullopt);
}

// XML has no place for some characters (XML 1.0, production 2): the service would be told another value than the phone holds.
bool can_be_said(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint point = wpi::decode_utf8(text, at);
    if (!point.valid || !wpi::is_xml_character(point.value)) return false;
    at += point.length;
  }
  return true;
}

std::string objection_to(const phone::Phone& phone, Role role, const Wish& wish, const Entry*& entry, std::optional<int>& index) {
  entry = items::find(wish.name);
  wpi::Item item;
  item.name = wish.name;
  item.index = wish.index;
  index = items::index_of(item);
  const std::string* held = phone.store().find(wish.name, index);
  if (!entry && !held) return "There is no item " + wish.name + ".";
  if (wish.index && !index) return "\"" + *wish.index + "\" is no index: it is a number from 0 on.";
  if (role == Role::user && section_of(wish.name).role != Role::user) return wish.name + " is for administrators.";
  if (entry)
    if (std::string why = phone::objection_to_item(*entry, phone.model(), phone.firmware(), index); !why.empty()) return why + ".";
  if (std::string why = fixed_now(phone, wish.name, entry, index); !why.empty()) return why;
  if (wish.was && !items::is_secret(wish.name) && *wish.was != (held ? *held : "")) {
    const auto last = phone.store().last_change(wish.name, index);
    return "It was changed meanwhile by " + std::string(in_words(last ? last->who : Who::factory)) + " to \"" + (held ? *held : "") +
           "\". Save again to have it your way.";
  }
  if (!can_be_said(wish.value)) return wish.name + ": the value has a character that no message can carry.";
  if (entry)
    if (std::string why = phone::objection_to_value(*entry, wish.value); !why.empty()) return why + ".";
  return "";
}

}  // namespace

std::string label_of(const std::string& name, std::optional<int> index) {
  return index ? name + "[" + std::to_string(*index) + "]" : name;
}

std::string field_of(const std::string& name, std::optional<int> index) { return index ? name + "." + std::to_string(*index) : name; }

std::string_view in_words(Who who) {
  switch (who) {
    case Who::factory: return "the factory";
    case Who::service: return "the service";
    case Who::user: return "the user, at the phone";
    case Who::web_pages: return "the user, in these pages";
    case Who::administrator: return "the administrator";
    case Who::dhcp: return "DHCP";
  }
  return "";
}

std::string_view name_of(Who who) {
  switch (who) {
    case Who::factory: return "factory";
    case Who::service: return "service";
    case Who::user: return "user";
    case Who::web_pages: return "web-pages";
    case Who::administrator: return "administrator";
    case Who::dhcp: return "dhcp";
  }
  return "";
}

std::vector<Setting> settings_of(const phone::Phone& phone, const std::function<bool(const std::string& name)>& wanted) {
  std::vector<Setting> out;
  std::set<std::string> families;  // of which the phone holds something
  phone.store().each([&](const items::Key& key, const std::string& value, items::Change change) {
    const Entry* entry = items::find(key.name);
    if (!wanted(key.name) || (entry && entry->access == Access::not_applicable)) return;
    families.insert(key.name);
    out.push_back(with_value(phone, key.name, key.index == items::Key::none ? std::nullopt : std::optional(key.index), &value, change));
  });
  const std::size_t held = out.size();
  for (const Entry& entry : items::catalogue())
    if (wanted(entry.name) && !families.contains(entry.name) && can_hold(phone, entry))
      out.push_back(with_value(phone, entry.name, std::nullopt, nullptr, {}));
  std::inplace_merge(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(held), out.end(),
                     [](const Setting& a, const Setting& b) { return a.name < b.name; });
  return out;
}

Setting setting_of(const phone::Phone& phone, const std::string& name, std::optional<int> index) {
  return with_value(phone, name, index, phone.store().find(name, index), phone.store().last_change(name, index).value_or(items::Change{}));
}

Weighed weigh(const phone::Phone& phone, Role role, const std::vector<Wish>& wishes) {
  Weighed out;
  for (std::size_t n = 0; n < wishes.size(); ++n) {
    const Wish& wish = wishes[n];
    const Entry* entry = nullptr;
    std::optional<int> index;
    if (std::string why = objection_to(phone, role, wish, entry, index); !why.empty()) {
      out.objections.push_back({n, std::move(why)});
      continue;
    }
    wpi::Item item;
    item.name = wish.name;
    if (index) item.index = std::to_string(*index);
    item.value = items::stored_form(entry, wish.value);
    const std::string* held = phone.store().find(wish.name, index);
    if (held ? *held != item.value : !item.value.empty()) out.changes.push_back(std::move(item));
  }
  return out;
}

}  // namespace understudy::wbm
