// Messages and their parts, made by hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wpi/message.h"

namespace understudy {

wpi::Item item(std::string name, std::string value, std::optional<std::string> index = std::nullopt,
               std::string status = "");

// A service's message with that inside its Message, in the namespace and on one line.
std::string service_message(std::string_view inside, std::string_view nonce = "A1");

}  // namespace understudy
