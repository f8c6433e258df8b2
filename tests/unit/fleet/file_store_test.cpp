// What phones hold, in memory and on disk.
#include "fleet/file_store.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "child_support.h"
#include "support/folder.h"

namespace understudy::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string mac = "00:1A:E8:FF:00:01", other = "00:1A:E8:FF:00:02";

std::shared_ptr<const std::string> bytes(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

std::vector<std::string> listed(const FileStore& store, const std::string& of = mac) {
  std::vector<std::string> out;
  for (const StoredFile& file : store.list(of))
    out.push_back(file.type + " " + file.name + " " + std::to_string(file.size));
  return out;
}

std::string text_of(const FileStore& store, const std::string& type, const std::string& name) {
  const auto found = store.find(mac, type, name);
  return found ? *found : "nothing";
}

// Both kinds behave alike.
class Files : public ::testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<FileStore> make(FileStore::Bounds bounds = {}) const {
    if (!GetParam()) return std::make_unique<FilesInMemory>(bounds);
    return FilesOnDisk::open(folder_ / "files", bounds).value();
  }
  Folder folder_;
};
INSTANTIATE_TEST_SUITE_P(InMemoryAndOnDisk, Files, ::testing::Bool());

TEST_P(Files, AreKeptReplacedListedAndRemoved) {
  const auto store = make();
  ASSERT_TRUE(store->put(mac, "LOGO", "a.png", bytes("one")));
  ASSERT_TRUE(store->put(mac, "PIC", "a.png", bytes("two")));
  ASSERT_TRUE(store->put(other, "LOGO", "a.png", bytes("three")));
  ASSERT_TRUE(store->put(mac, "LOGO", "a.png", bytes("fourth")));
  EXPECT_THAT(listed(*store), ElementsAre("LOGO a.png 6", "PIC a.png 3"));
  EXPECT_EQ(text_of(*store, "LOGO", "a.png"), "fourth");
  EXPECT_EQ(text_of(*store, "MOH", "a.png"), "nothing");
  store->remove(mac, "LOGO", "a.png");
  store->remove(mac, "LOGO", "never there");
  EXPECT_THAT(listed(*store), ElementsAre("PIC a.png 3"));
  store->remove_all(mac);
  EXPECT_THAT(listed(*store), IsEmpty());
  EXPECT_THAT(listed(*store, other), ElementsAre("LOGO a.png 5"));
}

TEST_P(Files, AreBoundedForAPhoneAndInAll) {
  const auto store = make({10, 15});
  ASSERT_TRUE(store->put(mac, "LOGO", "a", bytes("12345678")));
  EXPECT_THAT(store->put(mac, "LOGO", "b", bytes("123")).error(),
              HasSubstr("a phone holds 10 bytes of files at most"));
  ASSERT_TRUE(store->put(mac, "LOGO", "a", bytes("1234567890"))) << "what it replaces makes room";
  EXPECT_THAT(store->put(other, "LOGO", "a", bytes("123456")).error(), HasSubstr("together"));
  EXPECT_EQ(text_of(*store, "LOGO", "a"), "1234567890");
  store->remove_all(mac);
  EXPECT_TRUE(store->put(other, "LOGO", "a", bytes("123456")));
}

TEST_P(Files, WhoseNameOrTypeIsNoneAreRefused) {
  const auto store = make();
  for (const std::string name : {"..", "a/b", "", "CON"})
    EXPECT_FALSE(store->put(mac, "LOGO", name, bytes("x"))) << name;
  for (const std::string type : {"..", "a/b", "", "logo"})
    EXPECT_FALSE(store->put(mac, type, "a", bytes("x"))) << type;
}

TEST(FilesOnDisk, StandUnderMacTypeAndNameAndAreThereTheNextTime) {
  const Folder folder;
  {
    const auto store = FilesOnDisk::open(folder / "files").value();
    ASSERT_TRUE(store->put(mac, "LOGO", "a.png", bytes("one")));
  }
  EXPECT_EQ(contents(folder / "files/00-1A-E8-FF-00-01/LOGO/a.png"), "one");
  const auto again = FilesOnDisk::open(folder / "files").value();
  EXPECT_THAT(listed(*again), ElementsAre("LOGO a.png 3"));
  EXPECT_FALSE(std::filesystem::exists(folder / "files/00-1A-E8-FF-00-01/.unfinished"));
  again->remove_all(mac);
  EXPECT_FALSE(std::filesystem::exists(folder / "files/00-1A-E8-FF-00-01"));
}

TEST(FilesOnDisk, FollowNoLinks) {
  const Folder folder;
  const std::string outside = folder.put("outside", "mine");
  const auto store = FilesOnDisk::open(folder / "files").value();
  ASSERT_TRUE(store->put(mac, "LOGO", "a.png", bytes("one")));
  const std::string place = folder / "files/00-1A-E8-FF-00-01/LOGO/b.png";
  std::filesystem::create_symlink(outside, place);
  EXPECT_EQ(text_of(*store, "LOGO", "b.png"), "nothing");
  ASSERT_TRUE(store->put(mac, "LOGO", "b.png", bytes("two"))) << "the link itself is replaced";
  EXPECT_EQ(contents(outside), "mine");
  std::filesystem::create_directory(folder / "elsewhere");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "files/00-1A-E8-FF-00-01/PIC");
  EXPECT_FALSE(store->put(mac, "PIC", "a.png", bytes("x")));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "elsewhere"));
}

TEST(FilesOnDisk, OfAMacAddressThatIsAWayElsewhereStayInTheFolder) {
  const Folder folder;
  const auto store = FilesOnDisk::open(folder / "files").value();
  ASSERT_TRUE(store->put("..", "LOGO", "a", bytes("x")));
  ASSERT_TRUE(store->put("../../x", "LOGO", "a", bytes("x")));
  EXPECT_TRUE(std::filesystem::exists(folder / "files/_../LOGO/a"));
  EXPECT_FALSE(std::filesystem::exists(folder / "LOGO"));
}

TEST(FilesOnDisk, OfAFullDiskLeaveTheOldOne) {
  const Folder folder;
  const std::string said = said_by_child([&]() -> std::string {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", (folder / "").c_str(), "tmpfs", 0, "size=128k") != 0)
      return "no small disk";
    const auto store = FilesOnDisk::open(folder / "files").value();
    if (!store->put(mac, "LOGO", "a.png", bytes("one"))) return "no beginning";
    const auto failed = store->put(mac, "LOGO", "a.png", bytes(std::string(200'000, 'x')));
    const auto kept = store->put(mac, "LOGO", "b.png", bytes("two"));
    return (failed ? "kept" : failed.error()) + "; " + text_of(*store, "LOGO", "a.png") + "; " +
           (kept ? "kept" : kept.error());
  });
  if (said == "no small disk") GTEST_SKIP() << "no disk may be made here";
  EXPECT_EQ(said, "it cannot be kept: No space left on device; one; kept");
}

TEST(FilesOnDisk, WhereNoFolderCanBeSayWhy) {
  const Folder folder;
  EXPECT_THAT(FilesOnDisk::open(folder.put("file", "x")).error(), HasSubstr("is no folder that can be used"));
  EXPECT_THAT(FilesOnDisk::open(folder / "no/such").error(), HasSubstr("cannot be made"));
}

}  // namespace
}  // namespace understudy::fleet
