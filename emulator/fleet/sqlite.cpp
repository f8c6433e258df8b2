#include "fleet/sqlite.h"

#include <sqlite3.h>

#include <cstring>
#include <filesystem>

namespace understudy::fleet {

namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
};

}  // namespace

std::string Row::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
  return text ? std::string(text, static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column))) : std::string();
}

long long Row::number(int column) const { return ::sqlite3_column_int64(statement_, column); }

void Database::Close::operator()(sqlite3* database) const { ::sqlite3_close(database); }

tl::expected<Database, SqlError> Database::open(const std::string& path) {
  sqlite3* opened = nullptr;
  // Absolute, so that no name is taken for a URI or for a database in memory.
  const int code = ::sqlite3_open_v2(std::filesystem::absolute(path).c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return tl::unexpected(database.error());
  // SQLite makes do with reading where it may not write.
  if (::sqlite3_db_readonly(opened, "main") == 1) return tl::unexpected(SqlError{SQLITE_READONLY, "cannot be written", false});
  return database;
}

tl::expected<void, SqlError> Database::run(const char* sql, std::initializer_list<std::string_view> values,
                                           const std::function<void(const Row&)>& row) {
  sqlite3_stmt* prepared = nullptr;
  if (::sqlite3_prepare_v2(database_.get(), sql, -1, &prepared, nullptr) != SQLITE_OK) return tl::unexpected(error());
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
  int place = 0;
  for (std::string_view value : values)
    if (::sqlite3_bind_text64(prepared, ++place, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
      return tl::unexpected(error());
  int code = ::sqlite3_step(prepared);
  for (; code == SQLITE_ROW; code = ::sqlite3_step(prepared))
    if (row) row(Row(prepared));
  if (code != SQLITE_DONE) return tl::unexpected(error());
  return {};
}

tl::expected<long long, SqlError> Database::number(const char* sql) {
  long long number = 0;
  auto done = run(sql, {}, [&](const Row& row) { number = row.number(0); });
  if (!done) return tl::unexpected(std::move(done.error()));
  return number;
}

bool Database::has_moved() const {
  int moved = 0;
  ::sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

SqlError Database::error() const {
  const int code = ::sqlite3_extended_errcode(database_.get());
  const int system_error = ::sqlite3_system_errno(database_.get());  // 0 where SQLite did not note it
  const std::string message = ::sqlite3_errmsg(database_.get());
  const std::string why = system_error != 0 ? std::strerror(system_error) : message;
  const auto says = [&](std::string text, bool by_content = false) { return SqlError{code, std::move(text), by_content}; };
  switch (code & 0xFF) {
    case SQLITE_NOTADB: return says("is no database", true);
    case SQLITE_CORRUPT: return says("is damaged: " + message, true);
    case SQLITE_BUSY: return says("is in use by another program");
    case SQLITE_FULL: return says("cannot be written: the disk is full");
    case SQLITE_READONLY:
      return says(code == SQLITE_READONLY_DIRECTORY ? "cannot be written: its folder cannot" : "cannot be written");
    case SQLITE_CANTOPEN: return says("cannot be opened: " + why);
    case SQLITE_IOERR: return says("cannot be read or written: " + why);
    case SQLITE_ERROR: return says("is damaged: " + message, true);  // no such table
    default: return says("cannot be read or written: " + why);
  }
}

}  // namespace understudy::fleet
