// `understudy check --triggers FILE` beside our own service: jobs by HTTP and by command, and what goes wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Gives our own service a job as somebody would from a script: argv is the service's URL and a mac-addr.
constexpr std::string_view start_job_py = R"(
import json, ssl, sys, urllib.request
job = json.dumps({"kind": "read", "items": [{"name": "e164"}]}).encode()
urllib.request.urlopen(sys.argv[1] + "/api/phones/" + sys.argv[2] + "/jobs", job, context=ssl._create_unverified_context())
)";

class CheckWithTriggers : public ::testing::Test {
 protected:
  // A file with that inside its only trigger.
  std::string file(const std::string& how, const std::string& job = "read") const {
    return folder.put("t.xml", "<triggers xmlns=\"urn:understudy:triggers:1\">\n<trigger job=\"" + job + "\">" + how + "</trigger>\n</triggers>\n");
  }
  std::string http(const std::string& url) const {
    return file("<http url=\"" + url + "/api/phones/{mac}/jobs\">{\"kind\": \"read\", \"items\": [{\"name\": \"e164\"}]}</http>");
  }
  Ran check(const std::string& url, const std::string& triggers, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"check", url, "--firmware", "V3 R5", "--door-port", "0", "--triggers", triggers});
    return run(std::move(more));
  }
  const Folder folder;
};

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

