// The files of a folder, for ServedFiles: the one place in here that reads a disk.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>

namespace understudy::reference {

// Reads regular files below that folder, as ServedFiles::read has it. No link below the folder is followed, so that none leads
// out of it. The error is one line: there is no such folder.
tl::expected<std::function<tl::expected<std::string, std::string>(const std::string& path)>, std::string>
files_below(const std::string& folder);

}  // namespace understudy::reference
