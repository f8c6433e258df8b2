// understudy load: what a user sees of it, and the statuses it ends in.
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LoadProgram, AgainstOurServiceInSimulatedTimeIsDoneToTheLastArrival) {
  const Ran ran =
      run({"load", "--simulated", "--phones", "50", "--arrival", "20/s", "--for", "5s", "--threshold",
           "start-up.p99<800ms", "--threshold", "errors=0", "--threshold", "rule.nonce.echo=0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("100 planned = 100 done + 0 failed + 0 dropped"));
  EXPECT_THAT(ran.out, HasSubstr("Load: 100 of 100 planned interactions done"));
}

TEST(LoadProgram, SaysTheSameForTheSameSeed) {
  const std::vector<std::string> words = {"load",    "--simulated", "--phones", "50",
                                          "--storm", "morning",     "--for",    "20s"};
  const Ran first = run(words);
  EXPECT_EQ(first.status, 0) << first.all();
  EXPECT_EQ(first.out, run(words).out);
}

TEST(LoadProgram, EndsInStatus5WhereAThresholdIsMissed) {
  const Ran ran = run({"load", "--simulated", "--phones", "20", "--arrival", "10/s", "--for", "2s",
                       "--threshold", "p50<1ms"});
  EXPECT_EQ(ran.status, 5) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("p50<1ms"));
}

TEST(LoadProgram, EndsInStatus6WhereItsOwnPhonesAreTooFew) {
  const Ran ran = run({"load", "--simulated", "--phones", "1", "--arrival", "1000/s", "--for", "1s"});
  EXPECT_EQ(ran.status, 6) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("all phones busy"));
  EXPECT_THAT(ran.out, HasSubstr("Plan more phones"));
}

TEST(LoadProgram, PlaysScenariosAsBehavioursAndLogsOnWithAUserAPhone) {
  const Ran ran = run({"load", "--simulated", "--phones", "20", "--arrival", "2/s", "--for", "20s", "--behaviour",
                       "log-on", "--mobile-user", "4000-4019:1234", "--threshold", "log-on.p99<1s"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("40 planned = 40 done"));
  EXPECT_THAT(ran.out, HasSubstr("whole interaction, log-on"));
  EXPECT_THAT(ran.out, Not(HasSubstr("1234")));
}

TEST(LoadProgram, MeasuresHowLongAJobTakes) {
  const Ran ran = run({"load", "--simulated", "--phones", "50", "--storm", "firmware-wave", "--threshold", "job.p99<10s"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("50 planned = 50 done"));
  EXPECT_THAT(ran.out, HasSubstr("job queued to done"));
}

TEST(LoadProgram, OfStormsThatCallPhonesIsDoneInSimulatedTime) {
  for (const char* storm : {"certificate-change", "contact-me-all"}) {
    const Ran ran = run({"load", "--simulated", "--phones", "60", "--storm", storm});
    EXPECT_EQ(ran.status, 0) << storm << ran.all();
  }
}

TEST(LoadProgram, BlamesNobodyForWhatFailsWhileThePlanHasTheServiceRestarted) {
  const Ran ran = run({"load", "--simulated", "--phones", "60", "--storm", "service-restart"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("failed    no connection 5"));
  EXPECT_THAT(ran.out, HasSubstr("0 deviated"));
}

TEST(LoadProgram, RefusesScenariosThatItsPhonesCannotPlay) {
  const auto refused = [](std::vector<std::string> words) {
    words.insert(words.begin(), "load");
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2) << ran.all();
    return ran.err;
  };
  EXPECT_THAT(refused({"--simulated", "--behaviour", "office-change"}), HasSubstr("phones of a load play alone"));
  EXPECT_THAT(refused({"--simulated", "--behaviour", "deploy-in-vain"}), HasSubstr("which phone plays it"));
  EXPECT_THAT(refused({"--simulated", "--behaviour", "log-on"}), HasSubstr("--mobile-user"));
  EXPECT_THAT(refused({"https://127.0.0.1:1", "--behaviour", "deploy"}), HasSubstr("--triggers"));
  EXPECT_THAT(refused({"--simulated", "--behaviour", "deploi"}), HasSubstr("did you mean deploy?"));
  EXPECT_THAT(refused({"--simulated", "--mobile-user", "10-5:x"}), HasSubstr("names no mobile users"));
}

TEST(LoadProgram, AtATerminalIsPausedAndEndedByKeys) {
  const OurService service;
  Running load({"/usr/bin/script", "-qfec",
                std::string(UNDERSTUDY_PROGRAM) + " load " + service.url() + " --phones 20 --arrival 10/s --for 10m --door-port 0",
                "/dev/null"},
               Running::Program::any);
  load.wait_for("q ends");
  load.type("+ ");
  load.wait_for("paused");
  load.type("q");
  const Ran ran = load.finish();
  // On a busy machine it says that it was late itself.
  const bool late = ran.status == 6;
  EXPECT_TRUE(ran.status == 0 || late) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("0 dropped"));
  EXPECT_THAT(ran.out, HasSubstr(late ? "INVALID: This program was the limit" : "Conforming"));
}

TEST(LoadProgram, RefusesWhatItCannotUnderstandBeforeItSendsAnything) {
  EXPECT_EQ(run({"load"}).status, 2);
  const auto refused = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"load", "--simulated"});
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2) << ran.all();
    return ran.err;
  };
  EXPECT_THAT(refused({"--arrival", "fast"}), HasSubstr("no rate"));
  EXPECT_THAT(refused({"--behaviour", "start-upp"}), HasSubstr("did you mean start-up?"));
  EXPECT_THAT(refused({"--storm", "powercut"}), HasSubstr("did you mean power-cut?"));
  EXPECT_THAT(refused({"--threshold", "strt-up.p99<1s"}), HasSubstr("did you mean start-up?"));
  EXPECT_THAT(refused({"--at-work", "5", "--arrival", "5/s"}), HasSubstr("one of them"));
}

