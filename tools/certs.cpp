// understudy certs: a test PKI in files.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "certs/facts.h"
#include "certs/files.h"
#include "certs/pki.h"
#include "commands.h"
#include "scenarios/usual.h"

namespace understudy::tools {

namespace {

namespace fs = std::filesystem;
using certs::PkiFile;
using certs::PkiOrder;
using Done = tl::expected<void, std::string>;

constexpr std::size_t longest_name = 64;  // of a certificate's CN

std::vector<std::string> own_hosts() {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  char name[256] = {};
  const std::string host = ::gethostname(name, sizeof name - 1) == 0 ? name : "";
  const bool plain = std::all_of(host.begin(), host.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '.'; });
  if (plain && !host.empty() && host != "localhost") hosts.push_back(host);
  return hosts;
}

tl::expected<PkiOrder, std::string> order_of(const CertsOptions& options) {
  PkiOrder order;
  order.hosts = options.hosts.empty() ? own_hosts() : options.hosts;
  order.password = options.password;
  order.key = options.key == "rsa-2048" ? certs::KeyType::rsa_2048 : certs::KeyType::ec_p256;
  order.days = options.days;
  std::set<std::string> seen;
  const std::size_t count = std::max(options.macs.size(), static_cast<std::size_t>(options.phones));
  for (std::size_t k = 0; k < count; ++k) {
    std::string mac = k < options.macs.size() ? options.macs[k] : scenarios::mac_of(options.seed, k + 1);
    if (mac.size() > longest_name) return tl::unexpected(std::string("a mac-addr of more than 64 characters is no name for a certificate"));
    if (!seen.insert(mac).second) return tl::unexpected("two phones cannot both be " + mac);
    order.phones.push_back(std::move(mac));
  }
  return order;
}

// A folder that is filled so that it has all of the PKI or nothing of it: every file is first written under another name, and what
// was written so far goes where one could not be.
class Filling {
 public:
  explicit Filling(fs::path folder) : folder_(std::move(folder)) {}
  ~Filling() {
    for (const std::string& path : written_) ::unlink(path.c_str());
    for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
  }
  Filling(const Filling&) = delete;
  Filling& operator=(const Filling&) = delete;

  Done fill(const std::vector<PkiFile>& files) {
    std::error_code error;
    if (folder_.has_parent_path()) fs::create_directories(folder_.parent_path(), error);
    Done done = error ? could_not("make", folder_.parent_path(), error.message()) : make_folder(folder_);
    for (const std::string_view below : certs::pki_folders)
      if (done) done = make_folder(folder_ / below);
    for (const PkiFile& file : files)
      if (done) done = write(file);
    if (!done) return done;
    for (const PkiFile& file : files)
      if (const std::string path = (folder_ / file.path).string(); ::rename(temporary(path).c_str(), path.c_str()) != 0)
        return could_not("write", path, std::strerror(errno));
    written_.clear();
    made_.clear();
    return {};
  }

 private:
  static Done could_not(const char* what, const fs::path& path, const std::string& why) {
    return tl::unexpected("cannot " + std::string(what) + " " + path.string() + ": " + why);
  }
  static std::string temporary(const std::string& path) { return path + ".new"; }

  Done make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
      made_.push_back(path.string());
      return {};
    }
    const int error = errno;
    std::error_code ignored;
    if (error == EEXIST && fs::is_directory(path, ignored)) return {};
    return could_not("make", path, error == EEXIST ? "it is no folder" : std::strerror(error));
  }

  Done write(const PkiFile& file) {
    written_.push_back(temporary((folder_ / file.path).string()));
    return certs::write_file(written_.back(), file.bytes, file.secret ? 0600 : 0644);
  }

  fs::path folder_;
  std::vector<std::string> written_, made_;
};

// What of a PKI stands there already; empty: nothing.
std::string found_in(const fs::path& folder) {
  std::vector<std::string_view> names(std::begin(certs::pki_files), std::end(certs::pki_files));
  names.insert(names.end(), std::begin(certs::pki_folders), std::end(certs::pki_folders));
  std::error_code ignored;
  for (const std::string_view name : names)
    if (fs::exists(fs::symlink_status(folder / name, ignored))) return (folder / name).string();
  return {};
}

// Certificates of phones that the PKI before had, and this one does not: nobody vouches for them any longer.
void remove_leftovers(const fs::path& folder, const std::vector<PkiFile>& files) {
  std::set<std::string> ours;
  for (const PkiFile& file : files) ours.insert((folder / file.path).string());
  std::vector<fs::path> left;
  std::error_code error;
  for (const std::string_view below : certs::pki_folders)
    for (const auto& entry : fs::directory_iterator(folder / below, error)) {
      const std::string kind = entry.path().extension().string();
      if ((kind == ".pem" || kind == ".key" || kind == ".p12") && !ours.contains(entry.path().string())) left.push_back(entry.path());
    }
  for (const fs::path& path : left) fs::remove(path, error);
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void say(const CertsOptions& options, const PkiOrder& order, certs::Time now) {
  const auto until = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::hours(24) * order.days;
  const std::string phones = order.phones.size() == 1
                                 ? "for the phone " + order.phones.front()
                                 : "for " + std::to_string(order.phones.size()) + " phones, " + order.phones.front() + " to " + order.phones.back();
  std::printf("a test PKI in %s, keys %s, valid until %s\n", options.folder.c_str(), options.key.c_str(), certs::iso_text(until).substr(0, 10).c_str());
  std::printf("  root.pem, intermediate.pem, ca-chain.pem   whom to trust\n");
  std::printf("  service.pem, service.key                   for a service at %s\n", joined(order.hosts).c_str());
  std::printf("  phones/                                    %s: .p12 %s, .pem, .key\n", phones.c_str(),
              order.password.empty() ? "without a password" : "with the password");
  std::printf("  bad/                                       expired, not yet valid, by a stranger, wrong name, bad signature\n");
  std::printf("  README.txt                                 what each is for, and how to look at it\n");
  std::printf("Another run makes other keys, whatever the seed.\n");
}

}  // namespace

int run(const CertsOptions& options) {
  const auto order = order_of(options);
  if (!order) return refuse(exit_wrong_command_line, order.error());
  const fs::path folder = fs::path(options.folder).lexically_normal() / "";  // with the slash, so that its parent is itself
  const fs::path place = folder.parent_path();
  if (const std::string there = found_in(place); !there.empty() && !options.force)
    return refuse(exit_could_not_run, there + " is there already; --force replaces a PKI");
  const certs::Time now = std::chrono::system_clock::now();
  const auto files = certs::make_pki(*order, now);
  if (!files) return refuse(exit_could_not_run, files.error());
  if (const Done filled = Filling(place).fill(*files); !filled) return refuse(exit_could_not_run, filled.error());
  remove_leftovers(place, *files);
  say(options, *order, now);
  return exit_conforming;
}

}  // namespace understudy::tools
