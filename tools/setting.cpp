#include "setting.h"

#include <algorithm>
#include <vector>

#include "commands.h"
#include "items/domain.h"
#include "items/store.h"
#include "phone/setting.h"

namespace understudy::tools {

namespace {

using items::Entry;
using items::IndexFit;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Who a phone is has options of its own.
std::string_view option_for(std::string_view item) {
  if (item == "mac-addr") return "--mac";
  if (item == "e164") return "--e164";
  if (item == "device-type" || item == "related-device-type") return "--model";
  if (item == "software-version" || item == "related-software-version") return "--firmware";
  return {};
}

// Behind an objection to the item.
std::string how_to_write(const Entry& entry, std::optional<int> index) {
  switch (items::fit_index(entry, index)) {
    case IndexFit::unwanted: return ": write " + entry.name + "=VALUE";
    case IndexFit::missing: return ": write " + entry.name + "[1]=VALUE";
    default: return {};
  }
}

}  // namespace

ItemName item_name_in(std::string_view text) {
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos || !text.ends_with(']')) return {text, {}, false};
  return {text.substr(0, open), text.substr(open + 1, text.size() - open - 2), true};
}

tl::expected<const Entry*, std::string> item_named(std::string_view name) {
  if (const Entry* entry = items::find(name)) return entry;
  std::vector<std::string_view> names;
  for (const Entry& known : items::catalogue()) names.push_back(known.name);
  return tl::unexpected("there is no item " + quoted(name) + or_nearest(name, names, "understudy items list"));
}

tl::expected<wpi::Item, std::string> setting_of(std::string_view text, const phone::Model& model, const phone::Firmware& firmware) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return tl::unexpected("--set " + quoted(text) + ": write ITEM=VALUE or ITEM[INDEX]=VALUE");
  const ItemName typed = item_name_in(text.substr(0, equals));
  const auto named = item_named(typed.name);
  if (!named) return tl::unexpected(named.error());
  const Entry* entry = *named;
  wpi::Item item;
  item.name = entry->name;
  if (typed.has_index) item.index = std::string(typed.index);
  const auto index = items::index_of(item);
  if (item.index && !index) return tl::unexpected(item.name + ": " + quoted(typed.index) + " is no index; write a number from 0 on");
  const std::string value(text.substr(equals + 1));
  if (const std::string_view option = option_for(entry->name); !option.empty())
    return tl::unexpected(entry->name + " is who the phone is: say " + std::string(option));
  std::string wrong = phone::objection_to_item(*entry, model, firmware, index);
  if (!wrong.empty()) wrong += how_to_write(*entry, index);
  if (wrong.empty()) wrong = phone::objection_to_value(*entry, value);
  if (!wrong.empty()) return tl::unexpected(std::move(wrong));
  if (index) item.index = std::to_string(*index);
  item.value = items::stored_form(entry, value);
  return item;
}

std::string masked_setting(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !items::is_secret(item_name_in(text.substr(0, equals)).name)) return std::string(text);
  return std::string(text.substr(0, equals + 1)) + std::string(text.size() - equals - 1, '*');
}

}  // namespace understudy::tools
