// The files that the service has for phones. Where they come from is given to it: it reads no disk.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <tl/expected.hpp>

namespace understudy::reference {

// What there is below /files/, beside the samples of our own at /files/samples/.
struct ServedFiles {
  static constexpr std::size_t most_bytes = 64 * 1024 * 1024;  // of a file (ours)

  // The bytes of the file of that path, "media/logo.png", each time that it is asked for. A path has no empty part, no "." or
  // "..", no control character and no "\". The error is a sentence. Empty: there are none but the samples.
  std::function<tl::expected<std::string, std::string>(const std::string& path)> read;
  // Who may have them, by Basic authentication; no user: everybody.
  std::string user, password;
};

}  // namespace understudy::reference
