#include "items/catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

namespace understudy::items {

namespace data {
extern const std::string_view catalogue_tsv;
}  // namespace data

namespace {

enum Column {
  name,
  index,
  type,
  values,
  domain,
  max_length,
  default_value,
  access,
  secret,
  topic,
  evidence,
  note,
  columns
};
using Fields = std::array<std::string_view, columns>;

constexpr std::string_view header =
    "name\tindex\ttype\tvalues\tdomain\tmax_length\tdefault\taccess\tsecret\ttopic\tevidence\tnote";

template <typename Value>
using Word = std::pair<std::string_view, Value>;

template <typename Value, std::size_t N>
std::optional<Value> meaning(std::string_view word, const Word<Value> (&words)[N]) {
  for (const auto& [spelled, value] : words)
    if (spelled == word) return value;
  return std::nullopt;
}

constexpr Word<Type> types[] = {{"boolean", Type::boolean},   {"integer", Type::integer},
                                {"enum", Type::enumeration},  {"string", Type::string},
                                {"password", Type::password}, {"hostname", Type::hostname},
                                {"uri", Type::uri},           {"mac", Type::mac},
                                {"date", Type::date},         {"base64", Type::base64}};
constexpr Word<bool> domains[] = {{"open", false}, {"closed", true}};
// A question mark: a guess from how the item is used.
constexpr Word<std::pair<Access, bool>> accesses[] = {
    {"rw", {Access::read_write, true}},      {"rw?", {Access::read_write, false}},
    {"ro", {Access::read_only, true}},       {"wo", {Access::write_only, true}},
    {"n/a", {Access::not_applicable, true}}, {"action", {Access::not_applicable, true}}};
constexpr Word<bool> secrets[] = {{"", false}, {"yes", true}, {"secret", true}, {"personal", true}};

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// A number above nought, or nothing.
std::optional<int> length_of(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

// One row of the table, on its way to an Entry.
class Row {
 public:
  Row(std::string_view text, std::size_t line) : text_(text), line_(line) {}

  tl::expected<Entry, TableError> entry() {
    if (auto split_up = split(); !split_up) return tl::unexpected(split_up.error());
    Entry entry;
    const auto known_type = meaning(fields_[type], types);
    const auto closed = meaning(fields_[domain], domains);
    const auto known_access = meaning(fields_[access], accesses);
    const auto is_secret = meaning(fields_[secret], secrets);
    if (!is_name(fields_[name])) return wrong(name, "is no item name");
    if (fields_[index].empty()) return wrong(index, "must be \"no\" or say which");
    if (!known_type) return wrong(type, "is no type");
    if (!closed) return wrong(domain, "must be open or closed");
    if (!fields_[max_length].empty() && !(entry.max_length = length_of(fields_[max_length])))
      return wrong(max_length, "is no length");
    if (!known_access) return wrong(access, "must be rw, rw?, ro, wo, n/a or action");
    if (!is_secret) return wrong(secret, "must be yes, secret, personal or nothing");
    entry.name = fields_[name];
    entry.index = fields_[index];
    entry.type = *known_type;
    entry.values = fields_[values];
    entry.closed = *closed;
    entry.default_value = fields_[default_value];
    std::tie(entry.access, entry.access_certain) = *known_access;
    entry.secret = *is_secret;
    entry.topic = fields_[topic];
    entry.evidence = fields_[evidence];
    entry.note = fields_[note];
    return entry;
  }

 private:
  tl::expected<void, TableError> split() {
    std::size_t from = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t tab = text_.find('\t', from);
      const bool last = column + 1 == columns;
      if (last != (tab == std::string_view::npos)) {
        const std::size_t at = last ? tab : text_.size();
        return tl::unexpected(
            TableError{line_, at + 1, last ? "more than twelve columns" : "fewer than twelve columns"});
      }
      fields_[column] = text_.substr(from, last ? tab : tab - from);
      from = tab + 1;
    }
    return {};
  }

  tl::unexpected<TableError> wrong(Column column, std::string_view what) const {
    const auto at = static_cast<std::size_t>(fields_[column].data() - text_.data());
    return tl::unexpected(
        TableError{line_, at + 1, std::string("\"").append(fields_[column]).append("\" ").append(what)});
  }

  std::string_view text_;
  std::size_t line_;
  Fields fields_;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// True if the word stands in the name between hyphens or its ends.
bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || text[at - 1] == '-') && (end == text.size() || text[end] == '-')) return true;
  }
  return false;
}

}  // namespace

tl::expected<std::vector<Entry>, TableError> parse_catalogue(std::string_view table) {
  std::vector<Entry> entries;
  std::vector<std::pair<std::string_view, std::size_t>> lines;  // of each name
  std::size_t line = 0;
  while (!table.empty()) {
    const std::string_view text = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(text.size() + 1, table.size()));
    if (++line == 1) {
      if (text != header) return tl::unexpected(TableError{1, 1, "the header is not that of a catalogue"});
      continue;
    }
    auto entry = Row(text, line).entry();
    if (!entry) return tl::unexpected(std::move(entry.error()));
    entries.push_back(std::move(*entry));
    lines.emplace_back(text.substr(0, entries.back().name.size()), line);
  }
  if (line == 0) return tl::unexpected(TableError{1, 1, "the table is empty"});
  std::sort(lines.begin(), lines.end());
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (const auto twice = std::adjacent_find(lines.begin(), lines.end(), same_name); twice != lines.end())
    return tl::unexpected(
        TableError{(twice + 1)->second, 1, std::string(twice->first) + " stands here a second time"});
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

std::span<const Entry> catalogue() {
  static const std::vector<Entry> entries = parse_catalogue(data::catalogue_tsv).value();
  return entries;
}

const Entry* find(std::string_view item) {
  const std::span<const Entry> entries = catalogue();
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), item,
                       [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
  return found != entries.end() && found->name == item ? &*found : nullptr;
}

bool is_secret(std::string_view item) {
  if (const Entry* entry = find(item)) return entry->secret;
  std::string lower(item);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (std::string_view part : {"pwd", "passw", "secret", "certificate", "pkcs", "credential"})
    if (contains(lower, part)) return true;
  for (std::string_view word : {"pin", "key", "cert", "ca", "tan", "token"})
    if (has_word(lower, word)) return true;
  return false;
}

}  // namespace understudy::items
