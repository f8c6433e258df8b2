#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <set>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using transcript::Exchange;
using transcript::Outcome;
using transcript::Phase;

using CarrierAnswered = Carried;
using CarrierRefused = Carried;
using CarrierKeepAlive = Carried;
using CarrierWaits = Carried;
using CarrierBody = Carried;

bool has_flaw(const Exchange& exchange, wpi::HttpFlaw flaw) {
  for (const auto& problem : exchange.response->problems)
    if (problem.flaw == flaw) return true;
  return false;
}

// ---- A whole exchange

TEST_F(CarrierAnswered, FillsInAllThatIsKnown) {
  std::optional<wpi::HttpRequest> came;
  std::string caller;
  const auto server = serve_each([&](const wpi::HttpRequest& request, const Caller& from) {
    came = request;
    caller = from.remote;
    return Served{.bytes = ok(clean_up)};
  });
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::answered);
  EXPECT_EQ(x.phase, Phase::done);
  EXPECT_EQ(x.failure, "");
  EXPECT_EQ(x.connection, 1U);
  EXPECT_TRUE(x.fresh_connection);
  EXPECT_TRUE(x.encrypted);
  EXPECT_EQ(x.local, caller);
  EXPECT_EQ(x.remote, "127.0.0.1:" + std::to_string(server->port()));
  EXPECT_EQ(x.limit, seconds(30));
  EXPECT_LE(x.begun, x.connected);
  EXPECT_LT(x.connected, x.secured);
  EXPECT_LE(x.secured, x.sent);
  EXPECT_LE(x.sent, x.first_byte);
  EXPECT_LE(x.first_byte, x.ended);
  ASSERT_TRUE(came);
  EXPECT_EQ(came->body, "hello");
  EXPECT_EQ(wpi::to_bytes(x.request), wpi::to_bytes(*came)) << "the record keeps what was sent";
  ASSERT_TRUE(x.response);
  EXPECT_EQ(x.response->status, 200);
  EXPECT_TRUE(x.response->complete);
  EXPECT_EQ(x.response->body, clean_up);
  ASSERT_TRUE(x.answer);
  EXPECT_EQ(x.answer->action(), wpi::Action::clean_up);
  ASSERT_TRUE(x.tls);
  EXPECT_EQ(x.tls->version, "TLSv1.3");
  EXPECT_NE(x.tls->cipher, "");
  EXPECT_FALSE(x.tls->resumed);
}

TEST_F(CarrierAnswered, WorksWithoutTlsToo) {
  const auto server = serve({.bytes = ok(clean_up)}, std::nullopt);
  const Exchange x = ask(server->port(), false);
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_FALSE(x.encrypted);
  EXPECT_FALSE(x.tls);
  EXPECT_EQ(x.secured, microseconds(0));
  EXPECT_EQ(x.response->body, clean_up);
}

TEST_F(CarrierAnswered, HasNoMessageWhereTheBodyIsEmpty) {
  const auto server = serve({.bytes = ok("")});
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::answered);
  EXPECT_FALSE(x.answer);
}

TEST_F(CarrierAnswered, SpeaksFromTheAddressThatItIsTold) {
  std::string caller;
  const auto server = serve_each([&](const wpi::HttpRequest&, const Caller& from) {
    caller = from.remote;
    return Served{.bytes = ok("")};
  });
  Order what = order(server->port());
  what.source_address = "127.0.0.2";
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_THAT(caller, testing::StartsWith("127.0.0.2:"));
  EXPECT_EQ(x.local, caller);
}

TEST_F(CarrierAnswered, FindsAHostByItsName) {
  const auto server = serve({.bytes = ok("")});
  Order what = order(server->port());
  what.target.host = "localhost";
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
}

// ---- No connection

