// A phone and our own service: files and firmware from the job to what the phone holds, over real TLS and in simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "fleet/fetcher.h"
#include "fleet/simulated_downloads.h"
#include "fleet/stage.h"
#include "net/https_carrier.h"
#include "net/keys.h"
#include "phone/media.h"
#include "reference_support.h"
#include "support/media.h"

namespace understudy::reference {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string mac = "00:1A:E8:FF:00:01", jobs_of_phone = "/api/phones/" + mac + "/jobs";

// What lies between phone and service.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual net::Clock& clock() = 0;
  virtual net::Carrier& carrier() = 0;
  virtual fleet::Downloads& downloads() = 0;
  virtual std::uint16_t port() const = 0;

  fleet::FilesInMemory store;
};

class OverTls : public Surroundings {
 public:
  explicit OverTls(const fleet::InProcessService& service) {
    const auto authority = certs::Authority::make(std::chrono::system_clock::now()).value();
    const auto pem = authority.issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"})).value();
    net::ServerSettings settings;
    settings.tls = net::ServerTls{pem.certificate, pem.key};
    server_ =
        net::Server::listen(loop_, settings,
                            [this, service](const wpi::HttpRequest& request, const net::Caller& caller) {
                              return service(request, caller, loop_.now());
                            })
            .value();
  }
  net::Clock& clock() override { return loop_; }
  net::Carrier& carrier() override { return carrier_; }
  fleet::Downloads& downloads() override { return fetcher_; }
  std::uint16_t port() const override { return server_->port(); }

 private:
  net::EventLoop loop_;
  std::unique_ptr<net::Server> server_;
  net::HttpsCarrier carrier_{loop_};
  fleet::Fetcher fetcher_{loop_, net::MayConnect{}, store};
};

class InSimulatedTime : public Surroundings {
 public:
  explicit InSimulatedTime(const fleet::InProcessService& service)
      : carrier_(clock_, service, over_tls()), downloads_(clock_, service, store) {}
  net::Clock& clock() override { return clock_; }
  net::Carrier& carrier() override { return carrier_; }
  fleet::Downloads& downloads() override { return downloads_; }
  std::uint16_t port() const override { return 18443; }

 private:
  static fleet::InProcessCarrier::Settings over_tls() {
    fleet::InProcessCarrier::Settings settings;
    settings.tls.emplace();
    return settings;
  }

  fleet::SimulatedClock clock_;
  fleet::InProcessCarrier carrier_;
  fleet::SimulatedDownloads downloads_;
};

struct Marks : transcript::Sink {
  std::vector<std::string> downloads;
  void take(const transcript::Entry& entry) override {
    const auto* mark = std::get_if<transcript::Mark>(&entry);
    if (mark && mark->event == transcript::Event::download) downloads.push_back(mark->text);
  }
};

class Deployment : public ::testing::TestWithParam<bool> {
 protected:
  Deployment() {
    const fleet::InProcessService answer = [this](const wpi::HttpRequest& request, const net::Caller& caller,
                                                  microseconds now) {
      return service_->answer(request, caller, now);
    };
    if (GetParam())
      around_ = std::make_unique<OverTls>(answer);
    else
      around_ = std::make_unique<InSimulatedTime>(answer);
    Options options = simulated();
    options.host = "127.0.0.1";
    options.port = around_->port();
    const auto authority = certs::Authority::make(std::chrono::system_clock::now()).value();
    options.secure = {std::make_shared<const certs::Authority>(authority.intermediate().value()), 18444};
    options.files.user = "desk";
    options.files.password = "geheim";
    options.files.read = [](const std::string& path) -> tl::expected<std::string, std::string> {
      if (path != "media/bell.wav") return tl::unexpected(std::string("There is no such file."));
      return wav_of("ring");
    };
    service_.emplace(options);
    stage_ = std::make_unique<fleet::Stage>(around_->carrier(), around_->clock(), marks_, nullptr,
                                            &around_->downloads());
    phone::Limits limits;
    limits.restart_takes = {};
    const net::Target target = net::target_of("https://127.0.0.1:" + std::to_string(around_->port())).value();
    fleet::Place place;
    place.target = target;
    place.source_address = "127.0.0.11";
    const auto where = std::make_shared<const phone::Service>(
        phone::Service{target.host_header(), target.path, std::make_shared<const net::CertificateKeys>()});
    stage_->add("phone-1",
                phone::Phone({mac, "4241", "127.0.0.11"}, **phone::model_named("OpenStage 60"),
                             **phone::firmware_named("V3 R5"), where, 1, {}, limits),
                place);
    stage_->post("phone-1", phone::PowerOn{});
    rests();
  }
  void rests() {
    ASSERT_TRUE(around_->clock().run([&] { return stage_->rests("phone-1"); }, 20s));
  }
  const Job& add(const std::string& job) {
    const Answer added = ask(*service_, {"POST", jobs_of_phone, {}, job}, around_->clock().now());
    EXPECT_EQ(added.status, 201) << added.body;
    const std::uint64_t id = std::strtoull(added.body.c_str() + added.body.find("\"id\": ") + 6, nullptr, 10);
    return *service_->find_job(mac, id);
  }
  // Adds that job, has the phone call, and tells what became of the job.
  const Job& done(const std::string& job) { return done(job, phone::ContactMe{true, ""}); }
  // Has it call because of that.
  const Job& done(const std::string& job, const phone::Event& occasion) {
    const Job& added = add(job);
    stage_->post("phone-1", occasion);
    const auto is_over = [&] {
      return (added.state == JobState::done || added.state == JobState::failed) && stage_->rests("phone-1");
    };
    EXPECT_TRUE(around_->clock().run(is_over, 20s));
    return added;
  }
  std::string item(const std::string& name, int index) const {
    const std::string* value = stage_->phone("phone-1").store().find(name, index);
    return value ? *value : "";
  }

