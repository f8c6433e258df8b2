// What the tests of the reader share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/messages.h"
#include "wpi/message.h"
#include "wpi/reader.h"

namespace understudy::wpi {

// Reads with a new reader.
Document read_service(std::string_view bytes, bool validate = false);
Document read_phone(std::string_view bytes, bool validate = false);

// The oddities in their order: "no_namespace several_item_lists".
std::string oddities(const Document& document);

// The bytes that a place and a length mean.
std::string_view bytes_at(std::string_view message, const Place& place, std::uint32_t length);

// "line:column"
std::string where(const Place& place);

}  // namespace understudy::wpi
