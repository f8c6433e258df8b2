// Phones on the stage: every word reaches the sink, in order, with who said it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/simulated.h"
#include "fleet/stage.h"
#include "support/messages.h"

namespace understudy::fleet {
namespace {

using namespace std::chrono_literals;
using transcript::Entry;
using transcript::Event;
using transcript::Exchange;
using transcript::Mark;

struct Kept : transcript::Sink {
  std::vector<Entry> entries;
  void take(const Entry& entry) override { entries.push_back(entry); }
  std::vector<Exchange> exchanges() const {
    std::vector<Exchange> out;
    for (const Entry& entry : entries)
      if (const auto* x = std::get_if<Exchange>(&entry)) out.push_back(*x);
    return out;
  }
  std::vector<std::string> marks() const {
    std::vector<std::string> out;
    for (const Entry& entry : entries)
      if (const auto* mark = std::get_if<Mark>(&entry)) out.push_back(std::string(name_of(mark->event)) + " " + mark->text);
    return out;
  }
};

class OnStage : public ::testing::Test {
 protected:
  // Answers the messages one after another with these actions, or all that stands in Message, echoing the nonce.
  std::vector<std::string> script;
  std::size_t line = 0;
  Kept kept;
  SimulatedClock clock;
  wpi::Reader reader;
  InProcessCarrier carrier{clock,
                           [this](const wpi::HttpRequest& request, const net::Caller&, microseconds) {
                             const wpi::Document said = reader.read(request.body, wpi::Sender::phone);
                             if (line >= script.size()) return net::Served{.bytes = "", .close = true};
                             const std::string& next = script[line++];
                             const std::string body = service_message(
                                 next.starts_with('<') ? next : "<Action>" + next + "</Action>", said.nonce_or_empty());
                             return net::Served{.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " +
                                                         std::to_string(body.size()) + "\r\n\r\n" + body};
                           },
                           InProcessCarrier::Settings{}};
  Stage stage{carrier, clock, kept};

  void SetUp() override {
    stage.add("phone-1",
              phone::Phone({"00:1A:E8:FF:00:01", "4241", "127.0.0.11"}, **phone::model_named("OpenStage 60"),
                           **phone::firmware_named("V3 R5"), "127.0.0.1:18443", "/DeploymentService/LoginService", 1, {}, {}),
              Place{});
  }
  bool settle() {
    return clock.run([&] { return stage.phone("phone-1").idle(); }, 10min);
  }
};

TEST_F(OnStage, AnInteractionIsToldFromItsBeginningToItsEnd) {
  script = {"ReadAllItems", "CleanUp"};
  stage.post("phone-1", phone::PowerOn{});
  ASSERT_TRUE(settle());
  EXPECT_THAT(kept.marks(), ::testing::ElementsAre("interaction start-up", "interaction_ended clean_up"));
  const auto said = kept.exchanges();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].said->reason(), wpi::Reason::start_up);
  EXPECT_EQ(said[0].answer->action(), wpi::Action::read_all_items);
  EXPECT_EQ(said[1].message, 2u);
  EXPECT_EQ(said[1].interaction, 1u);
  EXPECT_FALSE(said[1].fresh_connection);
  EXPECT_EQ(said[1].number, 2u);
  EXPECT_TRUE(stage.spoke());
}

TEST_F(OnStage, ARestartIsFollowedByAStartUpOnANewConnection) {
  script = {"Restart", "CleanUp"};
  stage.post("phone-1", phone::PowerOn{});
  ASSERT_TRUE(settle());
  EXPECT_THAT(kept.marks(), ::testing::ElementsAre("interaction start-up", "interaction_ended restart", "restart ",
                                                   "interaction start-up", "interaction_ended clean_up"));
  EXPECT_TRUE(kept.exchanges()[1].fresh_connection);
  EXPECT_GE(clock.now(), 20s);
}

TEST_F(OnStage, APollIsAPlainExchangeOfItsOwnBesideTheInteractions) {  // guide p.15, p.24
  script = {"<Action>WriteItems</Action><ItemList><Item name=\"dcmp-url\">http://192.0.2.5:8080/dcmp/</Item>"
            "<Item name=\"dcmp-poll-interval\">60</Item></ItemList>",
            "CleanUp"};
  stage.post("phone-1", phone::PowerOn{});
  ASSERT_TRUE(settle());
  clock.run([&] { return kept.exchanges().size() == 3; }, 2min);
  const auto said = kept.exchanges();
  ASSERT_EQ(said.size(), 3u);
  EXPECT_TRUE(said[2].poll);
  EXPECT_EQ(said[2].request.method, "GET");
  EXPECT_EQ(said[2].request.target, "/dcmp/contact-me?device-id=00:1A:E8:FF:00:01");
  EXPECT_EQ(said[2].remote, "192.0.2.5:8080");
  EXPECT_FALSE(said[2].encrypted);
  EXPECT_FALSE(said[2].tls);
  EXPECT_EQ(said[2].interaction, 0u);
  EXPECT_GE(said[2].begun, said[1].ended + 60s);
}

