// A disk without room: what cannot be kept is said, and what was kept before stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "child_support.h"
#include "fleet_support.h"
#include "support/folder.h"

namespace understudy::fleet {
namespace {

using ::testing::ElementsAre;

std::string keeping(StateFile& file, const std::string& path, const std::string& realm) {
  const auto kept = file.keep(with_realm(realm));
  if (kept) return "kept";
  return kept.error().starts_with(path) ? "PATH" + kept.error().substr(path.size()) : kept.error();
}

std::string what_is_kept(const std::string& path) {
  auto file = StateFile::open(path);
  phone::Phone phone = made();
  if (!file || !(*file)->recall(phone)) return "(unreadable)";
  return realm_of(phone);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

// A file may only grow to a limit: on every system, for everybody.
TEST(FullDisk, IsSaidAndLeavesWhatWasKept) {
  Folder folder;
  const std::string path = folder / "phones.state";
  const std::string said = said_by_child([&] {
    std::string out;
    auto file = StateFile::open(path);
    if (!file) return file.error().text;
    out += keeping(**file, path, "old") + "\n";
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 32 * 1024;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    out += keeping(**file, path, std::string(100'000, 'x')) + "\n";
    out += keeping(**file, path, "small") + "\n";
    out += keeping(**file, path, std::string(100'000, 'x')) + "\n";
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    file->reset();
    return out + what_is_kept(path) + "\n";
  });
  const std::string full = "PATH: cannot be read or written: disk I/O error";
  EXPECT_THAT(lines(said), ElementsAre("kept", full, "kept", full, "small"));
  EXPECT_EQ(what_is_kept(path), "small");
}

// A small disk of the test's own, where it may make one: as root.
class SmallDisk : public ::testing::Test {
 protected:
  Folder folder;
  const std::string path = folder / "phones.state";

  std::vector<std::string> on_small_disk(const std::function<std::string()>& body) {
    return lines(said_by_child([&]() -> std::string {
      if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("none", (folder / "").c_str(), "tmpfs", 0, "size=128k") != 0)
        return "no small disk";
      return body();
    }));
  }
  std::string fill() const {
    std::ofstream filler(folder / "filler");
    while (filler << std::string(4096, 'x') << std::flush) continue;
    return folder / "filler";
  }
};

TEST_F(SmallDisk, ThatIsFullIsSaidAndKeepsTheOld) {
  const auto said = on_small_disk([&] {
    std::string out;
    auto file = StateFile::open(path);
    if (!file) return file.error().text;
    out += keeping(**file, path, "old") + "\n";
    const std::string filler = fill();
    out += keeping(**file, path, std::string(50'000, 'x')) + "\n";
    std::filesystem::remove(filler);
    file->reset();
    out += what_is_kept(path) + "\n";
    file = StateFile::open(path);
    out += keeping(**file, path, "new") + "\n";
    file->reset();
    return out + what_is_kept(path);
  });
  if (said == std::vector<std::string>{"no small disk"}) GTEST_SKIP() << "no disk may be made here";
  EXPECT_THAT(said, ElementsAre("kept", "PATH: cannot be written: the disk is full", "old", "kept", "new"));
}

TEST_F(SmallDisk, ThatIsFullIsSaidAtOnceWhereAFileIsMade) {
  const auto said = on_small_disk([&] {
    fill();
    return opening(path);
  });
  if (said == std::vector<std::string>{"no small disk"}) GTEST_SKIP() << "no disk may be made here";
  EXPECT_THAT(said, ElementsAre("could not run: PATH: cannot be written: the disk is full"));
}

}  // namespace
}  // namespace understudy::fleet
