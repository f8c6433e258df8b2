// The file that keeps phones: what comes back, and what is said where it cannot be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "child_support.h"
#include "fleet_support.h"
#include "support/folder.h"
#include "support/messages.h"

namespace understudy::fleet {
namespace {

using ::testing::StartsWith;

class AStateFile : public ::testing::Test {
 protected:
  Folder folder;
  const std::string path = folder / "phones.state";

  std::unique_ptr<StateFile> open() {
    auto file = StateFile::open(path);
    if (!file) throw std::runtime_error(file.error().text);
    return std::move(*file);
  }
  void keep(const phone::Phone& phone) {
    const auto kept = open()->keep(phone);
    ASSERT_TRUE(kept) << kept.error();
  }
  std::string recalling(phone::Phone phone) {
    const auto recalled = open()->recall(phone);
    return recalled ? "recalled" : words_of(recalled.error(), path);
  }
  void sql(const char* statement) {
    auto database = Database::open(path);
    ASSERT_TRUE(database) << database.error().text;
    const auto done = database->run(statement);
    ASSERT_TRUE(done) << done.error().text;
  }
};

TEST_F(AStateFile, GivesAPhoneBackWhatItRemembered) {
  const phone::Phone first = with_realm("home \u00e4 \t\n'\"");
  keep(first);
  phone::Phone second = made();
  const auto recalled = open()->recall(second);
  ASSERT_TRUE(recalled);
  EXPECT_TRUE(recalled->known);
  EXPECT_EQ(recalled->note, "");
  EXPECT_EQ(second.memory(), first.memory());
  EXPECT_EQ(second.memory_version(), 0u);
}

TEST_F(AStateFile, LeavesAPhoneAloneThatIsNewThere) {
  keep(with_realm("home"));
  phone::Phone other = made({.mac = "00:1A:E8:FF:00:02"});
  const auto recalled = open()->recall(other);
  ASSERT_TRUE(recalled);
  EXPECT_FALSE(recalled->known);
  EXPECT_EQ(realm_of(other), "");
}

TEST_F(AStateFile, KeepsPhonesApartAndTheLastOfEach) {
  {
    const auto file = open();
    ASSERT_TRUE(file->keep(with_realm("old")));
    ASSERT_TRUE(file->keep(with_realm("other", {.mac = "00:1A:E8:FF:00:02", .model = "OpenStage 40", .firmware = "V2 R2", .number = "4242"})));
    ASSERT_TRUE(file->keep(with_realm("new")));
  }
  const auto file = open();
  const auto phones = file->phones();
  ASSERT_TRUE(phones);
  ASSERT_EQ(phones->size(), 2u);
  EXPECT_EQ((*phones)[0].mac, "00:1A:E8:FF:00:01");
  EXPECT_EQ((*phones)[1].model, "OpenStage 40");
  EXPECT_EQ((*phones)[1].firmware, "V2 R2.30.0");
  EXPECT_EQ((*phones)[1].number, "4242");
  EXPECT_EQ((*phones)[1].address, "127.0.0.11");
  phone::Phone phone = made();
  ASSERT_TRUE(file->recall(phone));
  EXPECT_EQ(realm_of(phone), "new");
}

TEST_F(AStateFile, IsForItsOwnerAlone) {
  const mode_t before = ::umask(0);
  const auto file = open();
  EXPECT_TRUE(file->keep(with_realm("home")));
  ::umask(before);
  for (const std::string& made : {path, path + "-journal"}) {
    struct stat status{};
    ASSERT_EQ(::stat(made.c_str(), &status), 0) << made;
    EXPECT_EQ(status.st_mode & 07777, 0600u) << made;
  }
}

TEST_F(AStateFile, IsAllThatIsLeftOnceItIsClosed) {
  keep(with_realm("home"));
  const std::filesystem::directory_iterator files(std::filesystem::path(path).parent_path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(AStateFile, CountsHowOftenItWasOpened) {
  EXPECT_EQ(open()->starts(), 1u);
  EXPECT_EQ(open()->starts(), 2u);
}

TEST_F(AStateFile, TakesAnEmptyFileForANewOne) {
  folder.put("phones.state", "");
  EXPECT_EQ(opening(path), "opened");
}

TEST_F(AStateFile, WithOtherFirmwareGoesOnAndSaysSo) {
  keep(with_realm("home", {.firmware = "V2 R2"}));
  phone::Phone upgraded = made({.firmware = "V3 R5"});
  const auto file = open();
  const auto recalled = file->recall(upgraded);
  ASSERT_TRUE(recalled);
  EXPECT_TRUE(recalled->known);
  EXPECT_EQ(recalled->note, "00:1A:E8:FF:00:01 had the firmware V2 R2.30.0, and goes on with V3 R5.12.0");
  EXPECT_EQ(realm_of(upgraded), "home");
  ASSERT_TRUE(file->keep(upgraded));
  EXPECT_EQ(file->recall(upgraded)->note, "") << "an upgrade is told once";
}

TEST_F(AStateFile, IsRefusedToAnotherModelOrNumber) {
  keep(made());
  EXPECT_EQ(recalling(made({.model = "OpenStage 40"})),
            "wrong file: PATH: 00:1A:E8:FF:00:01 is kept there as OpenStage 60, not as OpenStage 40");
  EXPECT_EQ(recalling(made({.number = "4242"})),
            "wrong file: PATH: 00:1A:E8:FF:00:01 is kept there with the number 4241, not 4242");
}

TEST_F(AStateFile, IsWrongWhereAMemoryIsNone) {
  keep(made());
  sql("UPDATE phone SET memory = 'hello'");
  EXPECT_EQ(recalling(made()), "wrong file: PATH: what is kept of 00:1A:E8:FF:00:01 cannot be read: "
                               "line 1: no memory of a phone (understudy.phone/1)");
}

TEST_F(AStateFile, IsWrongWhereItIsNoDatabase) {
  folder.put("phones.state", "<phones/>\n");
  EXPECT_EQ(opening(path), "wrong file: PATH: is no database");
  EXPECT_EQ(contents(path), "<phones/>\n") << "and is left alone";
}

TEST_F(AStateFile, IsWrongWhereItIsADatabaseOfSomethingElse) {
  folder.put("phones.state", "");
  sql("CREATE TABLE bookmark (url TEXT)");
  const std::string before = contents(path);
  EXPECT_EQ(opening(path), "wrong file: PATH: is a database of something else");
  EXPECT_EQ(contents(path), before) << "and is left alone";
}

TEST_F(AStateFile, IsWrongInAnotherFormat) {
  open();
  sql("PRAGMA user_version = 2");
  EXPECT_EQ(opening(path), "wrong file: PATH: is of format 2, and this program reads 1");
  sql("PRAGMA user_version = 0");
  EXPECT_EQ(opening(path), "wrong file: PATH: is of format 0, and this program reads 1");
}

TEST_F(AStateFile, IsWrongWhereItIsDamaged) {
  phone::Phone phone = made();
  for (int key = 1; key < 9; ++key) phone.set_up({item("key-label", std::string(2'000, 'x'), std::to_string(key))});
  keep(phone);
  const std::string whole = contents(path);
  ASSERT_GT(whole.size(), 5u * 4096);
  std::string torn = whole;
  torn.replace(4096, 4096, std::string(4096, '\xA5'));
  folder.put("phones.state", torn);
  EXPECT_THAT(opening(path), StartsWith("wrong file: PATH: is damaged: "));
  folder.put("phones.state", whole.substr(0, 3 * 4096));
  EXPECT_THAT(opening(path), StartsWith("wrong file: PATH: is damaged: "));
  folder.put("phones.state", whole);
  EXPECT_EQ(opening(path), "opened");
}

TEST_F(AStateFile, IsWrongWithoutItsTables) {
  open();
  sql("DROP TABLE file");
  EXPECT_EQ(opening(path), "wrong file: PATH: is damaged: no such table: file");
}

TEST_F(AStateFile, CannotBeAFolderOrADevice) {
  EXPECT_EQ(opening("/dev/null"), "wrong file: PATH: is no file");
  EXPECT_EQ(opening(std::filesystem::path(path).parent_path().string()), "wrong file: PATH: is no file");
}

TEST_F(AStateFile, CannotBeMadeWhereThereIsNoFolder) {
  EXPECT_EQ(opening(folder / "missing/phones.state"), "could not run: PATH: cannot be made: No such file or directory");
  folder.put("file", "");
  EXPECT_EQ(opening(folder / "file/phones.state"), "could not run: PATH: cannot be made: Not a directory");
  EXPECT_EQ(opening(""), "could not run: PATH: cannot be made: No such file or directory");
}

// In a process that is not root's, who may write everything.
class ForAnybody : public AStateFile {
 protected:
  std::string opening_as_anybody() {
    ::chmod(std::filesystem::path(path).parent_path().c_str(), folder_mode_);
    return said_by_child([&]() -> std::string {
      constexpr uid_t nobody = 65'534;
      if (::geteuid() == 0 && ::setuid(nobody) != 0) return "cannot be nobody";
      return opening(path);
    });
  }
  mode_t folder_mode_ = 0555;
};

TEST_F(ForAnybody, AFileThatMayOnlyBeReadCannotBeUsed) {
  keep(made());
  ::chmod(path.c_str(), 0444);
  folder_mode_ = 0777;
  EXPECT_EQ(opening_as_anybody(), "could not run: PATH: cannot be written");
}

TEST_F(ForAnybody, AFileThatMayNotBeReadCannotBeUsed) {
  keep(made());
  ::chmod(path.c_str(), 0000);
  EXPECT_EQ(opening_as_anybody(), "could not run: PATH: cannot be opened: Permission denied");
}

TEST_F(ForAnybody, AFileIsNotMadeInAFolderThatMayOnlyBeRead) {
  EXPECT_EQ(opening_as_anybody(), "could not run: PATH: cannot be made: Permission denied");
}

TEST_F(ForAnybody, AFileInAFolderThatMayOnlyBeReadCannotBeUsed) {
  keep(made());
  ::chmod(path.c_str(), 0666);
  EXPECT_EQ(opening_as_anybody(), "could not run: PATH: cannot be written: its folder cannot");
}

// The other process opens it first: one that is forked later would have the lock too.
TEST_F(AStateFile, BelongsToOneProgramUntilThatIsGone) {
  const std::string in_use = "could not run: PATH: is in use by another program";
  Child other([&](int out) {
    const auto file = StateFile::open(path);
    tell(out, file ? "1" : "0");
    tell(out, opening(path) == in_use ? "1" : "0");
    tell(out, (*file)->keep(with_realm("home")) ? "1" : "0");
    ::pause();
  });
  ASSERT_EQ(other.read(3), "111");
  EXPECT_EQ(opening(path), in_use) << "the second try of the other took nothing away from it";
  other.kill();
  other.rest();
  EXPECT_EQ(opening(path), "opened");
}

TEST_F(AStateFile, ThatIsMovedAwayKeepsNothingAnyMore) {
  const auto file = open();
  ASSERT_TRUE(file->keep(with_realm("old")));
  std::filesystem::rename(path, path + ".away");
  const auto kept = file->keep(with_realm("new"));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error(), path + ": is gone: it was moved or deleted");
  std::filesystem::rename(path + ".away", path);
  EXPECT_TRUE(file->keep(with_realm("new"))) << "it is back";
}

}  // namespace
}  // namespace understudy::fleet
