// A store as text and back: a line that says what it is, then an item a line.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "items/base.h"

namespace understudy::items {

namespace {

constexpr std::string_view format = "understudy.items/1";
constexpr std::size_t fields_of_an_item = 5;  // name, index, who, when, value

std::string head_of(std::uint64_t digest) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*s %016llx", static_cast<int>(format.size()), format.data(),
                static_cast<unsigned long long>(digest));
  return text.data();
}

// Tabs and line feeds are what holds the text together.
void append_escaped(std::string& out, std::string_view value) {
  for (char c : value) {
    if (c == '\t')
      out += "\\t";
    else if (c == '\n')
      out += "\\n";
    else if (c == '\\')
      out += "\\\\";
    else
      out += c;
  }
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char escape = ++i < text.size() ? text[i] : '\0';
    if (escape != 't' && escape != 'n' && escape != '\\') return std::nullopt;
    out += escape == 't' ? '\t' : escape == 'n' ? '\n' : '\\';
  }
  return out;
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::string_view next_part(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

struct Line {
  std::string name;
  std::optional<int> index;
  std::string value;
  Change change;
};

std::optional<Line> line_in(std::string_view text) {
  std::array<std::string_view, fields_of_an_item> fields;
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\t')) + 1 != fields.size()) return std::nullopt;
  for (std::string_view& field : fields) field = next_part(text, '\t');
  const auto who = number_in<int>(fields[2]);
  const auto when = number_in<std::int64_t>(fields[3]);
  const auto name = unescaped(fields[0]);
  const auto index = number_in<int>(fields[1]);
  const auto value = unescaped(fields[4]);
  if (!name || name->empty() || (!fields[1].empty() && !index)) return std::nullopt;
  if (!who || *who > static_cast<int>(Who::dhcp) || !when || !value) return std::nullopt;
  return Line{*name, index, *value, {static_cast<Who>(*who), microseconds(*when)}};
}

}  // namespace

std::string Store::snapshot() const {
  std::string out = head_of(base_ ? base_->digest : 0) + "\n";
  for (const Difference& own : differences_) {
    const Key& key = key_of(own);
    append_escaped(out, key.name);
    out.append("\t").append(key.index == Key::none ? "" : std::to_string(key.index)).append("\t");
    const Change change = own.change();
    out.append(std::to_string(static_cast<int>(change.who))).append("\t").append(std::to_string(change.when.count())).append("\t");
    append_escaped(out, own.value);
    out += '\n';
  }
  return out;
}

tl::expected<void, std::string> Store::restore(std::string_view snapshot) {
  const std::string_view head = next_part(snapshot, '\n');
  if (!head.starts_with(format)) return tl::unexpected("line 1: no snapshot of items (" + std::string(format) + ")");
  if (head != head_of(base_ ? base_->digest : 0))
    return tl::unexpected(std::string("line 1: the snapshot is of a phone of another model or firmware"));
  Store restored(base_);
  for (std::size_t number = 2; !snapshot.empty(); ++number) {
    auto line = line_in(next_part(snapshot, '\n'));
    if (!line) return tl::unexpected("line " + std::to_string(number) + ": no item");
    restored.put_difference(line->name, line->index, std::move(line->value), line->change);
  }
  *this = std::move(restored);
  return {};
}

}  // namespace understudy::items
