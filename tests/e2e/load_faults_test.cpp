// A load against services that fail: every arrival is counted where it belongs, and none is lost. And against a program of ours that
// could not keep up.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <sys/socket.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;

struct Counted {
  int planned = -1, done = -1, failed = -1, dropped = -1;
};

// "300 planned = 272 done + 28 failed + 0 dropped", which must be true.
Counted counted(const Ran& ran) {
  std::smatch found;
  Counted out;
  if (!std::regex_search(ran.out, found,
                         std::regex("([0-9,]+) planned = ([0-9,]+) done \\+ ([0-9,]+) failed \\+ ([0-9,]+) dropped"))) {
    ADD_FAILURE() << ran.all();
    return out;
  }
  const auto number = [&](std::size_t n) {
    std::string text = found[n];
    std::erase(text, ',');
    return std::stoi(text);
  };
  out = {number(1), number(2), number(3), number(4)};
  EXPECT_EQ(out.planned, out.done + out.failed + out.dropped) << ran.out;
  return out;
}

// So many failed for that cause.
int failed_for(const Ran& ran, const std::string& cause) {
  std::smatch found;
  if (!std::regex_search(ran.out, found, std::regex("failed +" + cause + " ([0-9]+)"))) return 0;
  return std::stoi(found[1]);
}

Ran load(const std::string& url, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"load",  url,     "--phones",    "20", "--arrival",   "20/s",
                                    "--for", "1s",    "--door-port", "0",  "--timeout", "500ms"};
  words.insert(words.end(), more.begin(), more.end());
  return run(words);
}

TEST(LoadOfAFailingService, ThatIsKilledAndComesBackGoesOnWhenItIsThereAgain) {
  auto service = std::make_unique<OurService>();
  const std::string url = service->url(), port = url.substr(url.rfind(':') + 1);
  Running load({"load", url, "--phones", "30", "--arrival", "20/s", "--for", "6s", "--door-port", "0",
                "--transcript", "/dev/stdout"});
  load.wait_for("CleanUp");
  service.reset();
  load.wait_for("no_connection");
  Running again({"service", "--port", port});
  again.wait_for("Ctrl-C");
  load.wait_for("CleanUp");
  const Ran ran = load.finish();
  const Counted counts = counted(ran);
  EXPECT_EQ(counts.planned, 120);
  EXPECT_GT(counts.done, 1);
  EXPECT_GT(counts.failed, 0);
  EXPECT_EQ(counts.dropped, 0);
  EXPECT_EQ(counts.failed, failed_for(ran, "no connection") + failed_for(ran, "closed by the service") +
                               failed_for(ran, "TLS failed"))
      << ran.out;
}

TEST(LoadOfAFailingService, ThatAnswers503FailsForThatToTheLastArrival) {
  const TlsPeer busy([](const std::string&, const TlsPeer::Say& say) {
    say("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    return false;
  });
  const Ran ran = load(busy.url());
  EXPECT_EQ(counted(ran).failed, 20);
  EXPECT_EQ(failed_for(ran, "answered 503"), 20) << ran.out;
}

TEST(LoadOfAFailingService, ThatHangsTimesOut) {
  const TlsPeer silent([](const std::string&, const TlsPeer::Say&) { return true; });
  const Ran ran = load(silent.url());
  EXPECT_EQ(counted(ran).failed, 20);
  EXPECT_EQ(failed_for(ran, "timed out"), 20) << ran.out;
}

TEST(LoadOfAFailingService, ThatResetsItsConnectionsFailsForThat) {
  const Peer resets([](int socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  });
  const Ran ran = load(resets.url());
  EXPECT_EQ(counted(ran).failed, 20);
  EXPECT_EQ(failed_for(ran, "TLS failed") + failed_for(ran, "no connection"), 20) << ran.out;
}

TEST(LoadOfAFailingService, ThatIsEndedByHandSaysWhatWasUnderWay) {
  const TlsPeer silent([](const std::string&, const TlsPeer::Say&) { return true; });
  Running load({"/usr/bin/script", "-qfec",
                std::string(UNDERSTUDY_PROGRAM) + " load " + silent.url() +
                    " --phones 20 --arrival 20/s --for 10m --door-port 0",
                "/dev/null"},
               Running::Program::any);
  load.wait_for("at work 2");
  load.type("q");
  const Ran ran = load.finish();
  const Counted counts = counted(ran);
  EXPECT_GE(counts.failed, 1);
  EXPECT_EQ(failed_for(ran, "under way at the end"), counts.failed) << ran.out;
}

// It is stopped, as by a machine that is too busy: what the plan meant for that time is begun late.
TEST(LoadOfAProgramThatIsTooSlow, IsInvalidAndSaysWhy) {
  const OurService service;
  Running load({"load", service.url(), "--phones", "50", "--arrival", "50/s", "--for", "2s", "--door-port", "0",
                "--transcript", "/dev/stdout"});
  load.wait_for("CleanUp");
  load.signal(SIGSTOP);
  run({"load", "--simulated", "--phones", "50", "--arrival", "20/s", "--for", "5s"});
  load.signal(SIGCONT);
  const Ran ran = load.finish();
  EXPECT_EQ(ran.status, 6) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("INVALID: This program was the limit, not the service."));
  EXPECT_THAT(ran.out, HasSubstr("The lag of the schedule was"));
  EXPECT_THAT(ran.out, HasSubstr("Plan fewer arrivals a second"));
  EXPECT_EQ(counted(ran).planned, 100);
}

}  // namespace
}  // namespace understudy::e2e
