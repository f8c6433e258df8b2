// The items of a phone that hold any text that its user likes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "phone/firmware.h"
#include "wpi/message.h"

namespace understudy::scenarios {

// Each of them with that text, as far as it is not too long; of one with an index the first. Those that name the phone, or
// steer what it does with its service, are left out, and so are secret ones.
std::vector<wpi::Item> free_texts(const phone::Model& model, const phone::Firmware& firmware, std::string_view text);

}  // namespace understudy::scenarios
