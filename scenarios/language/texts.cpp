// Texts: what stands in braces, escapes, and what a value is held against.
#include <algorithm>
#include <optional>

#include "rules/nearest.h"
#include "scenarios/language/reading.h"
#include "wpi/utf8.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "{name}" at this place, with its braces; else empty. In a pattern \p{Lu} and \x{20} are the pattern's own.
std::string_view braces_at(std::string_view text, std::size_t at, Form form) {
  if (text[at] != '{' || at + 1 >= text.size() || !is_letter(text[at + 1])) return {};
  if (form == Form::pattern && at >= 2 && text[at - 2] == '\\' && is_letter(text[at - 1])) return {};
  const std::size_t end = text.find_first_not_of(name_characters, at + 1);
  if (end == std::string_view::npos || text[end] != '}') return {};
  return text.substr(at, end + 1 - at);
}

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

struct Escape {
  std::size_t length = 0;  // 0: it is none
  char byte = 0;
};

Escape escape_at(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return {};
  switch (text[at + 1]) {
    case 'r':
      return {2, '\r'};
    case 'n':
      return {2, '\n'};
    case 't':
      return {2, '\t'};
    case '\\':
      return {2, '\\'};
    case 'x':
      break;
    default:
      return {};
  }
  const auto high = at + 2 < text.size() ? digit(text[at + 2]) : std::nullopt;
  const auto low = at + 3 < text.size() ? digit(text[at + 3]) : std::nullopt;
  if (!high || !low) return {};
  return {4, static_cast<char>(*high * 16 + *low)};
}

// A line end of the file with the white space on either side; 0 where there is none.
std::size_t line_end_at(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
  return text.substr(at, end - at).find('\n') == std::string_view::npos ? 0 : end - at;
}

}  // namespace

TextPart Reading::part_named(std::string_view name, const Place& place) {
  TextPart part;
  part.place = place;
  part.text = name;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    const bool known = std::find(facts().begin(), facts().end(), name) != facts().end();
    part.kind = known ? TextPart::Kind::fact : TextPart::Kind::variable;
    if (!known) used_.push_back({part.text, place});
    return part;
  }
  part.kind = TextPart::Kind::column;
  part.text = name.substr(0, dot);
  const auto row =
      std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& one) { return one.as == part.text; });
  if (row == rows_.rend()) {
    std::vector<std::string_view> names;
    for (const Row& one : rows_) names.push_back(one.as);
    fail(place, "there is no row " + in_quotes(part.text) +
                    (names.empty() ? "; a <for-each> around it would give one" : or_near(part.text, names)));
    return part;
  }
  const auto& columns = row->table->columns;
  const auto column = std::find(columns.begin(), columns.end(), name.substr(dot + 1));
  part.column = static_cast<std::size_t>(column - columns.begin());
  if (column == columns.end()) {
    const std::vector<std::string_view> names(columns.begin(), columns.end());
    fail(place, row->table->path + " has no column " + in_quotes(name.substr(dot + 1)) +
                    or_near(name.substr(dot + 1), names));
  }
  return part;
}

Text Reading::parsed(std::string_view says, std::uint32_t source, std::size_t begin, std::size_t end,
                     Form form) {
  const std::string_view bytes = out_.sources[source].bytes;
  const bool as_it_is = bytes.substr(begin, end - begin) == says;
  Text out;
  out.place = {source, begin, end - begin};
  const auto place_of_part = [&](std::size_t at, std::string_view part) {
    if (as_it_is) return Place{source, begin + at, part.size()};
    const std::size_t found = bytes.substr(0, end).find(part, begin);
    return found == std::string_view::npos ? out.place : Place{source, found, part.size()};
  };
  std::string literal;
  const auto finish_literal = [&] {
    if (!literal.empty()) out.parts.push_back({TextPart::Kind::literal, std::move(literal), 0, out.place});
    literal.clear();
  };
  for (std::size_t at = 0; at < says.size();) {
    if (const std::string_view named = braces_at(says, at, form); !named.empty()) {
      finish_literal();
      out.parts.push_back(part_named(named.substr(1, named.size() - 2), place_of_part(at, named)));
      at += named.size();
    } else if (says.substr(at).starts_with("{{")) {
      literal += '{';
      at += 2;
    } else if (form == Form::bytes && says[at] == '\\') {
      const Escape escape = escape_at(says, at);
      if (escape.length == 0)
        fail(place_of_part(at, says.substr(at, 2)),
             in_quotes(says.substr(at, 2)) + " is no escape; there are \\r \\n \\t \\\\ and \\x41");
      literal += escape.byte;
      at += std::max<std::size_t>(escape.length, 1);
    } else if (const std::size_t skipped = form == Form::bytes ? line_end_at(says, at) : 0; skipped > 0) {
      at += skipped;
    } else {
      literal += says[at++];
    }
  }
  finish_literal();
  return out;
}

Text Reading::text(const XmlAttribute& attribute, Form form) {
  return parsed(attribute.value, files_.back().source, attribute.begin, attribute.end, form);
}

std::optional<Text> Reading::optional_text(const XmlElement& element, std::string_view attribute) {
  const XmlAttribute* found = element.find(attribute);
  if (!found) return std::nullopt;
  return text(*found);
}

// An element's text stands before its end tag; the same words may stand in an attribute before it.
Text Reading::content(const XmlElement& element, Form form) {
  const std::string_view says = wpi::trimmed(element.text);
  const std::string_view written =
      std::string_view(file().bytes()).substr(element.begin, element.end - element.begin);
  const std::size_t at = says.empty() ? std::string_view::npos : written.rfind(says);
  if (at == std::string_view::npos)
    return parsed(says, files_.back().source, element.begin, element.end, form);
  return parsed(says, files_.back().source, element.begin + at, element.begin + at + says.size(), form);
}

Text Reading::raw_content(const XmlElement& element) {
  return parsed(element.text, files_.back().source, element.begin, element.end, Form::plain);
}

Match Reading::match(const XmlElement& element) {
  Match out;
  const XmlAttribute* value = element.find("value");
  const XmlAttribute* matches = element.find("matches");
  const XmlAttribute* absent = element.find("absent");
  if (value && matches) fail(*matches, "value and matches exclude each other");
  if (absent && absent->value == "true") {
    out.kind = Match::Kind::absent;
    if (value || matches)
      fail(*absent, std::string(value ? "value" : "matches") + " and absent exclude each other");
  } else if (value) {
    out.kind = Match::Kind::value;
    out.text = text(*value);
  } else if (matches) {
    out.kind = Match::Kind::matches;
    out.text = text(*matches, Form::pattern);
    if (!out.text.constant()) return out;
    auto pattern = Pattern::of(std::string(out.text.literal()));
    if (!pattern)
      fail(*matches, in_quotes(matches->value) + " is no regular expression: " + pattern.error());
    else
      out.pattern = std::move(*pattern);
  }
  return out;
}

}  // namespace understudy::scenarios::language
