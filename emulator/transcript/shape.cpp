#include "transcript/shape.h"

#include <algorithm>
#include <array>

#include "transcript/text.h"

namespace understudy::transcript {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

// The characters that stand for any other of two, three and four bytes. A byte that is no UTF-8 stays none.
constexpr std::array<std::string_view, 5> by_length = {"\xFF", "", "\xC3\x97", "\xE2\x80\xA2",
                                                       "\xF0\x9D\x93\x8D"};

}  // namespace

std::string shape_of(std::string_view text) {
  std::string shape;
  shape.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    const char c = text[at];
    if (length != 1)
      shape.append(by_length[length]);
    else
      shape.push_back(is_digit(c) ? '0' : is_upper(c) ? 'X' : is_lower(c) ? 'x' : c);
    at += std::max<std::size_t>(length, 1);
  }
  return shape;
}

void count_up(std::string& shape, std::uint64_t count) {
  for (auto at = shape.rbegin(); at != shape.rend() && count != 0; ++at) {
    const char zero = *at;
    if (zero != '0' && zero != 'X' && zero != 'x') continue;
    const unsigned base = zero == '0' ? 10 : 26;
    const unsigned digit = static_cast<unsigned>(count % base);
    count /= base;
    *at = zero == '0' ? static_cast<char>('0' + digit)
                      : static_cast<char>((zero == 'X' ? 'A' : 'a') + (23 + digit) % 26);
  }
}

}  // namespace understudy::transcript
