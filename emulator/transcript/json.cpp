#include "transcript/json.h"

#include <Poco/Base64Encoder.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include "transcript/text.h"
#include "wpi/utf8.h"

namespace understudy::transcript {

namespace {

void append_unicode_escape(std::string& out, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(digits[(code >> shift) & 0xF]);
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
    append_unicode_escape(out, static_cast<unsigned char>(c));
  else
    out.push_back(c);
}

// How many characters from the beginning on stand in JSON as they are, without a closer look: most texts are nothing else.
std::size_t plain_length(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
}

// The C1 controls move a terminal's cursor, the line and paragraph separators end a line for some readers.
bool must_be_escaped(std::string_view character) {
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::ostringstream out;
  Poco::Base64Encoder encoder(out);
  encoder.rdbuf()->setLineLength(0);
  encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  encoder.close();
  return out.str();
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = plain_length(text.substr(at));
    out.append(text.substr(at, plain));
    at += plain;
    if (at == text.size()) break;
    const std::size_t length = character_length(text, at);
    const std::string_view character = text.substr(at, length);
    if (length == 0)
      out.append("\xEF\xBF\xBD");
    else if (length == 1)
      append_ascii(out, text[at]);
    else if (must_be_escaped(character))
      append_unicode_escape(out, static_cast<unsigned>(wpi::decode_utf8(character, 0).value));
    else
      out.append(character);
    at += length == 0 ? 1 : length;
  }
  out.push_back('"');
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_.append(indent_ ? ": " : ":");
  after_key_ = true;
  return *this;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

void JsonWriter::raw(std::string_view json) {
  separate();
  out_.append(json);
}

void JsonWriter::real(double number) {
  separate();
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), std::isfinite(number) ? number : 0.0);
  out_.append(text.data(), error == std::errc{} ? end : text.data());
}

void JsonWriter::bytes(std::string_view name, std::string_view value_of_member) {
  if (is_text(value_of_member))
    member(name, value_of_member);
  else
    member(std::string(name) + "64", to_base64(value_of_member));
}

void JsonWriter::open(char opening, char closing) {
  separate();
  out_.push_back(opening);
  closing_.push_back(closing);
  first_ = true;
}

void JsonWriter::end() {
  const char closing = closing_.back();
  closing_.pop_back();
  if (!first_) new_line();
  out_.push_back(closing);
  first_ = false;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_.push_back(',');
  first_ = false;
  if (!closing_.empty()) new_line();
}

void JsonWriter::new_line() {
  if (indent_ == 0) return;
  out_.push_back('\n');
  out_.append(closing_.size() * static_cast<std::size_t>(indent_), ' ');
}

}  // namespace understudy::transcript
