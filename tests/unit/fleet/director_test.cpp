// Who stands between a phone and its service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "support/messages.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;
using transcript::Entry;
using transcript::Exchange;
using transcript::Scripted;

struct Kept : transcript::Sink {
  std::vector<Exchange> exchanges;
  std::vector<transcript::Contact> contacts;
  void take(const Entry& entry) override {
    if (const auto* x = std::get_if<Exchange>(&entry)) exchanges.push_back(*x);
    if (const auto* contact = std::get_if<transcript::Contact>(&entry)) contacts.push_back(*contact);
  }
};

struct Holding : Director {
  bool holds = true;
  int heard = 0;
  Delivery next;
  std::vector<std::string> told;
  Delivery says(const std::string&, const phone::Send&) override { return std::exchange(next, {}); }
  bool hears(const std::string&, const Exchange&) override {
    ++heard;
    return holds;
  }
  void begins(const std::string&, wpi::Reason reason) override {
    told.push_back("begins " + std::string(spelling(reason)));
  }
  void ends(const std::string&, phone::End) override { told.push_back("ends"); }
};

class Directed : public ::testing::Test {
 protected:
  std::vector<std::string> script = {"ReadAllItems", "CleanUp"};
  std::size_t line = 0;
  Kept kept;
  SimulatedClock clock;
  wpi::Reader reader;
  InProcessCarrier carrier{
      clock,
      [this](const wpi::HttpRequest& request, const net::Caller&, microseconds) {
        const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
        const std::string action = line < script.size() ? script[line++] : "CleanUp";
        const std::string body = service_message("<Action>" + action + "</Action>", said.nonce_or_empty());
        return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
                                    std::to_string(body.size()) + "\r\n\r\n" + body};
      },
      InProcessCarrier::Settings{}};
  Stage stage{carrier, clock, kept};
  Holding director;

  void SetUp() override {
    stage.add("phone-1",
              phone::Phone({"00:1A:E8:FF:00:01", "4241", "127.0.0.11"}, **phone::model_named("OpenStage 60"),
                           **phone::firmware_named("V3 R5"), "127.0.0.1:18443",
                           "/DeploymentService/LoginService", 1, {}, {}),
              Place{});
    stage.direct("phone-1", &director);
    stage.post("phone-1", phone::PowerOn{});
  }
  void until_heard(int times) {
    EXPECT_TRUE(clock.run([&] { return director.heard == times; }, 1h));
  }
};

TEST_F(Directed, AnAnswerIsHeldUntilItIsLetGo) {
  until_heard(1);
  clock.run([] { return false; }, 1min);
  EXPECT_EQ(kept.exchanges.size(), 1u);
  EXPECT_FALSE(stage.rests("phone-1"));
  stage.let_go("phone-1");
  until_heard(2);
  stage.let_go("phone-1");
  EXPECT_TRUE(stage.rests("phone-1"));
  EXPECT_THAT(director.told, ::testing::ElementsAre("begins start-up", "ends"));
}

TEST_F(Directed, SomebodyAnswersInItsPlace) {
  until_heard(1);
  EXPECT_TRUE(stage.answer_by_hand("phone-1", {.status = "failed"}, false, false));
  EXPECT_FALSE(stage.answer_by_hand("phone-1", {}, false, false)) << "nothing is held any more";
  until_heard(2);
  EXPECT_EQ(kept.exchanges[1].said->reasons[0].status->text, "failed");
  EXPECT_EQ(kept.exchanges[1].scripted, Scripted::words);
}

TEST_F(Directed, ThePowerIsCutWhileAnAnswerIsHeld) {
  until_heard(1);
  stage.post("phone-1", phone::PowerCut{});
  stage.let_go("phone-1");
  EXPECT_EQ(kept.exchanges.size(), 1u);
  until_heard(2);
  EXPECT_EQ(kept.exchanges[1].said->reason(), wpi::Reason::start_up);
}

TEST_F(Directed, AMessageIsSaidTwiceAndThePhoneHearsTheLastAnswer) {
  until_heard(1);
  director.next.times = 2;
  director.holds = false;
  script = {"ReadAllItems", "WriteItems", "CleanUp"};
  stage.let_go("phone-1");
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  ASSERT_EQ(kept.exchanges.size(), 3u);
  EXPECT_EQ(kept.exchanges[1].request.body, kept.exchanges[2].request.body);
  EXPECT_EQ(kept.exchanges[2].attempt, 2u);
  EXPECT_EQ(kept.exchanges[1].scripted, Scripted::none);
  EXPECT_EQ(kept.exchanges[2].scripted, Scripted::broken);
}

TEST_F(Directed, AMessageIsSaidLateOrNever) {
  until_heard(1);
  director.next.after = 5s;
  stage.let_go("phone-1");
  until_heard(2);
  EXPECT_EQ(kept.exchanges[1].begun - kept.exchanges[0].ended, 5s);
  stage.let_go("phone-1");

  director.next.never = true;
  director.next.after = 3s;
  director.holds = false;
  const auto begun = clock.now();
  stage.post("phone-1", phone::PowerOn{});
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  EXPECT_EQ(kept.exchanges.back().outcome, transcript::Outcome::interrupted);
  EXPECT_EQ(kept.exchanges.back().scripted, Scripted::broken);
  EXPECT_EQ(clock.now() - begun, 3s);
}

