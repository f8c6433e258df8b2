#include "certs/facts.h"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <ctime>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <optional>

#include "certs/openssl.h"

namespace understudy::certs {

namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;

// Whether a text can stand anywhere, in XML for instance.
bool is_clean(const std::string& text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  for (int left = static_cast<int>(text.size()); left > 0;) {
    unsigned long c = 0;
    const int length = UTF8_getc(at, left, &c);
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    if (length <= 0 || control || (c >= 0xD800 && c < 0xE000) || (c & 0xFFFE) == 0xFFFE || c > 0x10FFFF)
      return false;
    at += length;
    left -= length;
  }
  return true;
}

std::string name_text(const X509_NAME* name) {
  const auto printed = [&](unsigned long flags) {
    return written([&](BIO* out) { return X509_NAME_print_ex(out, name, 0, flags) >= 0 ? 1 : 0; });
  };
  constexpr unsigned long readable = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  std::string text = printed(readable);
  // In ASCII alone where that is not UTF-8; in hex where OpenSSL cannot read it at all.
  if (!is_clean(text) || (text.empty() && X509_NAME_entry_count(name) > 0)) text = printed(XN_FLAG_RFC2253);
  if (text.empty() && X509_NAME_entry_count(name) > 0)
    text = printed(XN_FLAG_RFC2253 | ASN1_STRFLGS_DUMP_ALL);
  return text;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 0xFU];
  }
  return text;
}

std::string fingerprint(const X509* certificate, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  return X509_digest(certificate, digest, bytes.data(), &size) == 1 ? hex(bytes.data(), size) : std::string();
}

std::string serial_text(const X509* certificate) {
  const Number number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  std::string text = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  return text;
}

std::optional<Second> second_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Second(std::chrono::seconds(::timegm(&parts)));
}

std::string key_type_of(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return "RSA";
    case EVP_PKEY_DSA:
      return "DSA";
    case EVP_PKEY_ED25519:
      return "Ed25519";
    case EVP_PKEY_ED448:
      return "Ed448";
    case EVP_PKEY_EC: {
      if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1) return "EC";
      const char* usual = EC_curve_nid2nist(OBJ_txt2nid(group.data()));
      return std::string("EC ") + (usual != nullptr ? usual : group.data());
    }
    default:
      return "unknown";
  }
}

std::string escaped(const ASN1_STRING* string) {
  std::string text;
  const unsigned char* bytes = ASN1_STRING_get0_data(string);
  for (int i = 0; i < ASN1_STRING_length(string); ++i) {
    if (bytes[i] >= ' ' && bytes[i] <= '~')
      text += static_cast<char>(bytes[i]);
    else
      text += "\\" + hex(bytes + i, 1);
  }
  return text;
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  const int size = ASN1_STRING_length(address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (size != 4 && size != 16) return hex(bytes, static_cast<std::size_t>(size));
  ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  return text.data();
}

std::string alternative_name(const GENERAL_NAME* name) {
  int type = 0;
  void* value = GENERAL_NAME_get0_value(name, &type);
  switch (value != nullptr ? type : -1) {
    case GEN_DNS:
      return "DNS:" + escaped(static_cast<ASN1_STRING*>(value));
    case GEN_EMAIL:
      return "email:" + escaped(static_cast<ASN1_STRING*>(value));
    case GEN_URI:
      return "URI:" + escaped(static_cast<ASN1_STRING*>(value));
    case GEN_IPADD:
      return "IP:" + address_text(static_cast<ASN1_OCTET_STRING*>(value));
    case GEN_DIRNAME:
      return "name:" + name_text(static_cast<X509_NAME*>(value));
    default:
      return "other";
  }
}

std::vector<std::string> alternative_names_of(const X509* certificate) {
  std::vector<std::string> out;
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i)
    out.push_back(alternative_name(sk_GENERAL_NAME_value(names.get(), i)));
  return out;
}

}  // namespace

tl::expected<CertificateFacts, std::string> facts_of(std::string_view pem) {
  const Bio bio = reader_of(pem);
  const Certificate certificate = next_certificate(bio.get());
  if (!certificate) return tl::unexpected(std::string("there is no certificate in PEM"));
  X509* x = certificate.get();
  const auto from = second_of(X509_get0_notBefore(x));
  const auto to = second_of(X509_get0_notAfter(x));
  ERR_clear_error();
  if (!from || !to) return tl::unexpected(std::string("the certificate's time is none"));
  CertificateFacts facts;
  facts.subject = name_text(X509_get_subject_name(x));
  facts.issuer = name_text(X509_get_issuer_name(x));
  facts.serial = serial_text(x);
  facts.not_before = *from;
  facts.not_after = *to;
  facts.sha256 = fingerprint(x, EVP_sha256());
  facts.sha1 = fingerprint(x, EVP_sha1());
  const EVP_PKEY* key = X509_get0_pubkey(x);
  facts.key_type = key != nullptr ? key_type_of(key) : "unknown";
  facts.key_bits = key != nullptr ? EVP_PKEY_get_bits(key) : 0;
  facts.is_ca = X509_check_ca(x) != 0;
  facts.alternative_names = alternative_names_of(x);
  ERR_clear_error();
  return facts;
}

std::string_view name_of(Validity validity) {
  switch (validity) {
    case Validity::valid:
      return "valid";
    case Validity::not_yet_valid:
      return "not yet valid";
    case Validity::expired:
      return "expired";
  }
  return {};
}

Validity validity_at(const CertificateFacts& facts, Time now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second < facts.not_before) return Validity::not_yet_valid;
  return second > facts.not_after ? Validity::expired : Validity::valid;
}

std::string iso_text(Second second) {
  const std::time_t time = second.time_since_epoch().count();
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text.data();
}

std::string info_text(const CertificateFacts& facts) {
  return "subject " + facts.subject + "; issuer " + facts.issuer + "; serial " + facts.serial + "; valid " +
         iso_text(facts.not_before) + " to " + iso_text(facts.not_after) + "; SHA-256 " + facts.sha256;
}

}  // namespace understudy::certs
