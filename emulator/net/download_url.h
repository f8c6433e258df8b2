// The URL of a file, and what is said where a server does not give it: for real downloads and simulated ones alike.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace understudy::net {

struct Url {
  std::string host, path, query;  // query with its "?"; both as they are sent
  std::string user, password;
  std::uint16_t port = 443;
  std::string host_header() const;
};
// The error is the end of a sentence: it is none of HTTPS, it cannot be read.
tl::expected<Url, std::string> url_of(const std::string& text);

// Why a status other than 200 brings no file: "the server does not have it: 404 "Not Found"".
std::string refusal_of(int status, const std::string& reason);
// "larger than the 1048576 bytes that a phone takes"
std::string too_large(std::uint64_t most);

}  // namespace understudy::net
