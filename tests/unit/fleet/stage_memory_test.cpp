// What a service is told is kept before: the stage with a memory that says in what order things happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "fleet_support.h"
#include "support/messages.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Contains;

std::string order(const std::string& action, const std::string& items = "") {
  return "<Action>" + action + "</Action><ItemList>" + items + "</ItemList>";
}
std::string write(const std::string& realm) { return order("WriteItems", "<Item name=\"realm\">" + realm + "</Item>"); }
const std::string write_poll = order("WriteItems", "<Item name=\"dcmp-url\">http://192.0.2.5/</Item><Item name=\"dcmp-poll-interval\">60</Item>");

using Log = std::vector<std::string>;

struct Recorded : Memory {
  explicit Recorded(Log& entries) : log(entries) {}
  tl::expected<void, std::string> keep(const phone::Phone& phone) override {
    if (full) return tl::unexpected(std::string("the disk is full"));
    log.push_back("kept realm " + realm_of(phone));
    last = phone.memory();
    return {};
  }
  Log& log;
  bool full = false;
  std::string last;
};

// Its requests and closed connections are written down; it answers with the next line of the script, as Message's inside.
struct Line : net::Carrier {
  Line(Log& entries, net::Clock& with) : log(entries), clock(with) {}
  void carry(net::Order order, std::function<void(transcript::Exchange)> done) override {
    transcript::Exchange x;
    x.request = order.request;
    x.outcome = transcript::Outcome::answered;
    x.response.emplace();
    x.response->status = 200;
    if (order.request.method == "GET") {
      log.push_back("polled");
    } else {
      const wpi::Document said = reader.read(order.request.body, wpi::Sender::phone);
      log.push_back("said " + said.reasons.front().reason.text);
      x.response->body = service_message(script.at(next++), said.nonce_or_empty());
      x.answer = std::make_shared<wpi::Document>(reader.read(x.response->body, wpi::Sender::service));
    }
    clock.after(1ms, [x = std::move(x), done = std::move(done)] { done(x); });
  }
  void close(const std::string&) override { log.push_back("closed"); }
  Log& log;
  net::Clock& clock;
  wpi::Reader reader;
  std::vector<std::string> script;
  std::size_t next = 0;
};

struct Marks : transcript::Sink {
  void take(const transcript::Entry& entry) override {
    if (const auto* mark = std::get_if<transcript::Mark>(&entry)) all.push_back(std::string(name_of(mark->event)) + " " + mark->text);
  }
  Log all;
};

class WithMemory : public ::testing::Test {
 protected:
  Log log;
  SimulatedClock clock;
  Line line{log, clock};
  Recorded memory{log};
  Marks marks;
  Stage stage{line, clock, marks, &memory};

  void SetUp() override { stage.add("phone-1", made(), Place{}); }
  const phone::Phone& phone() const { return stage.phone("phone-1"); }
  void happens(const phone::Event& event) {
    stage.post("phone-1", event);
    EXPECT_TRUE(clock.run([&] { return phone().idle(); }, 10min));
  }
};

TEST_F(WithMemory, WhatIsWrittenIsKeptBeforeItIsAcknowledged) {
  line.script = {write("home"), order("ReadAllItems"), write("home"), write("away"), order("CleanUp")};
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("kept realm ", "said start-up", "kept realm home", "said reply-to", "said reply-to", "said reply-to",
                               "kept realm away", "said reply-to", "closed"));
  EXPECT_EQ(memory.last, phone().memory());
  EXPECT_EQ(stage.memory_failure(), "");
}

TEST_F(WithMemory, WhatTheUserChangesIsKeptAtOnceAndWhatWasReportedIsKeptAsSuch) {
  line.script = {order("CleanUp"), order("CleanUp")};
  happens(phone::PowerOn{});
  log.clear();
  happens(phone::ItemsChanged{{item("realm", "mine")}});
  EXPECT_THAT(log, ElementsAre("kept realm mine", "said local-changes", "kept realm mine", "closed"));
  EXPECT_EQ(memory.last, phone().memory());
}

TEST_F(WithMemory, AFactoryResetIsKeptBeforeThePhoneIsBack) {
  line.script = {write("home"), order("Restart", "<Item name=\"restart-password\">124816</Item><Item name=\"restart-type\">FactoryReset</Item>"),
                 order("CleanUp")};
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("kept realm ", "said start-up", "kept realm home", "said reply-to", "kept realm ", "closed",
                               "said start-up", "kept realm ", "closed"));
}

