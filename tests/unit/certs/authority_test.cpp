#include "certs/authority.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "support/folder.h"

namespace understudy::certs {
namespace {

const Time now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));

struct FreeX509 {
  void operator()(X509* x) const { X509_free(x); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

std::vector<Certificate> chain_of(const std::string& pem) {
  std::vector<Certificate> chain;
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  while (X509* x = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) chain.emplace_back(x);
  BIO_free(bio);
  return chain;
}

Key key_of(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Key key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return key;
}

// What OpenSSL says of a service's certificate at `now`, trusting the root alone, as a server of that host.
int verdict(const std::string& root_pem, const std::string& service_pem, const std::string& host) {
  const auto root = chain_of(root_pem);
  const auto service = chain_of(service_pem);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, root.front().get());
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, service.front().get(), nullptr);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(now));
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size());
  X509_verify_cert(context);
  const int error = X509_STORE_CTX_get_error(context);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return error;
}

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
  const Key key = key_of(pem->key);
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
  for (const Ready ready : {Ready::valid, Ready::expired, Ready::not_yet_valid, Ready::wrong_name})
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
