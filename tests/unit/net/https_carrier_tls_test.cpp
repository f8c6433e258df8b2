#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using transcript::CertificateProblem;
using transcript::Exchange;
using transcript::Outcome;
using transcript::Phase;

using CarrierTls = Carried;

TEST_F(CarrierTls, TakesAnyCertificateAndNotesWhatIsWrongWithIt) {
  const auto problems = [&](const ServerTls& tls) {
    const auto server = serve({.bytes = ok("")}, tls);
    const Exchange x = ask(server->port());
    EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
    return x.tls.value_or(transcript::Tls{}).problems;
  };
  EXPECT_THAT(problems(tls_of()), ElementsAre(CertificateProblem::unknown_issuer));
  EXPECT_THAT(problems(tls_of(certs::Ready::expired)),
              ElementsAre(CertificateProblem::expired, CertificateProblem::unknown_issuer));
  EXPECT_THAT(problems(tls_of(certs::Ready::not_yet_valid)),
              ElementsAre(CertificateProblem::not_yet_valid, CertificateProblem::unknown_issuer));
  EXPECT_THAT(problems(tls_of(certs::Ready::wrong_name)),
              ElementsAre(CertificateProblem::wrong_name, CertificateProblem::unknown_issuer));
  const auto own = certs::self_signed(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}),
                                      std::chrono::system_clock::now());
  EXPECT_THAT(problems({own->certificate, own->key}), ElementsAre(CertificateProblem::self_signed));
}

TEST_F(CarrierTls, TellsOfTheCertificate) {
  const auto server = serve({.bytes = ok("")});
  const Exchange x = ask(server->port());
  ASSERT_TRUE(x.tls);
  EXPECT_EQ(x.tls->subject, "CN=localhost,O=Understudy test certificates");
  EXPECT_EQ(x.tls->issuer, "CN=Understudy test root,O=Understudy test certificates");
  EXPECT_THAT(x.tls->not_before, testing::MatchesRegex("20..-..-..T..:..:..Z"));
  EXPECT_LT(x.tls->not_before, x.tls->not_after);
}

// The same certificate with the last byte of its signature changed.
std::string with_a_bad_signature(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* right = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  unsigned char* der = nullptr;
  const int size = i2d_X509(right, &der);
  der[size - 1] ^= 1;
  const unsigned char* at = der;
  X509* wrong = d2i_X509(nullptr, &at, size);
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, wrong);
  char* data = nullptr;
  const long length = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<std::size_t>(length));
  BIO_free(in), BIO_free(out), X509_free(right), X509_free(wrong), OPENSSL_free(der);
  return text;
}

TEST_F(CarrierTls, NotesASignatureThatDoesNotHold) {
  const ServerTls right = tls_of();
  const std::string root = right.certificate_pem.substr(right.certificate_pem.find("-----BEGIN", 1));
  const auto own = certs::self_signed(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}),
                                      std::chrono::system_clock::now());
  for (const ServerTls& tls : {ServerTls{with_a_bad_signature(right.certificate_pem) + root, right.key_pem},
                               ServerTls{with_a_bad_signature(own->certificate), own->key}}) {
    const auto server = serve({.bytes = ok("")}, tls);
    const Exchange x = ask(server->port());
    ASSERT_TRUE(x.tls) << x.failure;
    EXPECT_THAT(x.tls->problems, Contains(CertificateProblem::bad_signature));
  }
}

TEST_F(CarrierTls, SpeaksEachVersionThatAServiceMayHave) {
  for (const char* version : {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}) {
    for (const auto key : {certs::KeyType::ec_p256, certs::KeyType::rsa_2048}) {
      ServerTls tls = tls_of(certs::Ready::valid, key);
      tls.min_version = tls.max_version = version;
      const auto server = serve({.bytes = ok(clean_up)}, tls);
      const Exchange x = ask(server->port());
      EXPECT_EQ(x.outcome, Outcome::answered) << version << ": " << x.failure;
      EXPECT_EQ(x.tls.value_or(transcript::Tls{}).version, version);
    }
  }
}

TEST_F(CarrierTls, OfAnOldPhoneEndsAtOneTwo) {
  const auto server = serve({.bytes = ok("")});
  Order what = order(server->port());
  what.profile = TlsProfile::old;
  EXPECT_EQ(carry(what).tls->version, "TLSv1.2");
  ServerTls modern = tls_of();
  modern.min_version = "TLSv1.3";
  const auto strict = serve({.bytes = ok("")}, modern);
  what = order(strict->port());
  what.profile = TlsProfile::old;
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::tls_failed);
  EXPECT_EQ(x.phase, Phase::handshake);
  EXPECT_THAT(x.failure, HasSubstr("no TLS version that this phone offers"));
}

TEST_F(CarrierTls, SaysWhatAPortSpeaksThatSpeaksNoTls) {
  struct Case {
    Peer::Script script;
    std::string said;
  };
  for (const Case& c : {Case{{"HTTP/1.1 400 Bad Request\r\n\r\n", true, true},
                             "\"HTTP/1.1 400 Bad Request\": it speaks plain HTTP"},
                        Case{{"SSH-2.0-OpenSSH_9.2\r\n"}, "\"SSH-2.0-OpenSSH_9.2\": it speaks SSH"},
                        Case{{"220 ready\r\n"}, "\"220 ready\": it does not speak TLS"}}) {
    Peer peer(loop_, c.script);
    const Exchange x = ask(peer.port());
    EXPECT_EQ(x.outcome, Outcome::tls_failed);
    EXPECT_EQ(x.phase, Phase::handshake);
    EXPECT_EQ(x.failure, "the port answered a TLS hello with " + c.said);
    EXPECT_FALSE(x.response);
  }
}

TEST_F(CarrierTls, SaysThatTheServiceClosedInTheHandshake) {
  Peer peer(loop_, {"", true, true});
  const Exchange x = ask(peer.port());
  EXPECT_EQ(x.outcome, Outcome::tls_failed);
  EXPECT_THAT(x.failure, HasSubstr("closed the connection in the TLS handshake"));
}

TEST_F(CarrierTls, GivesAnAlertInWords) {
  Peer peer(loop_, {std::string("\x15\x03\x01\x00\x02\x02\x70", 7), true});
  const Exchange x = ask(peer.port());
  EXPECT_EQ(x.outcome, Outcome::tls_failed);
  EXPECT_THAT(x.failure, HasSubstr("unrecognized_name"));
}

TEST_F(CarrierTls, IsRecognisedWherePlainHttpWasMeant) {
  Peer peer(loop_, {std::string("\x15\x03\x01\x00\x02\x02\x46", 7), true, true});
  const Exchange x = ask(peer.port(), false);
  EXPECT_EQ(x.outcome, Outcome::closed);
  EXPECT_EQ(x.failure, "what came is TLS, not plain HTTP");
}

TEST_F(CarrierTls, HoldsTheCertificateAgainstTheNameThatWasMeant) {
  const auto server = serve({.bytes = ok("")});
  Order what = order(server->port());
  what.target.host = "localhost";
  const Exchange x = carry(what);
  ASSERT_TRUE(x.tls) << x.failure;
  EXPECT_THAT(x.tls->problems, ElementsAre(CertificateProblem::unknown_issuer));
}

}  // namespace
}  // namespace understudy::net
