#include "wbm/sessions.h"

#include <gtest/gtest.h>
#include <set>

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;

TEST(Sessions, AreFoundByTheirIdAlone) {
  Sessions sessions;
  const Session& one = sessions.open(0s);
  EXPECT_EQ(sessions.find(one.id, 1s), &one);
  EXPECT_EQ(sessions.find(one.token, 1s), nullptr);
  EXPECT_EQ(sessions.find("", 1s), nullptr);
  EXPECT_EQ(sessions.find(one.id.substr(1), 1s), nullptr);
}

TEST(Sessions, HaveIdsAndTokensThatNobodyGuesses) {
  Sessions sessions;
  std::set<std::string> seen;
  for (int n = 0; n < 500; ++n) {
    const Session& one = sessions.open(0s);
    for (const std::string& secret : {one.id, one.token}) {
      EXPECT_EQ(secret.size(), 64u);
      EXPECT_EQ(secret.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_TRUE(seen.insert(secret).second);
    }
  }
}

TEST(Sessions, EndWhenTheyAreNotUsed) {
  Sessions sessions;
  const std::string id = sessions.open(0s).id;
  EXPECT_NE(sessions.find(id, Sessions::idle), nullptr);
  EXPECT_NE(sessions.find(id, 2 * Sessions::idle), nullptr) << "counts from the last use";
  EXPECT_EQ(sessions.find(id, 3 * Sessions::idle + 1us), nullptr);
  EXPECT_EQ(sessions.find(id, 2 * Sessions::idle), nullptr) << "and does not come back";
}

TEST(Sessions, EndWhenTheyAreClosed) {
  Sessions sessions;
  const std::string id = sessions.open(0s).id, other = sessions.open(0s).id;
  sessions.close(id);
  sessions.close("nothing");
  EXPECT_EQ(sessions.find(id, 0s), nullptr);
  EXPECT_NE(sessions.find(other, 0s), nullptr);
}

TEST(Sessions, MakeRoomByEndingTheOneThatWasNotUsedForLongest) {
  Sessions sessions;
  const std::string first = sessions.open(1s).id, second = sessions.open(2s).id;
  for (std::size_t n = 2; n < Sessions::most; ++n) sessions.open(3s);
  EXPECT_NE(sessions.find(first, 4s), nullptr);
  sessions.open(5s);
  EXPECT_NE(sessions.find(first, 5s), nullptr);
  EXPECT_EQ(sessions.find(second, 5s), nullptr);
}

TEST(Sessions, KnowARoleAPhone) {
  Sessions sessions;
  Session& one = sessions.open(0s);
  one.roles["phone-1"] = Role::administrator;
  EXPECT_EQ(one.role_at("phone-1"), Role::administrator);
  EXPECT_EQ(one.role_at("phone-2"), std::nullopt);
}

TEST(SameSecret, IsSameInEveryByte) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_FALSE(same_secret("", "a"));
}

}  // namespace
}  // namespace understudy::wbm