TEST(LoadProgram, SaysWhereAPlanFileIsWrong) {
  Folder folder;
  const std::string plan = folder.put(
      "plan.xml",
      "<plan xmlns=\"urn:understudy:plan:1\" phones=\"5\">\n<steady rate=\"ten\" for=\"5s\"/>\n</plan>\n");
  const Ran ran = run({"load", "--simulated", "--plan", plan});
  EXPECT_EQ(ran.status, 3) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("plan.xml:2:15"));
}

TEST(LoadProgram, FindsTheHighestRateThatHolds) {
  const Ran ran = run(
      {"load", "--simulated", "--phones", "4", "--arrival", "5/s", "--for", "2s", "--search", "dropped=0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("The highest rate that held"));
}

TEST(LoadProgram, MakesAConnectionAndAFullHandshakeForEachInteraction) {
  const OurService service({"--resume"});
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "10/s", "--for", "1s", "--door-port", "0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("10 connections, 10 full handshakes, 0 resumed"));
}

TEST(LoadProgram, ResumesSessionsOnceAPhoneHasOne) {
  const OurService service({"--resume"});
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "10/s", "--for", "1s", "--door-port", "0", "--resume"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("10 connections, 2 full handshakes, 8 resumed"));
}

TEST(LoadProgram, KeepsConnectionsFromOneInteractionToTheNext) {
  const OurService service;
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "10/s", "--for", "1s", "--door-port", "0", "--connections", "kept"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("2 connections, 8 times one was kept, 2 full handshakes"));
}

TEST(LoadProgram, HasEachPhoneCallFromAnAddressOfTheRange) {
  const OurService service;
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "2/s", "--for", "1s", "--door-port", "0", "--addresses",
                       "127.20.0.0/29", "--transcript", "/dev/stdout"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("\"local\":\"127.20.0.1:"));
  EXPECT_THAT(ran.out, HasSubstr("\"local\":\"127.20.0.2:"));
}

