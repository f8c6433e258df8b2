#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string>

#include "certs/found.h"

namespace understudy::certs {

namespace {

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_parts(STACK_OF(PKCS7) * parts) {
  sk_PKCS7_pop_free(parts, PKCS7_free);
}
using Whole = std::unique_ptr<PKCS12, Free<PKCS12_free>>;
using Bags = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), Free<free_bags>>;
using Parts = std::unique_ptr<STACK_OF(PKCS7), Free<free_parts>>;
using Plain = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;
using Read = tl::expected<void, BundleError>;

constexpr int deepest_bag = 4;

// Ciphers of the time of these phones, RC2 with 40 bits before all: in files that services and Windows make to this day. Where
// the machine does not have them, get() is null.
class OldCiphers {
 public:
  OldCiphers() : library_(OSSL_LIB_CTX_new()) {
    if (library_ == nullptr) return;
    usual_ = OSSL_PROVIDER_load(library_, "default");
    old_ = OSSL_PROVIDER_load(library_, "legacy");
    ERR_clear_error();
  }
  ~OldCiphers() {
    if (old_ != nullptr) OSSL_PROVIDER_unload(old_);
    if (usual_ != nullptr) OSSL_PROVIDER_unload(usual_);
    OSSL_LIB_CTX_free(library_);
  }
  OldCiphers(const OldCiphers&) = delete;
  OldCiphers& operator=(const OldCiphers&) = delete;
  OSSL_LIB_CTX* get() const { return usual_ != nullptr && old_ != nullptr ? library_ : nullptr; }

 private:
  OSSL_LIB_CTX* library_;
  OSSL_PROVIDER* usual_ = nullptr;
  OSSL_PROVIDER* old_ = nullptr;
};

// PKCS12_parse would do, but that it spends whatever time the file asks for, and takes a key for the certificate's that is not.
class Pkcs12 {
 public:
  Pkcs12(std::string_view password, OSSL_LIB_CTX* library) : password_(password), library_(library) {}

  Read read(std::string_view bytes) {
    PKCS12* in = PKCS12_init_ex(NID_pkcs7_data, library_, nullptr);
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const bool whole_read = d2i_PKCS12(&in, &at, static_cast<long>(bytes.size())) != nullptr;
    const Whole whole(in);  // null where it could not be read
    if (!whole_read) return tl::unexpected(BundleError::damaged);
    // Before the MAC: it also says whether there are any bytes that a MAC can be of.
    const Parts parts(PKCS12_unpack_authsafes(in));
    if (!parts) return tl::unexpected(BundleError::damaged);
    if (const Read opened = check_mac(in); !opened) return opened;
    for (int i = 0; i < sk_PKCS7_num(parts.get()); ++i)
      if (const Read part = read_part(sk_PKCS7_value(parts.get(), i)); !part) return part;
    return {};
  }

  // Whether a cipher could not be used although the password is not known to be wrong.
  bool lacks_cipher() const { return lacks_cipher_; }
  Found found;

 private:
  Read check_mac(PKCS12* whole) {
    if (PKCS12_mac_present(whole) != 1) return {};
    mac_held_ = true;
    const ASN1_INTEGER* given = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &given, whole);
    const ASN1_OBJECT* digest = nullptr;
    X509_ALGOR_get0(&digest, nullptr, nullptr, algorithm);
    // PBMAC1 has rounds of its own.
    if (EVP_get_digestbyobj(digest) == nullptr) return tl::unexpected(BundleError::not_supported);
    std::uint64_t rounds = 1;
    if (given != nullptr && ASN1_INTEGER_get_uint64(&rounds, given) != 1) rounds = UINT64_MAX;
    // Making a key of a PKCS#12 hashes up to three times as much as its rounds say.
    if (rounds > UINT64_MAX / 2 || !rounds_.take(rounds * 2))
      return tl::unexpected(BundleError::not_supported);
    // Without a password there is an empty one, or none at all; these are two things.
    if (PKCS12_verify_mac(whole, secret(), size()) == 1) return {};
    none_ = password_.empty();
    if (none_ && PKCS12_verify_mac(whole, secret(), size()) == 1) return {};
    return tl::unexpected(BundleError::wrong_password);
  }

