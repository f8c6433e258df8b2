// Where a server of ours is to listen, as typed.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace understudy::tools {

struct ListeningPlace {
  std::string address;  // numeric
  std::uint16_t port = 0;
};

// "127.0.0.1:8443", "[::1]:0", ":8443" (on 127.0.0.1); the error is one line.
tl::expected<ListeningPlace, std::string> listening_place(const std::string& text);

}  // namespace understudy::tools
