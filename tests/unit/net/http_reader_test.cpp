#include "net/http_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recordings.h"

namespace understudy::net {
namespace {

using ::testing::HasSubstr;
using wpi::Framing;
using wpi::HttpFlaw;
using wpi::HttpResponse;

constexpr HttpReader::Limits small = {256, 64};

HttpResponse read(std::string_view bytes, bool closed = true, HttpReader::Limits limits = {}) {
  HttpReader reader(limits);
  reader.take(bytes);
  reader.end(closed);
  return reader.response();
}

std::vector<HttpFlaw> flaws(const HttpResponse& response) {
  std::vector<HttpFlaw> found;
  for (const auto& problem : response.problems) found.push_back(problem.flaw);
  return found;
}

testing::AssertionResult has(const HttpResponse& response, std::vector<HttpFlaw> expected) {
  if (flaws(response) == expected) return testing::AssertionSuccess();
  auto result = testing::AssertionFailure() << "found";
  for (const auto& p : response.problems)
    result << " " << name_of(p.flaw) << "@" << p.offset << " (" << p.detail << ")";
  return result;
}

std::string answer(std::string_view headers, std::string_view body) {
  return "HTTP/1.1 200 OK\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

TEST(HttpAnswer, IsUnderstoodInEveryPart) {
  const auto r = read(answer("Content-Type: text/xml\r\nContent-Length:  5 \r\nX-Empty:\r\n", "hello"));
  EXPECT_EQ(r.version, "HTTP/1.1");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.reason, "OK");
  EXPECT_THAT(r.headers,
              testing::ElementsAre(wpi::Header{"Content-Type", "text/xml"},
                                   wpi::Header{"Content-Length", "5"}, wpi::Header{"X-Empty", ""}));
  EXPECT_EQ(r.head, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length:  5 \r\nX-Empty:\r\n\r\n");
  EXPECT_EQ(r.framing, Framing::content_length);
  EXPECT_EQ(r.declared_length, 5U);
  EXPECT_EQ(r.body, "hello");
  EXPECT_TRUE(r.complete);
  EXPECT_TRUE(r.keeps_open);
  EXPECT_TRUE(has(r, {}));
}

TEST(HttpAnswer, IsDoneAtItsLastByteAndNotBefore) {
  const std::string bytes = answer("Content-Length: 3\r\n", "abc");
  HttpReader reader;
  EXPECT_FALSE(reader.began());
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) ASSERT_FALSE(reader.take(bytes.substr(i, 1))) << i;
  EXPECT_TRUE(reader.take(bytes.substr(bytes.size() - 1)));
}

TEST(HttpAnswer, HasNoBodyWhereItsStatusSaysSo) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    HttpReader reader;
    EXPECT_TRUE(reader.take("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 10\r\n\r\n")) << status;
    EXPECT_EQ(reader.response().framing, Framing::none);
    EXPECT_TRUE(reader.response().complete);
    EXPECT_TRUE(has(reader.response(), {}));
  }
}

TEST(HttpAnswer, EndsWithTheCloseWhereItGivesNoLength) {
  const auto r = read(answer("", "to the end"));
  EXPECT_EQ(r.framing, Framing::until_close);
  EXPECT_EQ(r.body, "to the end");
  EXPECT_TRUE(r.complete);
  EXPECT_FALSE(r.keeps_open);
  EXPECT_TRUE(has(r, {}));
  EXPECT_FALSE(read(answer("", "silence"), false).complete);
}

TEST(HttpAnswer, KeepsTheConnectionAsVersionAndHeaderSay) {
  const auto keeps = [](std::string_view version, std::string_view header) {
    return read(std::string(version) + " 200 OK\r\nContent-Length: 0\r\n" + std::string(header) + "\r\n")
        .keeps_open;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "connection: Upgrade, CLOSE\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/2.0", ""));
}

TEST(HttpAnswer, OfVersionOneZeroWithALengthAloneIsFine) {
  const auto r = read("HTTP/1.0 200 OK\r\nContent-length: 2\r\n\r\nok");
  EXPECT_EQ(r.body, "ok");
  EXPECT_TRUE(has(r, {}));
}

