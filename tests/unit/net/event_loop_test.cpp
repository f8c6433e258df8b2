#include "net/event_loop.h"

#include <csignal>
#include <gtest/gtest.h>
#include <vector>

namespace understudy::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(EventLoop, FiresTimersInTheirOrder) {
  EventLoop loop;
  std::vector<int> fired;
  loop.after(milliseconds(20), [&] { fired.push_back(2); });
  loop.after(milliseconds(1), [&] { fired.push_back(1); });
  EXPECT_TRUE(loop.run([&] { return fired.size() == 2; }, seconds(10)));
  EXPECT_EQ(fired, (std::vector{1, 2}));
  EXPECT_GE(loop.now(), milliseconds(20));
}

TEST(EventLoop, NeverFiresATimerThatWasCancelledThoughItHadRunOut) {
  EventLoop loop;
  bool first = false, second = false, later = false;
  std::uint64_t one = 0, two = 0;
  one = loop.after(microseconds(0), [&] { first = true, loop.cancel(two); });
  two = loop.after(microseconds(0), [&] { second = true, loop.cancel(one); });
  loop.after(milliseconds(5), [&] { later = true; });
  EXPECT_TRUE(loop.run([&] { return later; }, seconds(10)));
  EXPECT_NE(first, second);
}

TEST(EventLoop, FiresATimerThatIsDueBeforeAllThatWait) {
  EventLoop loop;
  bool fired = false;
  loop.after(seconds(1000), [] {});
  loop.after(milliseconds(1), [&] { loop.after(microseconds(0), [&] { fired = true; }); });
  EXPECT_TRUE(loop.run([&] { return fired; }, seconds(10)));
}

TEST(EventLoop, HasNothingLeftWhenAllTimersAreCancelled) {
  EventLoop loop;
  const std::uint64_t one = loop.after(seconds(1000), [] {}), two = loop.after(seconds(2000), [] {});
  loop.cancel(one);
  loop.cancel(two);
  loop.cancel(two);
  loop.cancel(4711);
  EXPECT_FALSE(loop.run([] { return false; }, microseconds::max()));
  bool fired = false;
  loop.after(milliseconds(1), [&] { fired = true; });
  EXPECT_TRUE(loop.run([&] { return fired; }, seconds(10)));
}

TEST(EventLoop, SaysWhenTheLimitPassedOrNothingIsLeft) {
  EventLoop loop;
  EXPECT_FALSE(loop.run([] { return false; }, microseconds::max()));
  loop.after(seconds(100), [] {});
  EXPECT_FALSE(loop.run([] { return false; }, milliseconds(5)));
  bool posted = false;
  loop.post([&] { posted = true; });
  EXPECT_FALSE(posted);
  EXPECT_TRUE(loop.run([&] { return posted; }, seconds(10)));
}

TEST(EventLoop, GoesOnAfterItHadNothingLeft) {
  EventLoop loop;
  EXPECT_FALSE(loop.run([] { return false; }, seconds(1)));
  bool fired = false;
  loop.after(milliseconds(1), [&] { fired = true; });
  EXPECT_TRUE(loop.run([&] { return fired; }, seconds(10)));
}

TEST(EventLoop, HasTheProcessIgnoreBrokenPipes) {
  const EventLoop loop;
  struct sigaction action {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &action), 0);
  EXPECT_EQ(action.sa_handler, SIG_IGN);
}

}  // namespace
}  // namespace understudy::net
