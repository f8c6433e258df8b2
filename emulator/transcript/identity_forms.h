// How names of phones and places look. Not for others than identities.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::transcript {

bool is_digit(char c);
bool is_hex(char c);
// A letter or a digit; a byte of a character beyond ASCII counts as one.
bool is_word(char c);
bool is_of_host(char c);
// In lower case, also the letters that Latin-1 has; as long as before.
std::string folded(std::string_view text);

// An address of IPv4, and nothing else.
std::optional<std::array<int, 4>> octets_of(std::string_view text);
bool is_address6(std::string_view text);
// A name with a dot whose last label has no digit.
bool is_host(std::string_view text);

// Where the run of letters and digits at `at` ends.
std::size_t end_of_word(std::string_view text, std::size_t at);
// Of what stands at `at`, where a word begins: how long it is; 0 where it is something else. A MAC address has separators.
std::size_t length_of_mac(std::string_view text, std::size_t at);
std::size_t length_of_address(std::string_view text, std::size_t at);
std::size_t length_of_address6(std::string_view text, std::size_t at);
// Where the sign is before which somebody's name stands: "anna.example@host"; `at` where there is none.
std::size_t end_of_user(std::string_view text, std::size_t at);
// No number goes on at the ends of text[from, to) that are digits, and no word at the others.
bool stands_alone(std::string_view text, std::size_t from, std::size_t to);

}  // namespace understudy::transcript
