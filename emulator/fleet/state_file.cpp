#include "fleet/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace understudy::fleet {

namespace {

constexpr long long our_id = 0x55445354;  // UDST, as application_id; `file` shows it
constexpr long long format = 1;

// Only the owner: it will hold passwords and keys. Nothing is done where there is a file already: opening and closing that
// would take its lock from another StateFile of this program.
std::optional<StateError> made(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
  } else if (errno != EEXIST) {
    return StateError{StateError::Kind::could_not_run, path + ": cannot be made: " + std::strerror(errno)};
  }
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
    return StateError{StateError::Kind::wrong_file, path + ": is no file"};
  return std::nullopt;
}

}  // namespace

tl::expected<std::unique_ptr<StateFile>, StateError> StateFile::open(const std::string& path) {
  if (auto error = made(path)) return tl::unexpected(std::move(*error));
  auto database = Database::open(path);
  if (!database)
    return tl::unexpected(StateError{StateError::Kind::could_not_run, path + ": " + database.error().text});
  std::unique_ptr<StateFile> file(new StateFile(path, std::move(*database)));
  if (auto done = file->take_hold(); !done) return tl::unexpected(std::move(done.error()));
  return file;
}

// Exclusively, and for good: a second program is told so at once; and a commit ends with the journal's head zeroed and synced,
// where it would else be deleted, which FULL does not wait for. The write proves that writing is possible.
tl::expected<void, StateError> StateFile::take_hold() {
  for (const char* sql : {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA synchronous = FULL", "BEGIN EXCLUSIVE"})
    if (auto done = database_.run(sql); !done) return tl::unexpected(wrong(done.error()));
  if (auto done = examine(); !done) return done;
  // With this journal the file alone holds everything whenever no write is under way.
  for (const char* sql : {"UPDATE file SET starts = starts + 1", "COMMIT", "PRAGMA journal_mode = DELETE"})
    if (auto done = database_.run(sql); !done) return tl::unexpected(wrong(done.error()));
  const auto starts = database_.number("SELECT starts FROM file");
  if (!starts) return tl::unexpected(wrong(starts.error()));
  starts_ = static_cast<std::uint64_t>(*starts);
  return {};
}

// That it is one of ours, and whole; an empty one becomes one.
tl::expected<void, StateError> StateFile::examine() {
  long long found[3] = {};
  const char* asked[] = {"PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema"};
  for (std::size_t n = 0; n < std::size(asked); ++n) {
    const auto number = database_.number(asked[n]);
    if (!number) return tl::unexpected(wrong(number.error()));
    found[n] = *number;
  }
  const auto [id, version, tables] = found;
  if (id == 0 && version == 0 && tables == 0) {
    for (const char* sql :
         {"CREATE TABLE file (starts INTEGER NOT NULL) STRICT", "INSERT INTO file VALUES (0)",
          "CREATE TABLE phone (mac TEXT PRIMARY KEY NOT NULL, model TEXT NOT NULL, firmware TEXT NOT NULL, number TEXT NOT NULL,"
          " address TEXT NOT NULL, memory TEXT NOT NULL) STRICT",
          "PRAGMA application_id = 0x55445354", "PRAGMA user_version = 1"})
      if (auto done = database_.run(sql); !done) return tl::unexpected(wrong(done.error()));
    return {};
  }
  if (id != our_id) return tl::unexpected(wrong_file("is a database of something else"));
  if (version != format)
    return tl::unexpected(
        wrong_file("is of format " + std::to_string(version) + ", and this program reads " + std::to_string(format)));
  std::string check;
  auto done = database_.run("PRAGMA quick_check(1)", {}, [&](const Row& row) { check = row.text(0); });
  if (!done) return tl::unexpected(wrong(done.error()));
  if (check != "ok") return tl::unexpected(wrong_file("is damaged: " + check.substr(0, check.find('\n'))));
  return {};
}

tl::expected<std::vector<StateFile::Kept>, StateError> StateFile::phones() {
  std::vector<Kept> phones;
  auto done = database_.run("SELECT mac, model, firmware, number, address FROM phone ORDER BY mac", {}, [&](const Row& row) {
    phones.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)});
  });
  if (!done) return tl::unexpected(wrong(done.error()));
  return phones;
}

tl::expected<StateFile::Recalled, StateError> StateFile::recall(phone::Phone& phone) {
  const std::string& mac = phone.identity().mac;
  std::optional<Kept> kept;
  std::string memory;
  auto done = database_.run("SELECT mac, model, firmware, number, address, memory FROM phone WHERE mac = ?", {mac}, [&](const Row& row) {
    kept = Kept{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
    memory = row.text(5);
  });
  if (!done) return tl::unexpected(wrong(done.error()));
  if (!kept) return Recalled{};
  if (kept->model != phone.model().device_type)
    return tl::unexpected(wrong_file(mac + " is kept there as " + kept->model + ", not as " + phone.model().device_type));
  if (kept->number != phone.identity().e164)
    return tl::unexpected(wrong_file(mac + " is kept there with the number " + kept->number + ", not " + phone.identity().e164));
  if (auto remembered = phone.remember(memory); !remembered)
    return tl::unexpected(wrong_file("what is kept of " + mac + " cannot be read: " + remembered.error()));
  Recalled recalled{true, {}};
  if (kept->firmware != phone.firmware().version)
    recalled.note = mac + " had the firmware " + kept->firmware + ", and goes on with " + phone.firmware().version;
  return recalled;
}

tl::expected<void, std::string> StateFile::keep(const phone::Phone& phone) {
  // SQLite would go on writing to a file that nobody finds again.
  if (database_.has_moved()) return tl::unexpected(path_ + ": is gone: it was moved or deleted");
  const phone::Identity& who = phone.identity();
  auto done = database_.run("INSERT INTO phone VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mac) DO UPDATE SET model = excluded.model,"
                            " firmware = excluded.firmware, number = excluded.number, address = excluded.address,"
                            " memory = excluded.memory",
                            {who.mac, phone.model().device_type, phone.firmware().version, who.e164, who.address, phone.memory()});
  if (!done) return tl::unexpected(path_ + ": " + done.error().text);
  return {};
}

StateError StateFile::wrong(const SqlError& error) const {
  return {error.by_content ? StateError::Kind::wrong_file : StateError::Kind::could_not_run, path_ + ": " + error.text};
}

StateError StateFile::wrong_file(const std::string& text) const { return {StateError::Kind::wrong_file, path_ + ": " + text}; }

}  // namespace understudy::fleet
