#include "disk_support.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

#include "support/folder.h"

namespace understudy {

// As SQLite hands it out: our part, then the real file.
struct FailingDisk::File {
  sqlite3_file base;
  FailingDisk* disk;
  Durable* durable;
  const char* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct FailingDisk::Methods {
  static FailingDisk* disk_of(sqlite3_vfs* vfs) { return static_cast<FailingDisk*>(vfs->pAppData); }
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* opened, int flags, int* flags_out) {
    FailingDisk* disk = disk_of(vfs);
    if (!name) return disk->real_->xOpen(disk->real_, name, opened, flags, flags_out);  // a temporary file: it goes anyway
    const bool there = std::filesystem::exists(name);
    auto* file = new (opened) File{};
    const int code = disk->real_->xOpen(disk->real_, name, file->real(), flags, flags_out);
    if (code != SQLITE_OK) return code;
    file->disk = disk;
    file->path = name;
    file->durable = &disk->files_[name];
    if (there && !file->durable->exists) *file->durable = {true, contents(name), {}};
    if (!there) file->durable->pending.push_back({0, "", true});
    file->base.pMethods = &methods;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    FailingDisk* disk = disk_of(vfs);
    if (disk->stops()) return SQLITE_IOERR_DELETE;
    const int code = disk->real_->xDelete(disk->real_, name, 0);
    if (sync_folder != 0) disk->files_[name] = {};
    return code;
  }

  static int close(sqlite3_file* file) { return of(file)->real()->pMethods->xClose(of(file)->real()); }
  static int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
    return of(file)->real()->pMethods->xRead(of(file)->real(), to, bytes, at);
  }
  static int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
    sqlite3_file* real = of(file)->real();
    FailingDisk* disk = of(file)->disk;
    const bool before = disk->stopped_;
    if (disk->stops()) {
      if (!before && disk->failure_ == Failure::torn) real->pMethods->xWrite(real, from, bytes / 2, at);
      return SQLITE_IOERR_WRITE;
    }
    of(file)->durable->pending.push_back({at, std::string(static_cast<const char*>(from), static_cast<std::size_t>(bytes))});
    return real->pMethods->xWrite(real, from, bytes, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (of(file)->disk->stops()) return SQLITE_IOERR_TRUNCATE;
    of(file)->durable->pending.push_back({size, "", true});
    return of(file)->real()->pMethods->xTruncate(of(file)->real(), size);
  }
  static int sync(sqlite3_file* file, int) {
    if (of(file)->disk->stops()) return SQLITE_IOERR_FSYNC;
    *of(file)->durable = {true, contents(of(file)->path), {}};
    return SQLITE_OK;  // the real disk need not be waited for
  }
  static int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return of(file)->real()->pMethods->xFileSize(of(file)->real(), bytes);
  }
  static int lock(sqlite3_file* file, int level) { return of(file)->real()->pMethods->xLock(of(file)->real(), level); }
  static int unlock(sqlite3_file* file, int level) { return of(file)->real()->pMethods->xUnlock(of(file)->real(), level); }
  static int reserved(sqlite3_file* file, int* out) {
    return of(file)->real()->pMethods->xCheckReservedLock(of(file)->real(), out);
  }
  static int control(sqlite3_file* file, int what, void* argument) {
    return of(file)->real()->pMethods->xFileControl(of(file)->real(), what, argument);
  }
  static int sector(sqlite3_file* file) { return of(file)->real()->pMethods->xSectorSize(of(file)->real()); }
  static int device(sqlite3_file* file) { return of(file)->real()->pMethods->xDeviceCharacteristics(of(file)->real()); }

  static constexpr sqlite3_io_methods methods = {1,    close,    read,    write,  truncate, sync,    size,    lock,    unlock,
                                                 reserved, control, sector, device,   nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
};

FailingDisk::FailingDisk(Failure failure, int step, unsigned chance)
    : real_(::sqlite3_vfs_find(nullptr)), own_(*real_), failure_(failure), step_(step), chance_(chance) {
  own_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  own_.zName = "failing";
  own_.pAppData = this;
  own_.pNext = nullptr;
  own_.xOpen = Methods::open;
  own_.xDelete = Methods::remove;
  ::sqlite3_vfs_register(&own_, 1);
}

FailingDisk::~FailingDisk() { ::sqlite3_vfs_unregister(&own_); }

bool FailingDisk::stops() {
  if (stopped_) return true;
  stopped_ = ++done_ == step_;
  if (stopped_ && failure_ == Failure::power_cut) cut_power();
  return stopped_;
}

void FailingDisk::cut_power() {
  const auto luck = [&] { return (chance_() & 64) != 0; };
  for (const auto& [path, file] : files_) {
    std::string bytes = file.bytes;
    for (const Write& write : file.pending) {
      if (!luck()) continue;
      const auto at = static_cast<std::size_t>(write.offset);
      if (write.cuts || bytes.size() < at + write.bytes.size()) bytes.resize(at + write.bytes.size());
      bytes.replace(at, write.bytes.size(), write.bytes);
    }
    const bool there = std::filesystem::exists(path);
    if (file.exists == there ? there : luck())  // one that was made or deleted since may be there or not
      std::ofstream(path, std::ios::binary) << bytes;
    else
      std::filesystem::remove(path);
  }
}

}  // namespace understudy