TEST_F(Directed, AFaultOfTheConnectionIsSimulatedToo) {
  until_heard(1);
  director.holds = false;
  stage.let_go("phone-1");
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  for (const auto kind :
       {net::Fault::Kind::drop_before, net::Fault::Kind::drop_within, net::Fault::Kind::drop_after}) {
    director.next.fault = {.kind = kind, .bytes = 10};
    const std::size_t served = line;
    stage.post("phone-1", phone::PowerOn{});
    clock.run([&] { return stage.rests("phone-1"); }, 1h);
    EXPECT_EQ(kept.exchanges.back().outcome, transcript::Outcome::interrupted);
    EXPECT_EQ(kept.exchanges.back().scripted, Scripted::broken);
    EXPECT_EQ(line, served);
  }
}

TEST_F(Directed, AKeptConnectionThatWasDroppedIsToThePhoneOneThatHadGone) {
  until_heard(1);
  director.next.fault = {.kind = net::Fault::Kind::drop_before};
  director.holds = false;
  stage.let_go("phone-1");
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  ASSERT_EQ(kept.exchanges.size(), 3u);
  EXPECT_EQ(kept.exchanges[2].attempt, 2u) << "it says it once more, as phones do";
  EXPECT_TRUE(kept.exchanges[2].fresh_connection);
  EXPECT_EQ(kept.exchanges[2].scripted, Scripted::none);
}

TEST_F(Directed, SomebodyElseThanTheServiceCallsAtItsDoor) {
  director.holds = false;
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  stage.call_at_door("phone-1", true, "");
  clock.run([&] { return stage.rests("phone-1"); }, 1h);
  ASSERT_EQ(kept.contacts.size(), 1u);
  EXPECT_TRUE(kept.contacts[0].scripted);
  EXPECT_EQ(kept.contacts[0].heed, transcript::Heed::calls_back);
  EXPECT_EQ(kept.exchanges.back().said->reason(), wpi::Reason::solicited);
}

TEST_F(Directed, AClockThatJumpsTakesTheTimersWithIt) {
  for (const auto& [jump, comes_within, not_within] :
       {std::tuple(5min, 1s, 0s), std::tuple(-5min, 303s, 301s)}) {
    until_heard(1);
    const auto begun = [&] { return std::count(director.told.begin(), director.told.end(), "begins local-changes"); };
    const auto before = begun();
    wpi::Item item;
    item.name = "sntp-addr";
    item.value = "192.0.2.1";
    stage.post("phone-1", phone::ItemsChanged{{item}});  // it gathers for two seconds
    director.next.fault = {.kind = net::Fault::Kind::clock_jump, .jump = jump};
    director.holds = false;
    stage.let_go("phone-1");
    clock.run([] { return false; }, not_within);
    EXPECT_EQ(begun(), before);
    clock.run([] { return false; }, comes_within - not_within);
    EXPECT_EQ(begun(), before + 1);
    director.holds = true;
    director.heard = 0;
    line = 0;
    stage.post("phone-1", phone::PowerOn{});
  }
}

TEST_F(Directed, ALostAnswerIsOnRecordAndThePhoneHearsNothingOfIt) {
  until_heard(1);
  director.next.fault = {.kind = net::Fault::Kind::lost_answer};
  director.holds = false;
  stage.let_go("phone-1");
  clock.run([] { return false; }, 1min);
  ASSERT_EQ(kept.exchanges.size(), 2u);
  EXPECT_EQ(kept.exchanges[1].outcome, transcript::Outcome::answered);
  EXPECT_EQ(kept.exchanges[1].scripted, Scripted::broken);
  EXPECT_EQ(stage.last_end("phone-1"), phone::End::connection_lost);
}

TEST_F(Directed, AFaultByChanceLeavesADeliveryAlone) {
  stage.afflict("phone-1", faults_of({{net::Fault::Kind::reset, 1.0}}), 1);
  until_heard(1);
  director.next.times = 2;
  director.holds = false;
  stage.let_go("phone-1");
  clock.run([] { return false; }, 1min);
  for (const Exchange& x : kept.exchanges) EXPECT_EQ(x.outcome, transcript::Outcome::answered);
  stage.post("phone-1", phone::PowerOn{});
  clock.run([] { return false; }, 1min);
  EXPECT_EQ(kept.exchanges.back().outcome, transcript::Outcome::interrupted);
  stage.afflict("phone-1", nullptr, 1);
  stage.post("phone-1", phone::PowerOn{});
  clock.run([] { return false; }, 1min);
  EXPECT_EQ(kept.exchanges.back().outcome, transcript::Outcome::answered);
}

}  // namespace
}  // namespace understudy::fleet
