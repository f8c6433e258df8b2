#include <cstring>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <optional>
#include <string>

#include "certs/found.h"

namespace understudy::certs {

namespace {

// One block of a PEM text. OpenSSL allocates and fills.
struct Block {
  Block() = default;
  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    if (data != nullptr) OPENSSL_clear_free(data, static_cast<std::size_t>(capacity));
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  bool is(const char* kind) const { return std::strcmp(name, kind) == 0; }
  bool is_certificate() const {
    return is(PEM_STRING_X509) || is(PEM_STRING_X509_OLD) || is(PEM_STRING_X509_TRUSTED);
  }
  // A key in a form of its own: "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY".
  bool is_older_key() const { return std::string_view(name).ends_with(" PRIVATE KEY"); }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;  // decrypting makes it shorter
  long capacity = 0;
};

using Plain = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;
using Encrypted = std::unique_ptr<X509_SIG, Free<X509_SIG_free>>;
using Taken = tl::expected<void, BundleError>;

// OpenSSL's reader wants every line to begin at its beginning; XML is often indented.
std::string without_indent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == ' ' || c == '\t')) continue;
    begins = c == '\n';
    out += c;
  }
  return out;
}

int give_password(char* buffer, int size, int, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, text.data(), text.size());
  return static_cast<int>(text.size());
}

Taken take_key(Key key, Found& found) {
  if (!key) return tl::unexpected(BundleError::damaged);
  found.keys.push_back(std::move(key));
  return {};
}

Taken take_encrypted_key(const Block& block, const std::string& password, Rounds& rounds, Found& found) {
  const unsigned char* at = block.data;
  const Encrypted encrypted(d2i_X509_SIG(nullptr, &at, block.size));
  if (!encrypted) return tl::unexpected(BundleError::damaged);
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
  if (const Taken paid = rounds.take(algorithm); !paid) return paid;
  const Plain plain(PKCS8_decrypt(encrypted.get(), password.c_str(), static_cast<int>(password.size())));
  if (!plain) return tl::unexpected(BundleError::wrong_password);
  return take_key(Key(EVP_PKCS82PKEY(plain.get())), found);
}

Taken take_older_key(Block& block, std::string& password, Found& found) {
  EVP_CIPHER_INFO cipher{};
  if (PEM_get_EVP_CIPHER_INFO(block.header, &cipher) != 1) return tl::unexpected(BundleError::not_supported);
  if (PEM_do_header(&cipher, block.data, &block.size, give_password, &password) != 1)
    return tl::unexpected(BundleError::wrong_password);
  const unsigned char* at = block.data;
  Key key(d2i_AutoPrivateKey(nullptr, &at, block.size));
  // A wrong password is found out by the padding, but for one time in 256.
  if (!key && cipher.cipher != nullptr) return tl::unexpected(BundleError::wrong_password);
  return take_key(std::move(key), found);
}

Taken take(Block& block, std::string& password, Rounds& rounds, Found& found) {
  const unsigned char* at = block.data;
  if (block.is_certificate()) {
    Certificate certificate(d2i_X509(nullptr, &at, block.size));
    if (!certificate) return tl::unexpected(BundleError::damaged);
    found.certificates.push_back(std::move(certificate));
    return {};
  }
  if (block.is(PEM_STRING_PKCS8INF)) {
    const Plain plain(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, block.size));
    return take_key(plain ? Key(EVP_PKCS82PKEY(plain.get())) : Key(), found);
  }
  if (block.is(PEM_STRING_PKCS8)) return take_encrypted_key(block, password, rounds, found);
  if (block.is_older_key()) return take_older_key(block, password, found);
  return {};  // parameters of curves, requests and lists of revoked ones may stand beside
}

}  // namespace

tl::expected<Found, BundleError> read_pem(std::string_view text, std::string_view password) {
  const std::string lines = without_indent(text);
  const Bio bio = reader_of(lines);
  std::string secret(password);
  Found found;
  Rounds rounds;
  for (;;) {
    Block block;
    ERR_clear_error();
    if (PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) != 1) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      if (!at_end) return tl::unexpected(BundleError::damaged);
      return found;
    }
    block.capacity = block.size;
    const Taken taken = take(block, secret, rounds, found);
    ERR_clear_error();
    if (!taken) return tl::unexpected(taken.error());
  }
}

}  // namespace understudy::certs
