// Files by HTTPS from servers that do what they should not; and the pool.
#include <gmock/gmock.h>

#include "download_support.h"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Our own server on the loop for what is HTTP; what is none has to be said below TLS.
class ByHttps : public Fetched {
 protected:
  // The answer's first line and headers, without the last empty line.
  std::string from(const std::string& head, const std::string& body) {
    const auto server = serve_always(head + "\r\n\r\n" + body);
    return outcome(by_https(server->port(), path_));
  }
  std::unique_ptr<Server> serve_always(const std::string& bytes, std::optional<ServerTls> tls = tls_of()) {
    return serve(
        [this, bytes](const wpi::HttpRequest& request, const Caller&) {
          asked_ = request;
          Served served;
          served.bytes = bytes;
          served.close = true;
          return served;
        },
        std::move(tls));
  }
  std::unique_ptr<Server> serve(Handler handler, std::optional<ServerTls> tls) {
    ServerSettings settings;
    settings.tls = std::move(tls);
    return Server::listen(loop_, settings, std::move(handler)).value();
  }
  std::string path_ = "/media/logo.png";
  wpi::HttpRequest asked_;
};

constexpr const char* five = "HTTP/1.1 200 OK\r\nContent-Length: 5";

TEST_F(ByHttps, AFileComes) {
  EXPECT_EQ(from(five, "hello"), "hello");
  EXPECT_EQ(asked_.method, "GET");
  EXPECT_EQ(asked_.target, "/media/logo.png");
}

TEST_F(ByHttps, WhatAPathCannotHaveIsEncodedAndAQueryIsKept) {
  path_ = "/a b/l%C3%B6go.png?x=1&y=%20";
  EXPECT_EQ(from(five, "hello"), "hello");
  EXPECT_EQ(asked_.target, "/a%20b/l%C3%B6go.png?x=1&y=%20");
}

TEST_F(ByHttps, UserAndPasswordAreSaidAsBasicAuthentication) {
  const auto server = serve_always(ok("hello"));
  DownloadOrder order = by_https(server->port());
  order.source.username = "webuser";
  order.source.password = "secret";
  EXPECT_EQ(outcome(order), "hello");
  std::string said;
  for (const wpi::Header& header : asked_.headers)
    if (header.name == "Authorization") said = header.value;
  EXPECT_EQ(said, "Basic d2VidXNlcjpzZWNyZXQ=");
}

TEST_F(ByHttps, UserAndPasswordOfTheUrlAreCoveredWhereTheServerSaysThemBack) {
  const auto server = serve_always("HTTP/1.1 401 webuser:geheim is wrong\r\nContent-Length: 1\r\n\r\nx");
  DownloadOrder order = by_https(server->port());
  order.source.url.insert(std::string("https://").size(), "webuser:geheim@");
  EXPECT_EQ(outcome(order), "failed: the server does not take user and password: 401 \"***:*** is wrong\"");
}

TEST_F(ByHttps, AStatusOtherThan200IsSaid) {
  EXPECT_EQ(from("HTTP/1.1 404 Not Found\r\nContent-Length: 1", "x"),
            "failed: the server does not have it: 404 \"Not Found\"");
  EXPECT_EQ(from("HTTP/1.1 401 No\r\nContent-Length: 1", "x"),
            "failed: the server does not take user and password: 401 \"No\"");
  EXPECT_EQ(from("HTTP/1.1 403 No\r\nContent-Length: 1", "x"),
            "failed: the server does not allow it: 403 \"No\"");
  EXPECT_EQ(from("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/x\r\nContent-Length: 0", ""),
            "failed: the server sends it elsewhere, where a phone does not follow: 302 \"Found\"");
  EXPECT_EQ(from("HTTP/1.1 500 Oh\r\nContent-Length: 1", "x"),
            "failed: the server does not send it: 500 \"Oh\"");
}

