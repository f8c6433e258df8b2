// Mutual authentication over real sockets (guide p.62-65): who is let in, and what each side says of who is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tuple>

#include "certs/authority.h"
#include "certs/base64.h"
#include "certs/pkcs12.h"
#include "net/keys.h"
#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using transcript::CertificateProblem;
using transcript::Exchange;
using transcript::Outcome;

constexpr const char* mac = "00:1A:E8:FF:00:01";

// A service that wants certificates of its own authority, and a phone that has one.
class Mutual : public Carried {
 protected:
  static const certs::Authority& root() {
    static const auto authority = certs::Authority::make(std::chrono::system_clock::now());
    return *authority;
  }
  static ServerTls service(certs::Ready ready = certs::Ready::valid) {
    const auto pem = root().issue(certs::profile_of(ready, {"127.0.0.1", "localhost"}));
    ServerTls tls{pem->certificate, pem->key};
    tls.client_cas_pem = {root().certificate()};
    return tls;
  }
  static std::shared_ptr<phone::Credentials> phone(certs::Ready ready = certs::Ready::valid) {
    const auto pem = root().issue(certs::phone_profile_of(ready, mac));
    auto out = std::make_shared<phone::Credentials>();
    out->certificate_pem = pem->certificate;
    out->key_pem = pem->key;
    out->server_cas = {root().certificate()};
    return out;
  }
  // What came of one request; what the service was told of a client that it refused is in `refusals`.
  Exchange call(const ServerTls& tls, std::shared_ptr<const phone::Credentials> credentials) {
    ServerSettings settings;
    settings.tls = tls;
    settings.refused = [this](const Caller&, const std::string& why) { refusals.push_back(why); };
    const auto server =
        Server::listen(loop_, settings, [this](const wpi::HttpRequest&, const Caller& caller) {
          callers.push_back(caller);
          return Served{.bytes = ok(clean_up)};
        });
    Order what = order((*server)->port());
    what.credentials = std::move(credentials);
    Exchange x = carry(what);
    // The refusal may reach the phone before the server's handler was told.
    if (x.outcome != Outcome::answered) loop_.run([&] { return !refusals.empty(); }, milliseconds(200));
    return x;
  }
  std::vector<std::string> refusals;
  std::vector<Caller> callers;
};

