#include "net/server.h"

#include <gmock/gmock.h>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(PlainServer, SendsExactlyTheBytesThatItIsGiven) {
  const std::string wrong("HTTP/9 nonsense\n\0\xFF", 18);
  listen([&](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = wrong, .close = true}; });
  RawClient client(loop_, server_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), wrong);
}

TEST_F(PlainServer, AnswersPipelinedRequestsInTheirOrder) {
  listen([](const wpi::HttpRequest& request, const Caller& caller) {
    EXPECT_EQ(caller.connection, 1U);
    EXPECT_FALSE(caller.encrypted);
    // The first takes longest, and is still the first.
    return Served{.bytes = request.target,
                  .after = request.target == "/1" ? milliseconds(10) : milliseconds(0)};
  });
  RawClient client(loop_, server_->port());
  client.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until(6));
  EXPECT_EQ(client.heard(), "/1/2/3");
}

TEST_F(PlainServer, SendsInPiecesWithPauses) {
  listen([](const wpi::HttpRequest&, const Caller&) {
    return Served{.bytes = "0123456789", .piece = 3, .every = milliseconds(5), .close = true};
  });
  RawClient client(loop_, server_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until(1));
  EXPECT_EQ(client.heard(), "012");
  const microseconds first = loop_.now();
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), "0123456789");
  EXPECT_GE(loop_.now() - first, milliseconds(10));
}

TEST_F(PlainServer, RefusesWhatIsNoRequestAndCloses) {
  listen([](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = "never"}; });
  RawClient client(loop_, server_->port());
  client.send("nonsense\r\n");
  client.send("and more of it");
  ASSERT_TRUE(client.until(10));
  client.send("and still more");
  EXPECT_THAT(client.heard(), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(client.heard(), HasSubstr("Connection: close\r\n"));
  ASSERT_TRUE(client.until_closed());
}

TEST_F(PlainServer, RefusesWhatIsTooLarge) {
  ServerSettings settings;
  settings.max_request = 1000;
  listen([](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = "never"}; }, settings);
  RawClient client(loop_, server_->port());
  client.send("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'));
  ASSERT_TRUE(client.until_closed());
  EXPECT_THAT(client.heard(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(PlainServer, ClosesWhatIsIdle) {
  ServerSettings settings;
  settings.idle = milliseconds(30);
  listen([](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = "x"}; }, settings);
  RawClient silent(loop_, server_->port()), half(loop_, server_->port()), served(loop_, server_->port());
  half.send("GET / HT");
  served.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(silent.until_closed());
  EXPECT_TRUE(half.until_closed());
  EXPECT_TRUE(served.until_closed());
  EXPECT_EQ(served.heard(), "x");
  EXPECT_EQ(silent.heard() + half.heard(), "");
}

TEST_F(PlainServer, IsNotIdleWhileItsAnswerTakesLonger) {
  ServerSettings settings;
  settings.idle = milliseconds(20);
  listen([](const wpi::HttpRequest&,
            const Caller&) { return Served{.bytes = "late", .after = milliseconds(60)}; },
         settings);
  RawClient client(loop_, server_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), "late");
}

TEST_F(PlainServer, OutlivesClientsThatLeaveAtAnyTime) {
  listen([](const wpi::HttpRequest&, const Caller&) {
    return Served{.bytes = std::string(1'000'000, 'x'), .after = milliseconds(5)};
  });
  for (const char* sent : {"", "GET", "GET / HTTP/1.1\r\n\r\n"}) {
    RawClient client(loop_, server_->port());
    client.send(sent);
    client.leave();
    client.until_closed();
  }
  RawClient client(loop_, server_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(client.until(1'000'000));
}

TEST_F(PlainServer, MayBeStoppedAndDestroyedByItsOwnHandler) {
  listen([&](const wpi::HttpRequest&, const Caller&) {
    server_.reset();
    return Served{.bytes = "never"};
  });
  RawClient client(loop_, server_->port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until_closed());
  EXPECT_EQ(client.heard(), "");
}

TEST_F(PlainServer, ClosesTheDoorAndEveryConnectionWhenStopped) {
  listen([](const wpi::HttpRequest&, const Caller&) { return Served{.bytes = "x"}; });
  const std::uint16_t port = server_->port();
  RawClient client(loop_, port);
  client.send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(client.until(1));
  server_->stop();
  EXPECT_TRUE(client.until_closed());
  EXPECT_THROW(RawClient(loop_, port), std::exception);
}

TEST_F(PlainServer, SaysWhyItCannotListen) {
  listen([](const wpi::HttpRequest&, const Caller&) { return Served{}; });
  ServerSettings taken;
  taken.port = server_->port();
  const auto second = Server::listen(loop_, taken, {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(taken.port)));
  ServerSettings nowhere;
  nowhere.address = "nowhere";
  EXPECT_EQ(Server::listen(loop_, nowhere, {}).error(), "\"nowhere\" is no address to listen on");
}

using TlsServer = Carried;

TEST_F(TlsServer, SaysWhatIsWrongWithItsTls) {
  const auto error_of = [&](ServerTls tls) {
    ServerSettings settings;
    settings.tls = std::move(tls);
    const auto server = Server::listen(loop_, settings, {});
    return server ? std::string("none") : server.error();
  };
  ServerTls tls = tls_of();
  tls.min_version = "TLSv9";
  EXPECT_THAT(error_of(tls), HasSubstr("\"TLSv9\" is no TLS version"));
  tls = tls_of();
  tls.certificate_pem = "no certificate";
  EXPECT_THAT(error_of(tls), StartsWith("cannot use the certificate"));
  tls = tls_of();
  tls.key_pem = "no key";
  EXPECT_THAT(error_of(tls), StartsWith("cannot use the key"));
  tls = tls_of();
  tls.key_pem = tls_of(certs::Ready::expired).key_pem;
  EXPECT_THAT(error_of(tls), StartsWith("cannot use the key"));
  EXPECT_EQ(error_of(tls_of()), "none");
}

TEST_F(TlsServer, OutlivesClientsThatBreakOffTheHandshake) {
  const auto server = serve({.bytes = ok("")});
  for (const std::string& sent :
       {std::string(), std::string("GET / HTTP/1.1\r\n\r\n"), std::string("\x16\x03\x01\x02", 4)}) {
    RawClient client(loop_, server->port());
    client.send(sent);
    client.leave();
    client.until_closed();
  }
  EXPECT_EQ(ask(server->port()).outcome, transcript::Outcome::answered);
}

}  // namespace
}  // namespace understudy::net
