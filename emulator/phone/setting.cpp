#include "phone/setting.h"

#include "items/domain.h"
#include "phone/phone.h"

namespace understudy::phone {

using items::Entry;
using items::Fit;
using items::IndexFit;

std::string objection_to_item(const Entry& entry, const Model& model, const Firmware& firmware, std::optional<int> index) {
  const std::string& name = entry.name;
  if (says_itself(name) || entry.access == items::Access::read_only) return name + " cannot be set: the phone says it itself";
  if (entry.access == items::Access::not_applicable) return name + " is no setting: it stands in orders and replies only";
  const std::string indexes = items::is_of_a_key(entry) ? "the number of a key" : entry.index;
  switch (items::fit_index(entry, index)) {
    case IndexFit::fits: break;
    case IndexFit::unwanted: return name + " has no index";
    case IndexFit::missing: return name + " has an index (" + indexes + ")";
    case IndexFit::outside:
    case IndexFit::refused:
      if (!items::is_of_a_key(entry)) return name + "[" + std::to_string(*index) + "]: its index is " + indexes;
  }
  const auto status = missing_item(model, firmware, name, index);
  if (!status) return {};
  if (items::has_item(model, name, index)) return "firmware " + firmware.version + " does not have " + name;
  const std::string keys = model.keys > 0 ? "has the keys 1 to " + std::to_string(model.keys) : "has no keys of its own";
  return "there is no " + name + "[" + std::to_string(*index) + "]: " + model.device_type + " " + keys +
         ", and 301 to 312 and 401 to 412 on modules; 1000 more is the shifted level";
}

std::string objection_to_value(const Entry& entry, std::string_view value) {
  const std::string it = entry.name + ": " + (entry.secret ? "the value" : "\"" + std::string(value) + "\"");
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

}  // namespace understudy::phone
