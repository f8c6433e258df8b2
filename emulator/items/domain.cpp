#include "items/domain.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "wpi/http.h"

namespace understudy::items {

namespace {

std::optional<long> number_in(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Range {
  long least, most;
};

bool holds(const Range& range, std::optional<long> number) {
  return number && *number >= range.least && *number <= range.most;
}

// A part of an integer domain: "5", "1-300", "-720..720", each perhaps with a remark behind a blank.
std::optional<Range> range_in(std::string_view part) {
  part = part.substr(0, part.find(' '));
  std::size_t dash = part.find("..");
  std::size_t width = 2;
  if (dash == std::string_view::npos) dash = part.find('-', 1), width = 1;
  const auto least = number_in(part.substr(0, dash));
  const auto most = dash == std::string_view::npos ? least : number_in(part.substr(dash + width));
  if (!least || !most) return std::nullopt;
  return Range{*least, *most};
}

// The word that a part of an enumeration allows: "0=active" allows 0, "APP (firmware)" allows APP.
std::string_view word_in(std::string_view part) {
  if (const std::size_t equals = part.find('='); equals != std::string_view::npos)
    return part.substr(0, equals);
  return part.substr(0, part.find(" ("));
}

// Calls back with each part of a domain until it says false; true if it never did.
template <typename Visit>
bool each_part(std::string_view domain, Visit visit, char between = ';') {
  while (!domain.empty()) {
    std::string_view part = domain.substr(0, domain.find(between));
    domain.remove_prefix(part.size() < domain.size() ? part.size() + 1 : domain.size());
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    if (!visit(part)) return false;
  }
  return true;
}

Fit fit_integer(std::string_view domain, std::string_view value) {
  const std::optional<long> number = number_in(value);
  if (!number) return Fit::wrong_type;
  bool inside = domain.empty();
  const bool readable = each_part(domain, [&](std::string_view part) {
    const std::optional<Range> range = range_in(part);
    inside = inside || (range && holds(*range, number));
    return range.has_value();
  });
  return inside || !readable ? Fit::fits : Fit::outside;
}

// A list is read where it consists of codes ("0=UDP; 1=TCP", "0; 2; 3") or of single words ("deploy;
// delete").
Fit fit_enumeration(std::string_view domain, std::string_view value) {
  bool inside = false;
  const bool readable = each_part(domain, [&](std::string_view part) {
    const std::string_view word = word_in(part);
    if (!word.empty() && is_digit(word.front()) && word.find('-') != std::string_view::npos) {
      const std::optional<Range> range = range_in(word);
      inside = inside || (range && holds(*range, number_in(value)));
      return range.has_value();
    }
    inside = inside || word == value;
    return !word.empty() && word.find_first_of(" ,.") == std::string_view::npos;
  });
  if (inside || !readable || domain.empty()) return Fit::fits;
  return is_digit(domain.front()) && !number_in(value) ? Fit::wrong_type : Fit::outside;
}

// "0=active" is 0 and active, "APP (firmware)" is APP and firmware.
Choice choice_in(std::string_view part) {
  const std::string_view word = word_in(part);
  std::string_view meaning = part.substr(word.size());
  if (meaning.starts_with("=")) meaning.remove_prefix(1);
  if (meaning.starts_with(" (") && meaning.ends_with(")")) meaning = meaning.substr(2, meaning.size() - 3);
  return {word, meaning};
}

// Indexes from 1 on, to an end that nobody knows: "1-?", "1-n".
std::optional<Range> open_range_in(std::string_view part) {
  const std::size_t dash = part.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view end = part.substr(dash + 1);
  const auto least = number_in(part.substr(0, dash));
  if (!least || (end != "?" && end != "n")) return std::nullopt;
  return Range{*least, std::numeric_limits<long>::max()};
}

}  // namespace

IndexFit fit_index(const Entry& entry, std::optional<int> index) {
  std::string_view indexes = entry.index;
  if (indexes == "no") return index ? IndexFit::unwanted : IndexFit::fits;
  const bool optional = indexes.starts_with("none or ");
  if (!index) return optional ? IndexFit::fits : IndexFit::missing;
  if (optional) indexes.remove_prefix(std::string_view("none or ").size());
  bool guessed = false, inside = false;
  const bool readable = each_part(
      indexes,
      [&](std::string_view part) {
        if (const std::size_t blank = part.find(' '); blank != std::string_view::npos && part.substr(blank, 2) == " (")
          part = part.substr(0, blank);
        std::optional<Range> range = open_range_in(part);
        if (!range && part.ends_with('?')) guessed = true, part.remove_suffix(1);
        if (!range && part.find(' ') == std::string_view::npos) range = range_in(part);
        inside = inside || (range && holds(*range, *index));
        return range.has_value();
      },
      ',');
  if (inside || !readable) return IndexFit::fits;
  return guessed ? IndexFit::refused : IndexFit::outside;
}

std::vector<Choice> choices(const Entry& entry) {
  if (entry.type == Type::boolean) return {{"true", ""}, {"false", ""}};
  std::vector<Choice> out;
  if (entry.type != Type::enumeration) return out;
  const bool readable = each_part(entry.values, [&](std::string_view part) {
    out.push_back(choice_in(part));
    const std::string_view word = out.back().value;
    return !word.empty() && word.find_first_of(" ,.-") == std::string_view::npos;
  });
  if (!readable || out.size() < 2) out.clear();
  return out;
}

bool too_long(const Entry& entry, std::string_view value) {
  if (!entry.max_length) return false;
  const auto characters = std::count_if(value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return characters > *entry.max_length;
}

bool clears(std::string_view value) {
  return value.empty() || value == "NULL" || value == "0.0.0.0";
}

Fit fit(const Entry& entry, std::string_view value) {
  if (clears(value)) return Fit::fits;
  switch (entry.type) {
    case Type::boolean:
      return wpi::same_ignoring_case(value, "true") || wpi::same_ignoring_case(value, "false")
                 ? Fit::fits
                 : Fit::wrong_type;
    case Type::integer:
      return fit_integer(entry.values, value);
    case Type::enumeration:
      return fit_enumeration(entry.values, value);
    default:
      return Fit::fits;
  }
}

}  // namespace understudy::items
