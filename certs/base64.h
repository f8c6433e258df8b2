// Base64 as items carry it (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::certs {

// The bytes; blanks and line breaks anywhere are left out. None where another character stands, or the padding is not right.
std::optional<std::string> from_base64(std::string_view text);
// In one line.
std::string to_base64(std::string_view bytes);

}  // namespace understudy::certs
