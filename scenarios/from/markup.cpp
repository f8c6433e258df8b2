#include "scenarios/from/markup.h"

#include <algorithm>

#include "wpi/utf8.h"
#include "wpi/writer.h"

namespace understudy::scenarios::from {

namespace {

constexpr std::size_t width = 118;

void print(std::string& out, const Element& element, std::size_t indent);

void print_comment(std::string& out, std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string line = margin + "<!--";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > width && wpi::trimmed(line) != "<!--") {
      out += line + "\n";
      line = margin + "    ";
    }
    line.append(" ").append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out += line + " -->\n";
}

void print(std::string& out, const Element& element, std::size_t indent) {
  if (element.name.empty()) return print_comment(out, element.text, indent);
  out.append(indent, ' ').append("<").append(element.name);
  for (const auto& [name, value] : element.attributes) {
    out.append(" ").append(name).append("=\"");
    wpi::append_escaped_attribute(out, value);
    out += '"';
  }
  if (element.children.empty() && element.text.empty()) {
    out += "/>\n";
    return;
  }
  out += '>';
  if (element.children.empty()) {
    wpi::append_escaped(out, element.text);
  } else {
    out += '\n';
    for (const Element& child : element.children) print(out, child, indent + 2);
    out.append(indent, ' ');
  }
  out += "</" + element.name + ">\n";
}

}  // namespace

bool Element::says_something() const {
  return std::any_of(children.begin(), children.end(),
                     [](const Element& child) { return !child.name.empty(); });
}

std::string plain(std::string_view text) {
  std::string out;
  const bool is_long = text.size() > longest_text;
  if (is_long) text = text.substr(0, longest_text);
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint character = wpi::decode_utf8(text, at);
    const bool control = character.value < 0x20 || (character.value >= 0x7F && character.value < 0xA0);
    if (!character.valid || control || !wpi::is_xml_character(character.value))
      out += '?';
    else if (character.value == '-' && out.ends_with('-'))
      out += " -";
    else
      out += text.substr(at, character.length);
    at += character.length;
  }
  return is_long ? out + " ..." : out;
}

Element comment(std::string_view text) {
  return {"", {}, plain(text), {}};
}

bool can_be_written(std::string_view text) {
  if (text.size() > longest_text) return false;
  for (std::size_t at = 0; at < text.size();) {
    const wpi::CodePoint character = wpi::decode_utf8(text, at);
    if (!character.valid || !wpi::is_xml_character(character.value) || character.value < 0x20) return false;
    at += character.length;
  }
  return true;
}

std::string printed(const Element& element, std::size_t indent) {
  std::string out;
  print(out, element, indent);
  return out;
}

}  // namespace understudy::scenarios::from
