// A phone that resumes its TLS session, and one that keeps its connection from one interaction to the next.
#include <gmock/gmock.h>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using transcript::Exchange;
using transcript::Outcome;

class CarrierResumes : public Carried, public ::testing::WithParamInterface<const char*> {
 protected:
  std::unique_ptr<Server> serve_resumes(bool resumes = true, std::uint16_t port = 0) {
    ServerSettings settings;
    settings.port = port;
    settings.tls = tls_of();
    settings.tls->max_version = GetParam();
    settings.tls->resumes = resumes;
    return Server::listen(
               loop_, settings,
               [](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = ok(clean_up)}; })
        .value();
  }
  static Order resuming(std::uint16_t port) {
    Order out = order(port);
    out.fresh_connection = true;
    out.resumes = true;
    return out;
  }
};
using CarrierReopens = Carried;

INSTANTIATE_TEST_SUITE_P(With, CarrierResumes, ::testing::Values("TLSv1.2", "TLSv1.3"), [](const auto& of) {
  return std::string(of.param) == "TLSv1.2" ? "Tls12" : "Tls13";
});

TEST_P(CarrierResumes, ItsSessionOnEveryNextConnection) {
  const auto server = serve_resumes();
  const Exchange first = carry(resuming(server->port()));
  ASSERT_EQ(first.outcome, Outcome::answered) << first.failure;
  EXPECT_FALSE(first.tls->resumed);
  for (int n = 0; n < 3; ++n) {
    const Exchange next = carry(resuming(server->port()));
    ASSERT_EQ(next.outcome, Outcome::answered) << next.failure;
    EXPECT_TRUE(next.fresh_connection);
    EXPECT_TRUE(next.tls->resumed);
    EXPECT_EQ(next.tls->version, GetParam());
    EXPECT_EQ(next.tls->subject, first.tls->subject) << "the certificate is that of the session";
    EXPECT_EQ(next.tls->problems, first.tls->problems);
  }
}

TEST_P(CarrierResumes, NothingUnlessItIsTold) {
  const auto server = serve_resumes();
  Order what = resuming(server->port());
  what.resumes = false;
  carry(what);
  EXPECT_FALSE(carry(what).tls->resumed);
  EXPECT_FALSE(carry(resuming(server->port())).tls->resumed) << "nothing was kept before";
}

TEST_P(CarrierResumes, OnlyItsOwnSession) {
  const auto server = serve_resumes();
  carry(resuming(server->port()));
  Order other = resuming(server->port());
  other.phone = "phone-2";
  EXPECT_FALSE(carry(other).tls->resumed);
  EXPECT_TRUE(carry(resuming(server->port())).tls->resumed);
}

TEST_P(CarrierResumes, NothingWhereAScriptWantsASessionOfItsOwn) {
  const auto server = serve_resumes();
  carry(resuming(server->port()));
  Order what = resuming(server->port());
  what.fault.kind = Fault::Kind::new_session;
  EXPECT_FALSE(carry(what).tls->resumed);
}

TEST_P(CarrierResumes, NothingWhereTheServiceHasForgottenIt) {
  auto server = serve_resumes();
  const std::uint16_t port = server->port();
  carry(resuming(port));
  server.reset();
  server = serve_resumes(true, port);
  const Exchange anew = carry(resuming(port));
  EXPECT_EQ(anew.outcome, Outcome::answered) << anew.failure;
  EXPECT_FALSE(anew.tls->resumed);
  EXPECT_TRUE(carry(resuming(port)).tls->resumed) << "the new session is kept";
}

TEST_P(CarrierResumes, NothingWhereTheServiceGivesNoTickets) {
  const auto server = serve_resumes(false);
  for (int n = 0; n < 2; ++n) {
    const Exchange x = carry(resuming(server->port()));
    EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
    EXPECT_FALSE(x.tls->resumed);
  }
}

TEST_F(CarrierReopens, AKeptConnectionThatTheServiceClosed) {
  const auto server = serve({.bytes = ok(clean_up), .close = true});  // says it keeps open, and does not
  Order what = order(server->port());
  what.reopens = true;
  const Exchange first = carry(what), second = carry(what);
  EXPECT_EQ(second.outcome, Outcome::answered) << second.failure;
  EXPECT_TRUE(second.fresh_connection);
  EXPECT_NE(second.connection, first.connection);
  EXPECT_GT(second.secured, second.connected);
}

TEST_F(CarrierReopens, NothingThatIsStillThere) {
  const auto server = serve({.bytes = ok(clean_up)});
  Order what = order(server->port());
  what.reopens = true;
  const Exchange first = carry(what), second = carry(what);
  EXPECT_FALSE(second.fresh_connection);
  EXPECT_EQ(second.connection, first.connection);
}

}  // namespace
}  // namespace understudy::net
