// Defects of session cookies, and of the door that the service listens behind.
#include <string>

#include "reference/cookies.h"
#include "reference/fault.h"

namespace understudy::reference {

namespace {

// Takes an attribute out of the cookie.
void drop_attribute(HttpAnswer& answer, std::string_view attribute) {
  const std::string* cookie = wpi::find_header(answer.headers, "Set-Cookie");
  if (!cookie) return;
  std::string value = *cookie;
  const std::string part = "; " + std::string(attribute);
  if (const std::size_t at = value.find(part); at != std::string::npos) value.erase(at, part.size());
  set_header(answer, "Set-Cookie", value);
}

}  // namespace

Faults session_faults() {
  return {
      {.defect = {"session.cookie/none", "sets no cookie", {"flow.unchanged-not-read", "fragment.all-taken"}},
       .wire = [](const Turn&, HttpAnswer& answer) { drop_header(answer, "Set-Cookie"); }},
      {.defect = {"session.cookie/late",
                  "sets its cookie with the second answer only",
                  {"flow.unchanged-not-read", "fragment.all-taken"}},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             drop_header(answer, "Set-Cookie");
             if (!turn.opens)
               set_header(answer, "Set-Cookie", set_cookie_value("0123456789ABCDEF0123456789ABCDEF"));
           }},
      {.defect = {"session.cookie/came-with-one",
                  "sets no cookie where the phone comes with one",
                  {"flow.unchanged-not-read", "fragment.all-taken"},
                  "",
                  "stale-cookie"},
       .wire =
           [](const Turn& turn, HttpAnswer& answer) {
             if (turn.brought_cookie) drop_header(answer, "Set-Cookie");
           }},
      {.defect = {"session.cookie-secure/both", "marks its cookie neither Secure nor HttpOnly"},
       .wire =
           [](const Turn&, HttpAnswer& answer) {
             drop_attribute(answer, "Secure");
             drop_attribute(answer, "HttpOnly");
           }},
      {.defect = {"session.cookie-secure/secure", "does not mark its cookie Secure"},
       .wire = [](const Turn&, HttpAnswer& answer) { drop_attribute(answer, "Secure"); }},
      {.defect = {"session.cookie-secure/http-only", "does not mark its cookie HttpOnly"},
       .wire = [](const Turn&, HttpAnswer& answer) { drop_attribute(answer, "HttpOnly"); }},
  };
}

Faults tls_faults() {
  return {
      {.defect = {"tls.version/1.1", "offers TLS 1.1 at most"},
       .listener = {.certificate = "valid", .max_tls = "TLSv1.1"}},
      {.defect = {"tls.version/1.0", "offers TLS 1.0 at most"},
       .listener = {.certificate = "valid", .max_tls = "TLSv1"}},
      {.defect = {"tls.renegotiation/granted", "lets a client begin the handshake anew on an open connection", {}, "", "", "tls-renegotiation"},
       .listener = {.client_may_renegotiate = true}},
      {.defect = {"tls.renegotiation/granted-1.2",
                  "offers TLS 1.2 at most, and lets a client begin the handshake anew on an open connection",
                  {},
                  "",
                  "",
                  "tls-renegotiation"},
       .listener = {.max_tls = "TLSv1.2", .client_may_renegotiate = true}},
      {.defect = {"tls.certificate-valid/expired", "presents a certificate that has expired"},
       .listener = {.certificate = "expired"}},
      {.defect = {"tls.certificate-valid/not-yet-valid", "presents a certificate that is not valid yet"},
       .listener = {.certificate = "not_yet_valid"}},
      {.defect = {"tls.certificate-valid/signature", "presents a certificate that its issuer did not sign"},
       .listener = {.certificate = "bad_signature"}},
      {.defect = {"tls.certificate-valid/wrong-name", "presents a certificate of another host"},
       .listener = {.certificate = "wrong_name"}},
  };
}

}  // namespace understudy::reference