  Read read_part(PKCS7* part) {
    if (PKCS7_type_is_data(part)) return read_bags(Bags(PKCS12_unpack_p7data(part)), 0);
    if (!PKCS7_type_is_encrypted(part)) return tl::unexpected(BundleError::not_supported);
    const PKCS7_ENCRYPT* encrypted = part->d.encrypted;
    if (encrypted == nullptr || encrypted->enc_data == nullptr || encrypted->enc_data->enc_data == nullptr)
      return tl::unexpected(BundleError::damaged);
    if (const Read paid = rounds_.take(encrypted->enc_data->algorithm); !paid) return paid;
    Bags bags(PKCS12_unpack_p7encdata(part, secret(), size()));
    if (!bags) return could_not_decrypt();
    return read_bags(std::move(bags), 0);
  }

  Read read_bags(const Bags& bags, int depth) {
    if (!bags) return tl::unexpected(BundleError::damaged);
    return read_bags(bags.get(), depth);
  }

  Read read_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, int depth) {
    if (depth > deepest_bag) return tl::unexpected(BundleError::damaged);
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i)
      if (const Read bag = read_bag(sk_PKCS12_SAFEBAG_value(bags, i), depth); !bag) return bag;
    return {};
  }

  Read read_bag(const PKCS12_SAFEBAG* bag, int depth) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_certBag:
        return read_certificate(bag);
      case NID_keyBag:
        return take_key(PKCS12_SAFEBAG_get0_p8inf(bag));
      case NID_pkcs8ShroudedKeyBag:
        return read_shrouded_key(bag);
      case NID_safeContentsBag:
        return read_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
      default:
        return {};
    }
  }

  Read read_certificate(const PKCS12_SAFEBAG* bag) {
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return {};
    Certificate certificate(PKCS12_SAFEBAG_get1_cert(bag));
    if (!certificate) return tl::unexpected(BundleError::damaged);
    found.certificates.push_back(std::move(certificate));
    return {};
  }

  Read read_shrouded_key(const PKCS12_SAFEBAG* bag) {
    const X509_SIG* shrouded = PKCS12_SAFEBAG_get0_pkcs8(bag);
    if (shrouded == nullptr) return tl::unexpected(BundleError::damaged);
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(shrouded, &algorithm, nullptr);
    if (const Read paid = rounds_.take(algorithm); !paid) return paid;
    const Plain plain(PKCS12_decrypt_skey_ex(bag, secret(), size(), library_, nullptr));
    return plain ? take_key(plain.get()) : could_not_decrypt();
  }

  Read take_key(const PKCS8_PRIV_KEY_INFO* plain) {
    // Not of library_: the key outlives that.
    Key key(plain != nullptr ? EVP_PKCS82PKEY(plain) : nullptr);
    if (!key) return tl::unexpected(BundleError::damaged);
    found.keys.push_back(std::move(key));
    return {};
  }

  Read could_not_decrypt() {
    lacks_cipher_ = true;
    return tl::unexpected(mac_held_ ? BundleError::not_supported : BundleError::wrong_password);
  }

  const char* secret() const { return none_ ? nullptr : password_.c_str(); }
  int size() const { return static_cast<int>(password_.size()); }

  std::string password_;
  OSSL_LIB_CTX* library_;
  Rounds rounds_;
  bool none_ = false;
  bool mac_held_ = false;
  bool lacks_cipher_ = false;
};

}  // namespace

tl::expected<Found, BundleError> read_pkcs12(std::string_view bytes, std::string_view password) {
  Pkcs12 usual(password, nullptr);
  Read read = usual.read(bytes);
  if (read) return std::move(usual.found);
  if (usual.lacks_cipher()) {
    const OldCiphers ciphers;
    if (ciphers.get() != nullptr) {
      Pkcs12 old(password, ciphers.get());
      read = old.read(bytes);
      ERR_clear_error();
      if (read) return std::move(old.found);
    }
  }
  ERR_clear_error();
  return tl::unexpected(read.error());
}

}  // namespace understudy::certs
