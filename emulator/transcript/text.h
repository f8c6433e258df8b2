// Bytes as text: what can stand in a file as it is, and how many characters it has.
#pragma once

#include <cstddef>
#include <string_view>

namespace understudy::transcript {

// Bytes of the UTF-8 character at `at`; 0 where no whole, valid one stands.
std::size_t character_length(std::string_view bytes, std::size_t at);

// UTF-8 without NUL.
bool is_text(std::string_view bytes);

// A byte that belongs to no character counts as one.
std::size_t count_characters(std::string_view bytes);

}  // namespace understudy::transcript
