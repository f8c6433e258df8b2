// A relay between phones in Secure Mode and their service: each side sees what it trusts (guide p.62).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "net/relay.h"
#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::IsEmpty;
using transcript::Exchange;
using transcript::Outcome;

class SecureEar : public RelayEar {
 public:
  explicit SecureEar(std::string& heard) : heard_(heard) {}
  void hears(bool from_client, std::string_view bytes) override {
    if (from_client) heard_ += bytes;
  }
  void ended(bool) override {}

 private:
  std::string& heard_;
};

class SecureRelaying : public Carried {
 protected:
  SecureRelaying()
      : services_(*certs::Authority::make(std::chrono::system_clock::now())), ours_(*certs::Authority::make(std::chrono::system_clock::now())) {
    ServerSettings settings;
    settings.tls = certificate_of(services_);
    settings.tls->client_cas_pem = {services_.certificate()};
    service_ = Server::listen(loop_, settings, [this](const wpi::HttpRequest&, const Caller& caller) {
                 shown_.push_back(caller.certificate);
                 return Served{.bytes = ok(clean_up)};
               }).value();
    RelaySettings relayed;
    relayed.service.host = "127.0.0.1";
    relayed.service.port = service_->port();
    relayed.tls = certificate_of(ours_);
    relayed.keys.emplace();
    relayed.keys->decodes = [this](const Relayed&) { return decodes_; };
    relayed.keys->credentials = [this](const std::string&) { return kept_; };
    relayed.listens = [this](const Relayed& connection) {
      connection_ = connection;
      return std::make_unique<SecureEar>(heard_);
    };
    relayed.troubled = [this](const Relayed&, RelayTrouble kind, const std::string&) { troubles_.push_back(kind); };
    relay_ = Relay::listen(loop_, std::move(relayed)).value();
  }
  static ServerTls certificate_of(const certs::Authority& authority) {
    const auto pem = authority.issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
    return {pem->certificate, pem->key};
  }
  // A phone's own certificate, and whom it trusts.
  std::shared_ptr<phone::Credentials> phone(const certs::Authority& trusts) const {
    const auto pem = services_.issue(certs::phone_profile_of(certs::Ready::valid, "00:1A:E8:FF:00:01"));
    auto out = std::make_shared<phone::Credentials>();
    out->certificate_pem = pem->certificate;
    out->key_pem = pem->key;
    out->server_cas = {trusts.certificate()};
    return out;
  }
  // The phone was given our CA; its key and its service's CA are kept.
  std::shared_ptr<phone::Credentials> bootstrapped(const certs::Authority& by) {
    auto out = phone(ours_);
    auto kept = std::make_shared<phone::Credentials>(*out);
    kept->server_cas = {by.certificate()};
    kept_ = std::move(kept);
    return out;
  }
  Exchange call(std::shared_ptr<const phone::Credentials> credentials) {
    Order what = order(relay_->port());
    what.credentials = std::move(credentials);
    return carry(what);
  }

  certs::Authority services_, ours_;
  std::unique_ptr<Server> service_;
  std::vector<std::string> shown_;
  bool decodes_ = true;
  std::shared_ptr<const phone::Credentials> kept_;
  Relayed connection_;
  std::string heard_;
  std::vector<RelayTrouble> troubles_;
  std::unique_ptr<Relay> relay_;
};

TEST_F(SecureRelaying, SpeaksToTheServiceWithThePhonesCertificate) {
  const Exchange x = call(bootstrapped(services_));
  ASSERT_EQ(x.outcome, Outcome::answered) << x.failure;
  ASSERT_EQ(shown_.size(), 1U);
  EXPECT_TRUE(kept_->certificate_pem.starts_with(shown_[0].substr(0, shown_[0].size() - 1)));
  EXPECT_TRUE(connection_.secure);
  EXPECT_THAT(connection_.tls->problems, IsEmpty());
  EXPECT_NE(heard_, "");
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(SecureRelaying, RefusesAServiceThatThePhoneWouldRefuse) {
  EXPECT_NE(call(bootstrapped(ours_)).outcome, Outcome::answered);
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::service_tls});
  EXPECT_THAT(shown_, IsEmpty());
}

TEST_F(SecureRelaying, AStrangeCertificateIsTold) {
  EXPECT_NE(call(phone(ours_)).outcome, Outcome::answered);
  EXPECT_TRUE(loop_.run([&] { return !troubles_.empty(); }, seconds(20)));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::stranger});
}

TEST_F(SecureRelaying, APhoneThatTrustsItsServiceAloneIsToldOnceAndThenPassedThrough) {
  const auto stranger = phone(services_);
  kept_ = stranger;
  EXPECT_NE(call(stranger).outcome, Outcome::answered);
  EXPECT_TRUE(loop_.run([&] { return !troubles_.empty(); }, seconds(20)));
  EXPECT_EQ(troubles_, std::vector{RelayTrouble::refused});
  decodes_ = false;
  EXPECT_EQ(call(stranger).outcome, Outcome::answered);
  EXPECT_EQ(heard_, "");
}

TEST_F(SecureRelaying, AKnownKeyWithoutACaTakesAnyService) {
  const auto given = phone(ours_);
  auto kept = std::make_shared<phone::Credentials>(*given);
  kept->server_cas.clear();
  kept_ = kept;
  EXPECT_EQ(call(given).outcome, Outcome::answered);
}

}  // namespace
}  // namespace understudy::net
