// Bad input, each with one clear line and its exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// One line on standard error, nothing on standard output.
void expect_refused(const Ran& ran, int status, const std::string& words) {
  EXPECT_EQ(ran.status, status) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr(words));
  EXPECT_THAT(ran.err, StartsWith("understudy: "));
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_EQ(ran.out, "");
}

TEST(WrongCommandLine, UnknownOptionGetsTheNearestOne) {
  expect_refused(run({"check", "https://127.0.0.1:1", "--junitt", "x"}), 2, "did you mean --junit?");
}
TEST(WrongCommandLine, UnknownCommandGetsTheNearestOne) { expect_refused(run({"chekc"}), 2, "did you mean check?"); }
TEST(WrongCommandLine, MissingUrlIsSaid) { expect_refused(run({"check"}), 2, "URL"); }
TEST(WrongCommandLine, TextThatIsNoUrlIsSaid) { expect_refused(run({"check", "10.0.0.5"}), 2, "https://"); }
TEST(WrongCommandLine, PlainHttpIsRefused) { expect_refused(run({"check", "http://127.0.0.1:18443"}), 2, "TLS"); }
TEST(WrongCommandLine, PortOutOfRangeIsSaid) { expect_refused(run({"check", "https://127.0.0.1:99999"}), 2, "port"); }
TEST(WrongCommandLine, UnknownFirmwareIsAnsweredWithThoseThereAre) {
  expect_refused(run({"check", "https://127.0.0.1:1", "--firmware", "V9"}), 2, "\"V3 R5.12.0\"");
}
TEST(WrongCommandLine, TimeThatIsNoneIsSaid) { expect_refused(run({"check", "https://127.0.0.1:1", "--wait", "soon"}), 2, "no time"); }
TEST(WrongCommandLine, UnknownOptionIsSaidThoughMoreIsWrong) {
  expect_refused(run({"check", "--no-such-thing"}), 2, "no option --no-such-thing");
}
TEST(WrongCommandLine, ValuesThatCannotBeAreSaidWithWhatCanBe) {
  const std::string url = "https://127.0.0.1:1";
  expect_refused(run({"check", url, "--timeout", "0s"}), 2, "no time to wait");
  expect_refused(run({"check", url, "--e164", "abc"}), 2, "digits");
  expect_refused(run({"check", url, "--mac", "00 1A"}), 2, "mac-addr");
  expect_refused(run({"check", url, "--seed", "-1"}), 2, "whole number");
  expect_refused(run({"check", url, "--bind", "here"}), 2, "no IP address");
  expect_refused(run({"service", "--port", "70000"}), 2, "65535");
  expect_refused(run({"check", url, "--json", "/tmp/r", "--junit", "/tmp/r"}), 2, "one file");
}
TEST(WrongCommandLine, PublicAddressNeedsConsent) {
  expect_refused(run({"check", "https://8.8.8.8:18443"}), 2, "--allow-target 8.8.8.8");
}
TEST(WrongCommandLine, UnknownRequiredRuleGetsTheNearestOne) {
  expect_refused(run({"check", "https://127.0.0.1:1", "--require", "nonce.ecco"}), 2, "did you mean nonce.echo?");
}
TEST(WrongCommandLine, UnknownRuleToExplainGetsTheNearestOne) {
  expect_refused(run({"rules", "explain", "nonce.ecco"}), 2, "did you mean nonce.echo?");
  expect_refused(run({"quirks", "explain", "fresh-none"}), 2, "did you mean fresh-nonce?");
  expect_refused(run({"scenarios", "show", "strat-up"}), 2, "did you mean start-up?");
  expect_refused(run({"check", "https://127.0.0.1:1", "--quirk", "guid"}), 2, "did you mean guide?");
}
TEST(WrongCommandLine, UnknownDefectGetsTheNearestOne) { expect_refused(run({"service", "--defect", "nonce.eccho"}), 2, "did you mean"); }

TEST(NothingSelected, OnlyThatMatchesNothing) {
  expect_refused(run({"check", "https://127.0.0.1:1", "--only", "nonce.ecco"}), 7, "did you mean nonce.echo?");
}
TEST(NothingSelected, SkipThatLeavesNothing) {
  expect_refused(run({"check", "https://127.0.0.1:1", "--only", "nonce.echo", "--skip", "nonce"}), 7, "no rule");
}
TEST(NothingSelected, ComesBeforeAnythingIsWritten) {
  const Folder folder;
  run({"check", "https://127.0.0.1:1", "--only", "bogus", "--json", folder / "r.json"});
  EXPECT_EQ(::access((folder / "r.json").c_str(), F_OK), -1);
}

