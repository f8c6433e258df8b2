// Faults inside phones, by chance: what a user types and sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kinds[] = {"drop-before",   "drop-within",   "drop-after",   "drop-answer",   "reset",         "lost-answer",
                                 "slow",          "half-close",    "new-session",  "old-cipher",    "short-length",  "long-length",
                                 "truncated-xml", "stale-nonce",   "foreign-nonce", "unordered-fragments", "doubled-message", "clock-jump"};

// Every kind at that chance.
std::vector<std::string> with_all(std::vector<std::string> words, const std::string& chance) {
  for (const std::string kind : kinds) words.insert(words.end(), {"--fault", kind + "=" + chance});
  return words;
}

TEST(FaultsOfPhones, AreCountedAndHeldAgainstNobodyInSimulatedTime) {
  const Folder folder;
  const Ran ran = run(with_all({"load", "--simulated", "--phones", "300", "--arrival", "50/s", "--for", "20s", "--behaviour", "start-up=3",
                                "--behaviour", "local-change", "--threshold", "errors=0", "--json", folder / "r.json", "--html", folder / "r.html"},
                               "5%"));
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("0 deviated"));
  EXPECT_THAT(ran.out, HasSubstr("after a fault of the phone"));
  EXPECT_THAT(ran.out, HasSubstr("failed    a fault of the phone: reset "));
  for (const char* kind : {"stale-nonce", "lost-answer", "clock-jump"}) EXPECT_THAT(ran.out, HasSubstr("fault     " + std::string(kind)));
  EXPECT_THAT(contents(folder / "r.json"), HasSubstr("\"disturbed\""));
  EXPECT_THAT(contents(folder / "r.html"), HasSubstr("Faults of phones, on purpose"));
  const Ran again = run({"report", folder / "r.json"});
  EXPECT_THAT(again.out, HasSubstr("after a fault of the phone"));
}

TEST(FaultsOfPhones, AreHeldAgainstNobodyOverRealSockets) {
  const OurService service;
  const Ran ran = run(with_all({"load", service.url(), "--phones", "60", "--arrival", "40/s", "--for", "5s", "--door-port", "0", "--timeout", "2s",
                                "--threshold", "errors=0"},
                               "5%"));
  EXPECT_TRUE(ran.status == 0 || ran.status == 6) << ran.all();  // a slow machine is a limit, and no deviation
  EXPECT_THAT(ran.out, HasSubstr("0 deviated"));
  EXPECT_THAT(ran.out, HasSubstr("fault     "));
  EXPECT_THAT(ran.out, Not(HasSubstr("✗")));
}

TEST(FaultsOfPhones, DoNotHideADefect) {
  const OurService service({"--defect", "nonce.echo"});
  const Ran ran = run(with_all({"load", service.url(), "--phones", "30", "--arrival", "40/s", "--for", "2s", "--door-port", "0", "--timeout", "2s"}, "2%"));
  EXPECT_EQ(ran.status, 1) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("✗ nonce.echo"));
}

