#include "scenarios/placeholders.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>

#include "rules/nearest.h"
#include "wpi/http.h"
#include "wpi/writer.h"

namespace understudy::scenarios {

namespace {

struct Placeholder {
  std::string_view name, variable;
  std::string (*value)(const Subject& subject);
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string without_colons(std::string text) {
  std::erase(text, ':');
  return text;
}

constexpr std::array<Placeholder, 6> placeholders = {{
    {"mac", "UNDERSTUDY_MAC", [](const Subject& subject) { return subject.who.mac; }},
    {"mac-lower", "UNDERSTUDY_MAC_LOWER", [](const Subject& subject) { return lower(subject.who.mac); }},
    {"mac-plain", "UNDERSTUDY_MAC_PLAIN", [](const Subject& subject) { return without_colons(subject.who.mac); }},
    {"number", "UNDERSTUDY_NUMBER", [](const Subject& subject) { return subject.who.e164; }},
    {"address", "UNDERSTUDY_ADDRESS", [](const Subject& subject) { return subject.who.address; }},
    {"pin", "UNDERSTUDY_PIN", [](const Subject& subject) { return subject.pin; }},
}};

const Placeholder* named(std::string_view name) {
  const auto at = std::find_if(placeholders.begin(), placeholders.end(), [&](const Placeholder& one) { return one.name == name; });
  return at == placeholders.end() ? nullptr : &*at;
}

// "{mac}" with its braces, where the text has something of that form at this place; else empty.
std::string_view placeholder_at(std::string_view text, std::size_t at) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz-";
  if (text[at] != '{') return {};
  const std::size_t end = text.find_first_not_of(letters, at + 1);
  if (end == std::string_view::npos || text[end] != '}' || end == at + 1) return {};
  return text.substr(at, end + 1 - at);
}

std::string_view name_in(std::string_view part) { return part.substr(1, part.size() - 2); }

std::string filled(std::string_view text, const Subject& subject, const std::function<std::string(const std::string&)>& escaped) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view part = placeholder_at(text, at);
    const Placeholder* known = part.empty() ? nullptr : named(name_in(part));
    if (known)
      out += escaped(known->value(subject));
    else
      out += text[at];
    at += known ? part.size() : 1;
  }
  return out;
}

// RFC 3986; a colon is left as it is, since it stands in every mac-addr and is right in paths and queries.
std::string percent_encoded(const std::string& value) {
  constexpr std::string_view plain = "-._~:";
  std::string out;
  for (const char c : value) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      std::array<char, 4> text{};
      std::snprintf(text.data(), text.size(), "%%%02X", static_cast<unsigned char>(c));
      out += text.data();
    }
  }
  return out;
}

std::string in_json(const std::string& value) {
  std::string out;
  for (const char c : value) {
    std::array<char, 8> text{};
    if (static_cast<unsigned char>(c) < 0x20)
      std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c));
    else if (c == '"' || c == '\\')
      text = {'\\', c};
    else
      text = {c};
    out += text.data();
  }
  return out;
}

std::string in_xml(const std::string& value) {
  std::string out;
  wpi::append_escaped_attribute(out, value);
  return out;
}

std::string as_it_is(const std::string& value) { return value; }

}  // namespace

std::optional<UnknownPlaceholder> unknown_placeholder(std::string_view text, bool in_command) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view part = placeholder_at(text, at);
    if (part.empty() || named(name_in(part)) || (in_command && at > 0 && text[at - 1] == '$')) continue;
    std::vector<std::string_view> names;
    std::string all;
    for (const Placeholder& one : placeholders) {
      names.push_back(one.name);
      all.append(all.empty() ? "{" : ", {").append(one.name).append("}");
    }
    const std::string_view near = conformance::nearest(name_in(part), names);
    const std::string meant = near.empty() ? "there are " + all + "; a word of your own in braces needs a blank before it"
                                           : "did you mean {" + std::string(near) + "}?";
    return UnknownPlaceholder{std::string(part), "nothing stands for " + std::string(part) + "; " + meant};
  }
  return std::nullopt;
}

std::string filled_url(std::string_view text, const Subject& subject) { return filled(text, subject, percent_encoded); }

std::string filled_body(std::string_view text, const Subject& subject, std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  const std::string_view kind = type.substr(type.find_last_of("/+") + 1);
  if (wpi::same_ignoring_case(kind, "json")) return filled(text, subject, in_json);
  if (wpi::same_ignoring_case(kind, "xml")) return filled(text, subject, in_xml);
  if (wpi::same_ignoring_case(kind, "x-www-form-urlencoded")) return filled(text, subject, percent_encoded);
  return filled(text, subject, as_it_is);
}

// Which quotes a place is in is seen as far as a command of one line needs it. Where that is wrong, behind a # or in $(...)
// inside of quotes, the value is split or not there: it is never read as a command.
std::string shell_command(std::string_view text) {
  std::string out;
  char quote = 0;  // that is open
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const std::string_view part = placeholder_at(text, at);
    const Placeholder* known = part.empty() || (at > 0 && text[at - 1] == '$') ? nullptr : named(name_in(part));
    if (known) {
      const std::string variable = "${" + std::string(known->variable) + "}";
      out += quote == '"' ? variable : quote == '\'' ? "'\"" + variable + "\"'" : "\"" + variable + "\"";
      at += part.size() - 1;
      continue;
    }
    if (c == '\\' && quote != '\'' && at + 1 < text.size()) {
      out.append(text.substr(at++, 2));
      continue;
    }
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    out += c;
  }
  return out;
}

std::vector<std::string> command_environment(const Subject& subject) {
  std::vector<std::string> out;
  for (const Placeholder& one : placeholders) out.push_back(std::string(one.variable) + "=" + one.value(subject));
  return out;
}

}  // namespace understudy::scenarios
