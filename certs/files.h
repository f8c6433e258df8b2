// Files of certificates and keys.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <tl/expected.hpp>

namespace understudy::certs {

// Writes a file with this mode; one that is there is overwritten, and has the mode before a byte is written. An error is one
// line: "cannot write PATH: why".
tl::expected<void, std::string> write_file(const std::string& path, std::string_view bytes, mode_t mode);

}  // namespace understudy::certs
