#include "certs/facts.h"

#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/pem.h>

#include "certs_support.h"

namespace understudy::certs {
namespace {

using std::chrono::hours;

CertificateFacts facts_at(const std::string& pem) {
  const auto facts = facts_of(pem);
  EXPECT_TRUE(facts) << facts.error();
  return facts.value_or(CertificateFacts{});
}

// A certificate that vouches for itself, with a field of its name as given.
std::string named(int type, const std::string& bytes) {
  const auto pem = self_signed(profile_of(Ready::valid, {"localhost"}), now);
  const auto chain = chain_of(pem->certificate);
  const KeyObject key = key_of(pem->key);
  X509_NAME* name = X509_get_subject_name(chain.front().get());
  X509_NAME_add_entry_by_NID(name, NID_organizationalUnitName, type,
                             reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), -1, 0);
  X509_sign(chain.front().get(), key.get(), EVP_sha256());
  return pem_of_certificate(chain.front().get());
}

TEST(Facts, SayWhatStandsInACertificate) {
  const auto root = Authority::make(now);
  const auto pem = root->issue(profile_of(Ready::valid, {"localhost", "127.0.0.1", "::1"}));
  const CertificateFacts facts = facts_at(pem->certificate);
  EXPECT_EQ(facts.subject, "CN=localhost,O=Understudy test certificates");
  EXPECT_EQ(facts.issuer, "CN=Understudy test root,O=Understudy test certificates");
  EXPECT_EQ(iso_text(facts.not_before), "2027-01-15T07:00:00Z");
  EXPECT_EQ(iso_text(facts.not_after), "2027-02-14T08:00:00Z");
  EXPECT_EQ(facts.serial.size(), 32U);
  EXPECT_EQ(facts.sha256.size(), 32U * 3 - 1);
  EXPECT_EQ(facts.sha1.size(), 20U * 3 - 1);
  EXPECT_EQ(facts.key_type, "EC P-256");
  EXPECT_EQ(facts.key_bits, 256);
  EXPECT_FALSE(facts.is_ca);
  EXPECT_EQ(facts.alternative_names, (std::vector<std::string>{"DNS:localhost", "IP:127.0.0.1", "IP:::1"}));
  EXPECT_TRUE(facts_at(root->certificate()).is_ca);
}

TEST(Facts, KnowRsaKeys) {
  const auto pem = self_signed(profile_of(Ready::valid, {"localhost"}, KeyType::rsa_2048), now);
  const CertificateFacts facts = facts_at(pem->certificate);
  EXPECT_EQ(facts.key_type, "RSA");
  EXPECT_EQ(facts.key_bits, 2048);
}

TEST(Facts, HaveNamesThatCanStandInXmlWhateverStandsInTheCertificate) {
  EXPECT_EQ(facts_at(named(V_ASN1_UTF8STRING, "M\xC3\xBCnchen")).subject.substr(0, 11), "OU=M\xC3\xBCnchen");
  EXPECT_EQ(facts_at(named(V_ASN1_T61STRING, "M\xFCnchen")).subject.substr(0, 11), "OU=M\xC3\xBCnchen");
  EXPECT_EQ(facts_at(named(V_ASN1_UTF8STRING, "a\nb,c")).subject.substr(0, 11), "OU=a\\0Ab\\,c");
  // What is no text is not read, or shown in ASCII; in two bytes a character it is text.
  for (const std::string& bytes :
       {std::string("\xFF\xFE"), std::string("\xED\xA0\x80"), std::string("\xC2\x85")})
    for (const int type : {V_ASN1_UTF8STRING, V_ASN1_BMPSTRING, V_ASN1_UNIVERSALSTRING}) {
      const auto facts = facts_of(named(type, bytes));
      const std::string subject = facts ? facts->subject : "";
      for (const char c : subject)
        EXPECT_TRUE((c >= ' ' && c <= '~') || (type != V_ASN1_UTF8STRING && c < 0)) << subject;
    }
}

TEST(Facts, AreNoneWhereThereIsNoCertificate) {
  EXPECT_FALSE(facts_of(""));
  EXPECT_FALSE(facts_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}

TEST(Facts, HoldForYearsThatNanosecondsDoNotReach) {
  const auto pem = self_signed(profile_of(Ready::valid, {"localhost"}), now);
  const auto chain = chain_of(pem->certificate);
  ASN1_TIME_set_string_X509(X509_getm_notAfter(chain.front().get()), "99991231235959Z");
  X509_sign(chain.front().get(), key_of(pem->key).get(), EVP_sha256());
  const CertificateFacts facts = facts_at(pem_of_certificate(chain.front().get()));
  EXPECT_EQ(iso_text(facts.not_after), "9999-12-31T23:59:59Z");
  EXPECT_EQ(validity_at(facts, now), Validity::valid);
}

TEST(Validity, HoldsFromItsFirstSecondToItsLast) {
  const CertificateFacts facts =
      facts_at(self_signed(profile_of(Ready::valid, {"localhost"}), now)->certificate);
  using std::chrono::seconds;
  EXPECT_EQ(validity_at(facts, now - hours(1) - seconds(1)), Validity::not_yet_valid);
  EXPECT_EQ(validity_at(facts, now - hours(1)), Validity::valid);
  EXPECT_EQ(validity_at(facts, now + hours(24 * 30) + std::chrono::milliseconds(999)), Validity::valid);
  EXPECT_EQ(validity_at(facts, now + hours(24 * 30) + seconds(1)), Validity::expired);
  EXPECT_EQ(name_of(Validity::expired), "expired");
}

TEST(InfoText, IsOneLineInAlwaysTheSameOrder) {
  CertificateFacts facts;
  facts.subject = "CN=phone";
  facts.issuer = "CN=root";
  facts.serial = "1F09";
  facts.sha256 = "0A:1B";
  facts.not_after = Second(std::chrono::seconds(1'800'000'000));
  EXPECT_EQ(
      info_text(facts),
      "subject CN=phone; issuer CN=root; serial 1F09; valid 1970-01-01T00:00:00Z to 2027-01-15T08:00:00Z; "
      "SHA-256 0A:1B");
}

}  // namespace
}  // namespace understudy::certs