TEST(HttpAnswer, ComesAfterInterimOnes) {
  const auto r = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                      answer("Content-Length: 2\r\n", "ok"));
  EXPECT_EQ(r.interim, 2);
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.head, answer("Content-Length: 2\r\n", ""));
  EXPECT_EQ(r.headers.size(), 1U);
  EXPECT_TRUE(has(r, {}));
}

TEST(HttpAnswer, DoesNotComeAfterMoreThanTenInterimOnes) {
  std::string bytes;
  for (int i = 0; i < 11; ++i) bytes += "HTTP/1.1 102 Processing\r\n\r\n";
  HttpReader reader;
  EXPECT_TRUE(reader.take(bytes));
  EXPECT_FALSE(reader.head_complete());
  EXPECT_TRUE(has(reader.response(), {HttpFlaw::too_many_interim}));
}

// ---- Chunks

TEST(ChunkedAnswer, IsPutTogetherAndKeptAsItCame) {
  const std::string coded = "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  const auto r = read(answer("Transfer-Encoding: chunked\r\n", coded));
  EXPECT_EQ(r.framing, Framing::chunked);
  EXPECT_EQ(r.body, "hello world");
  EXPECT_EQ(r.coded_body, coded);
  EXPECT_TRUE(r.complete);
  EXPECT_TRUE(r.keeps_open);
  EXPECT_EQ(r.headers.size(), 1U);
  EXPECT_TRUE(has(r, {}));
}

TEST(ChunkedAnswer, IsReportedWhereACodingCannotBeRead) {
  const std::vector<std::pair<std::string, std::string>> broken = {
      {"x\r\nhello\r\n", ""},
      {"\r\n", ""},
      {"-1\r\n", ""},
      {"FFFFFFFFFFFFFFFFFF\r\n", ""},
      {"5\r\nhelloworld\r\n", "hello"},
      {std::string(5000, '0') + "\r\n", ""},
  };
  for (const auto& [coded, body] : broken) {
    const auto r = read(answer("Transfer-Encoding: chunked\r\n", coded));
    EXPECT_TRUE(has(r, {HttpFlaw::bad_chunk})) << coded.substr(0, 30);
    EXPECT_EQ(r.body, body);
    EXPECT_FALSE(r.complete);
  }
}

TEST(ChunkedAnswer, IsUnderstoodWhereALenientReaderWould) {
  const auto padded = read(answer("Transfer-Encoding: chunked\r\n", "5  \r\nhello\r\n0\r\n\r\n"));
  EXPECT_TRUE(has(padded, {HttpFlaw::bad_chunk}));
  EXPECT_EQ(padded.body, "hello");
  EXPECT_TRUE(padded.complete);
  const auto bare = read(answer("Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n"));
  EXPECT_TRUE(has(bare, {HttpFlaw::bare_line_feed}));
  EXPECT_EQ(bare.body, "hello");
  EXPECT_TRUE(bare.complete);
}

TEST(ChunkedAnswer, IsShortWithoutItsLastChunk) {
  const auto r = read(answer("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"));
  EXPECT_TRUE(has(r, {HttpFlaw::body_short}));
  EXPECT_EQ(r.body, "hello");
  EXPECT_FALSE(r.complete);
}

TEST(ChunkedAnswer, MayNotBeAllCoding) {
  std::string coded;
  for (int i = 0; i < 10; ++i) coded += "1;" + std::string(1000, 'x') + "\r\na\r\n";
  const auto r = read(answer("Transfer-Encoding: chunked\r\n", coded), true, small);
  EXPECT_TRUE(has(r, {HttpFlaw::body_too_large}));
  EXPECT_LT(r.coded_body.size(), 4000U);
}

