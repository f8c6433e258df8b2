#include "net/event_loop.h"

#include <gtest/gtest.h>
#include <string>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;

TEST(Timers, AreCalledInTheOrderInWhichTheyAreDue) {
  EventLoop loop;
  std::string called;
  loop.after(3ms, [&] { called += 'c'; });
  loop.after(1ms, [&] { called += 'a'; });
  loop.after(2ms, [&] { called += 'b'; });
  EXPECT_TRUE(loop.run([&] { return called.size() == 3; }, 10s));
  EXPECT_EQ(called, "abc");
}

TEST(Timers, ThatAreCancelledAreNotCalledEvenByAnotherThatIsDueAtOnce) {
  EventLoop loop;
  std::string called;
  std::uint64_t second = 0;
  loop.after(0ms, [&] {
    called += 'a';
    loop.cancel(second);
  });
  second = loop.after(0ms, [&] { called += 'b'; });
  loop.after(1ms, [&] { called += 'c'; });
  EXPECT_TRUE(loop.run([&] { return called.ends_with('c'); }, 10s));
  EXPECT_EQ(called, "ac");
}

TEST(Timers, CanSetAnotherThatIsDueBeforeAllThatWait) {
  EventLoop loop;
  std::string called;
  loop.after(24h, [&] { called += 'z'; });
  loop.after(1ms, [&] { loop.after(0ms, [&] { called += 'b'; }); });
  EXPECT_TRUE(loop.run([&] { return !called.empty(); }, 10s));
  EXPECT_EQ(called, "b");
}

TEST(Timers, MayBeCancelledTwiceAndAfterTheyWereCalled) {
  EventLoop loop;
  bool called = false;
  const std::uint64_t timer = loop.after(0ms, [&] { called = true; });
  EXPECT_TRUE(loop.run([&] { return called; }, 10s));
  loop.cancel(timer);
  loop.cancel(timer);
  loop.cancel(4711);
}

}  // namespace
}  // namespace understudy::net
