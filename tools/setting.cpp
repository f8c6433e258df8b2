#include "setting.h"

#include <algorithm>
#include <vector>

#include "commands.h"
#include "items/domain.h"
#include "phone/phone.h"

namespace understudy::tools {

namespace {

using items::Entry;
using items::Fit;
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

// The error, or nothing.
std::string objection_to_item(const Entry& entry, const phone::Model& model, const phone::Firmware& firmware, std::optional<int> index) {
  const std::string& name = entry.name;
  if (const std::string_view option = option_for(name); !option.empty())
    return name + " is who the phone is: say " + std::string(option);
  if (phone::says_itself(name) || entry.access == items::Access::read_only) return name + " cannot be set: the phone says it itself";
  if (entry.access == items::Access::not_applicable) return name + " is no setting: it stands in orders and replies only";
  const std::string indexes = items::is_of_a_key(entry) ? "the number of a key" : entry.index;
  switch (items::fit_index(entry, index)) {
    case IndexFit::fits: break;
    case IndexFit::unwanted: return name + " has no index: write " + name + "=VALUE";
    case IndexFit::missing: return name + " has an index (" + indexes + "): write " + name + "[1]=VALUE";
    case IndexFit::outside:
    case IndexFit::refused:
      if (!items::is_of_a_key(entry)) return name + "[" + std::to_string(*index) + "]: its index is " + indexes;
  }
  const auto status = phone::missing_item(model, firmware, name, index);
  if (!status) return {};
  if (items::has_item(model, name, index)) return "firmware " + firmware.version + " does not have " + name;
  const std::string keys = model.keys > 0 ? "has the keys 1 to " + std::to_string(model.keys) : "has no keys of its own";
  return "there is no " + name + "[" + std::to_string(*index) + "]: " + model.device_type + " " + keys +
         ", and 301 to 312 and 401 to 412 on modules; 1000 more is the shifted level";
}

// A list that is not known to be complete refuses nothing; a range does, and a type.
std::string objection_to_value(const Entry& entry, std::string_view value) {
  const std::string it = entry.name + ": " + (entry.secret ? "the value" : quoted(value));
  if (items::too_long(entry, value)) return it + " is longer than the " + std::to_string(*entry.max_length) + " characters that it holds";
  switch (items::fit(entry, value)) {
    case Fit::fits: return {};
    case Fit::wrong_type:
      return it + " is no " + std::string(name_of(entry.type)) + (entry.values.empty() ? "" : "; it takes " + entry.values);
    case Fit::outside:
      if (entry.closed || entry.type == items::Type::integer) return it + " is none of its values; it takes " + entry.values;
  }
  return {};
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
  std::string wrong = objection_to_item(*entry, model, firmware, index);
  if (wrong.empty()) wrong = objection_to_value(*entry, value);
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
