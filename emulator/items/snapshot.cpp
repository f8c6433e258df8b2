// A store as text and back: a line that says what it is, then an item a line.
#include <algorithm>
#include <array>
#include <charconv>

#include "items/base.h"
#include "items/fields.h"

namespace understudy::items {

namespace {

constexpr std::string_view format = "understudy.items/1";
constexpr std::size_t fields_of_an_item = 5;  // name, index, who, when, value

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
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
  const auto name = value_of_field(fields[0]);
  const auto index = number_in<int>(fields[1]);
  const auto value = value_of_field(fields[4]);
  if (!name || name->empty() || (!fields[1].empty() && !index)) return std::nullopt;
  if (!who || *who > static_cast<int>(Who::dhcp) || !when || !value) return std::nullopt;
  return Line{*name, index, *value, {static_cast<Who>(*who), microseconds(*when)}};
}

}  // namespace

std::string Store::snapshot() const {
  std::string out = std::string(format) + "\n";
  for (const Difference& own : differences_) {
    const Key& key = key_of(own);
    append_field(out, key.name);
    out.append("\t").append(key.index == Key::none ? "" : std::to_string(key.index)).append("\t");
    const Change change = own.change();
    out.append(std::to_string(static_cast<int>(change.who))).append("\t").append(std::to_string(change.when.count())).append("\t");
    append_field(out, own.value);
    out += '\n';
  }
  return out;
}

tl::expected<void, std::string> Store::restore(std::string_view snapshot, const std::function<bool(const Key&)>& has) {
  if (next_part(snapshot, '\n') != format) return tl::unexpected("line 1: no snapshot of items (" + std::string(format) + ")");
  Store restored(base_);
  for (std::size_t number = 2; !snapshot.empty(); ++number) {
    auto line = line_in(next_part(snapshot, '\n'));
    if (!line) return tl::unexpected("line " + std::to_string(number) + ": no item");
    if (has && !has({line->name, line->index.value_or(Key::none)})) continue;
    restored.put_difference(line->name, line->index, std::move(line->value), line->change);
  }
  restored.changes_ = changes_ + 1;
  *this = std::move(restored);
  return {};
}

}  // namespace understudy::items
