// Files by FTP from servers that do what they should not.
#include <gmock/gmock.h>

#include "download_support.h"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ByFtp : public Fetched {
 protected:
  std::string from(FtpScript script) {
    FtpServer server(std::move(script));
    DownloadOrder order = by_ftp(server.port());
    order.stall = stall_;
    order.total = total_;
    return outcome(order);
  }
  milliseconds stall_ = 10s, total_ = 20s;
};

TEST_F(ByFtp, AFileComesInBinaryFromItsFolderOverAPassiveConnection) {
  FtpServer server({});
  EXPECT_EQ(outcome(by_ftp(server.port(), "logo.png", "/media")), "hello");
  const auto heard = server.heard();
  EXPECT_THAT(heard, Contains("USER ftpuser"));
  EXPECT_THAT(heard, Contains("PASS secret"));
  EXPECT_THAT(heard, Contains(StartsWith("TYPE I")));
  EXPECT_THAT(heard, Contains("RETR /media/logo.png"));
}

TEST_F(ByFtp, AFolderWithoutASlashCountsFromWhereTheUserIs) {
  FtpServer server({});
  EXPECT_EQ(outcome(by_ftp(server.port(), "logo.png", "media")), "hello");
  EXPECT_THAT(server.heard(), Contains("RETR media/logo.png"));
}

TEST_F(ByFtp, WithoutAUserItIsAnonymous) {
  FtpServer server({});
  DownloadOrder order = by_ftp(server.port());
  order.source.username.clear();
  EXPECT_EQ(outcome(order), "hello");
  EXPECT_THAT(server.heard(), Contains("USER anonymous"));
}

TEST_F(ByFtp, PasvFollowsWhereTheServerKnowsNoEpsv) {
  EXPECT_EQ(from({.epsv = "500 what?"}), "hello");
}

TEST_F(ByFtp, ASizeThatTheServerDoesNotSayIsNotMissed) {
  EXPECT_EQ(from({.size = "502 not here"}), "hello");
}

TEST_F(ByFtp, AWrongPasswordIsSaid) {
  EXPECT_EQ(from({.pass = "530 Login incorrect."}),
            "failed: the server does not take user and password: \"530 Login incorrect.\"");
}

TEST_F(ByFtp, AMissingFileIsSaid) {
  EXPECT_EQ(from({.size = "550 no such file", .retr = "550 no such file"}),
            "failed: the server does not have it: \"550 no such file\"");
}

TEST_F(ByFtp, ADirectoryIsSaidToBeOne) {
  EXPECT_EQ(from({.size = "550 not a file", .retr = "550 not a file", .cwd = "250 you are there"}),
            "failed: it is a directory: \"550 not a file\"");
}

TEST_F(ByFtp, AConnectionThatIsLostInTheMiddleIsSaidWithItsPlace) {
  EXPECT_EQ(from({.size = "213 300"}), "failed: the connection was lost after 5 of 300 bytes");
  EXPECT_EQ(from({.size = "502 ?", .last = "426 lost"}),
            "failed: the server broke off after 5 bytes: \"426 lost\"");
}

TEST_F(ByFtp, AConnectionThatIsResetIsLost) {
  EXPECT_THAT(from({.size = "213 300", .data = [](Line& line) { line.reset(); }}),
              AnyOf(HasSubstr("the connection was lost after 0 of 300 bytes"), HasSubstr("Connection reset by peer")));
}

TEST_F(ByFtp, AServerThatLeavesWithoutALastWordIsBelievedWhereItSaidTheSize) {
  EXPECT_EQ(from({.last = "close"}), "hello");
}

TEST_F(ByFtp, TwoGigabytesThatAreAnnouncedAreRefusedBeforeTheyAreRead) {
  FtpServer server({.size = "213 2147483648"});
  EXPECT_EQ(outcome(by_ftp(server.port())),
            "failed: the server announces 2147483648 bytes: larger than the 100000 bytes that a phone takes");
  EXPECT_EQ(server.data_connections(), 0);
}

