#include "certs/bundle.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "certs_support.h"

namespace understudy::certs {
namespace {

constexpr std::string_view mac = "00:1A:E8:FF:5C:C2";

// A phone's certificate with its key, below an intermediate CA; made once, as RSA takes its time.
const Pem& phone_pem(KeyType type = KeyType::ec_p256) {
  static const auto make = [](KeyType key) {
    const auto root = Authority::make(now, key);
    return *root->intermediate()->issue(phone_profile_of(Ready::valid, mac, key));
  };
  static const Pem ec = make(KeyType::ec_p256);
  static const Pem rsa = make(KeyType::rsa_2048);
  return type == KeyType::ec_p256 ? ec : rsa;
}

std::string pkcs12(std::string_view password, const Pem& pem = phone_pem()) {
  return to_pkcs12(pem, password, "phone").value();
}

std::string in_lines(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 64) out += text.substr(at, 64) + "\r\n";
  return out;
}

BundleError error_of(std::string_view value, std::string_view password = "",
                     WantedKey key = WantedKey::optional) {
  const auto bundle = read_bundle(value, password, key);
  EXPECT_FALSE(bundle);
  return bundle ? BundleError{} : bundle.error();
}

// As `openssl pkcs12 -export` of an older OpenSSL, or with other options, would make it.
std::string made_by_others(const Pem& pem, const char* password, int key_cipher, int certificate_cipher,
                           int rounds, int mac_rounds) {
  const auto certificates = chain_of(pem.certificate);
  const KeyObject key = key_of(pem.key);
  PKCS12* made = PKCS12_create(password, "phone", key.get(), certificates.front().get(), nullptr, key_cipher,
                               certificate_cipher, rounds, mac_rounds, 0);
  EXPECT_NE(made, nullptr);
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS12(made, &bytes);
  PKCS12_free(made);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
  OPENSSL_free(bytes);
  return der;
}

// Key and chain as the phone's, whatever they came in.
void expect_phone(const tl::expected<Bundle, BundleError>& bundle, const Pem& pem = phone_pem()) {
  ASSERT_TRUE(bundle) << sentence_of(bundle.error());
  EXPECT_EQ(bundle->pem(), pem.certificate);
  EXPECT_EQ(bundle->key, pem.key);
  EXPECT_EQ(bundle->chain.size(), 2U);
}

TEST(Bundle, IsReadFromPkcs12InBase64WithAndWithoutLineBreaks) {
  for (const KeyType type : {KeyType::ec_p256, KeyType::rsa_2048}) {
    const Pem& pem = phone_pem(type);
    const std::string item = to_base64(pkcs12("secret", pem));
    expect_phone(read_bundle(item, "secret"), pem);
    expect_phone(read_bundle("\n    " + in_lines(item) + "  ", "secret"), pem);
    EXPECT_EQ(read_bundle(item, "secret")->form, Form::pkcs12);
  }
}

TEST(Bundle, IsReadFromPemAsItIsIndentedOrInBase64) {
  const std::string pem = phone_pem().key + phone_pem().certificate;
  expect_phone(read_bundle(pem, ""));
  expect_phone(read_bundle(to_base64(pem), ""));
  std::string indented = "\n    ";
  for (const char c : pem) indented += c == '\n' ? "\r\n    " : std::string(1, c);
  expect_phone(read_bundle(indented, ""));
  EXPECT_EQ(read_bundle(pem, "")->form, Form::pem);
}

TEST(Bundle, IsReadFromTheDerOfACertificate) {
  const auto certificates = chain_of(phone_pem().certificate);
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificates.front().get(), &bytes);
  const std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  for (const std::string& item : {to_base64(der), der}) {
    const auto bundle = read_bundle(item, "");
    ASSERT_TRUE(bundle) << sentence_of(bundle.error());
    EXPECT_TRUE(phone_pem().certificate.starts_with(bundle->certificate));
    EXPECT_EQ(bundle->form, Form::der);
    EXPECT_EQ(bundle->key, "");
  }
}