TEST(WrongInputFile, ThatIsNotThere) { expect_refused(run({"judge", "/no/such/file"}), 3, "/no/such/file"); }
TEST(WrongInputFile, ThatIsNoTranscript) {
  expect_refused(run({"judge", std::string(UNDERSTUDY_SOURCE_DIR) + "/README.md"}), 3, "README.md");
}
TEST(WrongInputFile, ThatIsATranscriptOfAnotherVersion) {
  const Folder folder;
  std::ofstream(folder / "t.jsonl") << "{\"format\":\"understudy.transcript/99\"}\n";
  expect_refused(run({"judge", folder / "t.jsonl"}), 3, "99");
}
TEST(WrongInputFile, BrokenLineIsSaidWithItsPlace) {
  const Folder folder;
  std::ofstream(folder / "t.jsonl") << R"({"format":"understudy.transcript/1","entry":"start","program":"x","service":"x","time":"x","seed":1,"masked":true})"
                                           "\n{\"entry\":\"exchange\",,}\n{}\n";
  expect_refused(run({"judge", folder / "t.jsonl"}), 3, "t.jsonl:2:");
}

// ---- a target that is no service

void expect_could_not_run(const Ran& ran, const std::string& words) {
  EXPECT_EQ(ran.status, 4) << ran.all();
  EXPECT_THAT(ran.all(), HasSubstr(words));
}

TEST(NoService, HostThatDoesNotResolve) { expect_could_not_run(run({"check", "https://no..host:18443"}), "no..host"); }

TEST(NoService, ConnectionRefused) {
  std::string url;
  { url = Peer([](int) {}).url(); }
  expect_could_not_run(run({"check", url}), "refused");
}

TEST(NoService, PortThatSpeaksPlainHttp) {
  const Peer http([](int socket) {
    char buffer[4096];
    if (::read(socket, buffer, sizeof buffer) < 0) return;
    static constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    if (::write(socket, answer.data(), answer.size()) < 0) return;
  });
  expect_could_not_run(run({"check", http.url()}), "plain HTTP");
}

TEST(NoService, PortThatSpeaksSsh) {
  const Peer ssh([](int socket) {
    static constexpr std::string_view banner = "SSH-2.0-OpenSSH_9.2\r\n";
    if (::write(socket, banner.data(), banner.size()) < 0) return;
    char buffer[4096];
    if (::read(socket, buffer, sizeof buffer) < 0) return;
  });
  expect_could_not_run(run({"check", ssh.url()}), "SSH");
}

TEST(NoService, PortThatSaysNothing) {
  const Peer silent([](int socket) {
    char buffer[4096];
    while (::read(socket, buffer, sizeof buffer) > 0) {
    }
  });
  expect_could_not_run(run({"check", silent.url(), "--timeout", "300ms"}), "handshake");
}

TEST(NoService, OneThatNeverAnswers) {
  const TlsPeer silent([](const std::string&, const TlsPeer::Say&) { return true; });
  expect_could_not_run(run({"check", silent.url(), "--timeout", "300ms"}), "answer");
}

TEST(NoService, WaitingForItEndsWithTheSameStatus) {
  std::string url;
  { url = Peer([](int) {}).url(); }
  expect_could_not_run(run({"check", url, "--wait", "300ms"}), "refused");
}

// ---- a service that spoke once and then is no good: findings, never a hang