TEST_F(CarrierRefused, WhereNothingListens) {
  std::uint16_t port = 0;
  {
    const Peer gone(loop_, {});
    port = gone.port();
  }
  const Exchange x = ask(port);
  EXPECT_EQ(x.outcome, Outcome::no_connection);
  EXPECT_EQ(x.phase, Phase::connecting);
  EXPECT_EQ(x.failure, "refused: nothing listens on 127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(x.connection, 0U);
  EXPECT_FALSE(x.response);
}

TEST_F(CarrierRefused, WhereTheNameDoesNotResolve) {
  Order what = order(1);
  what.target.host = "no..such..name";
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::no_connection);
  EXPECT_EQ(x.phase, Phase::resolving);
  EXPECT_THAT(x.failure, HasSubstr("no..such..name does not resolve"));
}

TEST_F(CarrierRefused, WhereAnAddressIsNotAllowed) {
  const auto server = serve({.bytes = ok("")});
  std::vector<std::string> asked;
  carrier_.may_connect = [&](const std::string&, const std::string& address) {
    asked.push_back(address);
    return false;
  };
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::not_allowed);
  EXPECT_EQ(x.failure, "a connection to 127.0.0.1 is not allowed");
  EXPECT_THAT(asked, ElementsAre("127.0.0.1"));
}

TEST_F(CarrierRefused, WhereTheSourceAddressIsNotOurs) {
  const auto server = serve({.bytes = ok("")});
  Order what = order(server->port());
  what.source_address = "192.0.2.77";
  EXPECT_THAT(carry(what).failure, HasSubstr("cannot speak from 192.0.2.77"));
  what.source_address = "::1";
  EXPECT_THAT(carry(what).failure, HasSubstr("there is no way to 127.0.0.1"));
  what.source_address = "nonsense";
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::no_connection);
  EXPECT_EQ(x.phase, Phase::resolving) << "nobody was called";
}

TEST_F(CarrierRefused, WhereNoDescriptorIsLeftForASocket) {
  const auto server = serve({.bytes = ok("")});
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(STDOUT_FILENO);
  ASSERT_GE(next, 0);
  ::close(next);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Exchange x = ask(server->port());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(x.outcome, Outcome::no_connection);
  EXPECT_EQ(x.phase, Phase::resolving) << "nobody was called";
  EXPECT_THAT(x.failure, HasSubstr("no socket: Too many open files"));
}

// ---- Time-outs

TEST_F(CarrierWaits, NameThePhaseThatTookTooLong) {
  Peer silent(loop_, {});
  Order what = order(silent.port());
  what.waits.handshake = milliseconds(30);
  Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_EQ(x.phase, Phase::handshake);
  EXPECT_EQ(x.failure, "no answer to the TLS handshake within 30 ms");
  EXPECT_GE(x.ended - x.connected, milliseconds(30));

  const auto server = serve({.bytes = ok(""), .after = seconds(100)});
  what = order(server->port());
  what.waits.answer = milliseconds(30);
  x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_EQ(x.phase, Phase::waiting);
  EXPECT_EQ(x.failure, "no answer within 30 ms");
  EXPECT_EQ(x.limit, milliseconds(30));
  EXPECT_FALSE(x.response);
  EXPECT_EQ(x.first_byte, microseconds(0));
}

TEST_F(CarrierWaits, SayThatAHandshakeBeganAndDidNotEnd) {
  Peer half(loop_, {std::string("\x16\x03\x03\x00\x7a\x02", 6), true});
  Order what = order(half.port());
  what.waits.handshake = milliseconds(30);
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_EQ(x.failure, "the TLS handshake did not end within 30 ms");
}

