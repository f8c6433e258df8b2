// Secure Mode at the service's end: what it gives phones, and whom it serves on which port.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/bundle.h"
#include "net/keys.h"
#include "reference/bootstrap.h"
#include "reference_support.h"

namespace understudy::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using enum wpi::Action;
using wpi::Reason;

const std::string mac = "00:1A:E8:FF:00:01", pin = "4711000815";

std::shared_ptr<const certs::Authority> authority() {
  static const auto root = certs::Authority::make(std::chrono::system_clock::now());
  static const auto made = std::make_shared<const certs::Authority>(*root->intermediate());
  return made;
}

Options with_secure_port(std::vector<std::string> defects = {}) {
  Options options = simulated(std::move(defects));
  options.secure = {authority(), 18444};
  return options;
}

class SecureMode : public ::testing::Test {
 protected:
  SecureMode() { phone.runs(phone.starts_up()); }

  std::uint64_t wants(JobKind kind) {
    Job job;
    job.kind = kind;
    if (kind == JobKind::bootstrap_pin) job.pin = pin;
    return service.add_job(mac, std::move(job));
  }
  const Job& job(std::uint64_t id) const { return *service.find_job(mac, id); }
  // Takes what a bootstrap writes, as a phone would use it; what it then shows.
  std::string bootstrapped(JobKind kind) {
    const Answer write = phone.opens(Reason::solicited);
    std::vector<wpi::Item> items = write.document.items;
    if (kind == JobKind::bootstrap_pin)
      items = net::CertificateKeys()
                  .unpack(write.document.find("secure-mode-data")->value, pin.substr(0, 7))
                  .value();
    phone.replies(write_items);
    for (const wpi::Item& item : items)
      if (item.name == "dls-client-certificate") return net::CertificateKeys().read(item.value)->pem;
    return "";
  }
  void goes_to_the_secure_port(const std::string& certificate) {
    phone.calls = "127.0.0.1:18444";
    phone.certificate = certificate;
  }

  Service service{with_secure_port()};
  HandPhone phone{service, mac};
};

TEST_F(SecureMode, IsWrittenInOneMessageWithAllThatAPhoneNeeds) {  // guide p.64
  const auto id = wants(JobKind::bootstrap);
  const Answer write = phone.opens(Reason::solicited);
  EXPECT_EQ(write.action(), write_items);
  EXPECT_THAT(write.items(), ElementsAre("goto-secure-mode=nopin", StartsWith("dls-client-certificate="),
                                         StartsWith("dls-server-ca[0]=-----BEGIN"),
                                         StartsWith("dls-server-ca[1]=-----BEGIN"), "dls-secure-port=18444"));
  const auto bundle = certs::read_bundle(write.document.find("dls-client-certificate")->value, "",
                                         certs::WantedKey::required);
  ASSERT_TRUE(bundle) << sentence_of(bundle.error());
  EXPECT_EQ(phone.replies(write_items).action(), clean_up) << "without it the phone does not change over";
  EXPECT_EQ(job(id).outcome, "the phone has taken its certificate");
}

TEST_F(SecureMode, IsReachedWhenThePhoneComesWithItsCertificate) {
  const auto id = wants(JobKind::bootstrap);
  goes_to_the_secure_port(bootstrapped(JobKind::bootstrap));
  phone.runs(phone.starts_up());
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_EQ(job(id).outcome, "the phone is in Secure Mode");
}

TEST_F(SecureMode, ClosesTheDefaultPortToThePhoneUntilItIsBootstrappedAnew) {  // guide p.65
  wants(JobKind::bootstrap);
  const std::string certificate = bootstrapped(JobKind::bootstrap);
  EXPECT_EQ(phone.starts_up().status, 200) << "it has not yet come to the other";
  goes_to_the_secure_port(certificate);
  phone.runs(phone.starts_up());
  phone.calls = "127.0.0.1:18443";
  const Answer refused = phone.starts_up();
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.served.close);
  EXPECT_EQ(HandPhone(service, "00:1A:E8:FF:00:02").starts_up().status, 200) << "others are served there";
  wants(JobKind::bootstrap);
  EXPECT_EQ(phone.starts_up().status, 200);
}

TEST_F(SecureMode, IsForThePhoneAloneWhoseCertificateItIs) {
  wants(JobKind::bootstrap);
  const std::string certificate = bootstrapped(JobKind::bootstrap);
  const std::string others =
      authority()->issue(certs::phone_profile_of(certs::Ready::valid, "00:1A:E8:FF:00:02"))->certificate;
  for (const std::string& shown : {std::string(), others}) {
    goes_to_the_secure_port(shown);
    EXPECT_EQ(phone.starts_up().status, 403);
  }
  HandPhone stranger(service, "00:1A:E8:FF:00:02");
  stranger.calls = "127.0.0.1:18444";
  stranger.certificate = certificate;
  EXPECT_EQ(stranger.starts_up().status, 403);
  goes_to_the_secure_port(certificate);
  EXPECT_EQ(phone.starts_up().status, 200);
}

