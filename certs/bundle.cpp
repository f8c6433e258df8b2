#include "certs/bundle.h"

#include <algorithm>
#include <array>
#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "certs/base64.h"
#include "certs/found.h"

namespace understudy::certs {

namespace {

using std::string_view;

constexpr std::size_t longest_chain = 16;
constexpr std::size_t most_certificates = 100, most_keys = 10;  // each key is tried with each certificate

// By its first bytes: PKCS#12 is a SEQUENCE that begins with an INTEGER, its version, and a certificate one with a SEQUENCE.
enum class Looks { pkcs12, certificate, other };

Looks looks_of(string_view der) {
  const auto byte = [&](std::size_t at) {
    return at < der.size() ? static_cast<unsigned char>(der[at]) : 0U;
  };
  if (byte(0) != 0x30) return Looks::other;
  const std::size_t head = byte(1) < 0x80 ? 2 : 2 + (byte(1) & 0x7FU);
  if (byte(head) == V_ASN1_INTEGER) return Looks::pkcs12;
  return byte(head) == 0x30 ? Looks::certificate : Looks::other;
}

// As bytes, not as text: the length that follows is no character of base64.
bool is_binary(string_view value) {
  return value.size() > 1 && value[0] == 0x30 && static_cast<unsigned char>(value[1]) >= 0x80;
}

bool is_pem(string_view text) {
  return text.find("-----BEGIN ") != string_view::npos;
}

struct Content {
  Form form;
  Found found;
};

tl::expected<Content, BundleError> read_der(string_view bytes, string_view password) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  switch (looks_of(bytes)) {
    case Looks::other:
      return tl::unexpected(BundleError::unknown_form);
    case Looks::pkcs12:
      return read_pkcs12(bytes, password).map([](Found&& found) {
        return Content{Form::pkcs12, std::move(found)};
      });
    case Looks::certificate:
      break;
  }
  Content content{Form::der, {}};
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_clear_error();
  if (!certificate) return tl::unexpected(BundleError::damaged);
  content.found.certificates.push_back(std::move(certificate));
  return content;
}

tl::expected<Content, BundleError> content_of(string_view value, string_view password) {
  const auto of_pem = [&](string_view text) {
    return read_pem(text, password).map([](Found&& found) { return Content{Form::pem, std::move(found)}; });
  };
  if (is_binary(value)) return read_der(value, password);
  if (is_pem(value)) return of_pem(value);
  const auto bytes = from_base64(value);
  if (!bytes) return tl::unexpected(BundleError::not_base64);
  return is_pem(*bytes) ? of_pem(*bytes) : read_der(*bytes, password);
}

bool belongs(const Key& key, const Certificate& certificate) {
  const bool same = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return same;
}

// Puts the certificate at `own` first, and behind it one after the other those that vouch for it.
void put_in_order(std::vector<Certificate>& all, std::size_t own) {
  std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(own),
              all.begin() + static_cast<std::ptrdiff_t>(own) + 1);
  // Some exports have it a second time among the chain.
  all.erase(
      std::remove_if(all.begin() + 1, all.end(),
                     [&](const Certificate& one) { return X509_cmp(one.get(), all.front().get()) == 0; }),
      all.end());
  auto next = all.begin() + 1;
  for (std::size_t n = 0; n < longest_chain && next != all.end(); ++n, ++next) {
    const X509_NAME* issuer = X509_get_issuer_name(std::prev(next)->get());
    const auto above = std::find_if(next, all.end(), [&](const Certificate& one) {
      return X509_NAME_cmp(X509_get_subject_name(one.get()), issuer) == 0;
    });
    if (above == all.end()) return;
    std::rotate(next, above, above + 1);
  }
}

}  // namespace

string_view sentence_of(BundleError error) {
  switch (error) {
    case BundleError::too_large:
      return "it is larger than 1 MB, or holds more than 100 certificates or 10 keys";
    case BundleError::not_base64:
      return "it is neither base64 nor PEM";
    case BundleError::unknown_form:
      return "it is base64, but of neither PKCS#12, PEM nor a certificate";
    case BundleError::damaged:
      return "it begins as PKCS#12, PEM or a certificate does, and is damaged or cut short";
    case BundleError::not_supported:
      return "it is encrypted in a way that is not supported, or takes too long to open";
    case BundleError::wrong_password:
      return "the password does not open it";
    case BundleError::no_certificate:
      return "there is no certificate in it";
    case BundleError::no_key:
      return "there is no private key in it";
    case BundleError::key_mismatch:
      return "the private key in it belongs to none of its certificates";
  }
  return {};
}

std::string Bundle::pem() const {
  std::string out = certificate;
  for (const std::string& above : chain) out += above;
  return out;
}

namespace {

tl::expected<Bundle, BundleError> opened_with(string_view item_value, string_view password, WantedKey wanted) {
  if (item_value.size() > largest_bundle) return tl::unexpected(BundleError::too_large);
  if (item_value.find_first_not_of(" \t\r\n") == string_view::npos)
    return tl::unexpected(BundleError::no_certificate);
  auto content = content_of(item_value, password);
  if (!content) return tl::unexpected(content.error());
  auto& [certificates, keys] = content->found;
  if (certificates.size() > most_certificates || keys.size() > most_keys)
    return tl::unexpected(BundleError::too_large);
  if (certificates.empty()) return tl::unexpected(BundleError::no_certificate);
  if (keys.empty() && wanted == WantedKey::required) return tl::unexpected(BundleError::no_key);

  Bundle bundle;
  bundle.form = content->form;
  std::size_t own = 0;
  for (std::size_t k = 0; k < keys.size() && bundle.key.empty(); ++k)
    for (own = 0; own < certificates.size(); ++own)
      if (belongs(keys[k], certificates[own])) {
        bundle.key = pem_of(keys[k].get());
        break;
      }
  if (!keys.empty() && bundle.key.empty()) return tl::unexpected(BundleError::key_mismatch);
  put_in_order(certificates, own);
  bundle.certificate = pem_of(certificates.front().get());
  for (std::size_t i = 1; i < certificates.size(); ++i) bundle.chain.push_back(pem_of(certificates[i].get()));
  return bundle;
}

}  // namespace

tl::expected<Bundle, BundleError> read_bundle(string_view item_value, string_view password, WantedKey wanted) {
  auto bundle = opened_with(item_value, "", wanted);
  if (bundle || bundle.error() != BundleError::wrong_password || password.empty()) return bundle;
  return opened_with(item_value, password, wanted);
}

}  // namespace understudy::certs
