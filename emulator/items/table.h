// Tables of data: a line of column names, then a row a line, with tabs between the fields.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace understudy::items {

// Where a table is wrong. Lines and columns count from 1, columns in bytes.
struct TableError {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;
};

struct TableRow {
  std::string_view text;
  std::size_t line = 0;
  std::vector<std::string_view> fields;  // as many as there are columns

  std::string_view operator[](std::size_t column) const { return fields[column]; }
  // An error at that field: what it says, and what is wrong with it.
  tl::unexpected<TableError> wrong(std::size_t column, std::string_view what) const;
};

// Strictly: these columns in this order, a field for each of them in every row, and no two rows that begin with the same
// field. The rows point into `table`.
tl::expected<std::vector<TableRow>, TableError> rows_of(std::string_view table, std::span<const std::string_view> columns);

// What a field says; nothing where it does not.
std::optional<bool> yes_or_no(std::string_view field);
std::optional<int> whole_number(std::string_view field);            // from nought on
std::vector<std::string> words_of(std::string_view field);          // with blanks between them

}  // namespace understudy::items
