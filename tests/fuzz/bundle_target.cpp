// The reader of what a service hands to a phone: of any bytes it makes certificates that can be shown, or an error with a sentence.
// No key is kept among the seeds: a PKCS#12 with one is made anew at each run, and its bytes changed as the input says.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string>
#include <string_view>
#include <vector>

#include "certs/base64.h"
#include "certs/bundle.h"
#include "certs/facts.h"

namespace {

using namespace understudy::certs;

constexpr const char* password = "secret";

void expect(bool holds) {
  if (!holds) std::abort();
}

void expect_clean(const std::string& text) {
  expect(std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; }));
}

void check(const std::string& pem) {
  const auto facts = facts_of(pem);
  if (!facts) return expect(!facts.error().empty());
  expect_clean(info_text(*facts));
  for (const std::string& name : facts->alternative_names) expect_clean(name);
  expect(facts->sha256.size() == 95 && facts->sha1.size() == 59 && facts->key_bits >= 0);
  expect(!name_of(validity_at(*facts, Time())).empty());
}

void read(std::string_view value) {
  const auto bundle = read_bundle(value, password);
  if (!bundle) return expect(!sentence_of(bundle.error()).empty());
  check(bundle->certificate);
  for (const std::string& above : bundle->chain) check(above);
  const auto again = read_bundle(bundle->key + bundle->pem(), "");
  expect(again && again->certificate == bundle->certificate && again->key == bundle->key);
  expect(again->chain == bundle->chain);
  expect(read_bundle(value, password, WantedKey::required).has_value() != bundle->key.empty());
}

// PKCS#12 with few rounds, so that a run is short. Without a MAC what is changed inside is come upon.
std::string made(const Pem& pem, int cipher, int mac_rounds) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> certificate_text(
      BIO_new_mem_buf(pem.certificate.data(), static_cast<int>(pem.certificate.size())), BIO_free_all);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> key_text(
      BIO_new_mem_buf(pem.key.data(), static_cast<int>(pem.key.size())), BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> whole(
      PKCS12_create(password, "phone", key.get(), certificate.get(), nullptr, cipher, cipher, 1, mac_rounds,
                    0),
      PKCS12_free);
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS12(whole.get(), &bytes);
  expect(size > 0);
  const std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

const std::vector<std::string>& with_keys() {
  static const std::vector<std::string> all = [] {
    const auto pem = *self_signed(profile_of(Ready::valid, {"localhost"}), std::chrono::system_clock::now());
    expect(read_bundle(made(pem, 0, 1), password).has_value());
    return std::vector<std::string>{made(pem, 0, 1), made(pem, 0, -1), made(pem, -1, -1),
                                    made(pem, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, -1)};
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(to_base64(bytes));
  // Up to four bytes of each, at places that the input says.
  for (std::string der : with_keys()) {
    for (std::size_t i = 0; i + 2 < size && i < 12; i += 3)
      der[(data[i] * 256U + data[i + 1]) % der.size()] = bytes[i + 2];
    read(der);
  }
  return 0;
}
