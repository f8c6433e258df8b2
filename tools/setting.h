// --set ITEM[INDEX]=VALUE: what the words mean, and what is wrong with them.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "items/catalogue.h"
#include "phone/firmware.h"
#include "wpi/message.h"

namespace understudy::tools {

// The item as a phone of that model and firmware can have it. The error is one line that says what would be right.
tl::expected<wpi::Item, std::string> setting_of(std::string_view text, const phone::Model& model, const phone::Firmware& firmware);

// The same words for a report: the value of a secret item as stars.
std::string masked_setting(std::string_view text);

// "key-label[3]" in its parts. The index is as typed, without its brackets; has_index tells "[]" from nothing.
struct ItemName {
  std::string_view name, index;
  bool has_index = false;
};
ItemName item_name_in(std::string_view text);

// The item of the catalogue; the error is one line, with the nearest name.
tl::expected<const items::Entry*, std::string> item_named(std::string_view name);

}  // namespace understudy::tools