TEST_F(ByHttps, AnEmptyFileFails) {
  EXPECT_EQ(from("HTTP/1.1 200 OK\r\nContent-Length: 0", ""), "failed: the file is empty");
  EXPECT_EQ(from("HTTP/1.1 200 OK", ""), "failed: the file is empty");
}

TEST_F(ByHttps, TwoGigabytesThatAreAnnouncedAreRefusedBeforeTheyAreRead) {
  EXPECT_EQ(from("HTTP/1.1 200 OK\r\nContent-Length: 2147483648", "x"),
            "failed: the server announces 2147483648 bytes: larger than the 100000 bytes that a phone takes");
  EXPECT_THAT(from("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999", "x"),
              HasSubstr("its Content-Length is none"));
  EXPECT_EQ(from("HTTP/1.1 200 OK\r\nContent-Length: -5", "x"), "failed: its Content-Length is none: \"-5\"");
}

TEST_F(ByHttps, AStreamWithoutEndIsCut) {
  EXPECT_THAT(from("HTTP/1.1 200 OK", std::string(200'000, 'x')), HasSubstr("the server sends on and on"));
  std::string chunks;
  for (int i = 0; i < 20; ++i) chunks += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  EXPECT_THAT(from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", chunks),
              HasSubstr("the server sends on and on"));
}

TEST_F(ByHttps, ChunksAreTakenOffAndMissedWhereTheLastOneIsMissing) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked";
  EXPECT_EQ(from(head, "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"), "hello");
  EXPECT_EQ(from(head, "3\r\nhel\r\n"), "failed: the connection was lost after 3 bytes");
  EXPECT_EQ(from(head, "5\r\nhel"), "failed: the connection was lost after 3 bytes");
  EXPECT_EQ(from(head, "3\r\nhello\r\n0\r\n\r\n"), "failed: its chunks cannot be read");
  EXPECT_EQ(from(head, "x\r\nhello\r\n0\r\n\r\n"), "failed: its chunks cannot be read");
}

TEST_F(ByHttps, AConnectionThatIsLostInTheMiddleIsSaidWithItsPlace) {
  EXPECT_EQ(from("HTTP/1.1 200 OK\r\nContent-Length: 300", "hello"),
            "failed: the connection was lost after 5 of 300 bytes");
}

TEST_F(ByHttps, WhatIsNoHttpIsSaid) {
  EXPECT_EQ(from("SSH-2.0-nothing", ""), "failed: what the server answers is no HTTP");
  const auto closes = serve_always("");
  EXPECT_EQ(outcome(by_https(closes->port())), "failed: the server closed the connection");
}

TEST_F(ByHttps, ACertificateForAnotherHostIsTakenAndNoted) {
  const auto server = serve_always(ok("hello"), tls_of(certs::Ready::wrong_name));
  const Downloaded came = fetch(by_https(server->port()));
  ASSERT_TRUE(came.bytes) << came.why;
  EXPECT_THAT(came.notes, ElementsAre("its certificate is for another host"));
  const auto good = serve_always(ok("hello"));
  EXPECT_THAT(fetch(by_https(good->port())).notes, IsEmpty());
}

TEST_F(ByHttps, AServerWithoutTlsIsSaid) {
  const auto plain = serve_always(ok("hello"), std::nullopt);
  EXPECT_EQ(outcome(by_https(plain->port())), "failed: TLS failed: what answers there does not speak TLS");
  const Rude closes([](Line& line) { line.hear(); });
  DownloadOrder order = by_https(closes.port());
  order.stall = 200ms;
  EXPECT_THAT(outcome(order), HasSubstr("failed: timed out: nothing came for 200 ms"));
  const Rude resets([](Line& line) { line.reset(); });
  // The reset may come before the handshake has begun.
  EXPECT_THAT(outcome(by_https(resets.port())),
              ::testing::AnyOf("failed: TLS failed: the server closed the connection in the handshake",
                               "failed: no connection to 127.0.0.1:PORT: Connection reset by peer"));
}

TEST_F(ByHttps, AUrlThatIsNoneIsRefused) {
  DownloadOrder order = by_https(1);
  for (const auto& [url, why] :
       std::vector<std::pair<std::string, std::string>>{{"http://h/a", "its URL is none of HTTPS"},
                                                        {"https://", "its URL names no host"},
                                                        {"https://h:0/a", "its URL cannot be read"},
                                                        {"https://h:99999/a", "its URL cannot be read"},
                                                        {"https://a b/", "its URL names no host"}}) {
    order.source.url = url;
    EXPECT_EQ(fetch(order).why, why) << url;
  }
}

// ---- The pool

TEST_F(Fetched, ASlowServerHoldsUpNoOther) {
  std::atomic<int> begun = 0;
  const Rude slow([&](Line& line) {
    ++begun;
    line.wait_for_end();
  });
  FtpServer fast({});
  pool_ = std::make_unique<DownloadPool>(loop_, allowed_);
  for (int i = 0; i < 200; ++i)
    pool_->fetch(by_ftp(slow.port()), [](const Downloaded&) { ADD_FAILURE() << "the slow one never ends"; });
  EXPECT_EQ(outcome(by_ftp(fast.port())), "hello");
  EXPECT_LE(begun, 48);
  EXPECT_LE(pool_->threads(), 64u);
  pool_.reset();  // at once, whatever is under way
}

TEST_F(Fetched, HowLongAFileWaitedForAThreadIsKnown) {
  FtpServer server({});
  pool_ = std::make_unique<DownloadPool>(loop_, allowed_, DownloadPool::Settings{1, 1});
  int came = 0;
  microseconds most{};
  for (int i = 0; i < 5; ++i)
    pool_->fetch(by_ftp(server.port()), [&](const Downloaded& downloaded) {
      ++came;
      most = std::max(most, downloaded.waited);
      EXPECT_TRUE(downloaded.bytes);
    });
  EXPECT_TRUE(loop_.run([&] { return came == 5; }, 20s));
  EXPECT_GT(most, 0us);
  EXPECT_EQ(pool_->longest_wait(), most);
  EXPECT_EQ(pool_->threads(), 1u);
}

TEST_F(Fetched, WhatIsCancelledIsCutAndTellsNobody) {
  const Rude slow([](Line& line) { line.wait_for_end(); });
  FtpServer fast({});
  pool_ = std::make_unique<DownloadPool>(loop_, allowed_, DownloadPool::Settings{1, 1});
  const auto fails = [](const Downloaded&) { ADD_FAILURE() << "it was cancelled"; };
  const auto first = pool_->fetch(by_ftp(slow.port()), fails);
  const auto second = pool_->fetch(by_ftp(fast.port()), fails);
  pool_->cancel(second);
  pool_->cancel(first);
  EXPECT_EQ(outcome(by_ftp(fast.port())), "hello") << "the only thread is free again";
}

TEST_F(Fetched, HowFarItIsIsKnown) {
  std::atomic<bool> goes_on = false;
  FtpServer server({.size = "213 10", .data = [&](Line& line) {
                      line.say("hello");
                      while (!goes_on) std::this_thread::yield();
                      line.say("again");
                    }});
  pool_ = std::make_unique<DownloadPool>(loop_, allowed_);
  std::string came;
  const auto number = pool_->fetch(by_ftp(server.port()), [&](const Downloaded& downloaded) {
    came = downloaded.bytes ? *downloaded.bytes : downloaded.why;
  });
  const auto halfway = [&] {
    return pool_->progress(number).received == 5 && pool_->progress(number).announced == 10;
  };
  for (int turns = 0; turns < 10'000 && !halfway(); ++turns) loop_.run([] { return false; }, 1ms);
  EXPECT_TRUE(halfway());
  goes_on = true;
  EXPECT_TRUE(loop_.run([&] { return !came.empty(); }, 20s));
  EXPECT_EQ(came, "helloagain");
}

}  // namespace
}  // namespace understudy::net