TEST_F(CheckWithTriggers, HasTheServiceAskAPhoneByHttp) {
  const OurService service;
  const Ran ran = check(service.url(), http(service.url()), {"--strict", "--require", "contact.form", "--require", "contact.address"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("a job waits"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(CheckWithTriggers, DoesWhatTheExampleOfTheManualSays) {
  const OurService service;
  std::string manual = contents(std::string(UNDERSTUDY_SOURCE_DIR) + "/docs/triggers.md");
  manual.erase(0, manual.find("    <triggers"));
  manual.erase(manual.find("</triggers>") + 11);
  const std::string there = "https://127.0.0.1:18443";
  for (std::size_t at = 0; (at = manual.find(there)) != std::string::npos;) manual.replace(at, there.size(), service.url());
  const Ran ran = check(service.url(), folder.put("example.xml", manual), {"--strict", "--require", "contact.form"});
  EXPECT_EQ(ran.status, 0) << ran.all() << manual;
  EXPECT_EQ(ran.err, "");
}

TEST_F(CheckWithTriggers, HasTheServiceAskAPhoneByACommandInTheFolderOfTheFile) {
  const OurService service;
  folder.put("start-job.py", start_job_py);
  const Ran ran = check(service.url(), file("<command>python3 start-job.py " + service.url() + " {mac}</command>"), {"--strict", "--require", "contact.form"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_EQ(ran.err, "");
}

TEST_F(CheckWithTriggers, HasAPollingPhoneHearOfItsJob) {
  const OurService service({"--poll", "60s"});
  const Ran ran = check(service.url(), http(service.url()), {"--strict", "--require", "poll"});
  EXPECT_EQ(ran.status, 0) << ran.all();
}

TEST_F(CheckWithTriggers, FindsAServiceThatAsksWrongly) {
  const OurService service({"--defect", "contact.form"});
  const std::string triggers = http(service.url());
  const Ran ran = check(service.url(), triggers);
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("✗ contact.form"));
  EXPECT_THAT(ran.out, HasSubstr("--triggers " + triggers));
}

TEST_F(CheckWithTriggers, SaysHowManyRulesWantOneWhereThereIsNone) {
  const OurService service;
  const Ran without = run({"check", service.url(), "--firmware", "V3 R5", "--door-port", "0"});
  EXPECT_THAT(without.out, HasSubstr("(13 want a trigger, see --triggers)"));
  EXPECT_THAT(check(service.url(), http(service.url())).out, HasSubstr("(9 want a trigger, see --triggers)"));  // those of Secure Mode
}

TEST_F(CheckWithTriggers, GoesOnWhereACommandFailsAndSaysWhatItSaidLast) {
  const OurService service;
  const std::string triggers = file("<command>for i in 1 2 3 4 5 6 7; do echo line $i; done; printf 'no phone \\033[31m%s\\n' {mac} &gt;&amp;2; exit 3</command>");
  const Ran ran = check(service.url(), triggers, {"--strict", "--json", folder / "r.json"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.err, ::testing::MatchesRegex("understudy: a job could not be started: the command ended with status 3\n  . line 4\n  . line 5\n  . line 6\n"
                                               "  . line 7\n  . no phone .x1b.31m00:1A:E8:FF:..:..\n"));
  EXPECT_THAT(ran.out, HasSubstr("not exercised: a job could not be started\n    contact.form"));
  EXPECT_THAT(ran.out, HasSubstr("the command ended with status 3"));
  EXPECT_THAT(ran.out, HasSubstr("Conforming"));
  EXPECT_THAT(contents(folder / "r.json"), HasSubstr("a job could not be started: the command ended with status 3"));
  EXPECT_THAT(contents(folder / "r.json"), Not(HasSubstr("line 7"))) << "what a command says may be nobody's business";

  const Ran required = check(service.url(), triggers, {"--require", "contact.form", "--transcript", folder / "t.jsonl"});
  EXPECT_EQ(required.status, 1) << required.all();
  EXPECT_THAT(run({"judge", folder / "t.jsonl"}).out, HasSubstr("not exercised: a job could not be started\n    contact.form"));
}

TEST_F(CheckWithTriggers, GoesOnWhereTheServiceRefusesTheJob) {
  const OurService service;
  const Ran ran = check(service.url(), file("<http url=\"" + service.url() + "/api/phones/{mac}/jobs?token=secret\">nonsense</http>"));
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("a job could not be started: POST " + service.url() + "/api/phones/00:1A:E8:FF:"));
  EXPECT_THAT(ran.err, HasSubstr("was answered with status 400\n  | {\n  |   \"error\""));
  EXPECT_THAT(ran.all(), Not(HasSubstr("secret")));
}

TEST_F(CheckWithTriggers, DoesNotWaitForACommandThatHangs) {
  const OurService service;
  const Ran ran = check(service.url(), file("<command timeout=\"100ms\">echo waits; sleep 1000</command>"));
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_EQ(ran.err, "understudy: a job could not be started: the command took longer than 100 ms\n  | waits\n");
}

TEST_F(CheckWithTriggers, IsNotFloodedByACommandThatPrintsALot) {
  const OurService service;
  const Ran ran = check(service.url(), file("<command>yes | head -n 2000000; exit 1</command>"));
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_EQ(lines_of(ran.err), 6u);
  EXPECT_LT(ran.err.size(), 200u);
}

TEST_F(CheckWithTriggers, GivesAPhoneOfItsOwnAJobOfAnotherKind) {
  const OurService service;
  const Ran ran = check(service.url(), file("<command>exit 3</command>", "factory-reset"), {"--suite", "full", "--only", "action.factory-reset", "--json", folder / "r.json"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.err, HasSubstr("a job could not be started"));
  EXPECT_THAT(contents(folder / "r.json"), HasSubstr("its job could not be started: the command ended with status 3"));
}

TEST_F(CheckWithTriggers, EndsACommandThatRunsWithTheFirstCtrlC) {
  const OurService service;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string triggers = file("<command timeout=\"1h\">echo $$ &gt;pipe; sleep 1000; true</command>");
  Running running({"check", service.url(), "--firmware", "V3 R5", "--door-port", "0", "--triggers", triggers, "--json", folder / "r.json"});
  std::ifstream said(pipe);  // waits until the command runs
  pid_t command = 0;
  said >> command;
  ASSERT_GT(command, 0);
  running.signal(SIGINT);
  const Ran ran = running.finish();
  EXPECT_EQ(ran.status, 130) << ran.all();
  EXPECT_THAT(contents(folder / "r.json"), HasSubstr("\"verdict\": \"interrupted\""));
  EXPECT_EQ(::kill(command, 0), -1) << "it was waited for";
}

// ---- files that are wrong: status 3, before anything is sent

class WrongTriggers : public CheckWithTriggers {
 protected:
  void expect_refused(const std::string& path, const std::string& words) {
    std::atomic<int> called{0};
    const Peer service([&](int) { ++called; });
    const Ran ran = run({"check", service.url(), "--triggers", path, "--json", folder / "r.json"});
    EXPECT_EQ(ran.status, 3) << ran.all();
    EXPECT_THAT(ran.err, StartsWith("understudy: " + path + words)) << ran.err;
    EXPECT_EQ(lines_of(ran.err), words.starts_with(":2:") ? 3u : 1u) << ran.err << "with the line and its carets";
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(called, 0);
    EXPECT_EQ(::access((folder / "r.json").c_str(), F_OK), -1);
  }
};

TEST_F(WrongTriggers, AreSaidWithLineAndColumn) {
  expect_refused(file("<comand>true</comand>"), ":2:21: in <trigger> there is no <comand>; did you mean <command>?");
  expect_refused(file("<command>start {macc}</command>"), ":2:36: nothing stands for {macc}; did you mean {mac}?");
  expect_refused(file("<command>true</command>", "reed"), ":2:15: \"reed\" is no value of job; did you mean read?");
  expect_refused(file("<command>true"), ":2:36: ");
}

TEST_F(WrongTriggers, CallNobodyWhoIsNeitherNearNorAllowed) {
  expect_refused(file("<http url=\"https://203.0.113.9/\"/>"), ":2:32: 203.0.113.9 is neither loopback nor private; if it is yours to test, say --allow-target 203.0.113.9");
}

TEST_F(WrongTriggers, ThatAreNotThere) {
  expect_refused(folder / "none.xml", ": cannot be read: No such file or directory");
  expect_refused(folder / "", ": is a folder");
}

TEST_F(WrongTriggers, HaveNoEscapeSequenceReachTheTerminal) {
  expect_refused(file("<command>true</command>", "a\xC2\x9B" "31m"), ":2:15: \"a\\x9b31m\" is no value of job");
}

}  // namespace
}  // namespace understudy::e2e
