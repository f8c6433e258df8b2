// SQLite as the state file needs it: statements that clean up after themselves, errors in words.
//
// Directly, not through Poco::Data: its session always creates the file, as readable as the umask has it, takes a path that
// begins with "file:" for a URI, is made by a registry of the whole process, and loses the codes that tell a full disk from a
// file that is gone.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace understudy::fleet {

struct SqlError {
  int code = 0;              // SQLite's extended one
  std::string text;          // says of the file what is wrong: "is in use by another program"
  bool by_content = false;   // what stands in the file is wrong, not how it can be reached
};

// One row of an answer.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::string text(int column) const;  // counted from 0
  long long number(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // A file that is there, to be read and written.
  static tl::expected<Database, SqlError> open(const std::string& path);

  // Carries out one statement, `values` in the places of its question marks.
  tl::expected<void, SqlError> run(const char* sql, std::initializer_list<std::string_view> values = {},
                                   const std::function<void(const Row&)>& row = {});
  // The number that is its only answer.
  tl::expected<long long, SqlError> number(const char* sql);
  // The path does not lead to the file any more.
  bool has_moved() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  SqlError error() const;

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace understudy::fleet