TEST(Bundle, HasNoPasswordWhereNoneIsGiven) {
  expect_phone(read_bundle(to_base64(pkcs12("")), ""));
  expect_phone(read_bundle(pkcs12(""), ""));  // a file, as bytes
  const std::string none = made_by_others(phone_pem(), nullptr, NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
                                          NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 0, 0);
  EXPECT_TRUE(read_bundle(none, ""));
}

TEST(Bundle, OpensWithItsPasswordAlone) {
  const std::string item = to_base64(pkcs12("secret"));
  EXPECT_EQ(error_of(item, "Secret"), BundleError::wrong_password);
  EXPECT_EQ(error_of(item, ""), BundleError::wrong_password);
  EXPECT_TRUE(read_bundle(to_base64(pkcs12("")), "secret")) << "it needs none";
}

TEST(Bundle, IsReadAsOlderProgramsEncryptIt) {
  constexpr int triple_des = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
  EXPECT_TRUE(read_bundle(made_by_others(phone_pem(), "secret", triple_des, triple_des, 0, 0), "secret"));
  OSSL_PROVIDER* usual = OSSL_PROVIDER_load(nullptr, "default");
  OSSL_PROVIDER* old = OSSL_PROVIDER_load(nullptr, "legacy");
  ASSERT_NE(old, nullptr);
  const std::string rc2 =
      made_by_others(phone_pem(), "secret", triple_des, NID_pbe_WithSHA1And40BitRC2_CBC, 0, 0);
  const std::string no_mac =
      made_by_others(phone_pem(), "secret", triple_des, NID_pbe_WithSHA1And40BitRC2_CBC, 0, -1);
  OSSL_PROVIDER_unload(old);
  OSSL_PROVIDER_unload(usual);
  const auto bundle = read_bundle(rc2, "secret");
  ASSERT_TRUE(bundle) << sentence_of(bundle.error());
  EXPECT_EQ(bundle->key, phone_pem().key);
  EXPECT_TRUE(read_bundle(no_mac, "secret"));
  EXPECT_EQ(error_of(no_mac, "wrong"), BundleError::wrong_password);
}

