// The one place where a file for others is opened: where secrets stand in it in clear, nobody but its owner may read it.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace understudy::transcript {

// A descriptor of the emptied file; `secret` makes it its owner's alone, also one that was there. The error is an errno.
tl::expected<int, int> open_written(const std::string& path, bool secret);
// Writes all of a file. The error is an errno.
tl::expected<void, int> write_file(const std::string& path, std::string_view text, bool secret);
// All of it to a descriptor. The error is an errno.
tl::expected<void, int> write_all(int file, std::string_view text);

}  // namespace understudy::transcript