TEST_F(ByFtp, AStreamWithoutEndIsCut) {
  const auto without_end = [](Line& line) {
    while (line.say(std::string(10'000, 'x'))) continue;
  };
  EXPECT_EQ(from({.size = "502 ?", .data = without_end}),
            "failed: the server sends on and on: it is larger than the 100000 bytes that a phone takes");
}

TEST_F(ByFtp, WhatIsNoServerIsRefusedAndNotSaidBack) {
  for (const char* server : {"ftp://desk:geheim@10.0.0.5/", "10.0.0.5:2121", "a b", "256.0.0.1"}) {
    DownloadOrder order = by_ftp(21);
    order.source.server = server;
    EXPECT_EQ(outcome(order), "failed: its server is neither an address nor a name") << server;
    EXPECT_EQ(place_of(order), "a server that cannot be read") << server;
  }
}

TEST_F(ByFtp, AnEmptyFileFails) {
  EXPECT_EQ(from({.size = "213 0"}), "failed: the file is empty");
  EXPECT_EQ(from({.size = "502 ?", .data = [](Line&) {}}), "failed: the file is empty");
}

TEST_F(ByFtp, ADataConnectionToAForeignAddressIsRefused) {
  allowed_ = [](const std::string&, const std::string& address) { return is_near(address); };
  EXPECT_EQ(from({.epsv = "500 what?", .pasv = "227 (192,0,2,1,%)"}),
            "failed: a connection to 192.0.2.1 is not allowed");
}

TEST_F(ByFtp, WhatIsAllowedForAServerIsNotAllowedForAddressesThatItNames) {
  allowed_ = [](const std::string& host, const std::string& address) {
    return host == "127.0.0.1" && address == "127.0.0.1";
  };
  EXPECT_EQ(from({.epsv = "500 what?", .pasv = "227 (127,0,0,2,%)"}),
            "failed: a connection to 127.0.0.2 is not allowed");
}

TEST_F(ByFtp, WhatIsAllowedForAServersNameHoldsForItsDataTheSame) {
  allowed_ = [](const std::string& host, const std::string&) { return host == "localhost"; };
  FtpServer server({});
  DownloadOrder order = by_ftp(server.port());
  order.source.server = "localhost";
  EXPECT_EQ(outcome(order), "hello");
}

TEST_F(ByFtp, AServerThatIsNotAllowedIsNotCalled) {
  allowed_ = [](const std::string&, const std::string&) { return false; };
  FtpServer server({});
  EXPECT_EQ(outcome(by_ftp(server.port())), "failed: a connection to 127.0.0.1 is not allowed");
  EXPECT_TRUE(server.heard().empty());
}

TEST_F(ByFtp, APortWhereNobodyListensRefuses) {
  std::uint16_t port = 0;
  {
    const Rude gone([](Line&) {});
    port = gone.port();
  }
  EXPECT_EQ(outcome(by_ftp(port)), "failed: connection refused: nothing listens on 127.0.0.1:PORT");
}

TEST_F(ByFtp, SilenceIsTimedOut) {
  stall_ = 100ms;
  const auto waits = [](Line& line) { line.wait_for_end(); };
  EXPECT_EQ(from({.data = waits}), "failed: timed out: nothing came for 100 ms, after 0 of 5 bytes");
  const Rude mute(waits);
  DownloadOrder order = by_ftp(mute.port());
  order.stall = 100ms;
  EXPECT_EQ(outcome(order), "failed: timed out: nothing came for 100 ms");
}

TEST_F(ByFtp, ATrickleIsTimedOutInTheEnd) {
  total_ = 150ms;
  const auto trickle = [](Line& line) {
    while (line.say("x")) std::this_thread::yield();
  };
  EXPECT_THAT(from({.size = "213 99999999"}), HasSubstr("announces"));
  EXPECT_THAT(from({.size = "213 100000", .data = [&](Line& line) { line.say("x"), line.wait_for_end(); }}),
              HasSubstr("timed out: it was not there after 150 ms, after 1 of 100000 bytes"));
  DownloadOrder order;
  FtpServer server({.size = "502 ?", .data = trickle});
  order = by_ftp(server.port());
  order.most_bytes = UINT64_MAX;
  order.total = 150ms;
  EXPECT_THAT(outcome(order), HasSubstr("timed out: it was not there after 150 ms"));
}

TEST_F(ByFtp, AServerThatTalksWithoutEndIsCut) {
  const Rude lines([](Line& line) {
    while (line.say("220-" + std::string(100, 'x') + "\r\n")) continue;
  });
  EXPECT_EQ(outcome(by_ftp(lines.port())), "failed: the server talks on and on without an end");
  const Rude line_without_end([](Line& line) {
    line.say("220-");
    while (line.say(std::string(1'000, 'x'))) continue;
  });
  EXPECT_EQ(outcome(by_ftp(line_without_end.port())), "failed: what the server says is no FTP: Line too long");
}

TEST_F(ByFtp, WhatIsNoFtpIsSaid) {
  EXPECT_EQ(from({.greeting = "421 too many"}),
            "failed: the server does not greet as FTP servers do: \"421 too many\"");
  const Rude closes([](Line&) {});
  EXPECT_EQ(outcome(by_ftp(closes.port())), "failed: the server closed the connection");
}

TEST_F(ByFtp, AUserWithALineEndIsNoSecondCommand) {
  // files_in() refuses such an order; the second wall is not needed where the first holds, so what holds is the first.
  wpi::Document order;
  wpi::Item name, type, server, user;
  name.name = "file-name", name.value = "a.png";
  type.name = "file-type", type.value = "LOGO";
  server.name = "file-server", server.value = "192.0.2.1";
  user.name = "file-username", user.value = "a\r\nDELE b";
  order.items = {name, type, server, user};
  EXPECT_THAT(phone::files_in(order, **items::model_named("60")).at(0).wrong,
              HasSubstr("control characters"));
}

}  // namespace
}  // namespace understudy::net
