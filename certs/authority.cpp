#include "certs/authority.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace understudy::certs {

namespace {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;

constexpr std::array<std::string_view, 5> ready_names = {"valid", "expired", "not_yet_valid", "wrong_name",
                                                         "bad_signature"};

tl::unexpected<std::string> refused(std::string_view step) {
  std::string text(step);
  if (const unsigned long error = ERR_get_error(); error != 0) {
    const char* reason = ERR_reason_error_string(error);
    text.append(": ").append(reason != nullptr ? reason : "unknown error of OpenSSL");
  }
  ERR_clear_error();
  return tl::unexpected(std::move(text));
}

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

std::string first_name(const ServiceProfile& profile) {
  if (!profile.names.empty()) return profile.names.front();
  return profile.addresses.empty() ? "a service" : profile.addresses.front();
}

template <typename Write>
std::string to_pem(Write write) {
  const Bio memory(BIO_new(BIO_s_mem()));
  if (!memory || write(memory.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string key_pem(EVP_PKEY* key) {
  return to_pem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
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

bool describe_service(X509* certificate, X509* issuer, const ServiceProfile& profile) {
  const std::string names = alternative_names(profile);
  const bool rsa = profile.key == KeyType::rsa_2048;
  return append_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         append_extension(certificate, issuer, NID_key_usage,
                          rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature") &&
         append_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
         append_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
         (names.empty() || append_extension(certificate, issuer, NID_subject_alt_name, names));
}

tl::expected<void, std::string> write_file(const std::string& path, const std::string& bytes, mode_t mode) {
  const auto failed = [&] { return tl::unexpected("cannot write " + path + ": " + std::strerror(errno)); };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return failed();
  // A file that was there keeps its mode otherwise.
  bool written = ::fchmod(file, mode) == 0;
  for (std::size_t at = 0; written && at < bytes.size();) {
    const ssize_t n = ::write(file, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    written = n > 0;
    if (written) at += static_cast<std::size_t>(n);
  }
  const int error = errno;
  const bool closed = ::close(file) == 0;
  if (!written) errno = error;
  if (!written || !closed) return failed();
  return {};
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
  using std::chrono::hours;
  ServiceProfile profile;
  profile.key = key;
  profile.signed_by_root = ready != Ready::bad_signature;
  if (ready == Ready::wrong_name) {
    profile.names = {"elsewhere.invalid"};
    return profile;
  }
  for (const std::string& host : hosts)
    (is_address(host) ? profile.addresses : profile.names).push_back(host);
  if (ready == Ready::expired) {
    profile.not_before = -hours(24 * 30);
    profile.not_after = -hours(24);
  } else if (ready == Ready::not_yet_valid) {
    profile.not_before = hours(24);
    profile.not_after = hours(24 * 30);
  }
  return profile;
}

struct Authority::Impl {
  Time now;
  Key key;
  Certificate certificate;
  std::string pem;
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {}
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;
Authority::~Authority() = default;

const std::string& Authority::certificate() const {
  return impl_->pem;
}

tl::expected<Authority, std::string> Authority::make(Time now, KeyType key) {
  Authority authority;
  Impl& made = *authority.impl_;
  made.now = now;
  made.key = new_key(key);
  if (!made.key) return refused("cannot make the root's key");
  // Wide enough that an expired service certificate still lay inside it.
  const Window window{now - std::chrono::hours(24 * 365), now + std::chrono::hours(24 * 365)};
  made.certificate = blank(made.key.get(), "Understudy test root", window);
  X509* root = made.certificate.get();
  if (root == nullptr || X509_set_issuer_name(root, X509_get_subject_name(root)) != 1 ||
      !append_extension(root, root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !append_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !append_extension(root, root, NID_subject_key_identifier, "hash") ||
      X509_sign(root, made.key.get(), EVP_sha256()) == 0)
    return refused("cannot make the root's certificate");
  made.pem = certificate_pem(root);
  return authority;
}

tl::expected<Pem, std::string> Authority::issue(const ServiceProfile& profile) const {
  const Key key = new_key(profile.key);
  const Key other = profile.signed_by_root ? Key() : new_key(profile.key);
  if (!key || (!profile.signed_by_root && !other)) return refused("cannot make the service's key");
  EVP_PKEY* signer = other ? other.get() : impl_->key.get();
  const Window window{impl_->now + profile.not_before, impl_->now + profile.not_after};
  const Certificate certificate = blank(key.get(), first_name(profile), window);
  X509* root = impl_->certificate.get();
  if (!certificate || X509_set_issuer_name(certificate.get(), X509_get_subject_name(root)) != 1 ||
      !describe_service(certificate.get(), root, profile) ||
      !append_extension(certificate.get(), root, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(certificate.get(), signer, EVP_sha256()) == 0)
    return refused("cannot make a certificate for " + first_name(profile));
  return Pem{certificate_pem(certificate.get()) + impl_->pem, key_pem(key.get())};
}

tl::expected<Pem, std::string> self_signed(const ServiceProfile& profile, Time now) {
  const Key key = new_key(profile.key);
  if (!key) return refused("cannot make the service's key");
  const Certificate certificate =
      blank(key.get(), first_name(profile), {now + profile.not_before, now + profile.not_after});
  X509* x = certificate.get();
  if (x == nullptr || X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
      !describe_service(x, x, profile) || X509_sign(x, key.get(), EVP_sha256()) == 0)
    return refused("cannot make a self-signed certificate for " + first_name(profile));
  return Pem{certificate_pem(x), key_pem(key.get())};
}

tl::expected<void, std::string> write_pem(const Pem& pem, const std::string& certificate_path,
                                          const std::string& key_path) {
  return write_file(key_path, pem.key, 0600).and_then([&] {
    return write_file(certificate_path, pem.certificate, 0644);
  });
}

}  // namespace understudy::certs
