#include "certs/authority.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "certs_support.h"
#include "support/folder.h"

namespace understudy::certs {
namespace {

const std::vector<std::string> hosts = {"localhost", "service.example", "127.0.0.1", "::1"};

TEST(Authority, IssuesACertificateThatItsRootVouchesForUnderEachNameAndAddress) {
  for (const KeyType type : {KeyType::ec_p256, KeyType::rsa_2048}) {
    const auto authority = Authority::make(now, type);
    ASSERT_TRUE(authority) << authority.error();
    const auto pem = authority->issue(profile_of(Ready::valid, hosts, type));
    ASSERT_TRUE(pem) << pem.error();
    for (const std::string& host : hosts)
      EXPECT_EQ(verdict(authority->certificate(), pem->certificate, host), X509_V_OK) << host;
    EXPECT_EQ(verdict(authority->certificate(), pem->certificate, "127.0.0.2"),
              X509_V_ERR_IP_ADDRESS_MISMATCH);
  }
}

TEST(Authority, GivesTheKeyThatBelongsToTheCertificateInFront) {
  const auto authority = Authority::make(now);
  const auto pem = authority->issue(profile_of(Ready::valid, hosts));
  const auto chain = chain_of(pem->certificate);
  ASSERT_EQ(chain.size(), 2U);
  const KeyObject key = key_of(pem->key);
  ASSERT_TRUE(key);
  EXPECT_EQ(X509_check_private_key(chain.front().get(), key.get()), 1);
  EXPECT_EQ(X509_check_private_key(chain.back().get(), key.get()), 0);
}

TEST(Authority, MakesEachKindOfWrongCertificate) {
  const auto authority = Authority::make(now);
  const auto judged = [&](Ready ready) {
    return verdict(authority->certificate(), authority->issue(profile_of(ready, hosts))->certificate,
                   "127.0.0.1");
  };
  EXPECT_EQ(judged(Ready::bad_signature), X509_V_ERR_CERT_SIGNATURE_FAILURE);
  EXPECT_EQ(judged(Ready::valid), X509_V_OK);
  EXPECT_EQ(judged(Ready::expired), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(judged(Ready::not_yet_valid), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(judged(Ready::wrong_name), X509_V_ERR_IP_ADDRESS_MISMATCH);
  EXPECT_EQ(judged(Ready::stranger), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
}

TEST(Authority, HasAnIntermediateThatIssuesInItsPlace) {
  for (const KeyType type : {KeyType::ec_p256, KeyType::rsa_2048}) {
    const auto root = Authority::make(now, type);
    const auto intermediate = root->intermediate();
    ASSERT_TRUE(intermediate) << intermediate.error();
    EXPECT_EQ(intermediate->chain(), intermediate->certificate() + root->certificate());
    const ServiceProfile service = profile_of(Ready::valid, hosts, type);
    const auto whole = intermediate->issue(service);
    EXPECT_EQ(chain_of(whole->certificate).size(), 3U);
    EXPECT_EQ(verdict(root->certificate(), whole->certificate, "localhost"), X509_V_OK);
    const auto shorter = intermediate->issue(service, Chain::without_root);
    EXPECT_EQ(chain_of(shorter->certificate).size(), 2U);
    EXPECT_EQ(verdict(root->certificate(), shorter->certificate, "localhost"), X509_V_OK);
    EXPECT_EQ(chain_of(root->issue(service, Chain::without_root)->certificate).size(), 1U);
  }
}

TEST(Authority, LetsAnIntermediateVouchForNoOther) {
  const auto root = Authority::make(now);
  const auto below = root->intermediate()->intermediate();
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error(), "an intermediate CA vouches for no other");
}

TEST(Authority, IssuesCertificatesWithWhichPhonesCallAndDoNotServe) {
  const auto root = Authority::make(now);
  const auto intermediate = root->intermediate();
  const auto pem = intermediate->issue(phone_profile_of(Ready::valid, "00:1A:E8:FF:5C:C2"));
  ASSERT_TRUE(pem) << pem.error();
  EXPECT_EQ(verdict(root->certificate(), pem->certificate, ""), X509_V_OK);
  EXPECT_EQ(verdict(root->certificate(), pem->certificate, "localhost"), X509_V_ERR_INVALID_PURPOSE);
  const auto service = intermediate->issue(profile_of(Ready::valid, hosts));
  EXPECT_EQ(verdict(root->certificate(), service->certificate, ""), X509_V_ERR_INVALID_PURPOSE);
}

TEST(Authority, MakesEachKindOfWrongPhone) {
  const auto root = Authority::make(now);
  const auto intermediate = root->intermediate();
  const auto judged = [&](Ready ready) {
    return verdict(root->certificate(), intermediate->issue(phone_profile_of(ready, "4711"))->certificate,
                   "");
  };
  EXPECT_EQ(judged(Ready::expired), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(judged(Ready::not_yet_valid), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(judged(Ready::bad_signature), X509_V_ERR_CERT_SIGNATURE_FAILURE);
  EXPECT_EQ(judged(Ready::stranger), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
  EXPECT_EQ(judged(Ready::wrong_name), X509_V_OK);  // it is somebody, but not this phone
}

TEST(Authority, KeepsANameTooLongForACommonNameAmongTheOthers) {
  const auto authority = Authority::make(now);
  const std::string name = std::string(40, 'a') + "." + std::string(40, 'b') + ".example";
  const auto pem = authority->issue(profile_of(Ready::valid, {name}));
  ASSERT_TRUE(pem) << pem.error();
  EXPECT_EQ(verdict(authority->certificate(), pem->certificate, name), X509_V_OK);
}

TEST(Authority, IsAnotherOneEachTime) {
  const auto one = Authority::make(now);
  const auto other = Authority::make(now);
  const auto pem = one->issue(profile_of(Ready::valid, hosts));
  EXPECT_NE(verdict(other->certificate(), pem->certificate, "localhost"), X509_V_OK);
}

TEST(Authority, SaysWhichCertificateCouldNotBeMade) {
  const auto authority = Authority::make(now);
  ServiceProfile profile;
  profile.addresses = {"no address"};
  const auto pem = authority->issue(profile);
  ASSERT_FALSE(pem);
  EXPECT_NE(pem.error().find("no address"), std::string::npos) << pem.error();
}

TEST(SelfSigned, VouchesForItself) {
  const auto pem = self_signed(profile_of(Ready::valid, hosts), now);
  ASSERT_TRUE(pem) << pem.error();
  const auto chain = chain_of(pem->certificate);
  ASSERT_EQ(chain.size(), 1U);
  EXPECT_EQ(X509_self_signed(chain.front().get(), 1), 1);
  EXPECT_EQ(verdict(pem->certificate, pem->certificate, "localhost"), X509_V_OK);
}

TEST(ReadyProfile, HasANameThatFindsItAgain) {
  for (const Ready ready : {Ready::valid, Ready::expired, Ready::not_yet_valid, Ready::wrong_name,
                            Ready::bad_signature, Ready::stranger})
    EXPECT_EQ(ready_named(name_of(ready)), ready);
  EXPECT_FALSE(ready_named("nonsense"));
}

TEST(PemFiles, KeepTheKeyForTheOwnerAlone) {
  const Folder folder;
  const auto pem = self_signed(profile_of(Ready::valid, hosts), now);
  const std::string key = folder.put("key.pem", "an older file that all may read");
  ASSERT_EQ(::chmod(key.c_str(), 0644), 0);
  const auto written = write_pem(*pem, folder / "certificate.pem", key);
  ASSERT_TRUE(written) << written.error();
  struct stat status {};
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(contents(key), pem->key);
}

TEST(PemFiles, SayWhichFileCouldNotBeWritten) {
  const Folder folder;
  const auto written = write_pem({"c", "k"}, folder / "c.pem", folder / "no/such/folder/k.pem");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().find("no/such/folder/k.pem"), std::string::npos) << written.error();
}

}  // namespace
}  // namespace understudy::certs
