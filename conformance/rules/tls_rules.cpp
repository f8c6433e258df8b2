// tls.*: what a service offers and shows when a connection is made.
#include <string>

#include "rules/area.h"

namespace understudy::conformance {

namespace {

using transcript::CertificateProblem;

void version(const Heard& heard, Ruling& ruling) {
  const std::string& version = heard.exchange.tls->version;
  if (version.empty()) return;
  if (version == "TLSv1.2" || version == "TLSv1.3") {
    ruling.held();
    return;
  }
  // An old phone may have asked for no more.
  const auto& firmware = heard.phone.firmware;
  const bool old_phone = firmware && firmware->major <= 2;
  ruling.deviates({old_phone ? "speaks an outdated version of TLS with an old phone"
                             : "offers nothing newer than an outdated version of TLS",
                   "TLSv1.2 or later",
                   version,
                   {},
                   version,
                   old_phone ? std::optional(Level::note) : std::nullopt});
}

void certificate_valid(const Heard& heard, Ruling& ruling) {
  const transcript::Tls& tls = *heard.exchange.tls;
  if (heard.exchange.secure) return;  // secure.certificate-valid tells of it
  if (tls.subject.empty() && tls.problems.empty()) return;  // none was shown: the session was resumed
  bool valid = true;
  for (const CertificateProblem problem : tls.problems) {
    std::string message, expected, came;
    switch (problem) {
      case CertificateProblem::expired:
        message = "the certificate has expired", expected = "valid now", came = "not after " + tls.not_after;
        break;
      case CertificateProblem::not_yet_valid:
        message = "the certificate is not valid yet", expected = "valid now",
        came = "not before " + tls.not_before;
        break;
      case CertificateProblem::wrong_name:
        message = "the certificate names another host", expected = "the host that was called",
        came = quoted(tls.subject, 64);
        break;
      case CertificateProblem::bad_signature:
        message = "the certificate's signature is wrong", expected = "a certificate that its issuer signed",
        came = "issued by " + quoted(tls.issuer, 64);
        break;
      // Who signed it is not this rule's: no phone in default mode could know (guide p.12).
      case CertificateProblem::self_signed:
      case CertificateProblem::unknown_issuer:
        continue;
    }
    valid = false;
    ruling.deviates({message, expected, came, {}, std::string(name_of(problem)), {}});
  }
  if (valid) ruling.held();
}

constexpr Binding bindings[] = {
    {.id = "tls.version", .connection = version},
    {.id = "tls.certificate-valid", .connection = certificate_valid},
};

}  // namespace

std::span<const Binding> tls_rules() {
  return bindings;
}

}  // namespace understudy::conformance