TEST(TransferCoding, OtherThanChunkedIsReported) {
  const auto gzip = read(answer("Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "okay"));
  EXPECT_TRUE(has(gzip, {HttpFlaw::bad_coding, HttpFlaw::length_and_chunked}));
  EXPECT_EQ(gzip.framing, Framing::until_close);
  const auto both = read(answer("Transfer-Encoding: gzip, chunked\r\n", "2\r\nok\r\n0\r\n\r\n"));
  EXPECT_TRUE(has(both, {HttpFlaw::bad_coding}));
  EXPECT_EQ(both.body, "ok");
  const auto identity = read(answer("Content-Length: 2\r\nTransfer-Encoding: identity\r\n", "ok"));
  EXPECT_TRUE(has(identity, {HttpFlaw::bad_coding, HttpFlaw::length_and_chunked}));
  EXPECT_EQ(identity.framing, Framing::content_length);
}

// ---- Lengths

TEST(ContentLength, IsBelievedAtFirstAndReportedWhereItIsDoubled) {
  const auto same = read(answer("Content-Length: 2\r\nContent-length: 2\r\n", "ok"));
  EXPECT_TRUE(has(same, {HttpFlaw::doubled_length}));
  EXPECT_TRUE(same.complete);
  EXPECT_TRUE(has(read(answer("Content-Length: 2, 2\r\n", "ok")), {HttpFlaw::doubled_length}));
  const auto other = read(answer("Content-Length: 2\r\nContent-Length: 3\r\n", "ok"));
  EXPECT_TRUE(has(other, {HttpFlaw::conflicting_length}));
  EXPECT_EQ(other.body, "ok");
  EXPECT_EQ(other.problems[0].offset, std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n").size());
}

TEST(ContentLength, ThatIsNoNumberIsReported) {
  for (const char* none : {"", "abc", "+5", "-5", "99999999999999999999"}) {
    const auto r = read(answer("Content-Length: " + std::string(none) + "\r\n", "hello"));
    EXPECT_TRUE(has(r, {HttpFlaw::bad_length})) << none;
    EXPECT_EQ(r.framing, Framing::until_close) << none;
    EXPECT_EQ(r.declared_length, std::nullopt);
    EXPECT_EQ(r.body, "hello");
  }
  const auto padded = read(answer("Content-Length: 5 bytes\r\n", "hello"));
  EXPECT_TRUE(has(padded, {HttpFlaw::bad_length}));
  EXPECT_EQ(padded.declared_length, 5U);
  EXPECT_TRUE(padded.complete);
}

TEST(ContentLength, WithChunksIsOverruledByThem) {
  const auto r =
      read(answer("Content-Length: 100\r\nTransfer-Encoding: chunked\r\n", "2\r\nok\r\n0\r\n\r\n"));
  EXPECT_TRUE(has(r, {HttpFlaw::length_and_chunked}));
  EXPECT_EQ(r.body, "ok");
  EXPECT_TRUE(r.complete);
}

TEST(ContentLength, TooLongLeavesTheBodyShort) {
  const auto r = read(answer("Content-Length: 300\r\n", "hello"));
  EXPECT_TRUE(has(r, {HttpFlaw::body_short}));
  EXPECT_EQ(r.problems[0].detail, "5 of 300 bytes came");
  EXPECT_EQ(r.body, "hello");
  EXPECT_FALSE(r.complete);
}

TEST(ContentLength, TooShortLeavesBytesOver) {
  HttpReader reader;
  EXPECT_TRUE(reader.take(answer("Content-Length: 2\r\n", "okay")));
  reader.excess("!");
  EXPECT_TRUE(has(reader.response(), {HttpFlaw::body_excess}));
  EXPECT_EQ(reader.response().problems[0].detail, "3 bytes after the end of the answer: \"ay!\"");
  EXPECT_EQ(reader.response().body, "ok");
}

// ---- Heads

TEST(StatusLine, IsReportedWhereItIsNotAsItShouldBe) {
  for (const char* line :
       {"HTTP/1.1 200", "HTTP/1.1  200 OK", "http/1.1 200 OK", "HTTP/2 200 OK", "HTTP/1.10 200 OK",
        "HTTP/1.1\t200 OK", "HTTP/1.1 200 O\x01K", "HTTP/1.1 099 OK"}) {
    const auto r = read(std::string(line) + "\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_TRUE(has(r, {HttpFlaw::bad_status_line})) << line;
    EXPECT_EQ(r.body, "ok") << line;
    EXPECT_TRUE(r.complete) << line;
  }
  EXPECT_TRUE(has(read("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"), {}));
  EXPECT_TRUE(has(read("\r\n" + answer("Content-Length: 0\r\n", "")), {HttpFlaw::bad_status_line}));
}

TEST(StatusLine, WithoutAStatusCannotBeReadOn) {
  for (const char* line :
       {"HTTP/1.1", "HTTP/1.1 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 2OO OK", "HTTP/"}) {
    HttpReader reader;
    EXPECT_TRUE(reader.take(std::string(line) + "\r\nContent-Length: 2\r\n\r\nok")) << line;
    EXPECT_FALSE(reader.head_complete());
    EXPECT_TRUE(has(reader.response(), {HttpFlaw::bad_status_line})) << line;
    EXPECT_EQ(reader.beginning(), "") << line;
  }
}

TEST(OtherProtocol, IsKnownByItsFirstBytes) {
  HttpReader ssh;
  EXPECT_TRUE(ssh.take("SSH-2.0-OpenSSH_9.2\r\nmore"));
  EXPECT_EQ(ssh.beginning(), "SSH-2.0-OpenSSH_9.2\r\n");
  EXPECT_TRUE(has(ssh.response(), {HttpFlaw::bad_status_line}));
  HttpReader binary;
  EXPECT_TRUE(binary.take(std::string(500, '\x80')));
  EXPECT_EQ(binary.beginning().size(), 64U);
  HttpReader nearly;
  EXPECT_FALSE(nearly.take("HTT"));
  EXPECT_EQ(nearly.beginning(), "");
  EXPECT_FALSE(nearly.end(true));
  EXPECT_EQ(nearly.response().head, "HTT");
}

TEST(HeaderLines, AreReportedWithTheirPlaceAndUnderstoodAllTheSame) {
  struct Case {
    std::string line;
    HttpFlaw flaw;
    std::uint64_t at;  // in the line
    std::string name, value;
  };
  const std::vector<Case> cases = {
      {"X: a\n", HttpFlaw::bare_line_feed, 4, "X", "a"},
      {"X : a\r\n", HttpFlaw::space_before_colon, 1, "X", "a"},
      {"X y: a\r\n", HttpFlaw::bad_header_line, 1, "X y", "a"},
      {"X: a\r\n b\r\n", HttpFlaw::folded_header, 6, "X", "a b"},
      {"X: a\r\n\t\r\n", HttpFlaw::folded_header, 6, "X", "a"},
      {"X: a\x01z\r\n", HttpFlaw::control_character, 4, "X", "a\x01z"},
      {"X: a\rz\r\n", HttpFlaw::control_character, 4, "X", "a\rz"},
  };
  for (const Case& c : cases) {
    const auto r = read(answer(c.line + "Content-Length: 2\r\n", "ok"));
    ASSERT_TRUE(has(r, {c.flaw})) << c.line;
    EXPECT_EQ(r.problems[0].offset, std::string("HTTP/1.1 200 OK\r\n").size() + c.at) << c.line;
    EXPECT_EQ(r.headers[0], (wpi::Header{c.name, c.value})) << c.line;
    EXPECT_EQ(r.body, "ok") << c.line;
  }
}

TEST(HeaderLines, ThatAreNoneAreLeftOut) {
  for (const char* line : {"no colon\r\n", ": no name\r\n"}) {
    const auto r = read(answer(std::string(line) + "Content-Length: 2\r\n", "ok"));
    EXPECT_TRUE(has(r, {HttpFlaw::bad_header_line})) << line;
    EXPECT_EQ(r.headers.size(), 1U) << line;
    EXPECT_EQ(r.body, "ok") << line;
  }
  EXPECT_TRUE(has(read(answer(" x\r\nContent-Length: 0\r\n", "")),
                  {HttpFlaw::folded_header, HttpFlaw::bad_header_line}));
}

TEST(HeaderLines, TakenAsOneKindOfFlawAreReportedOnce) {
  const auto r = read("HTTP/1.1 200 OK\nA: 1\nB: 2\nContent-Length: 0\n\n");
  EXPECT_TRUE(has(r, {HttpFlaw::bare_line_feed}));
  EXPECT_EQ(r.problems[0].offset, 15U);
}

// ---- Limits

TEST(Limits, BoundTheHead) {
  HttpReader reader(small);
  EXPECT_TRUE(reader.take(answer("X: " + std::string(400, 'x') + "\r\n", "")));
  EXPECT_FALSE(reader.head_complete());
  EXPECT_TRUE(has(reader.response(), {HttpFlaw::head_too_large}));
  EXPECT_LE(reader.response().head.size(), 257U);
  // To the byte: 256 are taken, 257 are not.
  const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ", end = "\r\n\r\n";
  const std::string fits = begin + std::string(256 - begin.size() - end.size(), 'x') + end;
  EXPECT_TRUE(has(read(fits, true, small), {}));
  EXPECT_TRUE(has(read(begin + "x" + fits.substr(begin.size()), true, small), {HttpFlaw::head_too_large}));
}

TEST(Limits, BoundTheBodyInEachFraming) {
  const std::string body(65, 'b');
  for (const std::string& bytes :
       {answer("Content-Length: 65\r\n", body), answer("", body),
        answer("Transfer-Encoding: chunked\r\n", "41\r\n" + body + "\r\n0\r\n\r\n")}) {
    HttpReader reader(small);
    EXPECT_TRUE(reader.take(bytes));
    EXPECT_TRUE(has(reader.response(), {HttpFlaw::body_too_large}));
    EXPECT_EQ(reader.response().body.size(), 64U);
    EXPECT_FALSE(reader.response().complete);
    EXPECT_TRUE(reader.head_complete());
  }
  EXPECT_TRUE(has(read(answer("Content-Length: 64\r\n", body.substr(1)), true, small), {}));
}

// ---- What real services sent

TEST(RecordedAnswers, AreReadToTheirEndWithoutAFlaw) {
  for (const char* service : {"service-a", "service-b"}) {
    const std::vector<Recorded> recordings = recorded_with(service);
    for (const Recorded& recorded : recordings) {
      HttpReader reader;
      EXPECT_TRUE(reader.take(recorded.answer())) << recorded.title;
      EXPECT_TRUE(has(reader.response(), {})) << recorded.title;
      EXPECT_EQ(reader.response().declared_length, reader.response().body.size());
    }
    EXPECT_GE(recordings.size(), 15U) << service;
  }
}

// ---- However the bytes come

std::string all_of(HttpReader& reader) {
  const auto& r = reader.response();
  std::string out = r.head + "|" + r.body + "|" + r.coded_body + "|" + reader.beginning() +
                    std::to_string(r.status) + (r.complete ? "!" : "?");
  for (const auto& header : r.headers) out += "|" + header.name + "=" + header.value;
  for (const auto& p : r.problems)
    out += "|" + std::string(name_of(p.flaw)) + std::to_string(p.offset) + p.detail;
  return out;
}

TEST(EverySplit, GivesTheSameResult) {
  const std::vector<std::string> answers = {
      "HTTP/1.1 100 Continue\r\n\r\n" + answer("Content-Length: 5\r\nX: a\r\n b\r\n", "helloworld"),
      answer("Transfer-Encoding: chunked\r\n", "5;x\r\nhello\r\n1 \r\n!\n0\r\nT: 1\r\n\r\nmore"),
      "\r\nHTTP/1.1 200\nA :1\nContent-Length: 2\nContent-Length: 3\n\nokay",
      "SSH-2.0-x\r\n" + std::string(100, 's'),
      std::string(100, '\x16'),
      answer("Transfer-Encoding: chunked\r\n", "2\r\nabcd\r\n"),
      answer("X: " + std::string(300, 'x') + "\r\n", ""),
      answer("Content-Length: 70\r\n", std::string(70, 'b')),
  };
  for (const std::string& bytes : answers) {
    HttpReader whole(small);
    whole.take(bytes);
    whole.end(true);
    const std::string expected = all_of(whole);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      HttpReader reader(small);
      reader.take(std::string_view(bytes).substr(0, cut));
      reader.take(std::string_view(bytes).substr(cut));
      reader.end(true);
      ASSERT_EQ(all_of(reader), expected) << cut << " of " << bytes;
    }
    HttpReader bytewise(small);
    for (const char c : bytes) bytewise.take({&c, 1});
    bytewise.end(true);
    ASSERT_EQ(all_of(bytewise), expected) << bytes;
  }
}

}  // namespace
}  // namespace understudy::net