TEST_F(CarrierWaits, BoundAnAnswerThatTricklesInAsAWhole) {
  const std::string bytes = ok(std::string(1000, 'x'));
  // The head and ten bytes of the body at once; the rest far too slowly.
  const auto slow = serve({.bytes = bytes, .piece = bytes.size() - 990, .every = seconds(100)});
  Order what = order(slow->port());
  what.waits.answer = milliseconds(50);
  Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_EQ(x.phase, Phase::reading);
  EXPECT_EQ(x.failure, "the answer was not whole within 50 ms: 10 of 1000 bytes came");
  ASSERT_TRUE(x.response);
  EXPECT_EQ(x.response->status, 200);
  EXPECT_EQ(x.response->body.size(), 10U);
  EXPECT_FALSE(x.response->complete);
  EXPECT_TRUE(has_flaw(x, wpi::HttpFlaw::body_short));
  // Byte after byte, each soon after the one before, does not put the time-out off.
  const auto trickling = serve({.bytes = bytes, .piece = 1, .every = milliseconds(5)});
  what = order(trickling->port());
  what.waits.answer = milliseconds(60);
  x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_LT(x.ended - x.sent, seconds(3));
}

// ---- Closed

TEST_F(CarrierAnswered, OrClosedWhereverTheServiceCloses) {
  const std::string bytes = ok(clean_up);
  const std::size_t head = bytes.size() - clean_up.size();
  std::size_t most = 0;
  const auto server = serve_each([&](const wpi::HttpRequest&, const Caller&) {
    return Served{.bytes = bytes.substr(0, most), .close = true};
  });
  const auto plain =
      serve_each([&](const wpi::HttpRequest&,
                     const Caller&) { return Served{.bytes = bytes.substr(0, most), .close = true}; },
                 std::nullopt);
  for (most = 0; most <= bytes.size(); ++most) {
    for (const bool tls : {true, false}) {
      const Exchange x = ask(tls ? server->port() : plain->port(), tls);
      ASSERT_EQ(x.outcome, most < head ? Outcome::closed : Outcome::answered) << most;
      ASSERT_EQ(x.response.has_value(), most > 0) << most;
      ASSERT_EQ(x.failure.empty(), most >= head) << most;
      if (most == 0) continue;
      ASSERT_EQ(x.response->complete, most == bytes.size()) << most;
      ASSERT_EQ(x.response->head + x.response->body, bytes.substr(0, most));
      if (most >= head && most < bytes.size()) {
        ASSERT_TRUE(has_flaw(x, wpi::HttpFlaw::body_short)) << most;
      }
      ASSERT_EQ(x.answer != nullptr, most > head) << most;
    }
  }
}

TEST_F(CarrierAnswered, NotByWhatIsNoHttp) {
  const auto server = serve({.bytes = "ICY 200 OK\r\n\r\n"});
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::closed);
  EXPECT_EQ(x.failure, "what came is no HTTP: \"ICY 200 OK\\r\\n\"");
  ASSERT_TRUE(x.response);
  EXPECT_TRUE(has_flaw(x, wpi::HttpFlaw::bad_status_line));
}

TEST_F(CarrierWaits, SayThatWhatCameBeforeTheSilenceIsNoHttp) {
  const auto server = serve({.bytes = "who is there?"});
  Order what = order(server->port());
  what.waits.answer = milliseconds(30);
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::timed_out);
  EXPECT_EQ(x.failure, "what came is no HTTP: \"who is there?\"");
}

TEST_F(CarrierAnswered, ByAServiceThatClosesBeforeItReadAll) {
  // The server refuses what is too large, and closes without reading on.
  ServerSettings settings;
  settings.tls = tls_of();
  settings.max_request = 100'000;
  const auto server = Server::listen(loop_, settings, [](const wpi::HttpRequest&, const Caller&) {
                        return Served{};
                      }).value();
  Order what = order(server->port());
  what.request.headers.back().value = "3000000";
  what.request.body = std::string(3'000'000, 'x');
  const Exchange x = carry(what);
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_EQ(x.response->status, 413);
}

// ---- Bodies

