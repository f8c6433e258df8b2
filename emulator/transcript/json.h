// Writes JSON by appending to a string: members in the order in which they are given, text escaped so that no
// control character reaches a terminal.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::transcript {

// A JSON string with its quotes. A byte that is no UTF-8 becomes U+FFFD: see JsonWriter::bytes for exact
// bytes.
void append_json_string(std::string& out, std::string_view text);

std::string to_base64(std::string_view bytes);

class JsonWriter {
 public:
  // `indent` 0: all on one line; else so many blanks a level, and each member on a line of its own.
  explicit JsonWriter(std::string& out, int indent = 0) : out_(out), indent_(indent) {}

  void object() { open('{', '}'); }
  void array() { open('[', ']'); }
  void end();
  JsonWriter& key(std::string_view name);

  void value(std::string_view text);
  template <std::integral Number>
  void value(Number number) {
    separate();
    if constexpr (std::same_as<Number, bool>)
      out_.append(number ? "true" : "false");
    else
      out_.append(std::to_string(number));
  }
  // The shortest text that reads as the same number. JSON has none that is not finite: that is 0.
  template <std::floating_point Number>
  void value(Number number) {
    real(static_cast<double>(number));
  }
  // JSON that was written apart, as one value: an object on one line in a file of many lines.
  void raw(std::string_view json);
  template <typename Value>
  void member(std::string_view name, const Value& value_of_member) {
    key(name).value(value_of_member);
  }
  // Text as it is where it is UTF-8 without NUL, else base64 in a member called NAME64.
  void bytes(std::string_view name, std::string_view value_of_member);

 private:
  void open(char opening, char closing);
  void real(double number);
  void separate();
  void new_line();

  std::string& out_;
  int indent_;
  std::vector<char> closing_;  // of what is open, outermost first
  bool first_ = true;          // in what is open
  bool after_key_ = false;
};

}  // namespace understudy::transcript
