#include "certs/authority.h"

#include <array>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "certs/files.h"
#include "certs/openssl.h"

namespace understudy::certs {

namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;

constexpr std::size_t longest_common_name = 64;  // X.520: ub-common-name

constexpr std::array<std::string_view, 6> ready_names = {"valid",      "expired",       "not_yet_valid",
                                                         "wrong_name", "bad_signature", "stranger"};

Key new_key(KeyType type) {
  return Key(type == KeyType::ec_p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048U));
}

bool set_time(ASN1_TIME* field, Time time) {
  // X.509 has years up to 9999 alone, and that is what ASN1_TIME_set checks.
  return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

bool set_serial(X509* certificate) {
  const Number number(BN_new());
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool append_name(X509_NAME* name, const char* field, const std::string& text) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool append_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_address(const std::string& host) {
  const Octets octets(a2i_IPADDRESS(host.c_str()));
  ERR_clear_error();
  return octets != nullptr;
}

std::string alternative_names(const ServiceProfile& profile) {
  std::string names;
  for (const std::string& name : profile.names)
    names.append(names.empty() ? "" : ",").append("DNS:").append(name);
  for (const std::string& address : profile.addresses)
    names.append(names.empty() ? "" : ",").append("IP:").append(address);
  return names;
}

// A name that is too long for a CN stands among the alternative names alone.
std::string common_name(const ServiceProfile& profile) {
  for (const auto* names : {&profile.names, &profile.addresses})
    for (const std::string& name : *names)
      if (name.size() <= longest_common_name) return name;
  return "a service";
}

std::string common_name(const PhoneProfile& profile) {
  return profile.name;
}

struct Window {
  Time from, to;
};

// All that certificates have in common. Its issuer is set by who signs it.
Certificate blank(EVP_PKEY* key, const std::string& common_name, Window window) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509* x = certificate.get();
  const bool filled = X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
                      set_time(X509_getm_notBefore(x), window.from) &&
                      set_time(X509_getm_notAfter(x), window.to) && X509_set_pubkey(x, key) == 1 &&
                      append_name(X509_get_subject_name(x), "O", "Understudy test certificates") &&
                      append_name(X509_get_subject_name(x), "CN", common_name);
  return filled ? std::move(certificate) : nullptr;
}

bool describe_leaf(X509* certificate, X509* issuer, const char* purpose, KeyType key) {
  const bool rsa = key == KeyType::rsa_2048;
  return append_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         append_extension(certificate, issuer, NID_key_usage,
                          rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature") &&
         append_extension(certificate, issuer, NID_ext_key_usage, purpose) &&
         append_extension(certificate, issuer, NID_subject_key_identifier, "hash");
}

bool describe(X509* certificate, X509* issuer, const ServiceProfile& profile) {
  const std::string names = alternative_names(profile);
  return describe_leaf(certificate, issuer, "serverAuth", profile.key) &&
         (names.empty() || append_extension(certificate, issuer, NID_subject_alt_name, names));
}

bool describe(X509* certificate, X509* issuer, const PhoneProfile& profile) {
  return describe_leaf(certificate, issuer, "clientAuth", profile.key);
}

bool describe_authority(X509* certificate, X509* issuer, bool may_have_others_below) {
  return append_extension(
             certificate, issuer, NID_basic_constraints,
             may_have_others_below ? "critical,CA:TRUE,pathlen:1" : "critical,CA:TRUE,pathlen:0") &&
         append_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         append_extension(certificate, issuer, NID_subject_key_identifier, "hash");
}

template <typename Profile>
Profile made_ready(Ready ready, KeyType key) {
  using std::chrono::hours;
  Profile profile;
  profile.key = key;
  if (ready == Ready::bad_signature) profile.signer = Signer::forger;
  if (ready == Ready::stranger) profile.signer = Signer::stranger;
  if (ready == Ready::expired) {
    profile.not_before = -hours(24 * 30);
    profile.not_after = -hours(24);
  } else if (ready == Ready::not_yet_valid) {
    profile.not_before = hours(24);
    profile.not_after = hours(24 * 30);
  }
  return profile;
}

}  // namespace

std::string_view name_of(Ready ready) {
  return ready_names[static_cast<std::size_t>(ready)];
}

std::optional<Ready> ready_named(std::string_view name) {
  for (std::size_t i = 0; i < ready_names.size(); ++i)
    if (ready_names[i] == name) return static_cast<Ready>(i);
  return std::nullopt;
}

ServiceProfile profile_of(Ready ready, const std::vector<std::string>& hosts, KeyType key) {
  auto profile = made_ready<ServiceProfile>(ready, key);
  if (ready == Ready::wrong_name) {
    profile.names = {"elsewhere.invalid"};
    return profile;
  }
  for (const std::string& host : hosts)
    (is_address(host) ? profile.addresses : profile.names).push_back(host);
  return profile;
}

PhoneProfile phone_profile_of(Ready ready, std::string_view name, KeyType key) {
  auto profile = made_ready<PhoneProfile>(ready, key);
  profile.name = ready == Ready::wrong_name ? "another phone" : name;
  return profile;
}

struct Authority::Impl {
  Time now;
  seconds lifetime{};
  KeyType type{};
  Key key;
  Certificate certificate;
  std::string pem;    // its own certificate
  std::string chain;  // and those above
  bool is_root = true;
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {}
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;
Authority::~Authority() = default;

const std::string& Authority::certificate() const {
  return impl_->pem;
}

const std::string& Authority::chain() const {
  return impl_->chain;
}

tl::expected<Authority, std::string> Authority::make(Time now, KeyType key, seconds lifetime) {
  return make_named("Understudy test root", now, key, lifetime, nullptr);
}

tl::expected<Authority, std::string> Authority::intermediate() const {
  if (!impl_->is_root) return tl::unexpected(std::string("an intermediate CA vouches for no other"));
  return make_named("Understudy test intermediate", impl_->now, impl_->type, impl_->lifetime, impl_.get());
}

tl::expected<Authority, std::string> Authority::make_named(const std::string& name, Time now, KeyType key,
                                                           seconds lifetime, const Impl* above) {
  Authority authority;
  Impl& made = *authority.impl_;
  made.now = now;
  made.lifetime = lifetime;
  made.type = key;
  made.is_root = above == nullptr;
  made.key = new_key(key);
  if (!made.key) return refused("cannot make the key of the " + name);
  made.certificate = blank(made.key.get(), name, {now - std::chrono::hours(24 * 365), now + lifetime});
  X509* own = made.certificate.get();
  X509* issuer = above ? above->certificate.get() : own;
  if (own == nullptr || X509_set_issuer_name(own, X509_get_subject_name(issuer)) != 1 ||
      !describe_authority(own, issuer, made.is_root) ||
      (above && !append_extension(own, issuer, NID_authority_key_identifier, "keyid:always")) ||
      X509_sign(own, above ? above->key.get() : made.key.get(), EVP_sha256()) == 0)
    return refused("cannot make the certificate of the " + name);
  made.pem = pem_of(own);
  made.chain = made.pem + (above ? above->chain : "");
  return authority;
}

template <typename Profile>
tl::expected<Pem, std::string> Authority::sign(const Profile& profile, Chain chain) const {
  if (profile.signer == Signer::stranger) {
    const auto stranger =
        make_named("A root that nobody knows", impl_->now, impl_->type, impl_->lifetime, nullptr);
    if (!stranger) return tl::unexpected(stranger.error());
    Profile usual = profile;
    usual.signer = Signer::authority;
    return stranger->sign(usual, Chain::with_root);
  }
  const std::string name = common_name(profile);
  const Key key = new_key(profile.key);
  const Key forged = profile.signer == Signer::forger ? new_key(impl_->type) : Key();
  if (!key || (profile.signer == Signer::forger && !forged)) return refused("cannot make the key of " + name);
  const Certificate certificate =
      blank(key.get(), name, {impl_->now + profile.not_before, impl_->now + profile.not_after});
  X509* own = certificate.get();
  X509* issuer = impl_->certificate.get();
  if (own == nullptr || X509_set_issuer_name(own, X509_get_subject_name(issuer)) != 1 ||
      !describe(own, issuer, profile) ||
      !append_extension(own, issuer, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(own, forged ? forged.get() : impl_->key.get(), EVP_sha256()) == 0)
    return refused("cannot make a certificate for " + name);
  Pem pem{pem_of(own), pem_of(key.get())};
  if (chain == Chain::with_root)
    pem.certificate += impl_->chain;
  else if (!impl_->is_root)
    pem.certificate += impl_->pem;
  return pem;
}

tl::expected<Pem, std::string> Authority::issue(const ServiceProfile& profile, Chain chain) const {
  return sign(profile, chain);
}

tl::expected<Pem, std::string> Authority::issue(const PhoneProfile& profile, Chain chain) const {
  return sign(profile, chain);
}

tl::expected<Pem, std::string> self_signed(const ServiceProfile& profile, Time now) {
  const std::string name = common_name(profile);
  const Key key = new_key(profile.key);
  if (!key) return refused("cannot make the key of " + name);
  const Certificate certificate = blank(key.get(), name, {now + profile.not_before, now + profile.not_after});
  X509* own = certificate.get();
  if (own == nullptr || X509_set_issuer_name(own, X509_get_subject_name(own)) != 1 ||
      !describe(own, own, profile) || X509_sign(own, key.get(), EVP_sha256()) == 0)
    return refused("cannot make a self-signed certificate for " + name);
  return Pem{pem_of(own), pem_of(key.get())};
}

tl::expected<void, std::string> write_pem(const Pem& pem, const std::string& certificate_path,
                                          const std::string& key_path) {
  return write_file(key_path, pem.key, 0600).and_then([&] {
    return write_file(certificate_path, pem.certificate, 0644);
  });
}

}  // namespace understudy::certs
