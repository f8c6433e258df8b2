#include "certs/sealed.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "certs/base64.h"

namespace understudy::certs {

namespace {

constexpr std::string_view magic = "USM1";
constexpr std::size_t salt_size = 16, nonce_size = 12, tag_size = 16, key_size = 32;
constexpr std::size_t head_size = magic.size() + salt_size + nonce_size + tag_size;
constexpr std::size_t most = 1024 * 1024;  // bytes of base64
constexpr int rounds = 100'000;

using Key = std::array<unsigned char, key_size>;
struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

bool derive(std::string_view password, std::string_view salt, Key& key) {
  return PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()), rounds,
                           EVP_sha256(), static_cast<int>(key.size()), key.data()) == 1;
}

}  // namespace

tl::expected<std::string, std::string> sealed(std::string_view text, std::string_view password) {
  std::string raw(magic);
  raw.resize(head_size + text.size());
  unsigned char* const salt = bytes_of(raw) + magic.size();
  unsigned char* const nonce = salt + salt_size;
  unsigned char* const tag = nonce + nonce_size;
  unsigned char* const out = tag + tag_size;
  Key key{};
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int n = 0, last = 0;
  if (RAND_bytes(salt, static_cast<int>(salt_size + nonce_size)) != 1) return tl::unexpected(std::string("there are no random bytes"));
  if (!derive(password, std::string_view(raw).substr(magic.size(), salt_size), key)) return tl::unexpected(std::string("no key can be derived"));
  if (!cipher || EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce) != 1 ||
      EVP_EncryptUpdate(cipher.get(), out, &n, bytes_of(text), static_cast<int>(text.size())) != 1 ||
      EVP_EncryptFinal_ex(cipher.get(), out + n, &last) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size), tag) != 1)
    return tl::unexpected(std::string("the text cannot be encrypted"));
  return to_base64(raw);
}

tl::expected<std::string, std::string> opened(std::string_view data, std::string_view password) {
  if (data.size() > most) return tl::unexpected(std::string("it is larger than 1 MB"));
  std::string raw = from_base64(data).value_or("");
  if (raw.size() < head_size || !raw.starts_with(magic)) return tl::unexpected(std::string("it is no data of Secure Mode that we know"));
  unsigned char* const salt = bytes_of(raw) + magic.size();
  unsigned char* const nonce = salt + salt_size;
  unsigned char* const tag = nonce + nonce_size;
  Key key{};
  if (!derive(password, std::string_view(raw).substr(magic.size(), salt_size), key)) return tl::unexpected(std::string("no key can be derived"));
  std::string text(raw.size() - head_size, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int n = 0, last = 0;
  const bool good = cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), bytes_of(text), &n, tag + tag_size, static_cast<int>(text.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag) == 1 &&
                    EVP_DecryptFinal_ex(cipher.get(), bytes_of(text) + n, &last) == 1;
  if (!good) return tl::unexpected(std::string("the password does not open it"));
  return text;
}

}  // namespace understudy::certs