TEST_F(SecureMode, WithAPinAsksForTheTanFirst) {  // guide p.68
  const auto id = wants(JobKind::bootstrap_pin);
  goes_to_the_secure_port(bootstrapped(JobKind::bootstrap_pin));
  const Answer first = phone.starts_up();
  EXPECT_EQ(first.action(), read_items);
  EXPECT_THAT(first.items(), ElementsAre("bootstrapping-tan="));
  EXPECT_EQ(job(id).state, JobState::sent);
  EXPECT_EQ(
      phone.replies(read_items, wpi::ReplyStatus::accepted, {item("bootstrapping-tan", "815")}).action(),
      clean_up);
  EXPECT_EQ(job(id).state, JobState::done);
  EXPECT_NE(phone.starts_up().action(), read_items) << "once is enough";
}

TEST_F(SecureMode, EndsAtAWrongTanAndItsCertificateIsWorthNothingAnyMore) {  // guide p.31
  const auto id = wants(JobKind::bootstrap_pin);
  goes_to_the_secure_port(bootstrapped(JobKind::bootstrap_pin));
  phone.starts_up();
  const Answer end =
      phone.replies(read_items, wpi::ReplyStatus::accepted, {item("bootstrapping-tan", "814")});
  EXPECT_EQ(end.action(), clean_up);
  EXPECT_THAT(end.items(), ElementsAre("cleanup-reason=wrong TAN from device"));
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(phone.starts_up().status, 403);
  phone.calls = "127.0.0.1:18443";
  EXPECT_EQ(phone.starts_up().status, 200);
}

TEST_F(SecureMode, HasFailedWhenThePhonesUserHasNoTryLeft) {  // guide p.83
  const auto id = wants(JobKind::bootstrap_pin);
  bootstrapped(JobKind::bootstrap_pin);
  EXPECT_EQ(phone.cleans_up("nonce mismatch").action(), clean_up);
  EXPECT_EQ(job(id).state, JobState::sent) << "that is no word of the PIN";
  phone.cookie.clear();
  EXPECT_EQ(phone.cleans_up("password retries exceeded").action(), clean_up);
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).outcome, "the phone gave up: password retries exceeded");
  EXPECT_EQ(phone.starts_up().status, 200) << "it stays in default mode";
  EXPECT_EQ(job(id).state, JobState::failed);
}

TEST_F(SecureMode, HasNotFailedWhereNobodyKnowsWhoseTriesAreOver) {
  HandPhone other(service, "00:1A:E8:FF:00:02");  // from the same address
  other.runs(other.starts_up());
  const auto id = wants(JobKind::bootstrap_pin);
  bootstrapped(JobKind::bootstrap_pin);
  Job same;
  same.kind = JobKind::bootstrap_pin;
  same.pin = pin;
  service.add_job("00:1A:E8:FF:00:02", same);
  other.opens(Reason::solicited);
  other.replies(write_items);
  other.cookie.clear();
  other.cleans_up("password retries exceeded");
  EXPECT_EQ(job(id).state, JobState::sent);
}

TEST(SecureModeContact, NamesThePortForSecureModeOnceThePhoneIsThere) {  // guide p.14
  using namespace std::chrono_literals;
  Options options = with_secure_port();
  options.host = "127.0.0.1";
  options.port = 18443;
  Service service(options);
  HandPhone phone(service, mac);
  phone.has = {item("contact-me-uri", "http://192.0.2.44:8085/contact_dls.html/ContactDLS")};
  phone.runs(phone.starts_up());
  Job bootstrap;
  bootstrap.kind = JobKind::bootstrap;
  service.add_job(mac, bootstrap);
  EXPECT_THAT(service.next_contact(1h)->request.body, HasSubstr("dls_ip_addr=127.0.0.1&dls_ip_port=18443"));
  const Answer write = phone.opens(Reason::solicited);
  phone.certificate = net::CertificateKeys().read(write.document.find("dls-client-certificate")->value)->pem;
  phone.replies(write_items);
  phone.calls = "127.0.0.1:18444";
  phone.runs(phone.starts_up());
  Job read;
  read.items = {item("e164", "")};
  service.add_job(mac, read);
  EXPECT_THAT(service.next_contact(2h)->request.body, HasSubstr("dls_ip_addr=127.0.0.1&dls_ip_port=18444"));
  phone.runs(phone.opens(Reason::solicited));
  service.add_job(mac, bootstrap);
  EXPECT_EQ(service.next_contact(3h)->request.body, "ContactMe=true") << "it may have been reset";
}

