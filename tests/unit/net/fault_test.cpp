// Faults of a connection, as the other side of the socket sees them.
#include <gmock/gmock.h>

#include "unit/net/net_support.h"

namespace understudy::net {
namespace {

using ::testing::HasSubstr;
using transcript::Exchange;
using transcript::Outcome;
using transcript::Scripted;

// Counts what reaches it.
class FaultOfTheConnection : public Carried {
 protected:
  void SetUp() override {
    server_ = serve_each([this](const wpi::HttpRequest& request, const Caller& caller) {
      ++requests_;
      body_ = request.body;
      connections_.push_back(caller.connection);
      return Served{.bytes = ok(clean_up)};
    });
  }
  Exchange with(Fault fault, std::uint16_t port = 0, bool tls = true) {
    Order made = order(port == 0 ? server_->port() : port, tls);
    made.fault = fault;
    return carry(std::move(made));
  }
  std::unique_ptr<Server> server_;
  int requests_ = 0;
  std::string body_;
  std::vector<std::uint64_t> connections_;
};

TEST_F(FaultOfTheConnection, DroppedBeforeTheRequestNothingOfItIsSent) {
  const Exchange x = with({.kind = Fault::Kind::drop_before});
  EXPECT_EQ(x.outcome, Outcome::interrupted);
  EXPECT_EQ(x.scripted, Scripted::broken);
  EXPECT_THAT(x.failure, HasSubstr("before the request"));
  EXPECT_TRUE(x.tls) << "the connection itself was made";
  EXPECT_EQ(x.sent.count(), 0);
  EXPECT_EQ(with({}).outcome, Outcome::answered);
  EXPECT_EQ(requests_, 1);
}

TEST_F(FaultOfTheConnection, DroppedWithinTheOtherSideHasSoManyBytes) {
  asio::ip::tcp::acceptor acceptor(loop_.context(), {asio::ip::address_v4::loopback(), 0});
  asio::ip::tcp::socket socket(loop_.context());
  std::string heard;
  bool closed = false;
  std::array<char, 4096> piece{};
  std::function<void()> read = [&] {
    socket.async_read_some(asio::buffer(piece), [&](const asio::error_code& error, std::size_t n) {
      heard.append(piece.data(), n);
      closed = static_cast<bool>(error);
      if (!error) read();
    });
  };
  acceptor.async_accept(socket, [&](const asio::error_code&) { read(); });
  const Exchange x =
      with({.kind = Fault::Kind::drop_within, .bytes = 12}, acceptor.local_endpoint().port(), false);
  EXPECT_TRUE(loop_.run([&] { return closed; }, seconds(10)));
  EXPECT_EQ(heard, "POST /Deploy");
  EXPECT_THAT(x.failure, HasSubstr("after 12 of the request's"));
  EXPECT_EQ(x.outcome, Outcome::interrupted);
}

TEST_F(FaultOfTheConnection, DroppedAfterTheServiceHasHeardIt) {
  const Exchange x = with({.kind = Fault::Kind::drop_after});
  EXPECT_EQ(x.outcome, Outcome::interrupted);
  EXPECT_GT(x.sent.count(), 0);
  EXPECT_FALSE(x.response);
  EXPECT_TRUE(loop_.run([&] { return requests_ == 1; }, seconds(10)));
  EXPECT_EQ(body_, "hello");
}

TEST_F(FaultOfTheConnection, DroppedWithinTheAnswerItIsNotRead) {
  const Exchange x = with({.kind = Fault::Kind::drop_answer, .bytes = 12});
  EXPECT_EQ(x.outcome, Outcome::interrupted);
  EXPECT_EQ(x.scripted, Scripted::broken);
  EXPECT_THAT(x.failure, HasSubstr("within the answer"));
  EXPECT_FALSE(x.response);
  EXPECT_EQ(requests_, 1);
  EXPECT_EQ(with({}).outcome, Outcome::answered) << "on a connection of its own";
}

TEST_F(FaultOfTheConnection, SlowIsSentInItsTime) {
  const Exchange x = with({.kind = Fault::Kind::slow, .rate = 400});
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_EQ(x.scripted, Scripted::none) << "a slow phone is a phone";
  EXPECT_GE(x.sent - x.secured, std::chrono::milliseconds(150));
  EXPECT_EQ(body_, "hello");
}

TEST_F(FaultOfTheConnection, HalfClosedTheAnswerStillComes) {
  const Exchange x = with({.kind = Fault::Kind::half_close});
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_EQ(x.response->body, clean_up);
  EXPECT_EQ(x.scripted, Scripted::broken);
  EXPECT_TRUE(with({}).fresh_connection);
}

TEST_F(FaultOfTheConnection, ANewSessionIsAnotherConnection) {
  EXPECT_TRUE(with({}).fresh_connection);
  EXPECT_FALSE(with({}).fresh_connection);
  const Exchange x = with({.kind = Fault::Kind::new_session});
  EXPECT_TRUE(x.fresh_connection);
  EXPECT_NE(x.scripted, Scripted::none) << "it is not held against the service";
  EXPECT_FALSE(with({}).fresh_connection) << "it is kept as any other";
  EXPECT_EQ(connections_, (std::vector<std::uint64_t>{1, 1, 2, 2}));
}

TEST_F(FaultOfTheConnection, BytesAsTheyAreReachTheService) {
  Order made = order(server_->port());
  made.request = {"", "", {}, "NONSENSE\r\n\r\n"};
  const Exchange x = carry(std::move(made));
  EXPECT_EQ(x.response->status, 400);
  EXPECT_EQ(x.request.body, "NONSENSE\r\n\r\n");
  EXPECT_EQ(requests_, 0);
}

Stretch stretch(const std::string& text, std::size_t times) { return {std::make_shared<const std::string>(text), times}; }

std::string all_of(const std::vector<Stretch>& stretches, std::size_t most) {
  std::string out;
  while (true) {
    const std::string piece = bytes_at(stretches, out.size(), most);
    if (piece.empty()) return out;
    EXPECT_LE(piece.size(), most);
    out += piece;
  }
}

TEST(Stretches, GiveTheSameBytesInPiecesOfAnyLength) {
  const std::vector<Stretch> stretches = {stretch("<a>", 1), stretch("", 7), stretch("xyz", 4), stretch("nobody", 0), stretch("</a>", 2)};
  const std::string whole = "<a>xyzxyzxyzxyz</a></a>";
  EXPECT_EQ(size_of(stretches), whole.size());
  for (std::size_t most = 1; most <= whole.size() + 1; ++most) EXPECT_EQ(all_of(stretches, most), whole) << most;
  EXPECT_EQ(bytes_at(stretches, 1'000, 10), "");
  EXPECT_EQ(size_of({}), 0u);
}

TEST_F(FaultOfTheConnection, MoreThanIsHeldAtOnceArrivesWhole) {
  Order made = order(server_->port(), true);
  made.stretches = {stretch("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000003\r\n\r\n", 1), stretch("abc", 1), stretch(std::string(1'000, 'x'), 1'000)};
  const Exchange x = carry(std::move(made));
  EXPECT_EQ(x.outcome, Outcome::answered) << x.failure;
  EXPECT_EQ(body_.size(), 1'000'003u);
  EXPECT_EQ(body_.substr(0, 5), "abcxx");
}

TEST_F(FaultOfTheConnection, ResetTheOtherSideSeesAnErrorAndNoEnd) {
  asio::ip::tcp::acceptor acceptor(loop_.context(), {asio::ip::address_v4::loopback(), 0});
  asio::ip::tcp::socket socket(loop_.context());
  std::optional<asio::error_code> ended;
  std::array<char, 4096> piece{};
  std::function<void()> read = [&] {
    socket.async_read_some(asio::buffer(piece), [&](const asio::error_code& error, std::size_t) {
      if (error)
        ended = error;
      else
        read();
    });
  };
  acceptor.async_accept(socket, [&](const asio::error_code&) { read(); });
  const Exchange x = with({.kind = Fault::Kind::reset}, acceptor.local_endpoint().port(), false);
  EXPECT_EQ(x.outcome, Outcome::interrupted);
  EXPECT_EQ(x.scripted, Scripted::broken);
  EXPECT_GT(x.sent.count(), 0);
  loop_.run([&] { return ended.has_value(); }, std::chrono::seconds(10));
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, asio::error::connection_reset);
}

TEST(Faults, HaveTheNamesThatScenariosSpell) {
  for (std::size_t n = 0; n < fault_kinds; ++n) EXPECT_EQ(fault_named(name_of(static_cast<Fault::Kind>(n))), static_cast<Fault::Kind>(n));
  EXPECT_FALSE(fault_named("drop"));
}

}  // namespace
}  // namespace understudy::net
