#include "net/rewriting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/authority.h"
#include "net/keys.h"
#include "wpi/writer.h"

namespace understudy::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using wpi::Item;

const Between between = {"10.0.0.2", "10.0.0.7", "10.0.0.5"};

Item item(std::string name, std::string value, std::optional<std::string> index = std::nullopt) {
  Item out;
  out.name = std::move(name);
  out.index = std::move(index);
  out.value = std::move(value);
  return out;
}

std::string write_items(std::vector<Item> items) {
  std::string out;
  wpi::write(wpi::ServiceMessage{"N1", wpi::Action::write_items, std::move(items)}, out);
  return out;
}

std::string reply(std::vector<Item> items) {
  wpi::PhoneMessage message;
  message.nonce = "N2";
  message.reason = wpi::Reason::reply_to;
  message.action = "ReadItems";
  message.status = wpi::ReplyStatus::accepted;
  message.items = std::move(items);
  std::string out;
  wpi::write(message, out);
  return out;
}

class Rewritings : public ::testing::Test {
 protected:
  // The doors: the service's place P behind 5P, a phone's behind 7000.
  Rewriting::Settings settings() {
    Rewriting::Settings out;
    out.service = *target_of("https://dls.example:18443");
    out.port = 18443;
    out.doors.service = [this](const Target& place) -> std::optional<std::uint16_t> {
      asked_.push_back(place.host_header());
      if (place.port == 18443 && place.host == "dls.example") return 18443;
      return place.host == "9.9.9.9" ? std::nullopt : std::optional<std::uint16_t>(50'000 + place.port % 1000);
    };
    out.doors.secure = [](std::uint16_t) { return std::optional<std::uint16_t>(18445); };
    out.doors.phone = [](const Target&) { return std::optional<std::uint16_t>(7000); };
    out.keys = &keys_;
    out.ca = "OUR CA";
    out.bootstrapped = [this](const std::string& address, phone::Credentials credentials) { known_[address] = std::move(credentials); };
    return out;
  }
  std::string to_phone(const std::string& body) {
    done_.clear();
    const auto edit = rewriting().service_says(body, between, done_);
    return edit ? *edit->body : body;
  }
  std::string to_service(const std::string& body) {
    done_.clear();
    const auto edit = rewriting().phone_says(body, between, done_);
    return edit ? *edit->body : body;
  }
  Rewriting& rewriting() {
    if (!rewriting_) rewriting_.emplace(settings());
    return *rewriting_;
  }
  Rewriting::Settings with_pin() {
    Rewriting::Settings out = settings();
    out.pins = {"9999999999", "4711000815"};
    return out;
  }

  CertificateKeys keys_;
  std::vector<std::string> asked_;
  std::map<std::string, phone::Credentials> known_;
  std::vector<Rewritten> done_;
  std::optional<Rewriting> rewriting_;
};

TEST_F(Rewritings, ServiceSendsPhonesToUs) {
  EXPECT_EQ(to_phone(write_items({item("dls-server-addr", "10.0.0.5"), item("dls-server-port", "18450"), item("sntp-addr", "10.0.0.5"),
                                  item("dcmp-url", "http://dls.example:8090/a/?b")})),
            write_items({item("dls-server-addr", "10.0.0.2"), item("dls-server-port", "50450"), item("sntp-addr", "10.0.0.5"),
                         item("dcmp-url", "http://10.0.0.2:50090/a/?b")}));
  ASSERT_EQ(done_.size(), 3U);
  EXPECT_EQ(done_[1].item, "dls-server-port");
  EXPECT_EQ(done_[1].was, "18450");
  EXPECT_EQ(done_[1].became, "50450");
}

TEST_F(Rewritings, PhoneSaysWhatItsServiceWrote) {
  to_phone(write_items({item("dls-server-addr", "10.0.0.5"), item("dls-server-port", "18450")}));
  const auto read = [](const std::string& address, const std::string& port) {
    return reply({item("dls-server-addr", address), item("dls-server-port", port), item("x", port)});
  };
  EXPECT_EQ(to_service(read("10.0.0.2", "50450")), reply({item("dls-server-addr", "10.0.0.5"), item("dls-server-port", "18450"), item("x", "50450")}));
  EXPECT_EQ(to_service(read("10.0.0.9", "1")), read("10.0.0.9", "1"));
}

TEST_F(Rewritings, PhoneThatWasLedToUsByHandNamesItsService) {
  EXPECT_EQ(to_service(reply({item("dls-server-addr", "10.0.0.2")})), reply({item("dls-server-addr", "dls.example")}));
}

TEST_F(Rewritings, AnotherServiceIsOnlyStoodForWhereItsPortIsKnown) {
  const std::string alone = write_items({item("dls-server-addr", "10.0.0.6")});
  EXPECT_EQ(to_phone(alone), alone);
  EXPECT_EQ(to_phone(write_items({item("dls-server-addr", "10.0.0.6"), item("dls-server-port", "18443")})),
            write_items({item("dls-server-addr", "10.0.0.2"), item("dls-server-port", "50443")}));
  const std::string unreached = write_items({item("dls-server-addr", "9.9.9.9"), item("dls-server-port", "18443")});
  EXPECT_EQ(to_phone(unreached), unreached);
  EXPECT_TRUE(done_.empty());
}

TEST_F(Rewritings, ContactMeComesToUs) {
  EXPECT_EQ(to_service(reply({item("contact-me-uri", "http://10.0.0.7:8085/contact_dls.html/ContactDLS")})),
            reply({item("contact-me-uri", "http://10.0.0.2:7000/contact_dls.html/ContactDLS")}));
}

TEST_F(Rewritings, PhoneIsAskedToCallUs) {
  const auto edit = rewriting().service_calls("POST /contact_dls.html/ContactDLS HTTP/1.1", "ContactMe=true&dls_ip_addr=10.0.0.5&dls_ip_port=18443", between, done_);
  ASSERT_TRUE(edit);
  EXPECT_EQ(*edit->body, "ContactMe=true&dls_ip_addr=10.0.0.2&dls_ip_port=18443");
  EXPECT_EQ(done_.size(), 1U);
  const auto query = rewriting().service_calls("GET /contact_dls.html/ContactDLS?dls_ip_addr=10.0.0.6&dls_ip_port=2 HTTP/1.1", "", between, done_);
  ASSERT_TRUE(query);
  EXPECT_EQ(*query->start_line, "GET /contact_dls.html/ContactDLS?dls_ip_addr=10.0.0.2&dls_ip_port=50002 HTTP/1.1");
  EXPECT_FALSE(rewriting().service_calls("POST /contact_dls.html/ContactDLS HTTP/1.1", "ContactMe=true", between, done_));
}

TEST_F(Rewritings, WhatIsNoOrderOrCannotBeReadStays) {
  std::string read = write_items({item("dls-server-addr", "10.0.0.5")});
  read.replace(read.find("WriteItems"), 10, "ReadItems");
  EXPECT_EQ(to_phone(read), read);
  const std::string half = write_items({item("dls-server-addr", "10.0.0.5")}).substr(0, 200);
  EXPECT_EQ(to_phone(half), half);
  EXPECT_EQ(to_phone("no XML"), "no XML");
  EXPECT_TRUE(done_.empty());
}

struct Pki {
  certs::Authority authority = *certs::Authority::make(std::chrono::system_clock::now());
  certs::Pem phone = *authority.issue(certs::phone_profile_of(certs::Ready::valid, "phone"));
  std::vector<Item> items() const {
    return {item("goto-secure-mode", "nopin"), item("dls-client-certificate", phone.certificate + phone.key), item("dls-server-ca", authority.certificate(), "0"),
            item("dls-secure-port", "18444")};
  }
};

TEST_F(Rewritings, ABootstrappedPhoneTrustsUsAndItsKeyIsKept) {
  const Pki pki;
  const std::string told = to_phone(write_items(pki.items()));
  EXPECT_THAT(told, HasSubstr("OUR CA"));
  EXPECT_THAT(told, HasSubstr(">18445<"));
  EXPECT_THAT(told, HasSubstr(pki.phone.key));
  ASSERT_TRUE(known_.contains("10.0.0.7"));
  EXPECT_EQ(known_["10.0.0.7"].server_cas, std::vector{pki.authority.certificate()});
  for (const Rewritten& each : done_) EXPECT_THAT(each.was, Not(HasSubstr("BEGIN")));
}

TEST_F(Rewritings, ANewCertificateOfAKnownPhoneIsLearnt) {
  const Pki pki, later;
  to_phone(write_items(pki.items()));
  to_phone(write_items({item("dls-client-certificate", later.phone.certificate + later.phone.key)}));
  EXPECT_EQ(known_["10.0.0.7"].key_pem, CertificateKeys().read(later.phone.certificate + later.phone.key)->key);
  EXPECT_EQ(known_["10.0.0.7"].server_cas, std::vector{pki.authority.certificate()});
}

TEST_F(Rewritings, APhoneWhoseKeyIsNotKnownKeepsItsServicesCa) {
  const Pki pki;
  std::vector<Item> items = pki.items();
  items[1].value = "nonsense";
  const std::string told = to_phone(write_items(items));
  EXPECT_THAT(told, Not(HasSubstr("OUR CA")));
  EXPECT_THAT(told, HasSubstr(">18445<"));
  EXPECT_TRUE(known_.empty());
}

TEST_F(Rewritings, WhatAPinSealsIsRewrittenWhereThePinIsGiven) {
  const Pki pki;
  const std::string message = write_items({item("goto-secure-mode", "pin"), item("secure-mode-data", *packed(pki.items(), "4711000"))});
  EXPECT_EQ(to_phone(message), message);
  rewriting_.emplace(with_pin());
  wpi::Reader reader;
  const wpi::Document told = reader.read(to_phone(message), wpi::Sender::service);
  const auto items = keys_.unpack(told.find("secure-mode-data")->value, "4711000");
  ASSERT_TRUE(items);
  EXPECT_EQ((*items)[2].value, "OUR CA");
  EXPECT_EQ((*items)[3].value, "18445");
  EXPECT_TRUE(known_.contains("10.0.0.7"));
}

}  // namespace
}  // namespace understudy::net
