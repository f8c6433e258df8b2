// Files that tests write and read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace understudy {

// A new empty folder that goes with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // The path of what has this name in it, or would have.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  // Writes a file and gives its path.
  std::string put(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

// Every byte of a file; throws if it cannot be read.
std::string contents(const std::string& path);

}  // namespace understudy
