// Real services, played back over real TLS: the phone goes through whole interactions with them, applies what they
// write, and ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "fleet/stage.h"
#include "items/catalogue.h"
#include "net/https_carrier.h"
#include "net/server.h"
#include "rules/judge.h"
#include "support/messages.h"
#include "support/recordings.h"
#include "wpi/reader.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

// Says recorded answers one after another, with the nonce of the message that it answers: both services echo it, and the
// recordings carry that of the recorded phone. The length stays, since both have 32 characters.
class Playback : public ::testing::Test, public transcript::Sink {
 protected:
  void SetUp() override {
    const auto authority = certs::Authority::make(std::chrono::system_clock::now());
    const auto pem = authority->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
    net::ServerSettings settings;
    settings.tls = net::ServerTls{pem->certificate, pem->key};
    auto listening = net::Server::listen(loop_, settings, [this](const wpi::HttpRequest& request, const net::Caller&) {
      return next(request);
    });
    ASSERT_TRUE(listening.has_value()) << listening.error();
    server_ = std::move(*listening);
    fleet::Place place;
    place.target = *net::target_of("https://127.0.0.1:" + std::to_string(server_->port()));
    phone::Limits limits;
    limits.gathers_changes = 0us;
    stage_.add("phone-1",
               phone::Phone({"00:1A:E8:00:00:01", "4241", "127.0.0.1"}, **phone::model_named("OpenStage 40"),
                            **phone::firmware_named("V3 R5"), place.target.host_header(), place.target.path, 1, {}, limits),
               place);
  }

  net::Served next(const wpi::HttpRequest& request) {
    static const std::string recorded_nonce = "CAFE0123456789ABCDEF0123456789AB";
    if (script_.empty()) return {.bytes = "", .close = true};
    std::string answer = script_.front();
    script_.erase(script_.begin());
    const wpi::Document said = reader_.read(request.body, wpi::Sender::phone);
    if (const std::size_t at = answer.find(recorded_nonce); at != std::string::npos)
      answer.replace(at, recorded_nonce.size(), said.nonce_or_empty());
    return {.bytes = answer, .close = true};  // both said Connection: close, and did
  }

  // Plays the answers with these numbers of the recording to an event.
  void play(const std::string& service, const std::vector<std::size_t>& numbers, const phone::Event& event) {
    const auto recordings = recorded_with(service);
    for (const std::size_t number : numbers) script_.push_back(recordings.at(number).answer());
    stage_.post("phone-1", event);
    ASSERT_TRUE(loop_.run([&] { return stage_.phone("phone-1").idle(); }, 30s));
    EXPECT_TRUE(script_.empty()) << script_.size() << " answers were not asked for";
  }

  std::map<std::string, std::uint64_t> findings() {
    std::map<std::string, std::uint64_t> out;
    for (const conformance::Finding& finding : judge_.finish().findings) out[finding.rule] += finding.count;
    return out;
  }
  void take(const transcript::Entry& entry) override {
    judge_.take(entry);
    if (const auto* mark = std::get_if<transcript::Mark>(&entry); mark && mark->event == transcript::Event::interaction_ended)
      endings_.push_back(mark->text);
    if (const auto* x = std::get_if<transcript::Exchange>(&entry); x && x->said) said_.push_back(x->said);
  }
  std::string value(std::string_view name, std::optional<int> index = std::nullopt) const {
    const std::string* found = stage_.phone("phone-1").store().find(name, index);
    return found ? *found : "(none)";
  }

  net::EventLoop loop_;
  net::HttpsCarrier carrier_{loop_};
  wpi::Reader reader_;
  std::unique_ptr<net::Server> server_;
  std::vector<std::string> script_, endings_;
  std::vector<std::shared_ptr<const wpi::Document>> said_;
  conformance::Judge judge_{conformance::Selection{}, nullptr};
  fleet::Stage stage_{carrier_, loop_, *this};
};

TEST_F(Playback, ServiceAIsRegisteredWithAndAllItsItemListsAreTaken) {
  play("service-a", {0, 1, 2}, phone::PowerOn{});  // ReadAllItems, WriteItems in 27 lists, CleanUp
  EXPECT_THAT(endings_, ::testing::ElementsAre("clean_up"));
  EXPECT_EQ(value("country-iso"), "DE");
  EXPECT_EQ(value("select-dial", 2), "0123456");
  EXPECT_EQ(value("key-label-unicode", 2), "Dial \"x\" & co");
  const auto found = findings();
  EXPECT_EQ(found.at("xml.item-list-place"), 1u);  // 27 lists in one message are one finding
}

TEST_F(Playback, ServiceAOffersFirmwareAgainAndIsAnsweredFailed) {
  // SoftwareDeployment at start-up; to the failed reply it says what it says to any (here CleanUp as recorded).
  play("service-a", {5, 2}, phone::PowerOn{});
  EXPECT_THAT(endings_, ::testing::ElementsAre("clean_up"));
  ASSERT_EQ(said_.size(), 2u);
  EXPECT_EQ(said_[1]->reasons.front().status->text, "failed");
}

TEST_F(Playback, ServiceADoesNotKnowLocalChangesAndThePhoneLivesOn) {
  play("service-a", {7}, phone::ItemsChanged{{item("display-contrast", "5")}});
  EXPECT_THAT(endings_, ::testing::ElementsAre("unclean: status 404"));
  EXPECT_TRUE(findings().contains("http.status"));
}

TEST_F(Playback, ServiceBIsRegisteredWithAndItsItemsAreTaken) {
  play("service-b", {0, 1, 2}, phone::PowerOn{});
  EXPECT_THAT(endings_, ::testing::ElementsAre("clean_up"));
  EXPECT_EQ(value("e164"), "3002");
  EXPECT_EQ(value("function-key-def", 1), "59");
  EXPECT_EQ(value("key-label-unicode", 2), "Anruf");
}

TEST_F(Playback, ServiceBReadsItemsAfterALocalChange) {
  play("service-b", {6, 4}, phone::ItemsChanged{{item("display-contrast", "5")}});
  EXPECT_THAT(endings_, ::testing::ElementsAre("clean_up"));
  ASSERT_EQ(said_.size(), 2u);
  ASSERT_EQ(said_[1]->items.size(), 3u);  // e164, function-key-def[1], sip-pwd
  EXPECT_EQ(said_[1]->items[0].value, "4241");
}

TEST_F(Playback, ServiceBOrdersADongleAndIsAnsweredFailedUntilItEnds) {
  play("service-b", {18, 19, 2}, phone::PowerOn{});
  EXPECT_THAT(endings_, ::testing::ElementsAre("clean_up"));
  EXPECT_EQ(said_.size(), 3u);
}

}  // namespace
}  // namespace understudy