TEST_F(Mutual, LetsInAPhoneThatShowsItsCertificateAndTrustsTheServices) {
  const Exchange x = call(service(), phone());
  ASSERT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_TRUE(x.secure);
  EXPECT_THAT(x.tls->problems, IsEmpty()) << "by the CA that it was given, nothing is wrong";
  ASSERT_EQ(callers.size(), 1u);
  EXPECT_THAT(callers[0].certificate, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(refusals, IsEmpty());
}

TEST_F(Mutual, TellsWhoseCertificateItWas) {
  const auto shown = phone();
  call(service(), shown);
  ASSERT_EQ(callers.size(), 1u);
  EXPECT_TRUE(shown->certificate_pem.starts_with(callers[0].certificate));
}

TEST_F(Mutual, WorksWithEachVersionThatHasClientCertificates) {
  for (const char* version : {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}) {
    ServerTls tls = service();
    tls.min_version = tls.max_version = version;
    const Exchange x = call(tls, phone());
    EXPECT_EQ(x.outcome, Outcome::answered) << version << ": " << x.failure;
  }
}

TEST_F(Mutual, TakesAChainOverAnIntermediateThatTheServiceSendsOrThePhoneWasGiven) {
  const auto middle = root().intermediate();
  const auto pem = middle->issue(certs::profile_of(certs::Ready::valid, {"127.0.0.1"}));
  ServerTls tls{pem->certificate, pem->key};
  tls.client_cas_pem = {root().certificate()};
  EXPECT_EQ(call(tls, phone()).outcome, Outcome::answered);
  auto knows_middle = phone();
  knows_middle->server_cas = {middle->certificate()};
  EXPECT_EQ(call(tls, knows_middle).outcome, Outcome::answered) << "any CA that it was given may end a chain";
}

// ---- Whom the service refuses

TEST_F(Mutual, RefusesAPhoneWithoutACertificate) {
  const Exchange x = call(service(), nullptr);
  EXPECT_THAT(x.outcome, AnyOf(Outcome::tls_failed, Outcome::closed))
      << "TLS 1.3 refuses after the phone's handshake is over";
  EXPECT_THAT(x.failure, HasSubstr("the service wants a client certificate (alert certificate_required)"));
  EXPECT_THAT(refusals, ElementsAre("the client showed no certificate"));
  EXPECT_THAT(callers, IsEmpty());
}

TEST_F(Mutual, ServesOneWithoutWhereItIsNotRequired) {
  ServerTls tls = service();
  tls.client_required = false;
  EXPECT_EQ(call(tls, nullptr).outcome, Outcome::answered);
  ASSERT_EQ(callers.size(), 1u);
  EXPECT_THAT(callers[0].certificate, IsEmpty());
}

TEST_F(Mutual, RefusesAStrangersCertificateAndOneThatIsNotValidNow) {
  for (const auto& [ready, to_phone, to_service] :
       {std::tuple(certs::Ready::stranger, "it does not know who signed it (alert unknown_ca)",
                   "certificate in certificate chain, in that of CN="),
        std::tuple(certs::Ready::expired, "it is not valid now (alert certificate_expired)",
                   "certificate has expired, in that of CN=00:1A:E8:FF:00:01"),
        std::tuple(certs::Ready::not_yet_valid, "the service refused the phone's certificate",
                   "certificate is not yet valid, in that of CN=00:1A:E8:FF:00:01"),
        std::tuple(certs::Ready::bad_signature, "a signature does not hold (alert decrypt_error)",
                   "certificate signature failure, in that of CN=00:1A:E8:FF:00:01")}) {
    refusals.clear();
    const Exchange x = call(service(), phone(ready));
    EXPECT_NE(x.outcome, Outcome::answered) << name_of(ready);
    EXPECT_THAT(x.failure, HasSubstr(to_phone)) << name_of(ready);
    ASSERT_EQ(refusals.size(), 1u) << name_of(ready);
    EXPECT_THAT(refusals[0], HasSubstr("the client's certificate is refused: "));
    EXPECT_THAT(refusals[0], HasSubstr(to_service));
    EXPECT_THAT(callers, IsEmpty());
  }
}

// ---- What the phone refuses

struct Refused {
  const char* what;
  certs::Ready ready;
  bool other_ca;
  CertificateProblem problem;
  std::string says;
};

TEST_F(Mutual, PhoneRefusesAServiceThatItsCaDidNotSignOrThatIsNotTheOneItCalled) {
  static const auto other = certs::Authority::make(std::chrono::system_clock::now());
  for (const Refused& each :
       {Refused{"wrong CA", certs::Ready::valid, true, CertificateProblem::unknown_issuer,
                "checked against the CA that the service gave"},
        Refused{"expired", certs::Ready::expired, false, CertificateProblem::expired,
                "certificate has expired, in the certificate of CN="},
        Refused{"not yet", certs::Ready::not_yet_valid, false, CertificateProblem::not_yet_valid,
                "certificate is not yet valid, in the certificate of CN="},
        Refused{"name", certs::Ready::wrong_name, false, CertificateProblem::wrong_name,
                "does not name 127.0.0.1"},
        Refused{"signature", certs::Ready::bad_signature, false, CertificateProblem::bad_signature,
                "certificate signature failure"}}) {
    auto credentials = phone();
    if (each.other_ca) credentials->server_cas = {other->certificate()};
    const Exchange x = call(service(each.ready), credentials);
    EXPECT_EQ(x.outcome, Outcome::tls_failed) << each.what;
    EXPECT_THAT(x.failure, HasSubstr("the phone refuses the service: ")) << each.what;
    EXPECT_THAT(x.failure, HasSubstr(each.says)) << each.what;
    ASSERT_TRUE(x.tls) << each.what;
    EXPECT_THAT(x.tls->problems, ElementsAre(each.problem)) << each.what;
    EXPECT_THAT(callers, IsEmpty()) << "nothing was said to it";
  }
}

TEST_F(Mutual, PhoneSaysThatItsOwnKeyIsNotItsCertificates) {
  auto credentials = phone();
  credentials->key_pem = phone()->key_pem;
  const Exchange x = call(service(), credentials);
  EXPECT_EQ(x.outcome, Outcome::tls_failed);
  EXPECT_THAT(x.failure, HasSubstr("the phone cannot show its certificate: its key is not taken"));
}

// ---- What a phone is given

TEST(CertificateKeys, ReadWhatOurAuthorityIssues) {
  const auto authority = certs::Authority::make(std::chrono::system_clock::now());
  const auto pem = authority->issue(certs::phone_profile_of(certs::Ready::valid, mac));
  const auto read = CertificateKeys().read(pem->certificate + pem->key);
  ASSERT_TRUE(read) << read.error();
  EXPECT_FALSE(read->key.empty());
  EXPECT_THAT(read->info, HasSubstr("subject CN=00:1A:E8:FF:00:01"));
  EXPECT_TRUE(CertificateKeys().read(authority->certificate())->key.empty());
  const auto old = authority->issue(certs::phone_profile_of(certs::Ready::expired, mac));
  EXPECT_EQ(CertificateKeys().read(old->certificate + old->key).error(), "the certificate is expired");
  EXPECT_FALSE(CertificateKeys().read("nonsense"));
  const std::string locked = certs::to_base64(*certs::to_pkcs12(*pem, "geheim", "x"));
  EXPECT_TRUE(CertificateKeys("geheim").read(locked));
  EXPECT_TRUE(CertificateKeys("geheim").read(pem->certificate + pem->key)) << "what is not encrypted needs none";
  EXPECT_EQ(CertificateKeys().read(locked).error(), CertificateKeys("other").read(locked).error());
}

TEST(SecureModeData, ComesOutAsItWasPackedWithTheRightPasswordAlone) {
  wpi::Item a, b;
  a.name = "dls-server-ca", a.index = "0", a.value = "line one\nline\ttwo \\ \xC3\xA4";
  b.name = "dls-secure-port", b.value = "18444";
  const auto data = packed({a, b}, "1234");
  ASSERT_TRUE(data) << data.error();
  const auto items = CertificateKeys().unpack(*data, "1234");
  ASSERT_TRUE(items) << items.error();
  ASSERT_EQ(items->size(), 2u);
  EXPECT_EQ((*items)[0].value, a.value);
  EXPECT_EQ((*items)[0].index, a.index);
  EXPECT_EQ((*items)[1].value, "18444");
  EXPECT_EQ((*items)[1].index, std::nullopt);
  EXPECT_EQ(CertificateKeys().unpack(*data, "1235").error(), "the password does not open it");
  EXPECT_FALSE(CertificateKeys().unpack("nonsense", "1234"));
}

}  // namespace
}  // namespace understudy::net
