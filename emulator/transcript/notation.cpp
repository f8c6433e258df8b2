#include "transcript/notation.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "transcript/text.h"
#include "wpi/utf8.h"

namespace understudy::transcript {

namespace {

using Form = Notation::Form;

constexpr std::array<std::pair<std::string_view, char>, 5> named_references = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

// A character reference at `at`: its whole length, form and code.
struct Reference {
  std::size_t length;
  Form form;
  std::uint32_t code;
};
std::optional<Reference> character_reference(std::string_view text, std::size_t at, std::size_t to) {
  if (text.substr(at, 2) != "&#") return std::nullopt;
  const bool hexadecimal = at + 2 < to && text[at + 2] == 'x';
  const std::size_t digits = at + (hexadecimal ? 3 : 2);
  const std::size_t semicolon = text.find(';', digits);
  if (semicolon == std::string_view::npos || semicolon >= to || semicolon == digits) return std::nullopt;
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(text.data() + digits, text.data() + semicolon, code, hexadecimal ? 16 : 10);
  if (error != std::errc() || stop != text.data() + semicolon) return std::nullopt;
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return std::nullopt;
  return Reference{semicolon + 1 - at, hexadecimal ? Form::hexadecimal : Form::decimal, code};
}

// A code that takes the same number of digits: the stand-in's own where it fits, else one of its kind.
std::uint32_t code_in_digits(std::uint32_t wanted, std::size_t digits, bool hexadecimal) {
  if (wanted < 0x80) {
    const bool lower = wanted >= 'a' && wanted <= 'z';  // the letters whose codes have two digits or three
    if (hexadecimal || !lower) return wanted;
    return digits == 2 ? 'a' + (wanted - 'a') % 3 : wanted;
  }
  constexpr std::array<std::uint32_t, 6> decimals = {0xE9, 0xE9, 0xE9, 0x436, 0x4E2D, 0x20000};
  constexpr std::array<std::uint32_t, 5> hexadecimals = {0xE9, 0xE9, 0x436, 0x4E2D, 0x20000};
  const std::size_t place = digits == 0 ? 0 : digits - 1;
  return hexadecimal ? hexadecimals[std::min(place, hexadecimals.size() - 1)]
                     : decimals[std::min(place, decimals.size() - 1)];
}

// The digits of `code` over text[from, to), with noughts before them. What does not fit stays.
void write_number(std::string& text, std::size_t from, std::size_t to, std::uint32_t code, int base,
                  bool upper) {
  std::array<char, 12> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), code, base);
  std::string number(digits.data(), result.ptr);
  if (upper)
    std::transform(number.begin(), number.end(), number.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  if (number.size() > to - from) return;
  std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(from), to - from, '0');
  std::copy(number.begin(), number.end(), text.begin() + static_cast<std::ptrdiff_t>(to - number.size()));
}

std::uint32_t code_of(std::string_view character) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(character[at]));
  };
  return character.size() == 1 ? byte(0) : 0x80;  // beyond ASCII only the length counts
}

std::optional<unsigned char> percent_byte(std::string_view text, std::size_t at, std::size_t to) {
  if (text[at] != '%' || at + 2 >= to) return std::nullopt;
  unsigned char byte = 0;
  const auto [stop, error] = std::from_chars(text.data() + at + 1, text.data() + at + 3, byte, 16);
  if (error != std::errc() || stop != text.data() + at + 3) return std::nullopt;
  return byte;
}

bool has_upper(std::string_view digits) {
  return std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

}  // namespace

void Notation::write(std::string& text, std::string_view stand_in) const {
  for (const Unit& unit : units) {
    const std::string_view character = stand_in.substr(unit.plain_at, unit.plain_length);
    const std::size_t end = unit.at + unit.length;
    switch (unit.form) {
      case Form::fixed:
        break;
      case Form::literal:
        text.replace(unit.at, unit.length, character);
        break;
      case Form::percent: {
        const bool upper = has_upper(std::string_view(text).substr(unit.at, unit.length));
        for (std::size_t i = 0; i < unit.plain_length; ++i)
          write_number(text, unit.at + 3 * i + 1, unit.at + 3 * i + 3,
                       static_cast<unsigned char>(character[i]), 16, upper);
        break;
      }
      case Form::decimal:
      case Form::hexadecimal: {
        const bool hexadecimal = unit.form == Form::hexadecimal;
        const std::size_t digits = unit.at + (hexadecimal ? 3 : 2);
        const std::uint32_t code = code_in_digits(code_of(character), end - 1 - digits, hexadecimal);
        const bool upper = has_upper(std::string_view(text).substr(digits, end - 1 - digits));
        write_number(text, digits, end - 1, code, hexadecimal ? 16 : 10, upper);
        break;
      }
    }
  }
}

void read_xml_notation(std::string_view text, std::size_t from, std::size_t to, bool references,
                       Notation& notation) {
  const auto add = [&](std::size_t at, std::size_t length, std::string_view says, Form form) {
    notation.units.push_back({at, length, notation.plain.size(), says.size(), form});
    notation.plain.append(says);
  };
  for (std::size_t at = from; at < to;) {
    if (references && text[at] == '&') {
      const auto* named =
          std::find_if(named_references.begin(), named_references.end(), [&](const auto& reference) {
            return text.substr(at, std::min(reference.first.size(), to - at)) == reference.first;
          });
      if (named != named_references.end()) {
        add(at, named->first.size(), std::string_view(&named->second, 1), Form::fixed);
        at += named->first.size();
        continue;
      }
      if (const auto reference = character_reference(text, at, to)) {
        std::string says;
        wpi::append_utf8(says, static_cast<char32_t>(reference->code));
        add(at, reference->length, says, reference->form);
        at += reference->length;
        continue;
      }
    }
    const std::size_t length = std::max<std::size_t>(character_length(text.substr(0, to), at), 1);
    add(at, length, text.substr(at, length), Form::literal);
    at += length;
  }
}

Notation percent_notation(std::string_view text, std::size_t from, std::size_t to) {
  Notation notation;
  for (std::size_t at = from; at < to;) {
    // Bytes that stand in a row in percent notation make up characters together.
    std::string bytes;
    for (std::size_t next = at; next < to; next += 3) {
      const auto byte = percent_byte(text, next, to);
      if (!byte) break;
      bytes.push_back(static_cast<char>(*byte));
    }
    if (!bytes.empty()) {
      notation.units.push_back({at, 3 * bytes.size(), notation.plain.size(), bytes.size(), Form::percent});
      notation.plain.append(bytes);
      at += 3 * bytes.size();
      continue;
    }
    const std::size_t length = std::max<std::size_t>(character_length(text.substr(0, to), at), 1);
    notation.units.push_back({at, length, notation.plain.size(), length, Form::literal});
    notation.plain.append(text.substr(at, length));
    at += length;
  }
  return notation;
}

}  // namespace understudy::transcript