TEST(Bundle, ThatWouldTakeLongToOpenIsRefused) {
  // 70,000 rounds, in DER, become 8,388,607: of both parts, and of the MAC.
  const std::string many("\x02\x03\x01\x11\x70"), more("\x02\x03\x7F\xFF\xFF");
  for (std::string item : {made_by_others(phone_pem(), "secret", 0, 0, 70'000, -1),
                           made_by_others(phone_pem(), "secret", 0, 0, 1, 70'000)}) {
    EXPECT_TRUE(read_bundle(item, "secret"));
    int places = 0;
    for (std::size_t at = 0; (at = item.find(many, at)) != std::string::npos; ++places)
      item.replace(at, more.size(), more);
    EXPECT_GE(places, 1);
    EXPECT_EQ(error_of(item, "secret"), BundleError::not_supported);
  }
}

TEST(Bundle, HasTheCertificateOfItsKeyInFrontAndTheChainInOrder) {
  auto parts = chain_of(phone_pem().certificate);
  std::string shuffled = phone_pem().key;
  for (const std::size_t i : {2U, 0U, 1U, 0U}) shuffled += pem_of_certificate(parts[i].get());
  expect_phone(read_bundle(shuffled, ""));
}

TEST(Bundle, WithoutAKeyIsWhatCameFirst) {
  const auto bundle = read_bundle(phone_pem().certificate, "");
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->pem(), phone_pem().certificate);
  EXPECT_EQ(error_of(phone_pem().certificate, "", WantedKey::required), BundleError::no_key);
}

TEST(Bundle, RefusesAKeyOfAnother) {
  EXPECT_EQ(error_of(phone_pem().certificate + phone_pem(KeyType::rsa_2048).key), BundleError::key_mismatch);
  const auto other = self_signed(profile_of(Ready::valid, {"localhost"}), now);
  EXPECT_EQ(error_of(phone_pem().certificate + other->key), BundleError::key_mismatch);
}

TEST(Bundle, SaysWhatItIsNot) {
  EXPECT_EQ(error_of(""), BundleError::no_certificate);
  EXPECT_EQ(error_of(" \n"), BundleError::no_certificate);
  EXPECT_EQ(error_of("no base64!"), BundleError::not_base64);
  EXPECT_EQ(error_of("QUJ"), BundleError::not_base64);
  EXPECT_EQ(error_of("QU=J"), BundleError::not_base64);
  EXPECT_EQ(error_of(to_base64("something else")), BundleError::unknown_form);
  EXPECT_EQ(error_of(phone_pem().key), BundleError::no_certificate);
  EXPECT_EQ(error_of(std::string(largest_bundle + 1, 'A')), BundleError::too_large);
  std::string many;
  for (int i = 0; i < 40; ++i) many += phone_pem().certificate;
  EXPECT_EQ(error_of(many), BundleError::too_large);
}

TEST(Bundle, ThatIsCutShortIsDamagedWhereverItIsCut) {
  const std::string der = pkcs12("secret");
  for (std::size_t size = 8; size < der.size(); size += 7)
    EXPECT_EQ(error_of(to_base64(der.substr(0, size)), "secret"), BundleError::damaged) << size;
  const std::string pem = phone_pem().certificate;
  EXPECT_EQ(error_of(pem.substr(0, pem.find("-----END"))), BundleError::damaged);
}

TEST(Bundle, WithAnyByteChangedIsRefusedOrTheSame) {
  const std::string der = pkcs12("secret");
  for (std::size_t at = 0; at < der.size(); ++at) {
    std::string changed = der;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    const auto bundle = read_bundle(changed, "secret");
    EXPECT_TRUE(!bundle || bundle->key == phone_pem().key) << at;
  }
}

TEST(Bundle, OpensEncryptedKeysInPem) {
  const KeyObject key = key_of(phone_pem().key);
  const auto encrypted = [&](auto write) {
    BIO* bio = BIO_new(BIO_s_mem());
    EXPECT_EQ(write(bio), 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
  };
  const auto* secret = reinterpret_cast<const unsigned char*>("secret");
  const std::string newer = encrypted([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr);
  });
  const std::string older = encrypted([&](BIO* bio) {
    return PEM_write_bio_PrivateKey_traditional(bio, key.get(), EVP_aes_128_cbc(), secret, 6, nullptr,
                                                nullptr);
  });
  for (const std::string& text : {newer, older}) {
    expect_phone(read_bundle(text + phone_pem().certificate, "secret"));
    EXPECT_EQ(error_of(text + phone_pem().certificate, "wrong"), BundleError::wrong_password);
    EXPECT_EQ(error_of(text + phone_pem().certificate, ""), BundleError::wrong_password);
  }
}

TEST(BundleErrors, AreWordsThatCanStandBehindAColon) {
  for (int error = 0; error <= static_cast<int>(BundleError::key_mismatch); ++error) {
    const std::string_view text = sentence_of(static_cast<BundleError>(error));
    ASSERT_FALSE(text.empty());
    EXPECT_TRUE(text.front() == 'i' || text.front() == 't') << text;
    EXPECT_NE(text.back(), '.') << text;
  }
}

TEST(Base64, IsWrittenAsItIsRead) {
  for (const std::string_view bytes : {"f", "fo", "foo", "foob"})
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(from_base64("Zm 8\r\n="), "fo");
  EXPECT_FALSE(from_base64("Zm8==="));
  EXPECT_FALSE(from_base64("===="));
}

}  // namespace
}  // namespace understudy::certs
