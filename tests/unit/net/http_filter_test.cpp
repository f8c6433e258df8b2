#include "net/http_filter.h"

#include <gtest/gtest.h>
#include <utility>

namespace understudy::net {
namespace {

using Speaker = HttpFilter::Speaker;

// "old" becomes what is wanted; all else stays.
HttpFilter::Edit replacing(std::string with) {
  return [with = std::move(with)](std::string_view, std::string_view body) -> std::optional<HttpEdit> {
    std::string text(body);
    const std::size_t at = text.find("old");
    if (at == std::string::npos) return std::nullopt;
    return HttpEdit{std::nullopt, text.replace(at, 3, with)};
  };
}

// What goes on of these bytes, the same however they are cut.
std::string passed(Speaker speaker, const std::string& bytes, const HttpFilter::Edit& edit) {
  std::string first;
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    HttpFilter filter(speaker, edit);
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) out += filter.take(std::string_view(bytes).substr(at, piece));
    out += filter.end();
    if (first.empty()) first = out;
    EXPECT_EQ(out, first) << "in pieces of " << piece;
  }
  return first;
}

TEST(HttpFilter, MendsTheLengthOfALongerAndAShorterBody) {
  const auto request = [](const std::string& length, const std::string& body) {
    return "POST /x HTTP/1.1\r\nHost: a\r\ncontent-length :  " + length + " \r\nX-Last: 1\r\n\r\n" + body;
  };
  const std::string two = request("11", "an old body") + request("5", "other");
  EXPECT_EQ(passed(Speaker::client, two, replacing("entirely new")), request("20", "an entirely new body") + request("5", "other"));
  EXPECT_EQ(passed(Speaker::client, two, replacing("")), request("8", "an  body") + request("5", "other"));
}

TEST(HttpFilter, EditsAnswersBehindInterimAndBodilessOnes) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n", none = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(passed(Speaker::service, interim + none + "HTTP/1.1 200 OK\nContent-Length: 3\n\nold", replacing("newer")),
            interim + none + "HTTP/1.1 200 OK\nContent-Length: 5\n\nnewer");
}

TEST(HttpFilter, MakesOneChunkOfThoseThatChange) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", tail = "0\r\nX-Trailer: 1\r\n\r\n";
  const std::string same = head + "1;a=b\r\nx\r\n" + tail;
  EXPECT_EQ(passed(Speaker::service, head + "4\r\nan o\r\n2;ext\r\nld\r\n" + tail + same, replacing("something else")),
            head + "11\r\nan something else\r\n" + tail + same);
}

TEST(HttpFilter, EditsABodyThatEndsWithTheConnection) {
  const std::string head = "HTTP/1.0 200 OK\r\n\r\n";
  EXPECT_EQ(passed(Speaker::service, head + "so old", replacing("new")), head + "so new");
}

TEST(HttpFilter, ChangesTheStartLine) {
  const auto edit = [](std::string_view line, std::string_view) {
    return HttpEdit{line == "GET /?a=1 HTTP/1.1" ? std::optional<std::string>("GET /?a=22 HTTP/1.1") : std::nullopt, std::nullopt};
  };
  EXPECT_EQ(passed(Speaker::client, "GET /?a=1 HTTP/1.1\r\nHost: x\r\n\r\n", edit), "GET /?a=22 HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(HttpFilter, PassesOnWhatItCannotReadAndAllBehindIt) {
  for (const std::string strange :
       {"no HTTP at all\r\n\r\n", "POST /x HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nold!", "POST /x HTTP/1.1\r\nContent-Length: x\r\n\r\nold",
        "POST /x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nold", "POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nold",
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nold\r\n", "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold!\r\n"}) {
    const std::string all = strange + "POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nold";
    EXPECT_EQ(passed(Speaker::client, all, replacing("new")), all);
  }
  const std::string large = "POST /x HTTP/1.1\r\nContent-Length: 5000000\r\n\r\nold";
  HttpFilter filter(Speaker::client, replacing("new"));
  EXPECT_EQ(filter.take(large), large);
}

TEST(HttpFilter, HoldsAMessageUntilItIsWholeOrGivenUp) {
  HttpFilter filter(Speaker::client, replacing("new"));
  const std::string begun = "POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nol";
  EXPECT_EQ(filter.take(begun), "");
  EXPECT_TRUE(filter.holds());
  EXPECT_EQ(filter.give_up(), begun);
  EXPECT_FALSE(filter.holds());
  EXPECT_EQ(filter.take("dPOST"), "dPOST");
}

TEST(HttpFilter, SaysThatAHeadAloneWasAskedFor) {
  HttpFilter filter(Speaker::client, replacing("new"));
  EXPECT_EQ(filter.take("HEAD /x HTTP/1.1\r\n\r\n"), "HEAD /x HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(filter.asked_for_head());
}

}  // namespace
}  // namespace understudy::net
