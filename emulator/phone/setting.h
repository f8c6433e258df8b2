// Whether a person can give an item a value, at the phone or before it is switched on; a service's writes are items::Store's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "items/catalogue.h"
#include "phone/firmware.h"

namespace understudy::phone {

// Why a phone of that model and firmware has no such setting, one line; empty: it has.
std::string objection_to_item(const items::Entry& entry, const Model& model, const Firmware& firmware, std::optional<int> index);
// Why the item cannot have that value, one line that says what it takes and does not show a secret; empty: it can. A list that
// is not known to be complete refuses nothing; a range does, and a type.
std::string objection_to_value(const items::Entry& entry, std::string_view value);

}  // namespace understudy::phone
