// Simulated time, and a service in process behind the same readers as a real one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/simulated.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;
using transcript::Exchange;
using transcript::Outcome;

TEST(SimulatedClock, RunsWhatIsPlannedInTheOrderOfTimeThenOfPlanning) {
  SimulatedClock clock;
  std::string said;
  clock.after(2s, [&] { said += "c"; });
  clock.after(1s, [&] { said += "a"; });
  clock.after(1s, [&] { said += "b"; });
  EXPECT_TRUE(clock.run([&] { return said.size() == 3; }, 1h));
  EXPECT_EQ(said, "abc");
  EXPECT_EQ(clock.now(), 2s);
}

TEST(SimulatedClock, StopsAtTheLimitAndSaysSo) {
  SimulatedClock clock;
  bool rang = false;
  clock.after(10s, [&] { rang = true; });
  EXPECT_FALSE(clock.run([&] { return rang; }, 9s));
  EXPECT_EQ(clock.now(), 9s);
  EXPECT_TRUE(clock.run([&] { return rang; }, 1s));
}

TEST(SimulatedClock, ForgetsWhatIsCancelledAndKnowsWhenNothingIsLeft) {
  SimulatedClock clock;
  const auto timer = clock.after(1s, [] { FAIL() << "was cancelled"; });
  clock.cancel(timer);
  EXPECT_FALSE(clock.run([] { return false; }, 1h));
  EXPECT_EQ(clock.now(), 0s) << "no time passes for it";
}

TEST(SimulatedClock, TakesNoOtherTimerForOneThatHasFired) {
  SimulatedClock clock;
  bool rang = false;
  const auto fired = clock.after(1s, [] {});
  clock.run([] { return false; }, 2s);
  clock.after(1s, [&] { rang = true; });
  clock.cancel(fired);
  clock.cancel(fired);
  EXPECT_TRUE(clock.run([&] { return rang; }, 1h));
}

class InProcess : public ::testing::Test {
 protected:
  Exchange carry(net::Served served, microseconds limit = 30s) {
    const auto service = [served](const wpi::HttpRequest&, const net::Caller&, microseconds) { return served; };
    if (!carrier) carrier = std::make_unique<InProcessCarrier>(clock, service, InProcessCarrier::Settings{});
    net::Order order;
    order.phone = "phone-1";
    order.waits.answer = limit;
    order.request = {"POST", "/", {{"Host", "x"}, {"Content-Length", "0"}}, ""};
    std::optional<Exchange> came;
    carrier->carry(order, [&](Exchange x) { came = std::move(x); });
    EXPECT_FALSE(came.has_value()) << "done was called from inside carry";
    EXPECT_TRUE(clock.run([&] { return came.has_value(); }, 1h));
    return came.value_or(Exchange{});
  }
  SimulatedClock clock;
  std::unique_ptr<InProcessCarrier> carrier;
};

TEST_F(InProcess, AWholeAnswerKeepsTheConnection) {
  const net::Served ok{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"};
  const Exchange first = carry(ok);
  EXPECT_EQ(first.outcome, Outcome::answered);
  EXPECT_EQ(first.response->body, "hi");
  EXPECT_TRUE(first.response->problems.empty());
  const Exchange second = carry(ok);
  EXPECT_FALSE(second.fresh_connection);
  EXPECT_EQ(second.connection, first.connection);
}

TEST_F(InProcess, AConnectionClosedSilentlyIsFoundClosedByTheNextRequest) {
  const net::Served closes{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", .close = true};
  EXPECT_EQ(carry(closes).outcome, Outcome::answered);
  const Exchange lost = carry(closes);
  EXPECT_EQ(lost.outcome, Outcome::closed);
  EXPECT_FALSE(lost.fresh_connection);
  EXPECT_TRUE(carry(closes).fresh_connection);
}

TEST_F(InProcess, ALateAnswerIsATimeOutAtTheLimit) {
  const Exchange late = carry({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .after = 31s});
  EXPECT_EQ(late.outcome, Outcome::timed_out);
  EXPECT_EQ(late.ended - late.sent, 30s);
}

TEST_F(InProcess, AnAnswerInDripsThatTakesTooLongIsDeliveredAsFarAsItCame) {
  const Exchange slow = carry({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x'), .piece = 1, .every = 250ms});
  EXPECT_EQ(slow.outcome, Outcome::timed_out);
  ASSERT_TRUE(slow.response.has_value());
  EXPECT_FALSE(slow.response->complete);
  EXPECT_GT(slow.response->body.size(), 50u);
}

TEST_F(InProcess, WhatStandsBehindTheAnswerIsSeen) {
  const Exchange more = carry({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi there"});
  ASSERT_EQ(more.response->problems.size(), 1u);
  EXPECT_EQ(more.response->problems[0].flaw, wpi::HttpFlaw::body_excess);
}

TEST_F(InProcess, AShortBodyThatIsClosedIsAnsweredButNotWhole) {
  const Exchange cut = carry({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi", .close = true});
  EXPECT_EQ(cut.outcome, Outcome::answered);
  EXPECT_FALSE(cut.response->complete);
}

TEST_F(InProcess, ClosingWithoutAWordIsClosed) { EXPECT_EQ(carry({.bytes = "", .close = true}).outcome, Outcome::closed); }

TEST_F(InProcess, SilenceIsATimeOut) { EXPECT_EQ(carry({.bytes = ""}).outcome, Outcome::timed_out); }

}  // namespace
}  // namespace understudy::fleet
