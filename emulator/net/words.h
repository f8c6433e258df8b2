// Bytes and times in words, for messages to people.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::net {

// In double quotes, what cannot be printed as \r, \n or \xNN, cut after `most` bytes.
std::string quoted(std::string_view bytes, std::size_t most = 64);

// "1 byte", "212 bytes"
std::string bytes_in_words(std::uint64_t n);

// "10 s", "250 ms", "1.5 s"
std::string in_words(std::chrono::microseconds time);

}  // namespace understudy::net
