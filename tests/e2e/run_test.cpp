// understudy run: scenarios against our own service, over real TLS and in simulated time.
#include <atomic>
#include <csignal>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A scenario in a file of its own.
class Run : public ::testing::Test {
 protected:
  std::string file(const std::string& steps, const std::string& name = "mine.xml") {
    return folder_.put(name, "<scenario xmlns=\"urn:understudy:scenario:1\" summary=\"A test\">\n<steps>\n" +
                                 steps + "\n</steps>\n</scenario>\n");
  }
  std::string path(const std::string& name) { return folder_ / name; }
  Folder folder_;
};

TEST_F(Run, PlaysAShippedScenarioAgainstARealService) {
  const OurService service;
  const Ran ran = run({"run", "start-up", "call", "--service", service.url(), "--door-port", "0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("Conforming: 2 scenarios passed"));
  EXPECT_THAT(ran.out, HasSubstr("call: call-ends"));
}

TEST_F(Run, SaysWhereAScenarioFailedWhatWasExpectedAndWhatCame) {
  const OurService service;
  const std::string mine =
      file("<start-up>\n  <expect action=\"ReadAllItems\"/>\n  <expect action=\"CleanUp\"/>\n</start-up>");
  const Ran ran = run({"run", mine, "--service", service.url(), "--door-port", "0", "--json", path("r.json"),
                       "--junit", path("r.xml")});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("scenario.mine"));
  EXPECT_THAT(ran.out, HasSubstr("mine.xml:5:"));
  EXPECT_THAT(ran.out, HasSubstr("  5 │   <expect action=\"CleanUp\"/>"));
  EXPECT_THAT(ran.out, HasSubstr("^^^^^^^"));
  EXPECT_THAT(ran.out, HasSubstr("expected  CleanUp"));
  EXPECT_THAT(ran.out, HasSubstr("came      WriteItems"));
  EXPECT_THAT(ran.out, HasSubstr("The last messages before it:"));
  EXPECT_THAT(ran.out, HasSubstr("Again: understudy run "));
  EXPECT_THAT(ran.out, HasSubstr("--seed 1"));
  EXPECT_THAT(ran.out, HasSubstr("Not conforming: 1 scenario failed"));
  EXPECT_THAT(contents(path("r.json")), HasSubstr("\"rule\": \"scenario.mine\""));
  EXPECT_THAT(contents(path("r.xml")), HasSubstr("name=\"scenario.mine\""));
}

TEST_F(Run, TellsWhatTimersRan) {
  const std::string mine = file(
      R"(<start-timer name="until-clean-up"/><start-up/><stop-timer name="until-clean-up" at-most="60s"/>)");
  EXPECT_THAT(run({"run", mine, "--simulated", "--repeat", "3"}).out,
              HasSubstr("timer until-clean-up   3 times   median "));
}

TEST_F(Run, JudgesWhileItPlays) {
  const OurService service({"--defect", "nonce.echo"});
  const Ran ran = run({"run", "start-up", "--service", service.url(), "--door-port", "0"});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("✗ nonce.echo"));
}

TEST_F(Run, InSimulatedTimeIsTheSameToTheByteForTheSameSeed) {
  const std::string mine = file(
      R"(<start-up/><wait time="3600s"/><repeat times="3"><choose><option><restart/></option><option><local-change>
<item name="sntp-addr">192.0.2.1</item></local-change></option></choose></repeat>)");
  for (const char* name : {"a.jsonl", "b.jsonl"}) {
    const Ran ran = run({"run", mine, "--simulated", "--seed", "5", "--transcript", path(name)});
    EXPECT_EQ(ran.status, 0) << ran.all();
  }
  EXPECT_EQ(contents(path("a.jsonl")), contents(path("b.jsonl")));
  EXPECT_EQ(run({"judge", path("a.jsonl")}).status, 0);
}

TEST_F(Run, WithoutATriggerAScenarioIsNotExercisedAndSaysWhatItWants) {
  const OurService service;
  const std::string mine = file("<start-up/><trigger job=\"write\"/>");
  const Ran ran = run({"run", mine, "--service", service.url(), "--door-port", "0"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("1 scenario not exercised"));
  EXPECT_THAT(ran.out, HasSubstr("--triggers"));
}

TEST_F(Run, HasTheServiceStartAJobByTheUsersTriggers) {
  const OurService service;
  folder_.put("triggers.xml",
              "<triggers xmlns=\"urn:understudy:triggers:1\"><trigger job=\"write\"><http url=\"" +
                  service.url() +
                  "/api/phones/{mac}/jobs\">{\"kind\": \"write\", \"items\": [{\"name\": \"default-domain\", "
                  "\"value\": \"example.net\"}]}</http></trigger></triggers>");
  const std::string mine =
      file(R"(<start-up/><trigger job="write" capture="job"><expect-contact within="10s"/>
<expect action="WriteItems"/></trigger><assert item="default-domain" value="example.net"/><set name="x" value="{job}"/>)");
  const Ran ran =
      run({"run", mine, "--service", service.url(), "--door-port", "0", "--triggers", path("triggers.xml")});
  EXPECT_EQ(ran.status, 0) << ran.all();
}

TEST_F(Run, RepeatsWithNewPhonesAndGoesOnWhereItIsToldTo) {
  const Ran ran = run({"run", "start-up", "--simulated", "--repeat", "50"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("start-up 50×"));
  const std::string bad = file("<start-up><expect action=\"Restart\"/></start-up>");
  EXPECT_THAT(run({"run", bad, "start-up", "--simulated"}).out, HasSubstr("not played"));
  EXPECT_THAT(run({"run", bad, "start-up", "--simulated", "--keep-going"}).out, HasSubstr("start-up 1×"));
}

TEST_F(Run, AnErrorInAFileComesBeforeAnythingIsSent) {
  const Ran ran = run({"run", file("<start-up><expect action=\"WriteItem\"/></start-up>"), "--service",
                       "https://127.0.0.1:1"});
  EXPECT_EQ(ran.status, 3) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("did you mean"));
  EXPECT_THAT(ran.err, HasSubstr("^^^^"));
}

TEST_F(Run, AWrongCommandLineIsTold) {
  EXPECT_EQ(run({"run", "start-upp", "--simulated"}).status, 2);
  EXPECT_THAT(run({"run", "start-upp", "--simulated"}).err, HasSubstr("did you mean start-up?"));
  EXPECT_EQ(run({"run", "start-up"}).status, 2);
  EXPECT_EQ(run({"run", "start-up", "--simulated", "--service", "https://127.0.0.1:1"}).status, 2);
  EXPECT_EQ(run({"run", "--simulated"}).status, 2);
}

TEST_F(Run, WithoutAServiceItCouldNotRun) {
  const Ran ran = run({"run", "start-up", "--service", "https://127.0.0.1:1", "--door-port", "0"});
  EXPECT_EQ(ran.status, 4) << ran.all();
}

TEST_F(Run, CanBeInterrupted) {
  std::promise<void> asked;
  std::atomic_flag once;
  const TlsPeer service([&](const std::string& request, const TlsPeer::Say& say) {
    const bool said = say(message_answer(request, "<Action>CleanUp</Action>"));
    if (!once.test_and_set()) asked.set_value();
    return said;
  });
  Running program(
      {"run", file("<start-up/><wait time=\"600s\"/>"), "--service", service.url(), "--door-port", "0"});
  asked.get_future().wait();
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().status, 130);
}

}  // namespace
}  // namespace understudy::e2e
