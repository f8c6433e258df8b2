// The files that phones hold, byte for byte: in memory, or in a folder.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <tuple>
#include <vector>

namespace understudy::fleet {

struct StoredFile {
  std::string type, name;
  std::uint64_t size = 0;  // bytes
};

// (type, name) is unique on a phone (guide p.55), which its MAC address names. For one thread.
class FileStore {
 public:
  // The numbers are ours: no source says how much a phone has room for.
  struct Bounds {
    std::uint64_t a_phone = 16 * 1024 * 1024;  // bytes
    std::uint64_t in_all = 1024 * 1024 * 1024;
  };
  explicit FileStore(Bounds bounds) : bounds_(bounds) {}
  virtual ~FileStore() = default;
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  // Keeps a file in the place of what had its name and type before. The error is the end of a sentence; what was there before
  // is still there then.
  tl::expected<void, std::string> put(const std::string& mac, const std::string& type,
                                      const std::string& name, std::shared_ptr<const std::string> bytes);
  virtual void remove(const std::string& mac, const std::string& type, const std::string& name) = 0;
  virtual void remove_all(const std::string& mac) = 0;
  // nullptr: there is none, or it cannot be read.
  virtual std::shared_ptr<const std::string> find(const std::string& mac, const std::string& type,
                                                  const std::string& name) const = 0;
  // By type and name.
  virtual std::vector<StoredFile> list(const std::string& mac) const = 0;

 protected:
  virtual tl::expected<void, std::string> write(const std::string& mac, const std::string& type,
                                                const std::string& name,
                                                std::shared_ptr<const std::string> bytes) = 0;
  virtual std::uint64_t bytes_in_all() const = 0;
  const Bounds& bounds() const { return bounds_; }

 private:
  Bounds bounds_;
};

class FilesInMemory : public FileStore {
 public:
  explicit FilesInMemory(Bounds bounds) : FileStore(bounds) {}
  FilesInMemory() : FilesInMemory(Bounds{}) {}
  void remove(const std::string& mac, const std::string& type, const std::string& name) override;
  void remove_all(const std::string& mac) override;
  std::shared_ptr<const std::string> find(const std::string& mac, const std::string& type,
                                          const std::string& name) const override;
  std::vector<StoredFile> list(const std::string& mac) const override;

 protected:
  tl::expected<void, std::string> write(const std::string& mac, const std::string& type,
                                        const std::string& name,
                                        std::shared_ptr<const std::string> bytes) override;
  std::uint64_t bytes_in_all() const override { return in_all_; }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<const std::string>> files_;
  std::uint64_t in_all_ = 0;
};

// FOLDER/<mac with - for :>/<TYPE>/<name>. A file is written under another name first, and renamed when it is whole. Below the
// folder no link is followed, and what a phone does not know of is left alone but by a factory reset.
class FilesOnDisk : public FileStore {
 public:
  // Makes the folder where there is none. The error is one line.
  static tl::expected<std::unique_ptr<FilesOnDisk>, std::string> open(const std::string& folder,
                                                                      Bounds bounds);
  static tl::expected<std::unique_ptr<FilesOnDisk>, std::string> open(const std::string& folder) {
    return open(folder, Bounds{});
  }
  ~FilesOnDisk() override;
  void remove(const std::string& mac, const std::string& type, const std::string& name) override;
  void remove_all(const std::string& mac) override;
  std::shared_ptr<const std::string> find(const std::string& mac, const std::string& type,
                                          const std::string& name) const override;
  std::vector<StoredFile> list(const std::string& mac) const override;

 protected:
  tl::expected<void, std::string> write(const std::string& mac, const std::string& type,
                                        const std::string& name,
                                        std::shared_ptr<const std::string> bytes) override;
  std::uint64_t bytes_in_all() const override { return in_all_; }

 private:
  FilesOnDisk(int folder, Bounds bounds) : FileStore(bounds), folder_(folder) {}
  int folder_;
  std::uint64_t in_all_ = 0;
};

}  // namespace understudy::fleet
