#include "items/fields.h"

#include <algorithm>

namespace understudy::items {

void append_field(std::string& line, std::string_view value) {
  for (char c : value) {
    if (c == '\t')
      line += "\\t";
    else if (c == '\n')
      line += "\\n";
    else if (c == '\\')
      line += "\\\\";
    else
      line += c;
  }
}

std::optional<std::string> value_of_field(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\') {
      out += field[i];
      continue;
    }
    const char escape = ++i < field.size() ? field[i] : '\0';
    if (escape != 't' && escape != 'n' && escape != '\\') return std::nullopt;
    out += escape == 't' ? '\t' : escape == 'n' ? '\n' : '\\';
  }
  return out;
}

std::string_view next_part(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

}  // namespace understudy::items