TEST(FaultsOfPhones, AddUpOverPartsToTheByte) {
  const Folder folder;
  // A nonce of another phone is one of the same part, and waits of a phone that jumps are its own.
  std::vector<std::string> plan = {"load", "--simulated", "--phones", "100", "--arrival", "20/s", "--for", "5s", "--validate", "100%",
                                   "--skip", "nonce.crosstalk", "--fault", "reset=5%", "--fault", "lost-answer=5%", "--fault", "stale-nonce=5%",
                                   "--fault", "truncated-xml=5%", "--fault", "drop-within=5%", "--fault", "slow=5%", "--threshold", "errors=0"};
  const auto played = [&](std::vector<std::string> more) {
    std::vector<std::string> words = plan;
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = run(words);
    EXPECT_EQ(ran.status, 0) << ran.all();
    return ran;
  };
  const Ran whole = played({});
  for (const char* shard : {"1", "2", "3"}) played({"--shard", std::string(shard) + "/3", "--json", folder / (std::string(shard) + ".json")});
  const Ran sum = run({"report", folder / "1.json", folder / "2.json", folder / "3.json"});
  EXPECT_EQ(sum.status, 0) << sum.all();
  const auto counted = [](const Ran& ran) { return ran.out.substr(0, ran.out.find("messages judged")).substr(ran.out.find(" planned = ")); };
  const auto faults = [&](const Ran& ran) {
    std::string out;
    for (std::size_t at = ran.out.find("\n  fault "); at != std::string::npos; at = ran.out.find("\n  fault ", at + 1))
      out += ran.out.substr(at, ran.out.find('\n', at + 1) - at);
    return out;
  };
  EXPECT_THAT(counted(whole), HasSubstr("after a fault of the phone"));
  EXPECT_EQ(counted(sum).substr(0, counted(sum).find('\n')), counted(whole).substr(0, counted(whole).find('\n')));
  EXPECT_NE(faults(whole), "");
  EXPECT_EQ(faults(sum), faults(whole));
  // Another chance is another plan.
  plan[13] = "reset=6%";
  played({"--shard", "3/3", "--json", folder / "other.json"});
  const Ran refused = run({"report", folder / "1.json", folder / "2.json", folder / "other.json"});
  EXPECT_EQ(refused.status, 3) << refused.all();
}

TEST(FaultsOfPhones, StandInAPlanAndItsPopulations) {
  const Folder folder;
  const std::string plan = folder.put("plan.xml", R"(<plan xmlns="urn:understudy:plan:1" phones="40">
<fault kind="reset" chance="10%"/>
<population weight="1"/>
<population weight="1"><fault kind="stale-nonce" chance="20%"/></population>
<steady rate="20/s" for="5s"/>
</plan>)");
  const Ran ran = run({"load", "--simulated", "--plan", plan});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(ran.out, HasSubstr("fault     reset"));
  EXPECT_THAT(ran.out, HasSubstr("fault     stale-nonce"));
  const Ran too_many = run({"load", "--simulated", "--plan", plan, "--fault", "slow=75%"});
  EXPECT_EQ(too_many.status, 2) << too_many.all();
  EXPECT_THAT(too_many.err, HasSubstr("more than 100%"));
}

TEST(FaultsOfPhones, LeaveARunWithoutAFailureOfTheServiceAndJudgeSaysTheSame) {
  const Folder folder;
  const Ran ran = run({"run", "call", "--simulated", "--repeat", "40", "--keep-going", "--fault", "reset=10%", "--fault", "foreign-nonce=10%",
                       "--fault", "lost-answer=10%", "--transcript", folder / "t.jsonl"});
  EXPECT_EQ(ran.status, 0) << ran.all();
  EXPECT_THAT(contents(folder / "t.jsonl"), HasSubstr("\"event\":\"fault\""));
  const Ran judged = run({"judge", folder / "t.jsonl"});
  EXPECT_EQ(judged.status, 0) << judged.all();
}

TEST(FaultsOfPhones, AreListedAndExplained) {
  const Ran list = run({"faults", "list"});
  EXPECT_EQ(list.status, 0);
  for (const std::string kind : kinds) EXPECT_THAT(list.out, HasSubstr("  " + kind + " "));
  const Ran one = run({"faults", "explain", "lost-answer"});
  EXPECT_THAT(one.out, HasSubstr("A phone hears nothing of an answer that came whole."));
  const auto refused = [](const std::string& fault) {
    const Ran ran = run({"load", "--simulated", "--fault", fault});
    EXPECT_EQ(ran.status, 2) << ran.all();
    return ran.err;
  };
  EXPECT_THAT(refused("rest=1%"), HasSubstr("did you mean reset?"));
  EXPECT_THAT(refused("reset"), HasSubstr("write reset=1%"));
  EXPECT_THAT(refused("reset=2"), HasSubstr("is no chance"));
  EXPECT_THAT(refused("certificate=1%"), HasSubstr("there is no fault"));
}

}  // namespace
}  // namespace understudy::e2e
