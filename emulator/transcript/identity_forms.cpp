#include "transcript/identity_forms.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace understudy::transcript {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Six pairs with `separator`, or three groups of four.
std::size_t length_of_groups(std::string_view text, std::size_t at, std::size_t groups, char separator) {
  const std::size_t digits = 12 / groups, length = 12 + groups - 1;
  if (at + length > text.size()) return 0;
  const bool begun_before = at > digits && text[at - 1] == separator &&
                            std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at - 1 - digits),
                                        text.begin() + static_cast<std::ptrdiff_t>(at - 1), is_hex) &&
                            (at == digits + 1 || !is_word(text[at - digits - 2]));
  if (begun_before) return 0;
  for (std::size_t i = 0; i < length; ++i) {
    const char c = text[at + i];
    if ((i + 1) % (digits + 1) == 0 ? c != separator : !is_hex(c)) return 0;
  }
  const bool goes_on =
      at + length < text.size() && (is_word(text[at + length]) || text[at + length] == separator);
  return goes_on ? 0 : length;
}

}  // namespace

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word(char c) {
  return is_digit(c) || is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool is_of_host(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
}

std::string folded(std::string_view text) {
  constexpr unsigned char latin = 0xC3,
                          multiplication = 0x97;  // the first byte of its letters; the sign among them
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte >= 'A' && byte <= 'Z') out[i] = static_cast<char>(byte + 0x20);
    if (i > 0 && static_cast<unsigned char>(out[i - 1]) == latin && byte >= 0x80 && byte <= 0x9E &&
        byte != multiplication)
      out[i] = static_cast<char>(byte + 0x20);
  }
  return out;
}

std::optional<std::array<int, 4>> octets_of(std::string_view text) {
  std::array<int, 4> out{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int& octet : out) {
    const auto [stop, error] = std::from_chars(at, end, octet);
    const bool last = &octet == &out.back();
    if (error != std::errc() || octet < 0 || octet > 255 ||
        (last ? stop != end : stop == end || *stop != '.'))
      return std::nullopt;
    if ((*at == '0' && stop - at > 1) || stop - at > 3) return std::nullopt;
    at = stop + 1;
  }
  return out;
}

bool is_address6(std::string_view text) {
  if (std::count(text.begin(), text.end(), ':') < 2 || text.size() > 45) return false;
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool is_host(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot > 0 && dot + 2 < text.size() &&
         std::all_of(text.begin(), text.end(), is_of_host) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot) + 1, text.end(), is_letter);
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

std::size_t length_of_mac(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_hex(text[at])) return 0;
  for (const char separator : {':', '-', '.', ' ', '_'})
    if (const std::size_t length = length_of_groups(text, at, 6, separator); length > 0) return length;
  for (const char separator : {'.', '-', ':'})
    if (const std::size_t length = length_of_groups(text, at, 3, separator); length > 0) return length;
  return 0;
}

std::size_t length_of_address(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_digit(text[at]) || (at > 0 && text[at - 1] == '.')) return 0;
  std::size_t end = at;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  const bool goes_on = end < text.size() && is_word(text[end]);
  while (end > at && text[end - 1] == '.') --end;
  return !goes_on && octets_of(text.substr(at, end - at)) ? end - at : 0;
}

std::size_t length_of_address6(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_hex(text[at]) || (at > 0 && text[at - 1] == ':')) return 0;
  std::size_t end = at;
  while (end < text.size() && (is_hex(text[end]) || text[end] == ':' || text[end] == '.')) ++end;
  if (end < text.size() && is_word(text[end])) return 0;
  while (end > at && text[end - 1] == '.') --end;
  return is_address6(text.substr(at, end - at)) ? end - at : 0;
}

std::size_t end_of_user(std::string_view text, std::size_t at) {
  const auto is_of_user = [](char c) { return is_word(c) || c == '.' || c == '_' || c == '-' || c == '+'; };
  std::size_t end = at;
  while (end < text.size() && is_of_user(text[end])) ++end;
  const bool before_host = end > at && end + 1 < text.size() && text[end] == '@' &&
                           (is_word(text[end + 1]) || text[end + 1] == '[');
  return before_host ? end : at;
}

bool stands_alone(std::string_view text, std::size_t from, std::size_t to) {
  const auto ends = [&](char edge, char beyond) {
    return is_digit(edge) ? !is_digit(beyond) : !is_word(beyond);
  };
  return (from == 0 || ends(text[from], text[from - 1])) &&
         (to == text.size() || ends(text[to - 1], text[to]));
}

}  // namespace understudy::transcript
