// What a phone has room for, and files in memory.
#include "fleet/file_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "phone/files.h"

namespace understudy::fleet {

namespace {

std::string megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t mega = 1024 * 1024;
  return bytes % mega == 0 ? std::to_string(bytes / mega) + " MB" : std::to_string(bytes) + " bytes";
}

bool is_type(const std::string& type) {
  return !type.empty() && std::all_of(type.begin(), type.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

tl::expected<void, std::string> FileStore::put(const std::string& mac, const std::string& type,
                                               const std::string& name,
                                               std::shared_ptr<const std::string> bytes) {
  if (!is_type(type) || !phone::is_file_name(name))
    return tl::unexpected(std::string("its name is none that a file can have"));
  std::uint64_t held = 0, before = 0;
  for (const StoredFile& file : list(mac)) {
    held += file.size;
    if (file.type == type && file.name == name) before = file.size;
  }
  const std::uint64_t size = bytes->size();
  if (held - before + size > bounds_.a_phone)
    return tl::unexpected("there is no room for it: a phone holds " + megabytes(bounds_.a_phone) +
                          " of files at most");
  if (bytes_in_all() - before + size > bounds_.in_all)
    return tl::unexpected("there is no room for it: the phones together hold " + megabytes(bounds_.in_all) +
                          " of files at most");
  return write(mac, type, name, std::move(bytes));
}

tl::expected<void, std::string> FilesInMemory::write(const std::string& mac, const std::string& type,
                                                     const std::string& name,
                                                     std::shared_ptr<const std::string> bytes) {
  auto& place = files_[{mac, type, name}];
  in_all_ += bytes->size() - (place ? place->size() : 0);
  place = std::move(bytes);
  return {};
}

void FilesInMemory::remove(const std::string& mac, const std::string& type, const std::string& name) {
  const auto found = files_.find({mac, type, name});
  if (found == files_.end()) return;
  in_all_ -= found->second->size();
  files_.erase(found);
}

void FilesInMemory::remove_all(const std::string& mac) {
  for (const StoredFile& file : list(mac)) remove(mac, file.type, file.name);
}

std::shared_ptr<const std::string> FilesInMemory::find(const std::string& mac, const std::string& type,
                                                       const std::string& name) const {
  const auto found = files_.find({mac, type, name});
  return found == files_.end() ? nullptr : found->second;
}

std::vector<StoredFile> FilesInMemory::list(const std::string& mac) const {
  std::vector<StoredFile> out;
  for (auto at = files_.lower_bound({mac, "", ""}); at != files_.end() && std::get<0>(at->first) == mac; ++at)
    out.push_back({std::get<1>(at->first), std::get<2>(at->first), at->second->size()});
  return out;
}

}  // namespace understudy::fleet