TEST_F(SecureMode, IsNoLongerWhereThePhoneIsOrderedBackToItsFactorySettings) {
  wants(JobKind::bootstrap);
  goes_to_the_secure_port(bootstrapped(JobKind::bootstrap));
  phone.runs(phone.starts_up());
  wants(JobKind::factory_reset);
  phone.runs(phone.opens(Reason::solicited));
  EXPECT_EQ(phone.starts_up().status, 403);
  phone.calls = "127.0.0.1:18443";
  EXPECT_EQ(phone.starts_up().status, 200);
}

TEST_F(SecureMode, ThatThePhoneRefusesFailsTheJob) {
  const auto id = wants(JobKind::bootstrap);
  phone.opens(Reason::solicited);
  phone.replies(write_items, wpi::ReplyStatus::accepted,
                {item("goto-secure-mode", "", std::nullopt, "failed")});
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).outcome, "goto-secure-mode refused (failed)");
  EXPECT_EQ(phone.starts_up().status, 200);
}

TEST_F(SecureMode, IsNotEnteredTwice) {
  wants(JobKind::bootstrap);
  goes_to_the_secure_port(bootstrapped(JobKind::bootstrap));
  phone.runs(phone.starts_up());
  const auto again = wants(JobKind::bootstrap);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), clean_up);
  EXPECT_EQ(job(again).outcome, "the phone is in Secure Mode already");
  phone.calls = "127.0.0.1:18443";
  EXPECT_EQ(phone.starts_up().status, 403) << "it is there, and the default port is closed again";
}

TEST(SecureModeJob, FailsWhereTheServiceHasNoAuthority) {
  Service service(simulated());
  HandPhone phone(service, mac);
  phone.runs(phone.starts_up());
  Job job;
  job.kind = JobKind::bootstrap;
  const auto id = service.add_job(mac, job);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), clean_up);
  EXPECT_EQ(service.find_job(mac, id)->outcome, "the service has no authority that issues certificates");
}

TEST(SecureModeJob, HasItsPinMaskedAndChecked) {
  Service service(with_secure_port());
  const auto post = [&](const std::string& body) {
    return ask(service, {"POST", "/api/phones/" + mac + "/jobs", {}, body});
  };
  const Answer added = post(R"({"kind": "bootstrap-pin", "pin": "4711000815"})");
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_THAT(added.body, HasSubstr("\"pin\": \"**********\""));
  EXPECT_EQ(post(R"({"kind": "bootstrap"})").status, 201);
  for (const char* wrong : {R"({"kind": "bootstrap-pin"})", R"({"kind": "bootstrap-pin", "pin": "815"})",
                            R"({"kind": "bootstrap", "pin": "4711000815"})",
                            R"({"kind": "bootstrap", "items": [{"name": "e164"}]})"})
    EXPECT_EQ(post(wrong).status, 400) << wrong;
}

TEST_F(SecureMode, LetsAWebCertificateBeVerifiedByItsInfo) {  // guide p.60
  Job write;
  write.kind = JobKind::write;
  write.items = {item("wbm-server-certificate", "MIIJ")};
  const auto id = service.add_job(mac, write);
  EXPECT_EQ(phone.opens(Reason::solicited).action(), write_items);
  const Answer verifies = phone.replies(write_items);
  EXPECT_THAT(verifies.items(), ElementsAre("wbm-server-certificate-info="));
  phone.replies(read_items, wpi::ReplyStatus::accepted,
                {item("wbm-server-certificate-info", "subject CN=desk")});
  EXPECT_EQ(job(id).outcome, "1 item written");
  EXPECT_THAT(job(id).answer.at(0).value, HasSubstr("desk"));
}

TEST_F(SecureMode, TakesAWebCertificateForClearedWhereNoInfoIsLeft) {
  for (const auto& [info, outcome] : {std::pair("", "1 item written"),
                                      std::pair("subject CN=desk", "1 item written; wbm-server-certificate is still there")}) {
    Job write;
    write.kind = JobKind::write;
    write.items = {item("wbm-server-certificate", "")};
    const auto id = service.add_job(mac, write);
    phone.opens(Reason::solicited);
    phone.replies(write_items);
    phone.replies(read_items, wpi::ReplyStatus::accepted, {item("wbm-server-certificate-info", info)});
    EXPECT_EQ(job(id).outcome, outcome);
  }
}

}  // namespace
}  // namespace understudy::reference
