#include "net/mutual.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <memory>

#include "certs/openssl.h"
#include "net/tls_profile.h"

namespace understudy::net {

namespace {

using transcript::CertificateProblem;

using certs::Bio;
using certs::Certificate;
using certs::Key;
using Trusted = std::unique_ptr<X509_STORE, certs::Free<X509_STORE_free>>;
using Check = std::unique_ptr<X509_STORE_CTX, certs::Free<X509_STORE_CTX_free>>;

Bio memory_of(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::vector<Certificate> certificates_in(const std::string& pem) {
  std::vector<Certificate> out;
  const Bio in = memory_of(pem);
  while (X509* next = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) out.emplace_back(next);
  ERR_clear_error();  // the end of the text is an error to PEM_read
  return out;
}

// Any of them may end a chain, also one that is not its own issuer.
Trusted trusted(const std::vector<std::string>& cas_pem) {
  Trusted store(X509_STORE_new());
  if (!store) return store;
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (const std::string& pem : cas_pem)
    for (const Certificate& ca : certificates_in(pem)) X509_STORE_add_cert(store.get(), ca.get());
  ERR_clear_error();
  return store;
}

std::string name_of(const X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (!certificate || !out) return "nobody";
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// Of a certificate that a server refuses OpenSSL keeps nothing but the number of the error: whose it was is kept here.
int refused_name_slot() {
  static const int slot = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* name, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<std::string*>(name); });
  return slot;
}

int keep_refused_name(int holds, X509_STORE_CTX* check) {
  auto* tls = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (holds == 1 || !tls || SSL_get_ex_data(tls, refused_name_slot())) return holds;
  auto name = std::make_unique<std::string>(name_of(X509_STORE_CTX_get_current_cert(check)));
  if (SSL_set_ex_data(tls, refused_name_slot(), name.get()) == 1) static_cast<void>(name.release());  // it goes with the connection
  return holds;
}

// What it is by the CAs, in the terms of the judge; nothing where the chain holds.
std::optional<CertificateProblem> problem_of(int error) {
  switch (error) {
    case X509_V_OK: return std::nullopt;
    case X509_V_ERR_CERT_HAS_EXPIRED: return CertificateProblem::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return CertificateProblem::not_yet_valid;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return CertificateProblem::bad_signature;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return CertificateProblem::self_signed;
    default: return CertificateProblem::unknown_issuer;
  }
}

}  // namespace

tl::expected<void, std::string> show_certificate(SSL* tls, const phone::Credentials& credentials) {
  const auto wrong = [](std::string step) { return tl::unexpected("the phone cannot show its certificate: " + step + ": " + tls_trouble()); };
  const std::vector<Certificate> chain = certificates_in(credentials.certificate_pem);
  if (chain.empty()) return tl::unexpected(std::string("the phone cannot show its certificate: there is none in it"));
  const Bio in = memory_of(credentials.key_pem);
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  if (!key) return wrong("its key cannot be read");
  if (SSL_use_certificate(tls, chain.front().get()) != 1) return wrong("it is not taken");
  if (SSL_use_PrivateKey(tls, key.get()) != 1) return wrong("its key is not taken");
  for (std::size_t n = 1; n < chain.size(); ++n)
    if (SSL_add1_chain_cert(tls, chain[n].get()) != 1) return wrong("its chain is not taken");
  return {};
}

std::string check_service(SSL* tls, const phone::Credentials& credentials, const std::string& host, transcript::Tls& facts) {
  X509* certificate = SSL_get0_peer_certificate(tls);
  if (!certificate) return "the service shows no certificate";
  const Trusted store = trusted(credentials.server_cas);
  const Check check(X509_STORE_CTX_new());
  if (!store || !check || X509_STORE_CTX_init(check.get(), store.get(), certificate, SSL_get_peer_cert_chain(tls)) != 1)
    return "the service's certificate cannot be checked: " + tls_trouble();
  X509_STORE_CTX_set_default(check.get(), "ssl_server");
  const bool holds = X509_verify_cert(check.get()) == 1;
  const int error = X509_STORE_CTX_get_error(check.get());
  const bool named = std::find(facts.problems.begin(), facts.problems.end(), CertificateProblem::wrong_name) == facts.problems.end();
  facts.problems.clear();
  if (const auto problem = problem_of(holds ? X509_V_OK : error)) facts.problems.push_back(*problem);
  if (!named) facts.problems.push_back(CertificateProblem::wrong_name);
  ERR_clear_error();
  if (!holds)
    return "the phone refuses the service: " + std::string(X509_verify_cert_error_string(error)) + ", in the certificate of " +
           name_of(X509_STORE_CTX_get_current_cert(check.get())) + " (checked against the CA that the service gave)";
  if (!named) return "the phone refuses the service: its certificate, of " + name_of(certificate) + ", does not name " + host;
  return {};
}

tl::expected<void, std::string> want_certificate(SSL_CTX* context, const std::vector<std::string>& cas_pem, bool required) {
  Trusted store = trusted(cas_pem);
  if (!store) return tl::unexpected("no client can be asked for a certificate: " + tls_trouble());
  for (const std::string& pem : cas_pem)
    for (const Certificate& ca : certificates_in(pem)) SSL_CTX_add_client_CA(context, ca.get());
  SSL_CTX_set1_verify_cert_store(context, store.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), keep_refused_name);
  static constexpr unsigned char session[] = "understudy";
  SSL_CTX_set_session_id_context(context, session, sizeof session - 1);
  return {};
}

std::string client_certificate(SSL* tls) {
  X509* certificate = tls ? SSL_get0_peer_certificate(tls) : nullptr;
  const Bio out(BIO_new(BIO_s_mem()));
  if (!certificate || !out || PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string why_refused(SSL* tls, const std::string& trouble) {
  if (trouble == no_client_certificate) return trouble;
  const long error = tls ? SSL_get_verify_result(tls) : X509_V_OK;
  if (error == X509_V_OK) return {};
  const auto* name = static_cast<const std::string*>(SSL_get_ex_data(tls, refused_name_slot()));
  return "the client's certificate is refused: " + std::string(X509_verify_cert_error_string(error)) +
         (name ? ", in that of " + *name : std::string());
}

}  // namespace understudy::net
