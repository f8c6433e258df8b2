// The program against our own service, as in the README.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Check, PlaysTheLibraryToo) {
  OurService service({"--secure-port", "0"});
  const Ran ran = run({"check", service.url(), "--suite", "all", "--door-port", "0"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, ContainsRegex("Conforming: [0-9]+ scenarios passed, [0-9]+ rules held"));
}

TEST(Help, FitsAScreenAndNamesEveryCommand) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"}, {}}) {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.status, 0);
    EXPECT_LE(std::count(ran.out.begin(), ran.out.end(), '\n'), 24);
    for (const char* command : {"check", "judge", "service", "rules", "items", "models", "quirks"}) EXPECT_THAT(ran.out, HasSubstr(command));
  }
}

TEST(Help, OfACommandListsItsOptions) {
  const Ran ran = run({"check", "--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(run({"help", "check"}).out, ran.out);
  EXPECT_THAT(ran.out, HasSubstr("Usage: understudy check [OPTIONS] URL"));
  for (const char* option : {"--only", "--skip", "--strict", "--require", "--triggers", "--wait", "--firmware", "--quirk", "--junit", "--json", "--transcript"})
    EXPECT_THAT(ran.out, HasSubstr(option));
}

TEST(Version, IsSaid) { EXPECT_THAT(run({"--version"}).out, HasSubstr("understudy 0.")); }

TEST(Check, FindsOurServiceConforming) {
  const OurService service;
  const Ran ran = run({"check", service.url(), "--strict"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("Conforming"));
  EXPECT_THAT(ran.out, HasSubstr("TLS 1.3"));
  for (const char* step : {"start-up", "start-up, unchanged", "local change", "inventory change", "start-up, broken off",
                           "start-up, all fails", "start-up, few items",
                           "start-up, after refusal", "factory reset, again", "reads.entities"})
    EXPECT_THAT(ran.out, HasSubstr(step));
  for (const char* firmware : {"V3 R5.12.0", "V2 R2.30.0", "V1 R4.9.0"}) EXPECT_THAT(ran.out, HasSubstr(firmware));
}

TEST(Check, ReportsADefectWithRuleSourceExpectedCameAndPlace) {
  const OurService service({"--defect", "nonce.echo"});
  const Ran ran = run({"check", service.url()});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("nonce.echo"));
  EXPECT_THAT(ran.out, HasSubstr("guide p.28"));
  EXPECT_THAT(ran.out, HasSubstr("expected"));
  EXPECT_THAT(ran.out, HasSubstr("^"));
  EXPECT_THAT(ran.out, HasSubstr("Not conforming"));
}

TEST(Check, SeesAServiceThatDoesNotMindHowManyItemsAPhoneTakes) {
  const OurService service({"--defect", "fragment.max-items"});
  const Ran ran = run({"check", service.url()});
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("at most 5 items"));
}

TEST(Check, OfOnlyAnotherRuleIsContentWithIt) {
  const OurService service({"--defect", "nonce.echo"});
  EXPECT_EQ(run({"check", service.url(), "--only", "xml"}).status, 0);
  EXPECT_EQ(run({"check", service.url(), "--skip", "nonce.echo"}).status, 0);
}

TEST(Check, LetsAMobileUserLogOnAndOff) {
  const OurService service({"--mobile-user", "4711:246810"});
  const Ran ran = run({"check", service.url(), "--firmware", "V3 R5", "--mobile-user", "4711:246810", "--strict", "--require", "mobility"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("a mobile user logs on"));
  EXPECT_EQ(run({"check", service.url(), "--mobile-user", "nobody"}).status, 2);
}

TEST(Check, FailsOnAShouldOnlyWhenStrict) {
  const OurService service({"--defect", "busy.send-solicited"});
  EXPECT_EQ(run({"check", service.url()}).status, 0);
  EXPECT_EQ(run({"check", service.url(), "--seed", "2", "--strict"}).status, 1) << "phones that it has not met";
}

TEST(Check, FailsWhereARequiredRuleWasNotExercised) {
  const OurService service;
  const Ran ran = run({"check", service.url(), "--require", "xml.signature"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("xml.signature"));
}

TEST(Check, PlaysTheFirmwareThatIsAskedForWhereScenariosLeaveItOpen) {
  const OurService service;
  const Ran ran = run({"check", service.url(), "--firmware", "V2 R2"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("V2 R2.30.0"));
  EXPECT_THAT(ran.out, Not(HasSubstr("V3 R5")));
}

TEST(Check, PlaysThePhonesWithTheQuirksThatAreNamed) {
  const OurService service;
  const Folder folder;
  const Ran ran = run({"check", service.url(), "--quirk", "guide", "--quirk", "soft-client", "--transcript", folder / "t.jsonl"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  const std::string record = contents(folder / "t.jsonl");
  for (const char* part : {"\"mac\":\"softclient-", ">\\nstart-up\\n</ReasonForContact>"})
    EXPECT_NE(record.find(part), std::string::npos) << part;
}

TEST(Check, RepeatsAFindingWithTheSameQuirks) {
  const OurService service({"--defect", "reads.nonce-any"});
  EXPECT_THAT(run({"check", service.url(), "--quirk", "guide"}).out, HasSubstr("Again: understudy run said-otherwise --service " + service.url() + " --seed 1 --quirk guide --only reads.nonce-any"));
}

TEST(Check, WaitsUntilTheServiceAnswers) {
  std::atomic<int> asked{0};
  const TlsPeer late([&](const std::string& request, const TlsPeer::Say& say) {
    return asked++ >= 3 && say(message_answer(request, "<Action>CleanUp</Action>"));
  });
  const Ran ran = run({"check", late.url(), "--wait", "60s", "--firmware", "V2 R2"});
  EXPECT_EQ(ran.status, 0) << ran.all();
}

TEST(Judge, SaysOfTheTranscriptWhatTheCheckSaid) {
  for (const char* defect : {"", "reads.white-space", "nonce.echo", "http.content-length", "xml.root", "flow.bounded"}) {
    const OurService service(*defect ? std::vector<std::string>{"--defect", defect} : std::vector<std::string>{});
    const Folder folder;
    const Ran check = run({"check", service.url(), "--strict", "--transcript", folder / "t.jsonl"});
    const Ran judge = run({"judge", folder / "t.jsonl", "--strict"});
    EXPECT_EQ(judge.status, check.status) << defect;
    // The rules that held or deviated; whether a scenario passed no transcript tells.
    const auto comparable = [](const std::string& text) {
      const std::size_t from = text.find("\n  http "), to = text.find("\n  – not exercised");
      EXPECT_NE(to, std::string::npos) << text;
      return text.substr(from, to - from);
    };
    EXPECT_EQ(comparable(judge.out), comparable(check.out)) << defect;
  }
}

TEST(Judge, TakesATranscriptThatWasCutOff) {
  const OurService service;
  const Folder folder;
  run({"check", service.url(), "--transcript", folder / "t.jsonl"});
  const std::string whole = contents(folder / "t.jsonl");
  std::ofstream(folder / "cut.jsonl") << whole.substr(0, whole.size() / 2);
  const Ran ran = run({"judge", folder / "cut.jsonl"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.all(), HasSubstr("cut off"));
}

TEST(Transcript, HasNoSecretUnlessAsked) {
  const OurService service;
  const Folder folder;
  run({"check", service.url(), "--transcript", folder / "masked.jsonl"});
  run({"check", service.url(), "--transcript", folder / "clear.jsonl", "--show-secrets", "--seed", "2"});
  const std::string secret = "<Item name=\\\"user-pwd\\\">000000</Item>";  // the factory's password, as V1 and V2 report it
  EXPECT_THAT(contents(folder / "masked.jsonl"), Not(HasSubstr(secret)));
  EXPECT_THAT(contents(folder / "clear.jsonl"), HasSubstr(secret));
}

TEST(Service, RefusesAPortThatIsTaken) {
  const OurService service;
  const std::string port = service.url().substr(service.url().rfind(':') + 1);
  const Ran second = run({"service", "--port", port});
  EXPECT_EQ(second.status, 4);
  EXPECT_THAT(second.err, HasSubstr(port));
}

TEST(Service, EndsCleanlyOnCtrlC) {
  Running service({"service", "--port", "0"});
  service.wait_for("Ctrl-C");
  service.signal(SIGINT);
  EXPECT_EQ(service.finish().status, 0);
}

TEST(Rules, AreListedAndExplained) {
  const Ran list = run({"rules", "list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.out, HasSubstr("nonce.echo"));
  const Ran one = run({"rules", "explain", "nonce.echo"});
  EXPECT_EQ(one.status, 0);
  for (const char* part : {"guide p.28", "must", "documented", "<Message nonce="}) EXPECT_THAT(one.out, HasSubstr(part));
}

TEST(Quirks, AreListedAndExplained) {
  const Ran list = run({"quirks", "list"});
  EXPECT_EQ(list.status, 0);
  for (const char* quirk : {"fresh-nonce", "vanishing", "guide"}) EXPECT_THAT(list.out, HasSubstr(quirk));
  const Ran one = run({"quirks", "explain", "guide"});
  EXPECT_EQ(one.status, 0);
  for (const char* part : {"A phone prints", "guide p.48", "reordered-attributes"}) EXPECT_THAT(one.out, HasSubstr(part));
}

}  // namespace
}  // namespace understudy::e2e