TEST_F(WithMemory, PollsCallsAndContactsThatChangeNothingAreNotWritten) {
  line.script = {write_poll, order("CleanUp"), order("ReadAllItems"), order("CleanUp")};
  happens(phone::PowerOn{});
  log.clear();
  clock.run([] { return false; }, 3min + 1s);
  happens(phone::CallBegins{});
  happens(phone::CallEnds{});
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("polled", "closed", "polled", "closed", "polled", "closed", "said start-up", "said reply-to", "closed"));
}

TEST_F(WithMemory, AFreshPhoneIsKeptAndOneThatRemembersIsNot) {
  phone::Phone again = made({.mac = "00:1A:E8:FF:00:02"});
  ASSERT_TRUE(again.remember(with_realm("home", {.mac = "00:1A:E8:FF:00:02"}).memory()));
  stage.add("phone-2", std::move(again), Place{});
  line.script = {order("CleanUp"), order("CleanUp")};
  stage.post("phone-2", phone::PowerOn{});
  clock.run([&] { return stage.phone("phone-2").idle(); }, 1min);
  EXPECT_THAT(log, ElementsAre("said start-up", "closed"));
  log.clear();
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("kept realm ", "said start-up", "closed"));
}

TEST_F(WithMemory, WhatCannotBeKeptIsNotAcknowledged) {
  line.script = {order("CleanUp"), write("home")};
  happens(phone::PowerOn{});
  log.clear();
  memory.full = true;
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("said start-up", "closed")) << "and no reply-to";
  EXPECT_EQ(stage.memory_failure(), "the disk is full");
  EXPECT_EQ(stage.last_end("phone-1"), phone::End::broke_off);
  EXPECT_THAT(marks.all, ElementsAre("interaction start-up", "interaction_ended clean_up", "interaction start-up",
                                     "note its memory cannot be kept: the disk is full",
                                     "interaction_ended broke_off: its memory cannot be kept"));
}

TEST_F(WithMemory, APhoneSaysNothingAsLongAsItsMemoryCannotBeKept) {
  memory.full = true;
  happens(phone::ItemsChanged{{item("realm", "mine")}});
  happens(phone::PowerOn{});
  EXPECT_THAT(log, Not(Contains("said start-up")));
  EXPECT_THAT(log, Not(Contains("said local-changes")));
  EXPECT_TRUE(phone().idle()) << "and waits for nothing";
}

TEST_F(WithMemory, APhoneWhoseMemoryCanBeKeptAgainGoesOnAndReportsWhatWasPending) {
  memory.full = true;
  happens(phone::ItemsChanged{{item("realm", "mine")}});
  memory.full = false;
  log.clear();
  line.script = {order("CleanUp"), order("CleanUp")};
  happens(phone::PowerOn{});
  EXPECT_THAT(log, ElementsAre("kept realm mine", "said start-up", "closed", "said local-changes", "kept realm mine", "closed"));
  EXPECT_EQ(stage.memory_failure(), "the disk is full") << "it is not forgotten";
}

TEST_F(WithMemory, OnePhonesTroubleIsNoOthers) {
  stage.add("phone-2", made({.mac = "00:1A:E8:FF:00:02"}), Place{});
  line.script = {order("CleanUp")};
  memory.full = true;
  happens(phone::PowerOn{});
  memory.full = false;
  stage.post("phone-2", phone::PowerOn{});
  clock.run([&] { return stage.phone("phone-2").idle(); }, 1min);
  EXPECT_EQ(stage.last_end("phone-2"), phone::End::clean_up);
}

TEST(WithoutMemory, NothingIsKeptAndNothingIsMissed) {
  Log log;
  SimulatedClock clock;
  Line line(log, clock);
  Marks marks;
  Stage stage(line, clock, marks);
  stage.add("phone-1", made(), Place{});
  line.script = {write("home"), order("CleanUp")};
  stage.post("phone-1", phone::PowerOn{});
  clock.run([&] { return stage.phone("phone-1").idle(); }, 1min);
  EXPECT_THAT(log, ElementsAre("said start-up", "said reply-to", "closed"));
}

}  // namespace
}  // namespace understudy::fleet
