#include "items/table.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace understudy::items {

namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::size_t from = 0;;) {
    const std::size_t tab = text.find('\t', from);
    fields.push_back(text.substr(from, tab - from));
    if (tab == std::string_view::npos) return fields;
    from = tab + 1;
  }
}

std::size_t column_of(std::string_view field, std::string_view text) {
  return static_cast<std::size_t>(field.data() - text.data()) + 1;
}

std::string quoted(std::string_view text) { return std::string("\"").append(text).append("\""); }

std::optional<TableError> objection_to_head(std::string_view text, std::span<const std::string_view> columns) {
  const auto names = split(text);
  for (std::size_t i = 0; i < std::max(names.size(), columns.size()); ++i) {
    if (i == names.size()) return TableError{1, text.size() + 1, "the column " + quoted(columns[i]) + " is missing"};
    if (i == columns.size()) return TableError{1, column_of(names[i], text), quoted(names[i]) + " is no column of this table"};
    if (names[i] != columns[i])
      return TableError{1, column_of(names[i], text), quoted(names[i]) + " stands where the column " + quoted(columns[i]) + " is expected"};
  }
  return std::nullopt;
}

}  // namespace

tl::unexpected<TableError> TableRow::wrong(std::size_t column, std::string_view what) const {
  return tl::unexpected(TableError{line, column_of(fields[column], text), quoted(fields[column]).append(" ").append(what)});
}

tl::expected<std::vector<TableRow>, TableError> rows_of(std::string_view table, std::span<const std::string_view> columns) {
  if (table.empty()) return tl::unexpected(TableError{1, 1, "the table is empty"});
  std::vector<TableRow> rows;
  for (std::size_t line = 1; !table.empty(); ++line) {
    const std::string_view text = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(text.size() + 1, table.size()));
    if (line == 1) {
      if (auto error = objection_to_head(text, columns)) return tl::unexpected(std::move(*error));
      continue;
    }
    TableRow row{text, line, split(text)};
    const auto expected = std::to_string(columns.size());
    if (row.fields.size() < columns.size())
      return tl::unexpected(TableError{line, text.size() + 1, "fewer than " + expected + " fields"});
    if (row.fields.size() > columns.size())
      return tl::unexpected(TableError{line, column_of(row.fields[columns.size()], text), "more than " + expected + " fields"});
    rows.push_back(std::move(row));
  }
  std::vector<const TableRow*> by_name;
  for (const TableRow& row : rows) by_name.push_back(&row);
  std::stable_sort(by_name.begin(), by_name.end(), [](const TableRow* a, const TableRow* b) { return (*a)[0] < (*b)[0]; });
  const auto twice =
      std::adjacent_find(by_name.begin(), by_name.end(), [](const TableRow* a, const TableRow* b) { return (*a)[0] == (*b)[0]; });
  if (twice != by_name.end()) return (*(twice + 1))->wrong(0, "stands here a second time");
  return rows;
}

std::optional<bool> yes_or_no(std::string_view field) {
  if (field == "yes") return true;
  if (field == "no") return false;
  return std::nullopt;
}

std::optional<int> whole_number(std::string_view field) {
  int value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (field.empty() || error != std::errc() || end != field.data() + field.size() || value < 0) return std::nullopt;
  return value;
}

std::vector<std::string> words_of(std::string_view field) {
  std::vector<std::string> words;
  while (!field.empty()) {
    const std::string_view word = field.substr(0, field.find(' '));
    if (!word.empty()) words.emplace_back(word);
    field.remove_prefix(std::min(word.size() + 1, field.size()));
  }
  return words;
}

}  // namespace understudy::items
