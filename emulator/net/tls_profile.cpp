#include "net/tls_profile.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <optional>
#include <utility>

#include "certs/openssl.h"
#include "net/mutual.h"
#include "net/words.h"

namespace understudy::net {

using transcript::CertificateProblem;

namespace {

// Level 0 because phones of that age take TLS 1.0 and SHA-1, and Debian's OpenSSL has them at no other level.
constexpr const char* current_ciphers = "DEFAULT:@SECLEVEL=0";
constexpr const char* old_ciphers = "ALL:!aNULL:!eNULL:@SECLEVEL=0";
constexpr const char* groups = "X25519:P-256:P-384:P-521";

using certs::Bio;
using certs::Certificate;
using certs::Key;

tl::unexpected<std::string> refused(std::string step) {
  return tl::unexpected(std::move(step) + ": " + tls_trouble());
}

std::optional<int> version_named(const std::string& name) {
  if (name == "TLSv1") return TLS1_VERSION;
  if (name == "TLSv1.1") return TLS1_1_VERSION;
  if (name == "TLSv1.2") return TLS1_2_VERSION;
  if (name == "TLSv1.3") return TLS1_3_VERSION;
  return std::nullopt;
}

bool prepare(SSL_CTX* context, int from, int to, const char* ciphers) {
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Whole records at a time: half as many calls of the system as header and body by themselves.
  SSL_CTX_set_read_ahead(context, 1);
  // A missing goodbye is no error of its own: the length of what came says whether something is missing.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return SSL_CTX_set_min_proto_version(context, from) == 1 &&
         SSL_CTX_set_max_proto_version(context, to) == 1 && SSL_CTX_set_cipher_list(context, ciphers) == 1 &&
         SSL_CTX_set1_groups_list(context, groups) == 1;
}

Bio memory_of(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

bool use_chain(SSL_CTX* context, const std::string& pem) {
  const Bio in = memory_of(pem);
  Certificate own(PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  while (true) {
    const Certificate next(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return false;
  }
  ERR_clear_error();  // the end of the text is an error to PEM_read
  return true;
}

std::string one_line(const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0,
                                 XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0)
    return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::pair<std::time_t, std::string> moment(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {0, "unreadable"};
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {timegm(&parts), text.data()};
}

std::string common_name(const X509* certificate) {
  std::array<char, 256> text{};
  const int n = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text.data(),
                                          static_cast<int>(text.size()));
  return n < 0 ? std::string() : std::string(text.data());
}

bool names(X509* certificate, const std::string& host) {
  if (X509_check_ip_asc(certificate, host.c_str(), 0) == 1) return true;
  if (X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1) return true;
  // An address in the common name is no good by the book, and common in the field; it counts where nothing
  // else is said.
  const bool has_others = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0;
  return !has_others && common_name(certificate) == host;
}

// Did the next one of the chain really sign this one?
bool signatures_hold(X509* certificate, STACK_OF(X509) * chain) {
  X509* signed_one = certificate;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* signer = sk_X509_value(chain, i);
    if (X509_cmp(signer, signed_one) == 0) continue;
    if (X509_check_issued(signer, signed_one) != X509_V_OK) break;
    if (X509_verify(signed_one, X509_get0_pubkey(signer)) != 1) return false;
    signed_one = signer;
  }
  // Not X509_check_issued: a certificate that vouches for itself need not be one that may sign others.
  return X509_self_signed(signed_one, 0) != 1 || X509_self_signed(signed_one, 1) == 1;
}

std::string alert_in_words(int alert) {
  switch (alert) {
    case SSL_AD_HANDSHAKE_FAILURE:
      return "the service refused the TLS handshake: it has no cipher or version in common with this phone "
             "(alert handshake_failure)";
    case SSL_AD_PROTOCOL_VERSION:
      return "the service refused the TLS handshake: it speaks no TLS version that this phone offers (alert "
             "protocol_version)";
    case SSL_AD_INSUFFICIENT_SECURITY:
      return "the service refused the TLS handshake: it wants stronger ciphers (alert insufficient_security)";
    case SSL_AD_UNRECOGNIZED_NAME:
      return "the service refused the TLS handshake: it does not know this host name (alert "
             "unrecognized_name)";
    case SSL_AD_CERTIFICATE_REQUIRED:
    case SSL_AD_NO_CERTIFICATE:
      return "the service wants a client certificate (alert certificate_required)";
    case SSL_AD_UNKNOWN_CA:
      return "the service refused the phone's certificate: it does not know who signed it (alert unknown_ca)";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "the service refused the phone's certificate: it is not valid now (alert certificate_expired)";
    case SSL_AD_DECRYPT_ERROR:
      return "the service refused the phone's certificate: a signature does not hold (alert decrypt_error)";
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_CERTIFICATE_REVOKED:
      return std::string("the service refused the phone's certificate (alert ") + SSL_alert_desc_string_long(alert) + ")";
    default:
      return std::string("the service sent the TLS alert \"") + SSL_alert_desc_string_long(alert) + "\"";
  }
}

}  // namespace

bool make_phone_of(SSL_CTX* context, TlsProfile profile) {
  const bool old = profile == TlsProfile::old;
  // Services of that age do not know secure renegotiation; nobody renegotiates with them.
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
  return prepare(context, TLS1_VERSION, old ? TLS1_2_VERSION : TLS1_3_VERSION, old ? old_ciphers : current_ciphers);
}

tl::expected<TlsContext, std::string> client_context(TlsProfile profile) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || !make_phone_of(context.get(), profile)) return refused("cannot prepare TLS");
  // Default mode takes any certificate (guide p.12, p.62): OpenSSL need not build a chain at each handshake.
  SSL_CTX_set_cert_verify_callback(
      context.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  return context;
}

tl::expected<TlsContext, std::string> server_context(const ServerTls& tls) {
  const auto from = version_named(tls.min_version), to = version_named(tls.max_version);
  if (!from || !to)
    return tl::unexpected("\"" + (from ? tls.max_version : tls.min_version) +
                          "\" is no TLS version; write TLSv1.2");
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context || !prepare(context.get(), *from, *to, current_ciphers)) return refused("cannot prepare TLS");
  if (!tls.client_cas_pem.empty())
    if (auto wanted = want_certificate(context.get(), tls.client_cas_pem, tls.client_required); !wanted) return tl::unexpected(wanted.error());
  SSL_CTX_set_num_tickets(context.get(), tls.resumes ? 1 : 0);
  if (tls.resumes) {
    constexpr unsigned char own[] = {'u', 'n', 'd', 'e', 'r', 's', 't', 'u', 'd', 'y'};  // OpenSSL asks for one where clients show certificates
    SSL_CTX_clear_options(context.get(), SSL_OP_NO_TICKET);
    if (SSL_CTX_set_session_id_context(context.get(), own, sizeof own) != 1) return refused("cannot resume sessions");
  }
  if (tls.client_may_renegotiate) {
    SSL_CTX_clear_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_options(context.get(), SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  }
  if (!use_chain(context.get(), tls.certificate_pem)) return refused("cannot use the certificate");
  const Bio in = memory_of(tls.key_pem);
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) return refused("cannot use the key");
  return context;
}