TEST(SpeakingService, ThatAnswersHalf) {
  const TlsPeer half([](const std::string& request, const TlsPeer::Say& say) {
    say(message_answer(request, "<Action>CleanUp</Action>").substr(0, 200));
    return false;
  });
  const Ran ran = run({"check", half.url(), "--timeout", "1s"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("http.content-length"));
}

TEST(SpeakingService, ThatAnswers100Megabytes) {
  const TlsPeer flood([](const std::string&, const TlsPeer::Say& say) {
    const std::string block(1 << 20, 'x');
    if (!say("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 104857600\r\n\r\n")) return false;
    for (int i = 0; i < 100; ++i)
      if (!say(block)) return false;
    return true;
  });
  const Ran ran = run({"check", flood.url(), "--timeout", "5s"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("xml.size"));
}

TEST(SpeakingService, ThatAnswersAByteAtATimeForEver) {
  const TlsPeer drip([](const std::string&, const TlsPeer::Say& say) {
    if (!say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) return false;
    while (say("x")) {
    }
    return false;
  });
  const Ran ran = run({"check", drip.url(), "--timeout", "300ms", "--firmware", "V3 R5"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("http.timely"));
}

TEST(SpeakingService, ThatClosesAfterItsFirstAnswer) {
  std::atomic<int> asked{0};
  const TlsPeer once([&](const std::string& request, const TlsPeer::Say& say) {
    if (asked++ > 0) return false;
    return say(message_answer(request, "<Action>ReadAllItems</Action>"));
  });
  const Ran ran = run({"check", once.url(), "--timeout", "1s"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("http.status"));
}

TEST(SpeakingService, ThatNeverLetsThePhoneComeToRestIsNoSilentPass) {
  const TlsPeer restarts([](const std::string& request, const TlsPeer::Say& say) {
    return say(message_answer(request, "<Action>Restart</Action>"));
  });
  const Ran ran = run({"run", "first-day", "--service", restarts.url(), "--door-port", "0", "--only", "nonce"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("The phone is called again and again.\n  expected  at most 12 interactions in one step"));
}

TEST(SpeakingService, ThatAlwaysWantsToBeCalledIsTold) {
  const TlsPeer wants([](const std::string& request, const TlsPeer::Say& say) {
    return say(message_answer(request, "<Action>CleanUp</Action><ItemList><Item name=\"send-solicited\">true</Item></ItemList>"));
  });
  const Ran ran = run({"check", wants.url(), "--firmware", "V3 R5"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("busy.last-plain"));
}

TEST(SpeakingService, WithEscapeSequencesInItsTextCannotReachTheTerminal) {
  const TlsPeer rude([](const std::string& request, const TlsPeer::Say& say) {
    return say(message_answer(request, "<Action>\x1b[31mred\x1b[0m</Action>"));
  });
  const Ran ran = run({"check", rude.url(), "--timeout", "1s"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_EQ(ran.all().find('\x1b'), std::string::npos);
}

// ---- reports that cannot be written, and Ctrl-C

TEST(Report, ThatCannotBeOpenedIsSaidBeforeAnythingIsSent) {
  const OurService service;
  const Ran ran = run({"check", service.url(), "--transcript", "/no/such/folder/t.jsonl"});
  EXPECT_EQ(ran.status, 4) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("/no/such/folder/t.jsonl"));
}

TEST(Report, OnAFullDiskIsSaidAndTheVerdictStillPrinted) {
  const OurService service;
  for (const char* option : {"--json", "--junit", "--transcript"}) {
    const Ran ran = run({"check", service.url(), option, "/dev/full"});
    EXPECT_EQ(ran.status, 4) << option << ran.all();
    EXPECT_THAT(ran.out, HasSubstr("Conforming")) << option;
    EXPECT_THAT(ran.out, HasSubstr("/dev/full")) << option;
  }
}

TEST(Interrupt, LeavesTheReportsOfWhatWasDone) {
  std::atomic<int> asked{0};
  const TlsPeer slow([&](const std::string& request, const TlsPeer::Say& say) {
    if (asked++ == 0) return say(message_answer(request, "<Action>ReadAllItems</Action>"));
    return true;  // and never again
  });
  const Folder folder;
  Running check({"check", slow.url(), "--timeout", "1h", "--json", folder / "r.json", "--transcript", folder / "t.jsonl"});
  while (asked < 2) std::this_thread::yield();
  check.signal(SIGINT);
  const Ran ran = check.finish();
  EXPECT_EQ(ran.status, 130) << ran.all();
  EXPECT_THAT(contents(folder / "r.json"), HasSubstr("\"verdict\": \"interrupted\""));
  EXPECT_THAT(contents(folder / "t.jsonl"), HasSubstr("ReadAllItems"));
  EXPECT_EQ(run({"judge", folder / "t.jsonl"}).status, 0);  // as far as it went, the service was right
}

}  // namespace
}  // namespace understudy::e2e
