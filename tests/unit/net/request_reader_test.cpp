#include <gtest/gtest.h>

#include "net/server.h"

namespace understudy::net {
namespace {

using State = RequestReader::State;

State read(std::string_view bytes, wpi::HttpRequest& request, std::size_t max = 100'000) {
  RequestReader reader(max);
  reader.take(bytes);
  return reader.next(request);
}

State state_of(std::string_view bytes, std::size_t max = 100'000) {
  wpi::HttpRequest request;
  return read(bytes, request, max);
}

TEST(Request, IsReadInEveryPart) {
  wpi::HttpRequest request;
  ASSERT_EQ(read("POST /a/b?c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", request), State::request);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a/b?c");
  EXPECT_EQ(request.headers, (wpi::Headers{{"Host", "x"}, {"Content-Length", "3"}}));
  EXPECT_EQ(request.body, "abc");
}

TEST(Request, ComesOutOnceEachOfSeveralAtOnce) {
  RequestReader reader(1000);
  reader.take("POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\nGET /2 HTTP/1.1\r\n\r\nPOST /3 HT");
  wpi::HttpRequest request;
  ASSERT_EQ(reader.next(request), State::request);
  EXPECT_EQ(request.target + request.body, "/1a");
  ASSERT_EQ(reader.next(request), State::request);
  EXPECT_EQ(request.target + request.body, "/2");
  EXPECT_TRUE(request.headers.empty());
  ASSERT_EQ(reader.next(request), State::incomplete);
  reader.take("TP/1.1\r\n\r\n");
  ASSERT_EQ(reader.next(request), State::request);
  EXPECT_EQ(request.target, "/3");
}

TEST(Request, IsIncompleteUpToItsLastByte) {
  for (const std::string bytes :
       {"POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nT: 1\r\n\r\n"}) {
    RequestReader reader(1000);
    wpi::HttpRequest request;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      ASSERT_EQ(reader.next(request), State::incomplete) << i;
      reader.take(std::string_view(bytes).substr(i, 1));
    }
    ASSERT_EQ(reader.next(request), State::request);
    EXPECT_EQ(request.body, "abc");
  }
}

TEST(Request, ThatIsNoHttpIsMalformedAtItsFirstLine) {
  for (const char* bytes :
       {"SSH-2.0-x\r\n", "GET /\r\n", "GET  / HTTP/1.1\r\n", "GET / HTTP/2\r\n", "GET / x HTTP/1.1\r\n",
        "G T / HTTP/1.1\r\n", " / HTTP/1.1\r\n", "GET /\x01 HTTP/1.1\r\n"})
    EXPECT_EQ(state_of(bytes), State::malformed) << bytes;
}

TEST(Request, WithABrokenHeadIsMalformed) {
  const auto with = [](std::string_view headers) {
    return state_of("POST / HTTP/1.1\r\n" + std::string(headers) + "\r\n\r\n");
  };
  EXPECT_EQ(with("A: b"), State::request);
  EXPECT_EQ(with("no colon"), State::malformed);
  EXPECT_EQ(with("A : b"), State::malformed);
  EXPECT_EQ(with("A: b\r\n folded"), State::malformed);
  EXPECT_EQ(with(": b"), State::malformed);
  EXPECT_EQ(with("A: b\x02"), State::malformed);
  EXPECT_EQ(with("Content-Length: x"), State::malformed);
  EXPECT_EQ(with("Content-Length: -1"), State::malformed);
  EXPECT_EQ(with("Content-Length: 0\r\nContent-Length: 1"), State::malformed);
  EXPECT_EQ(with("Content-Length: 0\r\nContent-Length: 0"), State::request);
  EXPECT_EQ(with("Content-Length: 0\r\nTransfer-Encoding: chunked"), State::malformed);
  EXPECT_EQ(with("Transfer-Encoding: gzip"), State::malformed);
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\n\r\nx"), State::malformed);
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\n\r\n1\r\nabc"), State::malformed);
}

TEST(Request, StaysMalformed) {
  RequestReader reader(1000);
  reader.take("nonsense\r\n");
  wpi::HttpRequest request;
  ASSERT_EQ(reader.next(request), State::malformed);
  reader.take("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reader.next(request), State::malformed);
}

TEST(Request, IsBoundedAsAWhole) {
  const std::string head = "POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n", body(50, 'b');
  EXPECT_EQ(state_of(head + body, head.size() + 50), State::request);
  EXPECT_EQ(state_of(head, head.size() + 49), State::too_large);
  EXPECT_EQ(state_of(std::string(100, 'x'), 100), State::too_large);
  EXPECT_EQ(state_of("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x'), 1'000'000), State::too_large);
  const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(state_of(chunked + "100\r\n" + std::string(256, 'x'), 200), State::too_large);
}

}  // namespace
}  // namespace understudy::net