std::string tls_trouble() {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  const int reason = ERR_GET_REASON(error);
  if (ERR_GET_LIB(error) == ERR_LIB_SSL) {
    if (reason > SSL_AD_REASON_OFFSET) return alert_in_words(reason - SSL_AD_REASON_OFFSET);
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL)
      return "the service chose a TLS version that this phone does not speak";
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) return std::string(no_client_certificate);
    if (reason == SSL_R_WRONG_VERSION_NUMBER) return "what came is no TLS record";
  }
  const char* text = error == 0 ? nullptr : ERR_reason_error_string(error);
  return text == nullptr ? "an error of TLS that OpenSSL does not name" : std::string("TLS: ") + text;
}

std::string not_tls(const std::string& first_bytes) {
  if (first_bytes.empty() || (first_bytes[0] >= 0x14 && first_bytes[0] <= 0x17)) return {};
  const std::string line = first_bytes.substr(0, first_bytes.find_first_of("\r\n"));
  const std::string said = "the port answered a TLS hello with " + quoted(line, 48) + ": it ";
  if (first_bytes.starts_with("HTTP/")) return said + "speaks plain HTTP";
  if (first_bytes.starts_with("SSH-")) return said + "speaks SSH";
  return said + "does not speak TLS";
}

CertificateBook::Known CertificateBook::look_at(X509* certificate, STACK_OF(X509) * chain,
                                                const std::string& host) {
  Known known;
  known.subject = one_line(X509_get_subject_name(certificate));
  known.issuer = one_line(X509_get_issuer_name(certificate));
  std::tie(known.from, known.not_before) = moment(X509_get0_notBefore(certificate));
  std::tie(known.until, known.not_after) = moment(X509_get0_notAfter(certificate));
  if (!names(certificate, host)) known.problems.push_back(CertificateProblem::wrong_name);
  const bool own = X509_self_signed(certificate, 0) == 1;
  known.problems.push_back(own ? CertificateProblem::self_signed : CertificateProblem::unknown_issuer);
  if (!signatures_hold(certificate, chain)) known.problems.push_back(CertificateProblem::bad_signature);
  ERR_clear_error();
  return known;
}

transcript::Tls CertificateBook::facts(SSL* tls, const std::string& host,
                                       std::chrono::system_clock::time_point now) {
  transcript::Tls facts;
  facts.version = SSL_get_version(tls);
  facts.cipher = SSL_get_cipher_name(tls);
  facts.resumed = SSL_session_reused(tls) == 1;
  X509* certificate = SSL_get0_peer_certificate(tls);
  if (certificate == nullptr) return facts;
  // By its bytes: they are at hand, a digest of them would have to be made for each connection.
  std::string name = host + '\n';
  const std::size_t begin = name.size();
  name.resize(begin + static_cast<std::size_t>(std::max(i2d_X509(certificate, nullptr), 0)));
  auto* into = reinterpret_cast<unsigned char*>(name.data() + begin);
  i2d_X509(certificate, &into);
  auto at = known_.find(name);
  if (at == known_.end()) {
    if (known_.size() >= 256) known_.clear();  // a service that makes a certificate for each connection
    at = known_.emplace(name, look_at(certificate, SSL_get_peer_cert_chain(tls), host)).first;
  }
  const Known& known = at->second;
  facts.subject = known.subject;
  facts.issuer = known.issuer;
  facts.not_before = known.not_before;
  facts.not_after = known.not_after;
  facts.problems = problems_at(known, now);
  return facts;
}

std::vector<CertificateProblem> CertificateBook::problems_at(const Known& known, std::chrono::system_clock::time_point now) {
  std::vector<CertificateProblem> problems;
  const std::time_t time = std::chrono::system_clock::to_time_t(now);
  if (time > known.until) problems.push_back(CertificateProblem::expired);
  if (time < known.from) problems.push_back(CertificateProblem::not_yet_valid);
  problems.insert(problems.end(), known.problems.begin(), known.problems.end());
  return problems;
}

std::vector<CertificateProblem> CertificateBook::problems_of(X509* certificate, STACK_OF(X509) * chain, const std::string& host,
                                                             std::chrono::system_clock::time_point now) {
  return problems_at(look_at(certificate, chain, host), now);
}

}  // namespace understudy::net