TEST_F(OnStage, SilenceFromTheFirstIsNotSpeech) {
  stage.post("phone-1", phone::PowerOn{});
  ASSERT_TRUE(settle());
  EXPECT_FALSE(stage.spoke());
  EXPECT_FALSE(stage.first_failure().empty());
}

TEST_F(OnStage, APhoneThatIsCutShortHearsNoMoreOfIt) {
  script = {"ReadAllItems", "ReadAllItems"};
  stage.post("phone-1", phone::PowerOn{});
  stage.post("phone-1", phone::CutShort{"test"});
  EXPECT_TRUE(stage.phone("phone-1").idle());
  clock.run([] { return false; }, 1h);
  ASSERT_EQ(kept.exchanges().size(), 1u);
  EXPECT_EQ(kept.exchanges()[0].outcome, transcript::Outcome::interrupted);
}

const std::string order_of_logo =
    "<Action>FileDeployment</Action><ItemList><Item name=\"file-https-base-url\">https://192.0.2.9/logo.png</Item>"
    "<Item name=\"file-type\">LOGO</Item></ItemList>";

TEST_F(OnStage, AnOrderedFileFailsWhereNothingCanBeFetched) {
  script = {order_of_logo, "CleanUp"};
  stage.post("phone-1", phone::PowerOn{});
  ASSERT_TRUE(settle());
  EXPECT_THAT(kept.marks(), ::testing::ElementsAre("interaction start-up", "note logo.png is not deployed: nothing is fetched here",
                                                   "interaction_ended clean_up"));
  const auto said = kept.exchanges();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[1].said->reason(), wpi::Reason::status);
  EXPECT_EQ(said[1].said->find("file-deployment-status")->value, "failed");
}

// Has every file after so long a time.
struct SlowDownloads : Downloads {
  SlowDownloads(net::Clock& its_clock, microseconds its_time) : clock(its_clock), takes(its_time) {}
  void fetch(FilesWanted wanted, std::function<void(std::vector<phone::Download>)> done) override {
    for (const phone::File& file : wanted.files) asked.push_back(wanted.phone + " " + file.source.url);
    clock.after(takes, [count = wanted.files.size(), done] { done(std::vector<phone::Download>(count, {true, ""})); });
  }
  net::Clock& clock;
  microseconds takes;
  std::vector<std::string> asked;
};

class WithDownloads : public OnStage {
 protected:
  void SetUp() override {
    OnStage::SetUp();
    fetching.add("phone-2",
                 phone::Phone({"00:1A:E8:FF:00:02", "4242", "127.0.0.12"}, **phone::model_named("OpenStage 60"),
                              **phone::firmware_named("V3 R5"), "127.0.0.1:18443", "/DeploymentService/LoginService", 1, {}, {}),
                 Place{});
  }
  bool fetches() {
    return clock.run([&] { return fetching.phone("phone-2").idle(); }, 10min);
  }
  SlowDownloads downloads{clock, 8s};
  Stage fetching{carrier, clock, kept, nullptr, &downloads};
};

TEST_F(WithDownloads, ThePhoneSaysNothingUntilItHasTheFile) {
  script = {order_of_logo, "CleanUp"};
  fetching.post("phone-2", phone::PowerOn{});
  ASSERT_TRUE(fetches());
  EXPECT_THAT(downloads.asked, ::testing::ElementsAre("phone-2 https://192.0.2.9/logo.png"));
  const auto said = kept.exchanges();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[1].said->find("file-deployment-status")->value, "ok");
  EXPECT_EQ(said[1].begun - said[0].ended, 8s);
  EXPECT_EQ(said[1].interaction, 1u);
  EXPECT_FALSE(said[1].fresh_connection);
}

TEST_F(WithDownloads, AFileThatComesTooLateIsNotTakenByAPhoneThatWasCutShort) {
  script = {order_of_logo};
  fetching.post("phone-2", phone::PowerOn{});
  clock.run([&] { return !downloads.asked.empty(); }, 10min);
  fetching.post("phone-2", phone::CutShort{"test"});
  clock.run([] { return false; }, 1h);
  EXPECT_TRUE(fetching.phone("phone-2").idle());
  EXPECT_TRUE(fetching.phone("phone-2").store().instances("file-deployment-name").empty());
}

}  // namespace
}  // namespace understudy::fleet