TEST_F(CarrierBody, ComesInPiecesOfAnySize) {
  std::string coded;
  for (const char c : clean_up) coded += std::string("1\r\n") + c + "\r\n";
  const std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + coded + "0\r\n\r\n";
  const auto server = serve({.bytes = bytes, .piece = 7, .every = microseconds(1)});
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_TRUE(x.response->complete);
  EXPECT_EQ(x.response->body, clean_up);
  EXPECT_EQ(x.response->framing, wpi::Framing::chunked);
  EXPECT_EQ(x.answer->action(), wpi::Action::clean_up);
}

TEST_F(CarrierBody, ThatIsTooLargeIsNotReadToItsEnd) {
  const std::string large(2'000'000, 'x');
  const auto server = serve({.bytes = ok(large)});
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::answered);
  EXPECT_EQ(x.response->body.size(), 1024U * 1024U);
  EXPECT_FALSE(x.response->complete);
  EXPECT_TRUE(has_flaw(x, wpi::HttpFlaw::body_too_large));
  EXPECT_TRUE(ask(server->port()).fresh_connection);

  HttpsCarrier patient(loop_, {.max_body = 4'000'000});
  std::optional<Exchange> whole;
  patient.carry(order(server->port()), [&](Exchange exchange) { whole = std::move(exchange); });
  ASSERT_TRUE(loop_.run([&] { return whole.has_value(); }, seconds(20)));
  EXPECT_TRUE(whole->response->complete);
  EXPECT_EQ(whole->response->body, large);
}

TEST_F(CarrierBody, ThatIsLongerThanPromisedIsReportedWithItsAnswer) {
  const auto server = serve({.bytes = ok(clean_up) + "</more>"});
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::answered);
  EXPECT_TRUE(x.response->complete);
  EXPECT_TRUE(has_flaw(x, wpi::HttpFlaw::body_excess));
  EXPECT_TRUE(ask(server->port()).fresh_connection);
}

// ---- Keep-alive

TEST_F(CarrierKeepAlive, CarriesTheNextRequestOnTheSameConnection) {
  const auto server = serve({.bytes = ok(clean_up)});
  const Exchange first = ask(server->port()), second = ask(server->port());
  EXPECT_EQ(second.outcome, Outcome::answered) << second.failure;
  EXPECT_FALSE(second.fresh_connection);
  EXPECT_EQ(second.connection, first.connection);
  EXPECT_EQ(second.local, first.local);
  EXPECT_EQ(second.tls->version, "TLSv1.3");
  EXPECT_EQ(second.connected, second.begun);
  EXPECT_LE(second.begun, second.sent);
}

TEST_F(CarrierKeepAlive, EndsWhereEitherSideWantsIt) {
  const auto closing = serve({.bytes = ok("", "Connection: close\r\n"), .close = true});
  ask(closing->port());
  EXPECT_TRUE(ask(closing->port()).fresh_connection);

  const auto server = serve({.bytes = ok("")});
  Order what = order(server->port());
  what.request.headers.push_back({"Connection", "close"});
  carry(what);
  EXPECT_TRUE(ask(server->port()).fresh_connection);
  what = order(server->port());
  what.fresh_connection = true;
  EXPECT_TRUE(carry(what).fresh_connection);
  carrier_.close("phone-1");
  EXPECT_TRUE(ask(server->port()).fresh_connection);
}

TEST_F(CarrierKeepAlive, IsForOnePhoneAndOneTargetAlone) {
  const auto server = serve({.bytes = ok("")}), elsewhere = serve({.bytes = ok("")});
  ask(server->port());
  Order what = order(server->port());
  what.phone = "phone-2";
  EXPECT_TRUE(carry(what).fresh_connection);
  EXPECT_FALSE(ask(server->port()).fresh_connection);
  EXPECT_TRUE(ask(elsewhere->port()).fresh_connection);
  what = order(elsewhere->port());
  what.source_address = "127.0.0.3";
  EXPECT_TRUE(carry(what).fresh_connection);
}

