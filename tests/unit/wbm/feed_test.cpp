#include "wbm/feed.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace understudy::wbm {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto at_once = 0ms;
constexpr auto patiently = 60'000ms;  // a test that waits so long has failed

TEST(Feed, GivesWhatCameBehindTheLastEventThatOneHas) {
  Feed feed;
  EXPECT_EQ(feed.last(), 0u);
  feed.add("items", "[1]", Role::user);
  feed.add("face", "\"x\"", Role::user);
  const Feed::News all = feed.wait(0, Role::user, at_once);
  EXPECT_EQ(all.text, "id: 1\nevent: items\ndata: [1]\n\nid: 2\nevent: face\ndata: \"x\"\n\n");
  EXPECT_EQ(all.last, 2u);
  EXPECT_FALSE(all.ended);
  EXPECT_EQ(feed.wait(1, Role::user, at_once).text, "id: 2\nevent: face\ndata: \"x\"\n\n");
  EXPECT_THAT(feed.wait(2, Role::user, at_once).text, IsEmpty());
}

TEST(Feed, KeepsWhatIsTheAdministratorsFromTheUser) {
  Feed feed;
  feed.add("items", "[1]", Role::administrator);
  const Feed::News news = feed.wait(0, Role::user, at_once);
  EXPECT_THAT(news.text, IsEmpty());
  EXPECT_EQ(news.last, 1u) << "he does not wait for it again";
  EXPECT_THAT(feed.wait(0, Role::administrator, at_once).text, HasSubstr("[1]"));
}

TEST(Feed, HasOneLoadItsPageAnewWhoIsTooFarBehind) {
  Feed feed;
  for (std::size_t n = 0; n < Feed::most_events + 5; ++n) feed.add("face", "0", Role::user);
  const std::string anew = "id: 1005\nevent: reload\ndata: {}\n\n";
  EXPECT_EQ(feed.wait(0, Role::user, at_once).text, anew);
  EXPECT_EQ(feed.wait(4, Role::user, at_once).text, anew);
  EXPECT_THAT(feed.wait(5, Role::user, at_once).text, HasSubstr("id: 6\nevent: face"));
  EXPECT_EQ(feed.wait(4, Role::user, at_once).last, 1005u);
}

TEST(Feed, HasOneLoadItsPageAnewWhoseNumberIsOfAnotherFeed) {
  Feed feed;
  feed.add("face", "0", Role::user);
  EXPECT_EQ(feed.wait(7, Role::user, at_once).text, "id: 1\nevent: reload\ndata: {}\n\n");
  Feed fresh;
  EXPECT_EQ(fresh.wait(7, Role::user, at_once).text, "id: 0\nevent: reload\ndata: {}\n\n");
}

TEST(Feed, IsBoundedInBytesAndKeepsTheLastEventHoweverLong) {
  Feed feed;
  const std::string half(Feed::most_bytes / 2, 'x');
  for (int n = 0; n < 3; ++n) feed.add("face", half, Role::user);
  EXPECT_THAT(feed.wait(0, Role::user, at_once).text, HasSubstr("reload"));
  EXPECT_THAT(feed.wait(2, Role::user, at_once).text, HasSubstr("event: face"));
  feed.add("face", std::string(Feed::most_bytes + 1, 'y'), Role::user);
  EXPECT_THAT(feed.wait(3, Role::user, at_once).text, HasSubstr("yyyy"));
}

TEST(Feed, CountsItsReaders) {
  Feed feed;
  {
    const Feed::Reader one(feed), two(feed);
    EXPECT_EQ(feed.readers(), 2);
  }
  EXPECT_EQ(feed.readers(), 0);
}

TEST(Feed, GivesEveryReaderEveryEventInOrder) {
  Feed feed;
  constexpr std::uint64_t events = 500;
  std::vector<std::string> heard(4);
  std::vector<std::thread> readers;
  for (std::string& mine : heard)
    readers.emplace_back([&feed, &mine] {
      for (std::uint64_t after = 0; after < events;) {
        const Feed::News news = feed.wait(after, Role::user, patiently);
        mine += news.text;
        after = news.last;
      }
    });
  std::string all;
  for (std::uint64_t n = 1; n <= events; ++n) {
    feed.add("face", std::to_string(n), Role::user);
    all += "id: " + std::to_string(n) + "\nevent: face\ndata: " + std::to_string(n) + "\n\n";
  }
  for (std::thread& reader : readers) reader.join();
  for (const std::string& mine : heard) EXPECT_TRUE(mine == all);
}

TEST(Feed, WakesAllWhoWaitWhenItCloses) {
  Feed feed;
  std::atomic<int> ended = 0;
  std::vector<std::thread> readers;
  for (int n = 0; n < 3; ++n)
    readers.emplace_back([&] { ended += feed.wait(0, Role::user, patiently).ended ? 1 : 0; });
  feed.close();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(ended, 3);
  EXPECT_TRUE(feed.closed());
  EXPECT_TRUE(feed.wait(0, Role::user, patiently).ended) << "and from then on nobody waits";
}

}  // namespace
}  // namespace understudy::wbm