TEST(LoadProgram, RefusesAddressesThatItDoesNotHaveAndSaysHowToGetThem) {
  const auto refused = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"load", "https://127.0.0.1:1"});
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 2) << ran.all();
    return ran.err;
  };
  // Of the range for documentation (RFC 5737): nobody has it.
  const std::string err = refused({"--phones", "5", "--addresses", "192.0.2.0/24"});
  EXPECT_THAT(err, HasSubstr("does not have 192.0.2.1"));
  EXPECT_THAT(err, HasSubstr("ip route add local 192.0.2.0/24 dev lo"));
  EXPECT_THAT(err, HasSubstr("ip address add 192.0.2.1/32 dev lo"));
  EXPECT_THAT(refused({"--phones", "7", "--addresses", "127.20.0.0/29"}), HasSubstr("6 addresses"));
  EXPECT_THAT(refused({"--addresses", "ten"}), HasSubstr("no range of addresses"));
  EXPECT_THAT(refused({"--addresses", "::1/128", "--phones", "1"}), HasSubstr("no way to"));
  EXPECT_THAT(refused({"--addresses", "127.20.0.0/16", "--bind", "127.0.0.1"}), HasSubstr("leave one of them out"));
  EXPECT_THAT(refused({"--door-per-phone"}), HasSubstr("--bind"));
}

TEST(LoadProgram, HasPhonesOfOneAddressEachCalledAtAPortOfItsOwn) {
  const OurService service;
  const Ran ran = run({"load", service.url(), "--phones", "2", "--storm", "contact-me-all", "--for", "2s", "--bind", "127.0.0.1",
                       "--door-per-phone", "--door-port", "0", "--transcript", "/dev/stdout"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("one a phone; the guide has 8085 for all"));
}

TEST(LoadProgram, ReadsTheShareOfTheAnswersAgainstTheSchemaThatItIsTold) {
  const auto told = [](const char* share) {
    return run({"load", "--simulated", "--phones", "50", "--arrival", "20/s", "--for", "5s", "--validate", share}).out;
  };
  EXPECT_THAT(told("0%"), HasSubstr("none of them read against the schema (0 %)"));
  EXPECT_THAT(told("100%"), HasSubstr("(100 %)"));
  EXPECT_EQ(told("10%"), told("10%"));
  EXPECT_EQ(run({"load", "--simulated", "--validate", "ten"}).status, 2);
  EXPECT_EQ(run({"load", "--simulated", "--validate", "101%"}).status, 2);
}

TEST(LoadProgram, TellsWhatThePhoneSaidLastBeforeTheFirstFindingOfARule) {
  const OurService service({"--defect", "nonce.echo"});
  const Ran ran = run({"load", service.url(), "--phones", "2", "--arrival", "10/s", "--for", "1s", "--door-port", "0"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("The last messages before it:"));
  EXPECT_THAT(ran.out, HasSubstr("start-up"));
}

TEST(LoadProgram, ReportsAtOnceWhenItIsInterrupted) {
  const OurService service;
  Running load({"load", service.url(), "--phones", "20", "--arrival", "10/s", "--for", "10m", "--door-port",
                "0", "--transcript", "/dev/stdout"});
  load.wait_for("CleanUp");
  load.signal(SIGINT);
  const Ran ran = load.finish();
  EXPECT_EQ(ran.status, 130) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Interrupted"));
}

// As timeout(1) does it: the program first, and then its group.
TEST(LoadProgram, ReportsAllTheSameWhenItIsSignalledTwiceAtOnce) {
  const OurService service;
  Running load({"load", service.url(), "--phones", "20", "--arrival", "10/s", "--for", "10m", "--door-port",
                "0", "--transcript", "/dev/stdout"});
  load.wait_for("CleanUp");
  load.signal(SIGINT);
  load.signal(SIGTERM);
  const Ran ran = load.finish();
  EXPECT_EQ(ran.status, 130) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Interrupted"));
}

}  // namespace
}  // namespace understudy::e2e
