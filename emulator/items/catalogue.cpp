#include "items/catalogue.h"

#include <algorithm>
#include <array>
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
constexpr std::array<std::string_view, columns> names_of_columns = {
    "name", "index", "type", "values", "domain", "max_length", "default", "access", "secret", "topic", "evidence", "note"};

template <typename Value>
using Word = std::pair<std::string_view, Value>;

template <typename Value, std::size_t N>
std::optional<Value> meaning(std::string_view word, const Word<Value> (&words)[N]) {
  for (const auto& [spelled, value] : words)
    if (spelled == word) return value;
  return std::nullopt;
}

template <typename Value, std::size_t N>
std::string_view word_for(Value value, const Word<Value> (&words)[N]) {
  for (const auto& [spelled, meant] : words)
    if (meant == value) return spelled;
  return "";
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

tl::expected<Entry, TableError> entry_of(const TableRow& row) {
  Entry entry;
  const auto known_type = meaning(row[type], types);
  const auto closed = meaning(row[domain], domains);
  const auto known_access = meaning(row[access], accesses);
  const auto is_secret = meaning(row[secret], secrets);
  if (!is_name(row[name])) return row.wrong(name, "is no item name");
  if (row[index].empty()) return row.wrong(index, "must be \"no\" or say which");
  if (!known_type) return row.wrong(type, "is no type");
  if (!closed) return row.wrong(domain, "must be open or closed");
  if (!row[max_length].empty() && !(entry.max_length = whole_number(row[max_length])).value_or(0))
    return row.wrong(max_length, "is no length");
  if (!known_access) return row.wrong(access, "must be rw, rw?, ro, wo, n/a or action");
  if (!is_secret) return row.wrong(secret, "must be yes, secret, personal or nothing");
  entry.name = row[name];
  entry.index = row[index];
  entry.type = *known_type;
  entry.values = row[values];
  entry.closed = *closed;
  entry.default_value = row[default_value];
  std::tie(entry.access, entry.access_certain) = *known_access;
  entry.secret = *is_secret;
  entry.topic = row[topic];
  entry.evidence = row[evidence];
  entry.note = row[note];
  return entry;
}

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

std::string_view name_of(Type kind) { return word_for(kind, types); }

std::string_view name_of(Access kind) { return word_for(std::pair(kind, true), accesses); }

tl::expected<std::vector<Entry>, TableError> parse_catalogue(std::string_view table) {
  const auto rows = rows_of(table, names_of_columns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Entry> entries;
  for (const TableRow& row : *rows) {
    auto entry = entry_of(row);
    if (!entry) return tl::unexpected(std::move(entry.error()));
    entries.push_back(std::move(*entry));
  }
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
