#include "net/overheard.h"

#include <gtest/gtest.h>

namespace understudy::net {
namespace {

using transcript::Fact;
using transcript::Lack;

constexpr const char* ask = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
constexpr const char* answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

Piece said(bool from_client, const std::string& bytes, std::uint64_t packet) {
  return {.from_client = from_client,
          .packet = packet,
          .at = std::chrono::milliseconds(packet),
          .gap = false,
          .bytes = bytes};
}

Overheard heard(std::vector<Piece> pieces, Overheard::Closed closed = Overheard::Closed::by_client) {
  return {.client = "10.0.0.7:4000",
          .server = "10.0.0.5:443",
          .connection = 3,
          .encrypted = true,
          .closed = closed,
          .pieces = std::move(pieces)};
}

TEST(Overheard, ConnectionIsReadExchangeByExchangeHoweverItsBytesWereCut) {
  const std::string request = ask;
  const auto exchanges = exchanges_of(heard(
      {said(true, request.substr(0, 20), 4), said(true, request.substr(20), 5), said(false, "HTTP/1.1 ", 7),
       said(false, std::string(answer).substr(9), 8), said(true, ask, 9), said(false, answer, 11)}));
  ASSERT_EQ(exchanges.size(), 2U);
  const auto& first = exchanges[0].exchange;
  EXPECT_EQ(exchanges[0].entry, 4U);
  EXPECT_EQ(exchanges[0].peer, "10.0.0.7");
  EXPECT_EQ(first.request.target, "/x");
  EXPECT_EQ(first.request.body, "hi");
  EXPECT_EQ(first.response->body, "yes");
  EXPECT_TRUE(first.response->complete);
  EXPECT_EQ(first.begun, std::chrono::milliseconds(4));
  EXPECT_EQ(first.sent, std::chrono::milliseconds(5));
  EXPECT_EQ(first.first_byte, std::chrono::milliseconds(7));
  EXPECT_EQ(first.ended, std::chrono::milliseconds(8));
  EXPECT_TRUE(first.fresh_connection);
  EXPECT_FALSE(first.untold.any_of({Fact::framing, Fact::times, Fact::content, Fact::bytes, Fact::version}));
  EXPECT_FALSE(exchanges[1].exchange.fresh_connection);
  EXPECT_EQ(exchanges[1].entry, 9U);
}

TEST(Overheard, AnswerThatTheServiceCutIsJudgedAndOneWhoseEndWasNotSeenIsNot) {
  const std::vector<Piece> cut = {said(true, ask, 1),
                                  said(false, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ny", 2)};
  for (const auto closed :
       {Overheard::Closed::by_server, Overheard::Closed::by_client, Overheard::Closed::not_seen}) {
    const auto exchanges = exchanges_of(heard(cut, closed));
    ASSERT_EQ(exchanges.size(), 1U);
    EXPECT_EQ(exchanges[0].exchange.untold.has(Fact::content), closed != Overheard::Closed::by_server);
    EXPECT_FALSE(exchanges[0].exchange.response->complete);
  }
}

TEST(Overheard, ServiceThatClosesWithoutAnAnswerIsSaidToHaveClosed) {
  const auto closed = exchanges_of(heard({said(true, ask, 1)}, Overheard::Closed::by_server));
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].exchange.outcome, transcript::Outcome::closed);
  EXPECT_FALSE(closed[0].exchange.untold.has(Fact::content));
  const auto open = exchanges_of(heard({said(true, ask, 1)}, Overheard::Closed::not_seen));
  ASSERT_EQ(open.size(), 1U);
  EXPECT_TRUE(open[0].exchange.untold.has(Fact::content));
  EXPECT_EQ(open[0].lack, Lack::no_answer);
}

TEST(Overheard, WhatWasNotCapturedSpoilsItsExchangeAlone) {
  Piece gap = said(false, "[9 bytes missing]", 3);
  gap.gap = true;
  const auto exchanges = exchanges_of(heard(
      {said(false, "the end of something", 1), said(true, "the end of something", 1), said(true, ask, 2), gap,
       said(false, "es", 4), said(true, "of a body", 5), said(true, ask, 6), said(false, answer, 7)}));
  ASSERT_EQ(exchanges.size(), 2U);
  EXPECT_TRUE(exchanges[0].exchange.untold.has(Fact::content));
  EXPECT_FALSE(exchanges[1].exchange.untold.has(Fact::content));
  EXPECT_EQ(exchanges[1].exchange.response->body, "yes");
}

TEST(Overheard, FlawsOfAnAnswerAreNotJudgedWherePacketsAreMissing) {
  Overheard connection =
      heard({said(true, ask, 1), said(false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno", 2),
             said(true, ask, 3), said(false, answer, 4)});
  for (const bool lossy : {false, true}) {
    connection.lossy = lossy;
    const auto exchanges = exchanges_of(connection);
    ASSERT_EQ(exchanges.size(), 2U);
    EXPECT_EQ(exchanges[0].exchange.untold.has(Fact::content), true);
    EXPECT_FALSE(exchanges[1].exchange.untold.has(Fact::content));
    EXPECT_EQ(exchanges[1].whole, !lossy);
  }
  connection.pieces[1] = said(false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n", 2);
  for (const bool lossy : {false, true}) {
    connection.lossy = lossy;
    EXPECT_EQ(exchanges_of(connection).at(0).exchange.untold.has(Fact::content), lossy);
  }
}

TEST(Overheard, WhatIsNoHttpHasNoExchanges) {
  EXPECT_TRUE(exchanges_of(heard({said(true, "\x16\x03\x01", 1), said(false, "\x15\x03\x01", 2)})).empty());
  EXPECT_TRUE(exchanges_of(heard({said(true, "POST no\r\n\r\n", 1), said(false, answer, 2)})).empty());
  EXPECT_TRUE(exchanges_of(heard({})).empty());
}

TEST(Hearing, GivesAnExchangeWhenTheServiceRestsAndNotBefore) {
  std::vector<transcript::RecordedExchange> heard_so_far;
  Hearing hearing(heard({}),
                  [&](transcript::RecordedExchange one) { heard_so_far.push_back(std::move(one)); });
  hearing.take(said(true, ask, 1));
  hearing.take(said(false, std::string(answer).substr(0, 10), 2));
  hearing.rest();
  EXPECT_TRUE(heard_so_far.empty());
  hearing.take(said(false, std::string(answer).substr(10), 3));
  EXPECT_TRUE(heard_so_far.empty());
  hearing.rest();
  ASSERT_EQ(heard_so_far.size(), 1U);
  EXPECT_EQ(heard_so_far[0].exchange.response->body, "yes");
  hearing.take(said(true, ask, 4));
  hearing.end(Overheard::Closed::by_server);
  ASSERT_EQ(heard_so_far.size(), 2U);
  EXPECT_EQ(heard_so_far[1].exchange.outcome, transcript::Outcome::closed);
  EXPECT_EQ(hearing.unread(), 0U);
}

TEST(Hearing, ClientThatGaveUpAfterThirtySecondsWasLetWaitAndOneThatLeftBeforeIsNotJudged) {
  for (const int seconds : {29, 31}) {
    std::vector<transcript::RecordedExchange> all;
    Hearing hearing(heard({}), [&](transcript::RecordedExchange one) { all.push_back(std::move(one)); });
    hearing.take(said(true, ask, 1));
    hearing.end(Overheard::Closed::by_client, std::chrono::seconds(seconds));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].exchange.outcome == transcript::Outcome::timed_out, seconds == 31);
    EXPECT_EQ(all[0].exchange.untold.has(Fact::content), seconds == 29);
  }
}

TEST(Hearing, CountsWhatIsNoRequest) {
  Hearing hearing(heard({}), [](transcript::RecordedExchange) { ADD_FAILURE(); });
  hearing.take(said(true, "SSH-2.0-x\r\n", 1));
  hearing.end(Overheard::Closed::by_client);
  EXPECT_EQ(hearing.unread(), 11U);
}

}  // namespace
}  // namespace understudy::net