TEST_F(CarrierKeepAlive, SaysThatTheServiceClosedMeanwhile) {
  const auto server = serve({.bytes = ok(clean_up), .close = true});  // says it keeps open, and does not
  ask(server->port());
  const Exchange x = ask(server->port());
  EXPECT_EQ(x.outcome, Outcome::closed);
  EXPECT_FALSE(x.fresh_connection);
  EXPECT_NE(x.failure, "");
  EXPECT_TRUE(ask(server->port()).fresh_connection);
}

TEST_F(CarrierKeepAlive, IsGivenUpSilentlyWhereBytesCameMeanwhile) {
  // The answer, and a while after it something that nobody asked for.
  const std::string answer = ok("");
  const auto server = serve(
      {.bytes = answer + "HTTP/1.1 200 surprise\r\n\r\n", .piece = answer.size(), .every = milliseconds(10)});
  const Exchange first = ask(server->port());
  EXPECT_TRUE(first.response->problems.empty());
  bool later = false;
  loop_.after(milliseconds(40), [&] { later = true; });
  loop_.run([&] { return later; }, seconds(10));
  const Exchange second = ask(server->port());
  EXPECT_EQ(second.outcome, Outcome::answered) << second.failure;
  EXPECT_TRUE(second.fresh_connection);
  EXPECT_NE(second.connection, first.connection);
}

// ---- Broken off

TEST_F(CarrierAnswered, NotWhereItIsClosedFromOutside) {
  const auto server = serve({.bytes = ok(""), .after = seconds(100)});
  std::optional<Exchange> result;
  carrier_.carry(order(server->port()), [&](Exchange exchange) { result = std::move(exchange); });
  loop_.after(milliseconds(20), [&] {
    carrier_.close("phone-1");
    EXPECT_FALSE(result) << "done was called from inside close()";
  });
  ASSERT_TRUE(loop_.run([&] { return result.has_value(); }, seconds(10)));
  EXPECT_EQ(result->outcome, Outcome::interrupted);
}

TEST_F(CarrierAnswered, NotWhereItIsClosedBeforeItBegan) {
  const auto server = serve({.bytes = ok("")});
  std::optional<Exchange> result;
  carrier_.carry(order(server->port()), [&](Exchange exchange) { result = std::move(exchange); });
  carrier_.close("phone-1");
  ASSERT_TRUE(loop_.run([&] { return result.has_value(); }, seconds(10)));
  EXPECT_EQ(result->outcome, Outcome::interrupted);
}

TEST_F(CarrierAnswered, ManyPhonesAtOnceEachOnItsOwnConnection) {
  const auto server = serve_each(
      [](const wpi::HttpRequest& request, const Caller&) { return Served{.bytes = ok(request.body)}; });
  int answered = 0;
  std::set<std::uint64_t> connections;
  for (int i = 0; i < 50; ++i) {
    Order what = order(server->port());
    what.phone = "phone-" + std::to_string(i);
    what.request.body = std::to_string(10000 + i);
    carrier_.carry(what, [&, i](const Exchange& x) {
      EXPECT_EQ(x.response.value().body, std::to_string(10000 + i));
      connections.insert(x.connection);
      ++answered;
    });
  }
  EXPECT_TRUE(loop_.run([&] { return answered == 50; }, seconds(30)));
  EXPECT_EQ(connections.size(), 50U);
}

TEST_F(CarrierAnswered, NeverOnceTheCarrierIsGone) {
  const auto server = serve({.bytes = ok(""), .after = milliseconds(10)});
  bool called = false, later = false;
  {
    HttpsCarrier gone(loop_);
    gone.carry(order(server->port()), [&](const Exchange&) { called = true; });
    loop_.after(milliseconds(5), [&] { later = true; });
    loop_.run([&] { return later; }, seconds(10));
  }
  later = false;
  loop_.after(milliseconds(30), [&] { later = true; });
  loop_.run([&] { return later; }, seconds(10));
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace understudy::net
