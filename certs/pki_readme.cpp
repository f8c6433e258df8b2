#include <chrono>

#include "certs/facts.h"
#include "certs/pki.h"

namespace understudy::certs {

namespace {

constexpr std::string_view text =
    R"(A test PKI, made by `understudy certs`. Its keys are for tests and nothing else.

Made                 @NOW@
Valid until          @UNTIL@
Service              @HOSTS@
Password of .p12     @PASSWORD@

Another run makes other keys, whatever its --seed. The keys of the root and of the intermediate CA were thrown away: nothing
can be added, make it anew with all the phones you want.

FILES

  root.pem           the root: trust this one
  intermediate.pem   the CA that signed all the others, itself signed by the root
  ca-chain.pem       both, intermediate first
  service.pem, .key  for the service under test: its certificate with the intermediate's behind it, and its key
  phones/MAC.p12     for one phone: certificate, key and intermediate in PKCS#12; CN is the MAC address, usage clientAuth
  phones/MAC.pem,    the same in PEM
         MAC.key

  bad/ has certificates of the service (NAME.pem, .key) and of the first phone (phone-NAME.p12, .pem, .key) that are not to be taken:

  expired            was valid until the day before it was made
  not-yet-valid      will be valid when all the others have expired
  stranger           signed by a root that nobody knows (it stands behind it)
  wrong-name         of a service elsewhere.invalid; of another phone
  bad-signature      names the intermediate CA, but another key signed it

WHAT GOES WHERE

In Secure Mode a service writes to a phone (developer's guide, p.64):

  dls-client-certificate   phones/MAC.p12 in base64:  base64 -w0 phones/@PHONE@.p12
  dls-server-ca[0], [1]    root.pem and intermediate.pem, as they are
  dls-secure-port          where it listens with service.pem and service.key, and asks for certificates that ca-chain.pem vouches for

A phone's own web server takes a PKCS#12 in wbm-server-certificate (guide p.60). With --host and the phone's address as the service's,
this makes one:

    openssl pkcs12 -export -in service.pem -inkey service.key -out wbm.p12 -passout pass:

HOW TO LOOK AT THEM

    openssl x509 -in service.pem -noout -text
    openssl x509 -in 'phones/@PHONE@.pem' -noout -subject -issuer -serial -dates -fingerprint -sha256
    openssl pkcs12 -in 'phones/@PHONE@.p12' -info -noout -passin 'pass:@SECRET@'
    openssl verify -CAfile root.pem -untrusted intermediate.pem -purpose sslserver service.pem
    openssl verify -CAfile root.pem -untrusted intermediate.pem -purpose sslclient 'phones/@PHONE@.pem'

Two sides that know each other, in two terminals:

  1$ openssl s_server -accept 18444 -cert service.pem -cert_chain intermediate.pem -key service.key -CAfile ca-chain.pem -Verify 2 -verify_return_error
  2$ openssl s_client -connect localhost:18444 -cert 'phones/@PHONE@.pem' -cert_chain intermediate.pem -key 'phones/@PHONE@.key' \
       -CAfile root.pem -verify_return_error -brief

The .p12 are encrypted as OpenSSL 3 does by default (AES-256, PBKDF2 with SHA-256). What real phones can read is not known; programs of
their time want 3DES and SHA-1. For those:

    openssl pkcs12 -export -legacy -in 'phones/@PHONE@.pem' -inkey 'phones/@PHONE@.key' -out old.p12 -passout 'pass:@SECRET@'

curl takes a colon in a file's name for the start of a password: write \: there.
)";

void replace(std::string& in, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = in.find(name, at)) != std::string::npos; at += value.size())
    in.replace(at, name.size(), value);
}

// For a shell, inside of '...'.
std::string quoted(std::string value) {
  replace(value, "'", "'\\''");
  return value;
}

}  // namespace

std::string pki_readme(const PkiOrder& order, Time now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  std::string hosts;
  for (const std::string& host : order.hosts) hosts += (hosts.empty() ? "" : ", ") + host;
  std::string out(text);
  replace(out, "@NOW@", iso_text(second));
  replace(out, "@UNTIL@", iso_text(second + std::chrono::hours(24) * order.days));
  replace(out, "@HOSTS@", hosts);
  replace(out, "@PHONE@", order.phones.front());
  replace(out, "@PASSWORD@", order.password.empty() ? "none" : "\"" + order.password + "\"");
  replace(out, "@SECRET@", quoted(order.password));
  return out;
}

}  // namespace understudy::certs