  std::optional<Service> service_;
  std::unique_ptr<Surroundings> around_;
  Marks marks_;
  std::unique_ptr<fleet::Stage> stage_;
};

TEST_P(Deployment, OfASampleAndAFileOfOurOwnIsDoneWhenThePhoneHoldsBoth) {
  const Job& job = done(
      R"({"kind":"deploy-files","files":[{"type":"LOGO"},{"type":"RINGTONE","name":"media/bell.wav"}]})");
  EXPECT_EQ(job.state, JobState::done) << job.outcome;
  EXPECT_EQ(item("file-deployment-status", 1), "ok");
  EXPECT_EQ(item("file-deployment-status", 2), "ok");
  const auto logo = around_->store.find(mac, "LOGO", "logo-openstage-60.png");
  ASSERT_TRUE(logo);
  EXPECT_EQ(phone::look_at(*logo).width, 240u);
  EXPECT_EQ(*around_->store.find(mac, "RINGTONE", "bell.wav"), wav_of("ring"));
  const std::string from = " from https://127.0.0.1:" + std::to_string(around_->port()) + "/files/";
  EXPECT_THAT(marks_.downloads, ElementsAre(HasSubstr("LOGO logo-openstage-60.png" + from +
                                                      "samples/logo-openstage-60.png: ok, "),
                                            HasSubstr("RINGTONE bell.wav" + from + "media/bell.wav: ok, ")));
}

TEST_P(Deployment, OfOneFileThatIsToBeDeletedTakesItFromThePhone) {
  done(R"({"kind":"deploy-files","files":[{"type":"LOGO"}]})");
  ASSERT_TRUE(around_->store.find(mac, "LOGO", "logo-openstage-60.png"));
  const Job& job =
      done(R"({"kind":"deploy-files","files":[{"type":"LOGO","sample":true,"action":"delete"}]})",
           phone::PowerCut{});
  EXPECT_EQ(job.state, JobState::done) << job.outcome;
  EXPECT_FALSE(around_->store.find(mac, "LOGO", "logo-openstage-60.png"));
}

TEST_P(Deployment, OfFirmwareIsDoneWhenThePhoneStartsUpWithIt) {
  const Job& job = done(R"({"kind":"deploy-software","version":"V3 R5.13.0","priority":"immediate"})");
  EXPECT_EQ(job.state, JobState::done) << job.outcome;
  EXPECT_EQ(job.outcome, "the phone came back with V3 R5.13.0");
  EXPECT_EQ(stage_->phone("phone-1").firmware().version, "V3 R5.13.0");
}

TEST_P(Deployment, WithAWrongPasswordFailsAndTheJobSaysWhy) {
  const Job& job = done(
      R"({"kind":"deploy-files","files":[{"type":"RINGTONE","name":"media/bell.wav","password":"wrong"}]})");
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.outcome,
            "the phone reported: failed; its download of \"/files/media/bell.wav\" was answered 401, wrong "
            "user or password");
  EXPECT_THAT(
      marks_.downloads,
      ElementsAre(HasSubstr("failed: the server does not take user and password: 401 \"Unauthorized\"")));
}

TEST_P(Deployment, OfSeveralFilesSaysWhichOfThemFailed) {
  const Job& job =
      done(R"({"kind":"deploy-files","files":[{"type":"LOGO"},{"type":"RINGTONE","name":"none.wav"},{"type":"PIC","name":"none.png"}]})");
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.outcome, ::testing::StartsWith("the phone reported: none.wav failed, none.png failed"));
}

TEST_P(Deployment, OfAFileThatIsNotThereFailsAndTheJobSaysWhy) {
  const Job& job = done(R"({"kind":"deploy-files","files":[{"type":"LOGO","name":"none.png"}]})");
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.outcome,
            "the phone reported: failed; its download of \"/files/none.png\" was answered 404, there is no "
            "such file");
}

// The phone says so without a word who it is: it is known by its address.
TEST_P(Deployment, OfACertificateFailsWhenThePhonesUserHasNoTryLeft) {  // guide p.83
  const Job& job = add(R"({"kind":"bootstrap-pin","pin":"4711000815"})");
  stage_->post("phone-1", phone::ContactMe{true, ""});
  rests();
  EXPECT_EQ(job.state, JobState::sent);
  EXPECT_EQ(job.outcome, "the phone has taken its certificate");
  for (int i = 0; i < 3; ++i) stage_->post("phone-1", phone::PinEntered{"0000000000"});
  rests();
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.outcome, "the phone gave up: password retries exceeded");
}

INSTANTIATE_TEST_SUITE_P(OurOwnService, Deployment, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "OverTls" : "InSimulatedTime"; });

}  // namespace
}  // namespace understudy::reference
