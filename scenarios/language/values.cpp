// What the attributes of a scenario say.
#include <algorithm>
#include <charconv>

#include "rules/nearest.h"
#include "scenarios/duration.h"
#include "scenarios/language/reading.h"

namespace understudy::scenarios::language {

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// From a letter on: letters, digits and some of the others.
bool is_name(std::string_view text, std::string_view others) {
  const auto may_stand = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), may_stand);
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> status(std::string_view text) {
  const auto number = whole(text);
  if (!number || *number < 100 || *number > 599) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string or_near(std::string_view wrong, const std::vector<std::string_view>& names,
                    std::string_view otherwise) {
  constexpr std::size_t few = 6;
  const std::string_view near = conformance::nearest(wrong, names);
  if (!near.empty()) return "; did you mean " + std::string(near) + "?";
  if (!otherwise.empty()) return "; " + std::string(otherwise);
  std::string all;
  for (std::size_t i = 0; i < names.size() && names.size() <= few; ++i)
    all.append(i == 0 ? "; there is " : i + 1 == names.size() ? " and " : ", ").append(names[i]);
  return all;
}

void Reading::fail(std::size_t begin, std::string text) {
  if (!error_) error_ = file().error(begin, std::move(text));
}

void Reading::fail(const Place& place, std::string text) {
  if (!error_) error_ = error_at(out_, place, std::move(text));
}

std::uint64_t Reading::number(const XmlAttribute& attribute, std::uint64_t least, std::uint64_t most) {
  const auto number = whole(attribute.value);
  if (number && *number >= least && *number <= most) return *number;
  fail(attribute, in_quotes(attribute.value) + " is no number from " + std::to_string(least) + " to " +
                      std::to_string(most));
  return least;
}

std::optional<std::size_t> Reading::optional_number(const XmlElement& element, std::string_view name,
                                                    std::uint64_t least, std::uint64_t most) {
  const XmlAttribute* attribute = element.find(name);
  if (!attribute) return std::nullopt;
  return static_cast<std::size_t>(number(*attribute, least, most));
}

microseconds Reading::duration(const XmlAttribute& attribute, bool may_be_zero) {
  const auto duration = duration_of(attribute.value);
  if (!duration) {
    fail(attribute, duration.error());
    return {};
  }
  if (!may_be_zero && duration->count() == 0)
    fail(attribute, in_quotes(attribute.value) + " is no time to wait");
  return *duration;
}

std::optional<microseconds> Reading::optional_duration(const XmlElement& element, std::string_view name) {
  const XmlAttribute* attribute = element.find(name);
  if (!attribute) return std::nullopt;
  return duration(*attribute);
}

bool Reading::is_true(const XmlElement& element, std::string_view name) {
  return optional_bool(element, name).value_or(false);
}

// The schema lets in no other words.
std::optional<bool> Reading::optional_bool(const XmlElement& element, std::string_view name) {
  const XmlAttribute* attribute = element.find(name);
  if (!attribute) return std::nullopt;
  return attribute->value == "true";
}

std::optional<StatusRange> Reading::statuses(const XmlElement& element, std::string_view name) {
  const XmlAttribute* attribute = element.find(name);
  if (!attribute) return std::nullopt;
  const std::string_view text = attribute->value;
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto least = status(text.substr(0, dash));
  const auto most = dash == text.size() ? least : status(text.substr(dash + 1));
  if (least && most && *least <= *most) return StatusRange{*least, *most};
  fail(*attribute, in_quotes(text) + " is no status of HTTP; write 200, or 400-499");
  return StatusRange{};
}

std::string Reading::name(const XmlAttribute& attribute) {
  if (!is_name(attribute.value, "-._"))
    fail(attribute,
         in_quotes(attribute.value) + " is no name; letters, digits and - . _ make one, from a letter on");
  return attribute.value;
}

std::string Reading::variable(const XmlElement& element, std::string_view attribute) {
  const XmlAttribute* found = element.find(attribute);
  if (!found) return {};
  if (!is_name(found->value, "-"))
    fail(*found, in_quotes(found->value) +
                     " is no name of a variable; letters, digits and - make one, from a letter on");
  if (std::find(facts().begin(), facts().end(), found->value) != facts().end())
    fail(*found, "{" + found->value + "} is known already; a variable needs another name");
  given_.insert(found->value);
  return found->value;
}

std::vector<std::pair<std::string_view, Place>> Reading::words(std::string_view text,
                                                               const Place& place) const {
  std::vector<std::pair<std::string_view, Place>> out;
  const std::string_view bytes =
      std::string_view(out_.sources[place.file].bytes).substr(place.offset, place.length);
  for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) != std::string_view::npos;) {
    const std::string_view word = text.substr(at, text.find_first_of(blanks, at) - at);
    const std::size_t found = bytes.find(word, std::min(at, bytes.size()));
    out.emplace_back(
        word, found == std::string_view::npos ? place : Place{place.file, place.offset + found, word.size()});
    at += word.size();
  }
  return out;
}

phone::Quirks Reading::quirks(std::string_view names, const Place& where) {
  phone::Quirks out;
  for (const auto& [word, place] : words(names, where)) {
    if (const phone::NamedQuirk* quirk = phone::find_quirk(word)) {
      out |= quirk->quirks;
      continue;
    }
    std::vector<std::string_view> known;
    for (const phone::NamedQuirk& quirk : phone::named_quirks()) known.push_back(quirk.name);
    fail(place,
         "there is no quirk " + in_quotes(word) + or_near(word, known, "`understudy quirks list` has them"));
  }
  return out;
}

std::optional<wpi::Action> Reading::action(const XmlElement& element) const {
  const XmlAttribute* attribute = element.find("action");
  return attribute ? wpi::action_spelled(attribute->value) : std::nullopt;
}

}  // namespace understudy::scenarios::language
